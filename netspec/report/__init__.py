"""Data in, text out: findings and networks as tables, Markdown and JSON."""
