"""The form in which labels reach a loss, which follows from the loss and the output's units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from netspec.fields import Thing

LabelForm = Literal["integer", "one_hot", "binary"]


@dataclass(frozen=True)
class LabelEncoding:
    """How class indices become what the loss takes.

    Attributes:
        form: See `label_form`.
        classes: How many classes there are.
    """

    form: LabelForm
    classes: int


def label_form(loss: Thing, units: int | None) -> LabelForm:
    """How a label is given to a loss.

    ``integer``: the class's index. ``one_hot``: a vector with a 1 for the class. ``binary``: 0 or 1, for one unit and
    two classes. A loss over single values takes one-hot vectors where the output has several units.
    """
    labels: Any = getattr(loss, "labels", "one_hot")
    if labels == "integer":
        return "integer"
    return "binary" if units == 1 else "one_hot"
