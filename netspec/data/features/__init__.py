"""The cache of features: what the frozen part of a network makes of each image, kept on disk for every run."""
