"""What people are told at each turn of a run: the messages, and the channels that carry them."""
