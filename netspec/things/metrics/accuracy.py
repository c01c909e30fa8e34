"""How many images are right."""

from typing import Annotated, ClassVar

from netspec.fields import (
    Flag,
    optional,
)
from netspec.things.base import Labels, Metric
from netspec.things.fields import Count, Number


class BinaryAccuracy(Metric):
    """The share of yes-or-no outputs on the right side of a threshold."""

    labels: ClassVar[Labels] = "binary"

    threshold: Number = optional(0.5, "Where yes begins; 0 for logits.")


class CategoricalAccuracy(Metric):
    """The share of images whose likeliest class is right, for one-hot labels."""

    labels: ClassVar[Labels] = "one_hot"


class SparseCategoricalAccuracy(Metric):
    """The share of images whose likeliest class is right, for class indices."""

    labels: ClassVar[Labels] = "integer"


class TopKCategoricalAccuracy(Metric):
    """The share of images whose class is among the `k` likeliest, for one-hot labels."""

    labels: ClassVar[Labels] = "one_hot"

    k: Count = optional(5, "Among how many the right class may be.")


class SparseTopKCategoricalAccuracy(Metric):
    """The share of images whose class is among the `k` likeliest, for class indices."""

    labels: ClassVar[Labels] = "integer"

    k: Count = optional(5, "Among how many the right class may be.")
    from_sorted_ids: Annotated[bool, Flag()] = optional(
        description="Whether the output is class numbers, the likeliest first.", default=False
    )
