"""The two appliances, what they hold and what binds them, and what becomes of it by itself or by a hand."""
