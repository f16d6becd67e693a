"""Digests made visible: pure functions from values to lines of text."""
