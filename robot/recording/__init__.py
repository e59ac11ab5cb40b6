"""A run's record and its pictures, as they are written."""
