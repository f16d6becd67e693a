"""What changed, in four steps that never mix: retrieve, gather evidence, judge, decide; `compare` walks them."""
