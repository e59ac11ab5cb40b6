"""What a downloaded file is, and of which version: read from the file."""
