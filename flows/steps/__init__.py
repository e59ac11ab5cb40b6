"""The headings of the guide: what is done at each."""
