"""The appliances' own traces at a run's end: read, timed by this machine's clock, and matched to presses and people."""
