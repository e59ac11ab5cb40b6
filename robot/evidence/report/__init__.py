"""The report that people read: captioned pictures, the steps in order, and readings, times and sizes in words."""
