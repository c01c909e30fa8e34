"""The data has no images or labels for all inputs and outputs.

Every image has one label, or several by their names, as a `Csv` or an `ImageFiles` says. An output learns the label
that `data.labels` names for it, else the one of its own name; a network with one output learns the only label there is,
whatever it is called. A named data set has one label, without a name. Several inputs can be validated, summarised and
built, but there is one image to feed them.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Flatten
        - Dense: {name: stem, units: 32, activation: relu}
        - Dense: {name: digit, inputs: stem, units: 10, activation: softmax}
        - Dense: {name: odd, inputs: stem, units: 1, activation: sigmoid}
      output: [digit, odd]  # NS507
    compile: {optimizer: adam, loss: {digit: sparse_categorical_crossentropy, odd: binary_crossentropy}}

Failing, as no label has the output's name:

    netspec: 1
    data: {source: {Csv: {path: pets.csv, labels: {breed: breed, age: {column: months, kind: number}}}}}
    model:
      input: [64, 64, 3]
      layers:
        - Rescaling: {scale: 1/255}
        - Flatten
        - Dense: {name: stem, units: 32, activation: relu}
        - Dense: {name: breed, inputs: stem, units: 12, activation: softmax}
        - Dense: {name: months, inputs: stem, units: 1}
      output: [breed, months]  # NS507
    compile: {optimizer: adam, loss: {breed: sparse_categorical_crossentropy, months: mse}}

Passing:

    netspec: 1
    data:
      source: {Csv: {path: pets.csv, labels: {breed: breed, age: {column: months, kind: number}}}}
      labels: {months: age}
    model:
      input: [64, 64, 3]
      layers:
        - Rescaling: {scale: 1/255}
        - Flatten
        - Dense: {name: stem, units: 32, activation: relu}
        - Dense: {name: breed, inputs: stem, units: 12, activation: softmax}
        - Dense: {name: months, inputs: stem, units: 1}
      output: [breed, months]
    compile: {optimizer: adam, loss: {breed: sparse_categorical_crossentropy, months: mse}}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding
from netspec.things.labels import LABEL
from netspec.wording import nearest, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.source.nodes import Place
    from netspec.spec.document import Document

CODE = Code.DATA_COLUMNS


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Counts inputs, and looks for each output's label."""
    data, facts = document.data, document.facts
    if facts is None or data is None:
        return
    if len(graph.inputs) > 1:
        yield Finding(
            CODE,
            f"the model takes {len(graph.inputs)} inputs, and {facts.name} has one image each",
            document.place("model", "input", key=True),
            "leave `data` out to check, summarise or build it",
        )
    keys, written, known = list(graph.outputs), data.labels or {}, list(facts.labels)
    missing = [key for key, label in facts.label_names(data, keys).items() if label is None]
    if known == [LABEL] and not written and missing == keys and len(keys) > 1:
        yield Finding(
            CODE,
            f"the model has {len(keys)} outputs, and {facts.name} has one label each",
            document.place("model", "output", key=True),
            "for a single output, name the layer alone: `output: head`",
        )
        return
    for key in missing:
        if key in written:
            yield Finding(
                CODE,
                f"{facts.name} has no label '{short(written[key])}'",
                document.place("data", "labels", key),
                nearest(written[key], known) or f"it has {short(', '.join(known))}",
            )
        elif not any(_is_meant(wrong, key, keys) for wrong in written):
            yield Finding(
                CODE,
                f"the output '{key}' has no label: {facts.name} has {short(', '.join(known))}",
                _place(document, graph, key),
                _hint(key, known),
            )


def _is_meant(wrong: str, key: str, keys: list[str]) -> bool:
    """Whether a key of `data.labels` that is no output means this one; of that `output_keys` tells."""
    meant = nearest(wrong, keys)
    return wrong not in keys and meant is not None and meant.instead == key


def _hint(key: str, known: list[str]) -> str:
    label = next(iter(known)) if len(known) == 1 else "…"
    near = nearest(key, known)
    if near is not None and near.instead is not None:
        label = near.instead
    return f"say which it learns: `data: {{labels: {{{key}: {short(label)}}}}}`"


def _place(document: Document, graph: Graph, key: str) -> Place:
    """Where an output is named, else the layer that gives it."""
    written = document.output
    if isinstance(written, str):
        return document.place("model", "output")
    if isinstance(written, tuple) and key in written:
        return document.place("model", "output", written.index(key))
    if isinstance(written, dict) and key in written:
        return document.place("model", "output", key, key=True)
    node = graph.nodes.get(graph.outputs[key])
    return document.place("model", "layers", key=True) if node is None else node.item.place()
