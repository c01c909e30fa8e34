"""Numbers that a network's last activation cannot give."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from netspec.checks.losses.endings import POSITIVE, WITHIN_ONE, values_of
from netspec.checks.losses.outputs import compiled_outputs
from netspec.diagnostics import Code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.checks.losses.endings import Values
    from netspec.inspection.found import Finder, ImageFinding
    from netspec.inspection.population import Population
    from netspec.inspection.subject import Subject


def check_numbers(
    population: Population, subject: Subject, finder: Finder
) -> Iterator[ImageFinding]:
    """The number labels of which training images have values that their output never comes to."""
    train = population.splits["train"]
    for output in compiled_outputs(subject.document, subject.graph):
        label = subject.learned.get(output.key)
        if label is None or population.names[label].kind != "number" or not len(train):
            continue
        values = values_of(subject.graph, output)
        low, high = _range(values)
        of = population.labels(label)[train]
        least, most = float(of.min()), float(of.max())
        if low <= least and most <= high:
            continue
        ending = values.endings[0]
        given = f"nothing below {low:g}" if high == inf else f"values between {low:g} and {high:g}"
        yield finder.found(
            Code.BOUNDED_NUMBERS,
            f"{ending}, which gives {given}, and the training images' numbers lie between {least:g} and {most:g}",
            f"leave {ending.activation} out, or bring the numbers to that range",
            level="warning",
        )


def _range(values: Values) -> tuple[float, float]:
    """Between what the values of an output lie, as far as is known."""
    if values.are_probabilities and not values.is_one_whole:
        return 0, 1
    if values.activation in WITHIN_ONE:
        return -1, 1
    return (0, inf) if values.activation in POSITIVE else (-inf, inf)
