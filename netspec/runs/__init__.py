"""Runs on disk: what one will do, the directory it leaves, and how that is read again."""
