"""Numbers that are known as standard deviations stand as a variance.

`Normalization` divides by the root of its `variance`. The numbers that people copy, such as 0.229, 0.224 and 0.225 of
ImageNet, are standard deviations, for code that divides by them; a variance is their square. As a variance they divide
by 0.479: images keep less than half of the spread that a network with ImageNet's weights was trained on.

Source: keras/src/layers/preprocessing/normalization.py.

Failing:

    netspec: 1
    model:
      input: [32, 32, 3]
      layers:
        - Rescaling: {scale: 1/255}
        - Normalization: {mean: [0.485, 0.456, 0.406], variance: [0.229, 0.224, 0.225]}  # NS722
        - Flatten
        - Dense: {units: 10, activation: softmax}

Passing:

    netspec: 1
    model:
      input: [32, 32, 3]
      layers:
        - Rescaling: {scale: 1/255}
        - Normalization: {mean: [0.485, 0.456, 0.406], variance: [0.0524, 0.0502, 0.0506]}
        - Flatten
        - Dense: {units: 10, activation: softmax}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from netspec.checks.wiring import Wiring
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.layers.intensity import Normalization
    from netspec.spec.document import Document

CODE = Code.DEVIATIONS

# Deviations of pixels of 0 to 1, channel by channel, as they are published.
_KNOWN: dict[str, tuple[tuple[float, ...], ...]] = {
    "ImageNet": ((0.229, 0.224, 0.225),),
    "CIFAR-10": ((0.247, 0.2435, 0.2616), (0.2023, 0.1994, 0.201)),
    "CIFAR-100": ((0.2673, 0.2564, 0.2762),),
    "MNIST": ((0.3081,),),
    "Fashion-MNIST": ((0.353,),),
}
_SLACK = 0.01


def check(document: Document, graph: Graph) -> Iterator[Finding]:  # noqa: ARG001 - every rule's form
    """Holds each variance against the deviations that are known."""
    nodes = [node for node in graph.written if node.kind == "Normalization" and node.layer]
    wiring = Wiring(graph) if nodes else None
    for node in nodes:
        variance = cast("Normalization", node.layer).variance
        name = None if variance is None else _known(variance)
        assert wiring is not None  # noqa: S101 - there are nodes
        # A Rescaling behind it may divide by the rest, as EfficientNet's does.
        if name is None or any(taker.kind == "Rescaling" for taker in wiring.takers(node)):
            continue
        numbers = variance if isinstance(variance, tuple) else (variance or 0.0,)
        squares = ", ".join(f"{number * number:.3g}" for number in numbers)
        yield Finding(
            CODE,
            f"the variance of Normalization '{node.name}' is {name}'s standard deviation, whose square it should be",
            node.item.place("variance"),
            f"write variance: [{squares}]"
            if isinstance(variance, tuple)
            else f"write variance: {squares}",
        )


def _known(variance: float | tuple[float, ...]) -> str | None:
    """Whose deviations the numbers are, of pixels of 0 to 1 or of 0 to 255."""
    numbers = variance if isinstance(variance, tuple) else (variance,)
    for name, lists in _KNOWN.items():
        for known in lists:
            for highest in (1, 255):
                if len(numbers) == len(known) and all(
                    abs(number - highest * deviation) <= _SLACK * highest * deviation
                    for number, deviation in zip(numbers, known, strict=True)
                ):
                    return name
    return None
