"""The form in which labels reach a loss, which follows from the loss and the output's units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netspec.fields import Thing

LabelForm = Literal["integer", "one_hot", "binary"]

# Losses and metrics of Keras that ask of a label whether it is 0, or 1, and take what lies between for one of them.
_WHOLE = frozenset(
    {
        "AUC",
        "BinaryAccuracy",
        "BinaryIoU",
        "FalseNegatives",
        "FalsePositives",
        "Hinge",
        "Precision",
        "PrecisionAtRecall",
        "Recall",
        "RecallAtPrecision",
        "SensitivityAtSpecificity",
        "SpecificityAtSensitivity",
        "SquaredHinge",
        "TrueNegatives",
        "TruePositives",
    }
)


@dataclass(frozen=True)
class LabelEncoding:
    """How class indices become what the loss takes.

    Attributes:
        form: See `label_form`.
        classes: How many classes there are.
        middle: The output of one unit at which its two classes part.
    """

    form: LabelForm
    classes: int
    middle: float = 0.5


def label_form(loss: Thing, units: int | None) -> LabelForm:
    """How a label is given to a loss.

    ``integer``: the class's index. ``one_hot``: a vector with a 1 for the class. ``binary``: 0 or 1, for one unit and
    two classes. A loss over single values takes one-hot vectors where the output has several units.
    """
    labels: Any = getattr(loss, "labels", "one_hot")
    if labels == "integer":
        return "integer"
    return "binary" if units == 1 else "one_hot"


def label_encoding(loss: Thing, units: int | None, classes: int) -> LabelEncoding:
    """The encoding for a loss over so many units and classes."""
    signed = getattr(loss, "from_logits", False) or loss.kind() in {"Hinge", "SquaredHinge"}
    return LabelEncoding(label_form(loss, units), classes, middle=0.0 if signed else 0.5)


def mixing(augmentation: Iterable[Thing] | None) -> str | None:
    """The first augmentation that mixes images, after which labels are shares of two classes; None without one."""
    things = augmentation or ()
    return next((thing.kind() for thing in things if getattr(thing, "mixes", False)), None)


def takes_shares(compared: Thing | str, form: LabelForm) -> bool:
    """Whether a loss, or a metric, means something where labels of the form are shares of classes.

    A metric that is a word is `accuracy`, of which Keras takes the one for the form.
    """
    if isinstance(compared, str):
        return form == "one_hot"
    return form != "integer" and compared.kind() not in _WHOLE
