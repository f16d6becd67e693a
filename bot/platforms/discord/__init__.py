"""Discord: what members say becomes commands, replies and digests go back; the only room that knows Discord's SDK."""
