"""Data that a run has not learned from, brought to the classes that it knows."""
