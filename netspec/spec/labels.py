"""The form in which labels reach a loss, which follows from the loss and the output's units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from netspec.fields import Thing
    from netspec.things.labels import LabelFacts, LabelKind

LabelForm = Literal["integer", "one_hot", "binary", "flags", "numbers"]


@dataclass(frozen=True)
class LabelEncoding:
    """How labels become what the loss takes.

    Attributes:
        form: See `label_form`; ``flags`` and ``numbers`` are labels that reach the loss as they are: a value for each
            of several classes, or numbers.
        classes: How many classes there are, or numbers.
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
    """The encoding of one class an image for a loss over so many units and classes."""
    return LabelEncoding(label_form(loss, units), classes, middle=_middle(loss))


def _middle(loss: Thing) -> float:
    signed = getattr(loss, "from_logits", False) or loss.kind() in {"Hinge", "SquaredHinge"}
    return 0.0 if signed else 0.5


@dataclass(frozen=True)
class Target:
    """What one output of a network learns.

    Attributes:
        output: The output's key.
        label: The source's name for what it learns.
        kind: One class an image, several at once, or numbers.
        names: What the classes, or the numbers, are called when shown, in label order.
        own_names: What the data calls them.
        encoding: How the labels reach the loss.
    """

    output: str
    label: str
    kind: LabelKind
    names: tuple[str, ...]
    own_names: tuple[str, ...]
    encoding: LabelEncoding

    @property
    def positive_class(self) -> str | None:
        """The class that is 1 where one unit tells two classes apart, else None."""
        return self.names[1] if self.kind == "class" and self.encoding.form == "binary" else None


def target(  # noqa: PLR0913 - each has a name
    output: str,
    label: str,
    facts: LabelFacts,
    *,
    loss: Thing,
    units: int | None,
    names: tuple[str, ...] | None = None,
) -> Target:
    """What an output of so many units learns with a loss, once the data has been looked at.

    Args:
        output: The output's key.
        label: The source's name for the label.
        facts: What is known of the label, its names among it.
        loss: The output's loss.
        units: How many values it gives.
        names: What the spec calls the classes, where it says.
    """
    own = facts.names
    assert own is not None  # noqa: S101 - the data has been looked at
    if facts.kind == "class":
        encoding = label_encoding(loss, units, len(own))
    else:
        form: LabelForm = "flags" if facts.kind == "multi_label" else "numbers"
        encoding = LabelEncoding(form, len(own), middle=_middle(loss))
    return Target(output, label, facts.kind, names or own, own, encoding)
