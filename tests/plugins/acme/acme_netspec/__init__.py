"""One thing of each sort that a plugin can add to netspec."""
