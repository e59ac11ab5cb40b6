"""The report that people read: the story in order, readings, times and sizes in words."""
