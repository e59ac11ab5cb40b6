"""The procedure's obligations, and what became of each in a run."""
