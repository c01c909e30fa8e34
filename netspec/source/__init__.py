"""YAML 1.2 text to a tree in which every node knows its place."""
