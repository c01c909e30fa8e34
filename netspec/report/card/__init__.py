"""The card that goes with a model: what it is, how it was made, how it fares."""
