"""The loss cannot take the labels.

`categorical_crossentropy` takes one value a class, `binary_crossentropy` one unit for two classes. A loss that compares
a class index with one unit alone has nothing to compare. A class index is no number that could be any, and of several
answers that are right at once there is no one index.

Under an augmentation that mixes images, labels are shares of two classes, which a hinge takes for neither of its two.
`sparse_categorical_crossentropy` is then lowered as `categorical_crossentropy`, which is equal to it for whole classes,
and with it the metrics that take class indices. `ignore_class`, which is about whole classes, has no counterpart there.

Failing:

    netspec: 1
    data: {source: {ImageFolder: {path: pets}}}
    model:
      input: [64, 64, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 1, activation: sigmoid}}]
    compile: {optimizer: adam, loss: categorical_crossentropy}  # NS504
    training: {epochs: 5}

Failing, as a hinge takes no shares:

    netspec: 1
    data: {source: mnist}
    augmentation: [MixUp]
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10}}]
    compile: {optimizer: adam, loss: hinge}  # NS504
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: {ImageFolder: {path: pets}}}
    model:
      input: [64, 64, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 1, activation: sigmoid}}]
    compile: {optimizer: adam, loss: binary_crossentropy}
    training: {epochs: 5}

Passing, as class indices become one-hot vectors before they are mixed:

    netspec: 1
    data: {source: mnist}
    augmentation: [MixUp]
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {optimizer: adam, loss: sparse_categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.losses.outputs import OF_CLASSES, compiled_outputs
from netspec.checks.written import field_place
from netspec.diagnostics import Code, Finding
from netspec.spec.shares import has_twin, index_field, takes_shares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.checks.losses.outputs import Output
    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.LOSS_LABELS


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds each loss's labels against the output's units."""
    for output in compiled_outputs(document, graph):
        if output.shape is None or len(output.shape) != 1:
            continue
        mistake = (
            _of_other_kinds(output) if output.kind not in {None, "class"} else _of_units(output)
        )
        if mistake is not None:
            yield Finding(CODE, mistake[0], output.loss_place, mistake[1])
        elif output.mixed_by is not None and output.kind != "number":
            yield from _of_shares(document, output)


def _of_units(output: Output) -> tuple[str, str] | None:
    """What is wrong with a loss over classes, and what to do."""
    if output.takes_no_single_value and output.classes in {None, 2}:
        return (
            f"{output.loss.kind()} compares one value a class, and {output.called} gives 1 value",
            "use binary_crossentropy, or one unit a class",
        )
    return None


def _of_other_kinds(output: Output) -> tuple[str, str] | None:
    """What is wrong with a loss over several answers, or numbers, and what to do."""
    loss, takes_one = output.loss.kind(), output.loss.labels == "integer"
    if output.kind == "number" and (
        takes_one or (output.takes_no_single_value and loss in OF_CLASSES)
    ):
        return (
            f"{loss} takes one class of several, and {output.learned} is a number",
            "write mse or huber, which take numbers",
        )
    if output.kind == "multi_label" and (
        takes_one or (output.takes_no_single_value and loss in OF_CLASSES)
    ):
        return (
            f"{loss} takes one class of several, and {output.learned} says of each whether it is there",
            "write binary_crossentropy, which takes a yes or no for each",
        )
    return None


def _of_shares(document: Document, output: Output) -> Iterator[Finding]:
    """Whether a loss takes shares of two classes, or is equal to one that does."""
    loss, units, mixed_by = output.loss, output.units, output.mixed_by
    field = index_field(loss)
    if field is not None:
        yield Finding(
            CODE,
            f"{field} of {loss.kind()} is about whole classes, and {mixed_by} makes shares of two",
            field_place(document, output.loss_path, field),
            f"leave {field} out, or {mixed_by}",
        )
    elif not has_twin(loss) and not takes_shares(loss, output.form):
        whole = "one class an image" if loss.labels == "integer" else "one of two classes an image"
        of = "binary" if units == 1 or output.form == "flags" else "categorical"
        yield Finding(
            CODE,
            f"{loss.kind()} takes {whole}, and {mixed_by} makes shares of two",
            output.loss_place,
            f"write {of}_crossentropy, which takes shares",
        )
