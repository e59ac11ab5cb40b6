"""What a run will do, told before it: for a change board that approves it."""
