"""Names, time and the journal of the simulated pair."""
