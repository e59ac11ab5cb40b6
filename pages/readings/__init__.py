"""What screens show, as frozen values that are plain enough to stand in a record as JSON."""
