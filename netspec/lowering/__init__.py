"""A spec's graph and sections to Keras objects. Most of it imports Keras."""
