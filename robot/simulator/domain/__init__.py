"""What the simulated pair is called, its time, and the journal of what happened."""
