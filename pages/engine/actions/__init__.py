"""What acts on a page: one door, and the ways through it."""
