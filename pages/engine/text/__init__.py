"""What words mean by themselves: points in time, and which questions a press may be asked."""
