"""What a run hands on: files that others open."""
