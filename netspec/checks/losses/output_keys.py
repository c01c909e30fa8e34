"""Losses, loss weights or metrics are given for outputs the network has not.

For a network with several outputs, `loss` names each of them; a mapping's keys are the outputs' names.

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
    if section is None or not keys or len(keys) < len(_named(document.output)):
        return
    for field in ("loss", "loss_weights", "metrics"):
        value = getattr(section, field)
        if not isinstance(value, dict):
            continue
        for key in value:
            if key not in graph.outputs:
                yield Finding(
                    CODE,
                    f"the model has no output '{key}'",
                    document.place("compile", field, key, key=True),
                    nearest(key, keys) or f"it has {', '.join(keys)}",
                )
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
