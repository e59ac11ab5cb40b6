"""What is read of a pair outside a run, or before it goes on, pressing nothing."""
