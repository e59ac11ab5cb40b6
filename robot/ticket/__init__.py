"""The change's ticket in its own system: its state gates the first press, and pack, summary and note go there once."""
