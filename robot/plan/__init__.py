"""What is planned and approved before the first press: the presses that a run may make."""
