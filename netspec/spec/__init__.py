"""What a spec may say, and how a tree becomes it."""
