"""A spec's graph and sections to Keras objects. Everything here imports Keras."""
