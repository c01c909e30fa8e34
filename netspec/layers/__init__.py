"""Layers: one class each, of its fields, its output shape, its weights and its cost."""
