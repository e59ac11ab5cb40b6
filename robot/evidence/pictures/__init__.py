"""The pictures of a run, offline: whether a file is one, and the copies with a caption."""
