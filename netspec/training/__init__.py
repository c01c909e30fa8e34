"""Training: the loop, what it tells, and how it ends before its time."""
