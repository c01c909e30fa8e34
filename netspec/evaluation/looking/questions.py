"""Which class of which output Grad-CAM is made for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.errors import UsageError
from netspec.evaluation.probabilities import predicted_classes
from netspec.report.escape import printable
from netspec.wording import nearest, short

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netspec.evaluation.output import Floats, Output
    from netspec.spec.labels import Target

_MOST_NAMED = 12


@dataclass(frozen=True)
class Question:
    """What one wants to see.

    Attributes:
        key: The output's key.
        index: The place of the class, or the number, among the output's; None for the one that the network says.
    """

    key: str
    index: int | None


def foremost(target: Target, values: Floats) -> int:
    """What an output says first of a picture: its class, the likeliest of several at once, or the first number.

    Args:
        target: What the output learned.
        values: What it gave for the picture, `(1, values)`.
    """
    if target.kind == "number":
        return 0
    if target.kind == "multi_label":
        return int(values.argmax())
    return int(predicted_classes(values, middle=target.encoding.middle)[0])


def question_of(outputs: Mapping[str, Output], *, key: str | None, asked: str | None) -> Question:
    """What is asked of a network.

    Args:
        outputs: Its outputs, by key.
        key: The output that is meant; without, the first that names a class, else the first.
        asked: A class's or a number's name; without, what the network says.

    Raises:
        UsageError: There is no such output, or it says no such thing.
    """
    if key is None:
        with_classes = (name for name, each in outputs.items() if each.target.kind == "class")
        key = next(with_classes, None) or next(iter(outputs))
    if key not in outputs:
        hint = nearest(key, list(outputs)) or f"it has {', '.join(outputs)}"
        raise UsageError(f"the network has no output '{short(printable(key))}'", hint=hint)
    if asked is None:
        return Question(key, None)
    target = outputs[key].target
    if asked not in target.names:
        what = "number" if target.kind == "number" else "class"
        hint = nearest(asked, target.names) or f"it has {_some(target.names)}"
        raise UsageError(
            f"the output '{key}' has no {what} '{short(printable(asked))}'", hint=printable(hint)
        )
    return Question(key, target.names.index(asked))


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return f"{', '.join(names[:_MOST_NAMED])}{more}"
