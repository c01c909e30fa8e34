"""Runs side by side: numbers, specs and what was around them."""
