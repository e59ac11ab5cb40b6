"""What is on a page, and where: pure functions on one snapshot."""
