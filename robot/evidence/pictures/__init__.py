"""The pictures of a run, offline: whether a file is one, what of it is worth showing, and where two of them differ."""
