"""Speed and quality, measured: `python -m bench.quality`, `python -m bench.speed`, `python -m bench.train`."""
