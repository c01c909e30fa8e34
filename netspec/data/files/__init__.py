"""Picture files: what they hold, how they are decoded, and which are no pictures."""
