"""The report that people read: captioned pictures, the story in order, readings, times and sizes in words."""
