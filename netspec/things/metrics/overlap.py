"""How far regions overlap."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from netspec.diagnostics import Code
from netspec.fields import (
    Flag,
    ListOf,
    Nullable,
    Problem,
    Whole,
    optional,
    required,
)
from netspec.things.base import Labels, Metric
from netspec.things.fields import Axis, Number

_AXIS = "The axis of the classes."

ClassIds = Annotated[
    tuple[int, ...], ListOf(Whole(0), minimum=1, what="a list of class numbers, such as [0, 1]")
]


class _Overlap(Metric):
    num_classes: Annotated[int, Whole(1)] = required("How many classes there are.")
    ignore_class: Annotated[int | None, Nullable(Whole())] = optional(
        None, "A class that does not count."
    )
    sparse_y_pred: Annotated[bool, Flag()] = optional(
        description="Whether the output is class numbers; false for one unit a class.",
        default=True,
    )
    axis: Axis = optional(-1, _AXIS)


class _Targets(_Overlap):
    target_class_ids: ClassIds = required("The classes whose overlap is measured.")

    def contradictions(self) -> Iterator[Problem]:
        """The classes measured are among those there are."""
        yield from super().contradictions()
        beyond = [number for number in self.target_class_ids if number >= self.num_classes]
        if beyond:
            yield Problem(
                f"there is no class {beyond[0]} among {self.num_classes}",
                f"classes count from 0 to {self.num_classes - 1}",
                Code.CONTRADICTION,
                ("target_class_ids",),
            )


class IoU(_Targets):
    """The overlap of label and output over their union, for some classes."""

    labels: ClassVar[Labels | Literal["any"]] = "any"

    sparse_y_true: Annotated[bool, Flag()] = optional(
        description="Whether labels are class indices; false for one-hot labels.", default=True
    )


class MeanIoU(_Overlap):
    """The overlap of label and output over their union, averaged over all classes."""

    labels: ClassVar[Labels | Literal["any"]] = "any"

    sparse_y_true: Annotated[bool, Flag()] = optional(
        description="Whether labels are class indices; false for one-hot labels.", default=True
    )


class OneHotIoU(_Targets):
    """The overlap of one-hot labels and output over their union, for some classes."""

    labels: ClassVar[Labels] = "one_hot"

    sparse_y_pred: Annotated[bool, Flag()] = optional(
        description="Whether the output is class numbers; false for one unit a class.",
        default=False,
    )


class OneHotMeanIoU(_Overlap):
    """The overlap of one-hot labels and output over their union, averaged over all classes."""

    labels: ClassVar[Labels] = "one_hot"

    sparse_y_pred: Annotated[bool, Flag()] = optional(
        description="Whether the output is class numbers; false for one unit a class.",
        default=False,
    )


class BinaryIoU(Metric):
    """The overlap of yes-or-no labels and output over their union."""

    labels: ClassVar[Labels] = "binary"

    target_class_ids: Annotated[
        tuple[int, ...],
        ListOf(Whole(0, 1), minimum=1, maximum=2, what="a list of 0, of 1, or of both"),
    ] = optional((0, 1), "The answers whose overlap is measured: 0, 1 or both.")
    threshold: Number = optional(0.5, "Where yes begins; 0 for logits.")
