"""Things that are no layers: optimizers, losses, metrics, schedules, initializers, and so on."""
