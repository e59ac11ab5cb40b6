"""What is made from a run's record for people: status, stop card, the closing of a run, the support bundle."""
