"""What people are asked, when they have the pair in hand, and what they are told."""
