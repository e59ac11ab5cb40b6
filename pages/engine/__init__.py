"""What every page shares: how it is read, and how something on it is pressed."""
