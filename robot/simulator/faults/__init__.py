"""Faults of the simulated pair: knobs that make something go differently, and distortions of its answers."""
