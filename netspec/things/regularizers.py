"""Penalties on weights or outputs, added to the loss.

Source: keras/src/regularizers/regularizers.py.
"""

from typing import Annotated

from netspec.fields import Choice, Thing, optional
from netspec.things.fields import NotNegative


class L1(Thing):
    """The sum of the absolute values; drives weights to zero."""

    l1: NotNegative = optional(0.01, "What the sum is multiplied by.")


class L2(Thing):
    """The sum of the squares; keeps weights small."""

    l2: NotNegative = optional(0.01, "What the sum is multiplied by.")


class L1L2(Thing):
    """The sums of the absolute values and of the squares; both count 0 unless given."""

    l1: NotNegative = optional(0.0, "What the sum of the absolute values is multiplied by.")
    l2: NotNegative = optional(0.0, "What the sum of the squares is multiplied by.")


class OrthogonalRegularizer(Thing):
    """The likeness of a matrix's rows, or columns; for two-dimensional weights only."""

    factor: NotNegative = optional(0.01, "What the mean likeness is multiplied by.")
    mode: Annotated[str, Choice("rows", "columns")] = optional(
        "rows", "What is kept orthogonal to each other."
    )
