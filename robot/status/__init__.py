"""What those who look at a run are given: status, stop card, the end of a run, the support bundle."""
