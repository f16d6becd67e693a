"""Where people talk with newsdelta."""
