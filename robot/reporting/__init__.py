"""What is made of a run for those who read: status, stop card, the closing of a run, the support bundle."""
