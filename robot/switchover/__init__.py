"""The switch-over: two halves of a swing as one critical section, decided by a table."""
