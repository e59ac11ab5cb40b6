"""A run from its beginning to its end, as a command performs it."""
