"""Whole procedures: which steps, in which order."""
