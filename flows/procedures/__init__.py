"""Whole procedures: the steps, and their order."""
