"""Runs side by side, as a document and in every form that it is written in."""
