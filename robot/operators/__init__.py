"""People: what they are asked, and what they have in hand."""
