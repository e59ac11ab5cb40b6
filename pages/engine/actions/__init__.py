"""What acts on a page: `element_actions.py`, the only door, and the guarded actions that go through it."""
