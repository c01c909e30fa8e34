"""The loss cannot tell a good network from a bad one.

Some settings leave nothing to learn from. `label_smoothing: 1` makes the labels of all images one and the same: usual
is 0.1. A focal loss whose `alpha` is 0 is 0 for every network; with `apply_class_balancing`, an `alpha` of 0 or 1
leaves one of the two answers out. `alpha` and `beta` of Tversky say what mistakes count, and both are 0. The weights
of all losses are 0.

Source: keras/src/losses/losses.py.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile:
      optimizer: adam
      loss: {CategoricalCrossentropy: {label_smoothing: 1}}  # NS519
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile:
      optimizer: adam
      loss: {CategoricalCrossentropy: {label_smoothing: 0.1}}
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.checks.losses.outputs import compiled_outputs
from netspec.checks.written import field_place
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.LOSS_OF_NOTHING


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks at what makes a loss the same for every network."""
    section = document.compile
    if section is None:
        return
    weights = section.loss_weights
    if weights and set(weights) >= set(graph.outputs) and not any(weights.values()):
        yield Finding(
            CODE,
            "the weight of every loss is 0, so that there is nothing to learn from",
            document.place("compile", "loss_weights"),
            "give one of them a weight, such as 1",
        )
    for output in compiled_outputs(document, graph):
        mistake = _mistake(output.loss)
        if mistake is not None:
            field, message, hint = mistake
            yield Finding(CODE, message, field_place(document, output.loss_path, field), hint)


def _mistake(loss: Any) -> tuple[str, str, str] | None:
    """The field, what is wrong with it, and what to do."""
    kind = loss.kind()
    alpha = getattr(loss, "alpha", None)
    if getattr(loss, "label_smoothing", 0) == 1:
        return (
            "label_smoothing",
            f"label_smoothing: 1 of {kind} makes the labels of all images the same",
            "write a small share, such as 0.1",
        )
    if kind == "CategoricalFocalCrossentropy" and not any(
        alpha if isinstance(alpha, tuple) else (alpha,)
    ):
        return "alpha", f"alpha of {kind} is 0, and so is the loss", "write 0.25, which is usual"
    if kind == "BinaryFocalCrossentropy" and loss.apply_class_balancing and alpha in {0, 1}:
        left_out = "yes" if alpha == 0 else "no"
        return (
            "alpha",
            f"alpha of {kind} is {alpha:g}, so that a {left_out} never counts",
            "write 0.25, which is usual",
        )
    if kind == "Tversky" and alpha == 0 and loss.beta == 0:
        return (
            "alpha",
            "alpha and beta of Tversky are 0, so that no mistake counts",
            "write 0.5 for both, which is Dice",
        )
    return None
