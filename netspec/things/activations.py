"""Keras's activation functions, by their string names.

Source: keras/src/activations/activations.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.diagnostics import Code
from netspec.fields import FieldType, Mismatch, Problem
from netspec.wording import nearest, short

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netspec.fields import JsonSchema


@dataclass(frozen=True)
class ActivationName(FieldType):
    """The name of an activation that keeps the shape and needs no arguments.

    Attributes:
        names: The names it takes.
        refused: Names that Keras has too, each with the reason why it cannot stand here.
    """

    names: tuple[str, ...]
    refused: Mapping[str, str]

    @property
    def words(self) -> str:
        """What it takes."""
        return f"the name of an activation, such as {', '.join(self.names[:3])}"

    def read(self, value: object) -> str:
        """The name."""
        if not isinstance(value, str):
            raise self.mismatch(value)
        if value in self.names:
            return value
        if value in self.refused:
            message = f"the activation {value} is refused: {self.refused[value]}"
            raise Mismatch(Problem(message, None, Code.REFUSED))
        hint = nearest(value, self.names) or f"such as {', '.join(self.names[:5])} …"
        raise Mismatch(Problem(f"there is no activation '{short(value)}'", hint, Code.UNKNOWN_KIND))

    def schema(self) -> JsonSchema:
        """A reference to the definition that all fields share."""
        return {"type": "string", "$ref": "#/$defs/activation"}

    def definition(self) -> JsonSchema:
        """An enumeration; null is in it, as it concerns every type that a reference allows."""
        return {"enum": [*self.names, None]}


ACTIVATION = ActivationName(
    names=(
        "relu",
        "softmax",
        "sigmoid",
        "tanh",
        "linear",
        "celu",
        "elu",
        "exponential",
        "gelu",
        "hard_shrink",
        "hard_sigmoid",
        "hard_silu",
        "hard_swish",
        "hard_tanh",
        "leaky_relu",
        "log_sigmoid",
        "log_softmax",
        "mish",
        "relu6",
        "selu",
        "silu",
        "soft_shrink",
        "softplus",
        "softsign",
        "sparse_plus",
        "sparse_sigmoid",
        "sparsemax",
        "squareplus",
        "swish",
        "tanh_shrink",
    ),
    refused={
        "glu": "it halves the channels, and an activation keeps the shape",
        "threshold": "it needs a threshold and a value, and a name alone carries none",
    },
)
