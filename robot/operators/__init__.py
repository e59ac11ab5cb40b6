"""People: what they are asked, what they have in hand, what they are told."""
