"""What Keras's layers are called."""

from __future__ import annotations


def keras_name(name: str) -> str:
    """A name of the expanded graph as Keras layers bear it: dots break Keras on PyTorch."""
    return name.replace(".", "-")
