"""Losses, loss weights, metrics or labels are given for outputs the network has not.

For a network with several outputs, `loss` names each of them; a mapping's keys are the outputs' names. So are those of
`data.labels`, which says what an output learns.

Failing:

    netspec: 1
    model:
      input: [28, 28, 1]
      layers:
        - Flatten
        - Dense: {name: stem, units: 32, activation: relu}
        - Dense: {name: digit, inputs: stem, units: 10, activation: softmax}
        - Dense: {name: odd, inputs: stem, units: 1, activation: sigmoid}
      output: [digit, odd]
    compile: {optimizer: adam, loss: {digit: sparse_categorical_crossentropy}}  # NS506

Passing:

    netspec: 1
    model:
      input: [28, 28, 1]
      layers:
        - Flatten
        - Dense: {name: stem, units: 32, activation: relu}
        - Dense: {name: digit, inputs: stem, units: 10, activation: softmax}
        - Dense: {name: odd, inputs: stem, units: 1, activation: sigmoid}
      output: [digit, odd]
    compile: {optimizer: adam, loss: {digit: sparse_categorical_crossentropy, odd: binary_crossentropy}}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding
from netspec.wording import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document
    from netspec.spec.training import CompileSection

CODE = Code.OUTPUT_KEYS


def _named(output: object) -> tuple[str, ...]:
    """The outputs that a list or a mapping names, those that no layer gives among them."""
    return tuple(output) if isinstance(output, (tuple, dict)) else ()


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Holds the keys of mappings against the outputs' names."""
    section = document.compile
    keys = list(graph.outputs)
    if not keys or len(keys) < len(_named(document.output)):
        return
    learned = document.data.labels if document.data is not None else None
    yield from _unknown(document, graph, ("data", "labels"), learned)
    if section is None:
        return
    for field in ("loss", "loss_weights", "metrics"):
        yield from _unknown(document, graph, ("compile", field), getattr(section, field))
    if not graph.single_output and len(keys) > 1:
        yield from _of_every_output(document, section, keys)
    losses = section.loss if isinstance(section.loss, dict) else dict.fromkeys(keys)
    misspelt = {nearest(key, keys) for key in losses if key not in graph.outputs}
    missing = [key for key in keys if key not in losses and did_you_mean("", key) not in misspelt]
    if missing and any(key in graph.outputs for key in losses):
        yield Finding(
            CODE,
            f"no loss for the output '{missing[0]}'",
            document.place("compile", "loss", key=True),
            "give every output a loss, or take it out of model.output",
        )


def _unknown(
    document: Document, graph: Graph, path: tuple[str, str], value: object
) -> Iterator[Finding]:
    """The keys of a mapping that are no outputs."""
    keys = list(graph.outputs)
    for key in value if isinstance(value, dict) else ():
        if key not in graph.outputs:
            yield Finding(
                CODE,
                f"the model has no output '{key}'",
                document.place(*path, key, key=True),
                nearest(key, keys) or f"it has {', '.join(keys)}",
            )


def _of_every_output(
    document: Document, section: CompileSection, keys: list[str]
) -> Iterator[Finding]:
    """What several outputs need: metrics by output, and a weight for all losses or none."""
    if section.metrics and not isinstance(section.metrics, dict):
        yield Finding(
            CODE,
            f"the model has {len(keys)} outputs, and these metrics say for none which they judge",
            document.place("compile", "metrics"),
            f"write them as a mapping, such as {{{keys[0]}: [accuracy]}}",
        )
    weights = section.loss_weights or {}
    missing = [key for key in keys if weights and key not in weights]
    if missing and any(key in keys for key in weights):
        yield Finding(
            CODE,
            f"no loss weight for the output '{missing[0]}'",
            document.place("compile", "loss_weights", key=True),
            "give every output's loss a weight; 1 changes nothing",
        )
