"""What the browser tells of a page: its accessibility snapshot, and what the snapshot leaves out."""
