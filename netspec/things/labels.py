"""What an image can be labelled with."""

from dataclasses import dataclass
from typing import Literal

from netspec.fields import Text

# A text that any list can show.
ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,100}$"

LabelKind = Literal["class", "multi_label", "number"]

# What a source calls its label where it has one, and no name for it.
LABEL = "label"
LABEL_NAME = Text(
    "a label's name, one line of at most 100 characters",
    ONE_LINE,
)
CLASS_NAME = Text(
    "a class's name, one line of at most 100 characters",
    ONE_LINE,
)


@dataclass(frozen=True)
class LabelFacts:
    """What is known of one label that every image has.

    Attributes:
        kind: ``class``: one of several classes. ``multi_label``: any number of several classes at once. ``number``: one
            or more numbers.
        names: What the classes, or the numbers, are called, in label order; None where nobody has looked.
        size: How many there are, where that is known without their names.
    """

    kind: LabelKind
    names: tuple[str, ...] | None = None
    size: int | None = None

    @property
    def count(self) -> int | None:
        """How many classes or numbers there are, where that is known."""
        return len(self.names) if self.names is not None else self.size
