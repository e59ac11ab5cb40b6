"""One change, the swing, and a run while it is performed."""
