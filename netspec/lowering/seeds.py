"""Seeds that depend on the spec's seed and on names only, never on what else a model holds."""

from __future__ import annotations

import hashlib

_BITS = 31  # what every backend of Keras takes as a seed


def derive_seed(seed: int, *names: str) -> int:
    """A seed of 31 bits for one use of randomness.

    Args:
        seed: The spec's seed.
        names: What it is for: ``"head", "kernel_initializer"``.
    """
    # Each name is quoted by its length, so that ("ab", "c") and ("a", "bc") differ.
    text = "".join(f"{len(name)}:{name}" for name in names)
    digest = hashlib.sha256(f"{seed}/{text}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - _BITS)
