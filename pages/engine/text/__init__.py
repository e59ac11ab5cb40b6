"""What words mean by themselves: points in time, and which question belongs to which press."""
