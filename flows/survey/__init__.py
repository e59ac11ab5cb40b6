"""What is read of a pair outside a run, before it goes on, or between its changes; nothing is pressed that alters anything."""
