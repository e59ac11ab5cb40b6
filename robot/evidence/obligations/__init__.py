"""The procedure's obligations, and how each was fulfilled in a run."""
