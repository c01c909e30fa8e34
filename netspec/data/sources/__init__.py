"""What images can be kept in: a module for each."""
