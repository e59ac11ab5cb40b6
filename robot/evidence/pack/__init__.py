"""The sealed pack: its zip format, how it is made, and how it is verified offline."""
