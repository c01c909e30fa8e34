"""Data looked at before it is trained on: what there is, what is wrong with it, and how it looks."""
