"""What is read of a pair outside a run, or before a run goes on; nothing is pressed."""
