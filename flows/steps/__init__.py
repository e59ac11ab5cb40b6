"""What is done under each heading of the guide."""
