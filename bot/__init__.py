"""What stands around the core: the command line, the sources that articles come from, the renderers of digests."""
