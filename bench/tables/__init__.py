"""One module a table: `rows(data)` gives the lines that `bench.quality` prints, or says that its data is not there."""
