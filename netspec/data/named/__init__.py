"""Data sets that go by a name: where they can be had, and the proof that they are what they claim to be."""
