"""What can be set to go differently on the simulated pair, and what befalls its answers."""
