"""What a key that no field has was meant to be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netspec.wording import Meant, did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

# Names of fields in Keras 1 and 2 and in PyTorch, each with the field that has its meaning and takes its values.
_CALLED = {
    "lr": ("learning_rate", "initial_learning_rate"),
    "nb_filter": ("filters",),
    "out_channels": ("filters",),
    "kernel": ("kernel_size",),
    "act": ("activation",),
    "alpha": ("negative_slope",),
    "subsample": ("strides",),
    "border_mode": ("padding",),
    "bias": ("use_bias",),
    "init": ("kernel_initializer",),
    "W_regularizer": ("kernel_regularizer",),
    "b_regularizer": ("bias_regularizer",),
    "out_features": ("units",),
    "nb_epoch": ("epochs",),
    "epoch": ("epochs",),
    "batch": ("batch_size",),
    "eps": ("epsilon",),
    "p": ("rate",),
    "version": ("netspec",),
}

_FALLING = (
    "for a learning rate that falls, write a schedule: `learning_rate: {InverseTimeDecay: "
    "{initial_learning_rate: …, decay_steps: 1, decay_rate: …}}`"
)


def formerly(key: str, known: Sequence[str], beside: Container[str]) -> str | None:
    """The hint for what Keras called a field once, or another library calls it."""
    if (
        key == "decay" and "learning_rate" in known
    ):  # of Keras 2's optimizers, and no decay of the weights
        return _FALLING
    names = [name for name in _CALLED.get(key, ()) if name in known and name not in beside]
    return did_you_mean(key, names[0]) if names else None


def misspelt(key: str, known: Sequence[str], beside: Container[str]) -> str | None:
    """The hint for a key that looks like another, which is certain only where that is not there as well."""
    near = nearest(key, known)
    if near is None or near.instead not in beside:
        return near
    return did_you_mean(key, near.instead, certain=False)


def without_space(key: str, known: Sequence[str]) -> str | None:
    """The hint for ``units:10``, ``units 10`` or ``units=10``, which YAML reads as a key without a value."""
    found = re.fullmatch(r"(\w+)(:|\s*=\s*|\s+)(.*)", key, re.DOTALL)
    if found is None or found[1] not in known:
        return None
    name, sign, value = found.groups()
    if value.startswith("(") and not value.endswith(")"):  # a tuple of Python's, which YAML tears
        return f"write `{name}: [{value[1:]}, …]`"
    text = f"{name}: {value}"
    what = "a space" if sign == ":" else "a colon"
    return Meant(f"{what} is missing: write `{text}`", wrong=key, instead=text, certain=bool(value))
