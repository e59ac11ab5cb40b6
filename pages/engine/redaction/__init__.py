"""A snapshot as text, and that text without anybody's data."""
