"""The training loop, the run directory, and what is known before and told during a run."""
