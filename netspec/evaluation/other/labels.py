"""What other data says of its images, as the labels that a run's network has learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from netspec.data.sources.classes import some
from netspec.errors import DataError
from netspec.evaluation.other.matching import match
from netspec.evaluation.other.renumbered import renumbered, reordered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from netspec.data.images import Images
    from netspec.spec.facts import DataFacts
    from netspec.spec.labels import Target
    from netspec.things.labels import LabelFacts, LabelKind

_KINDS: dict[LabelKind, str] = {
    "class": "one class an image",
    "multi_label": "several classes at once",
    "number": "numbers",
}


class Learned(NamedTuple):
    """How labels of other data become those that one output of a network has learned.

    Attributes:
        label: The data's name for the label.
        kind: As `LabelFacts` has it.
        numbers: For each of its classes, or values, the number among the output's.
        size: How many the output has.
        notice: What is to be told of it; None where there is nothing.
    """

    label: str
    kind: LabelKind
    numbers: tuple[int, ...]
    size: int
    notice: str | None = None

    def values(self, images: Images) -> NDArray[Any]:
        """The images' labels: int64 `(images,)`, or float32 `(images, values)`."""
        labels = images.labels[self.label]
        if self.kind == "class":
            return renumbered(labels, self.numbers)
        # What the data has no value for stands behind its own, and is 0.
        none = np.zeros((len(labels), 1), labels.dtype)
        places = {number: place for place, number in enumerate(self.numbers)}
        wanted = [places.get(number, len(self.numbers)) for number in range(self.size)]
        return reordered(np.concatenate([labels, none], axis=1), wanted)


def find_learned(
    facts: DataFacts, targets: Sequence[Target], *, labels: Mapping[str, str], where: str
) -> dict[str, Learned]:
    """What each output learned, found in other data, by the outputs' keys.

    An output learned the label that has the name which the run's own data had for it, or the output's own; or, where
    there is one of each, the one.

    Args:
        facts: What is known of the data.
        targets: What the outputs learned; their `own_names` are what the run's own data calls it.
        labels: The run's names for the labels, by the outputs' keys, as far as they have any.
        where: What people call the data, in a form that can be printed.

    Raises:
        DataError: A label is not there, is of another kind, or has classes that are not the network's.
    """
    alone = list(facts.labels) if len(targets) == len(facts.labels) == 1 else []
    found = {}
    for target in targets:
        names = [labels.get(target.output), target.label, target.output, *alone]
        name = next((each for each in names if each in facts.labels), None)
        if name is None:
            raise DataError(
                f"{where} does not say what the output {target.output} has learned: it has {some(facts.labels)}",
                hint=f"give it a label of that name: `labels: {{{target.output}: …}}`",
            )
        found[target.output] = _learned(name, facts.labels[name], target, where)
    return found


def _learned(name: str, facts: LabelFacts, target: Target, where: str) -> Learned:
    if facts.kind != target.kind:
        raise DataError(
            f"{where} has {_KINDS[facts.kind]}, and the output {target.output} has learned "
            f"{_KINDS[target.kind]}",
            hint="name data that says the same of its images",
        )
    names = facts.names or ()
    count = len(target.names)
    if facts.kind == "number" and len(names) == count == 1:
        return Learned(name, facts.kind, (0,), count)
    numbers, notice = match(names, target.names, target.own_names, where=where)
    lacking = [each for number, each in enumerate(target.names) if number not in numbers]
    if facts.kind == "number" and lacking:
        raise DataError(
            f"{where} does not have all numbers that the network gives: no {some(lacking)}",
            hint=f"it has {some(names)}",
        )
    if facts.kind == "multi_label" and lacking:
        none = f"no image of {where} is taken to have {some(lacking)}, of which it says nothing"
        notice = none if notice is None else f"{notice}; {none}"
    return Learned(name, facts.kind, numbers, count, notice)
