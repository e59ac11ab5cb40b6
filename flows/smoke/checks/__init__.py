"""The checks themselves, as pytest tests: the first line of each docstring is the check's name in the report."""
