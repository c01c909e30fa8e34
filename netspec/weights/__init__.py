"""Trained weights: files that hold them, what fits a network, and where Keras's own come from."""
