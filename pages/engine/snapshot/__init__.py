"""What the browser tells about a page: its accessibility snapshot, and what the snapshot leaves out."""
