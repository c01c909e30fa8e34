"""Losses, loss weights or metrics are given for outputs the network has not.

For a network with several outputs, `loss` names each of them; a mapping's keys are the outputs' names.

Failing: `loss: {digits: mse}` with `model: {output: [digit, parity]}`.

Passing: `loss: {digit: mse, parity: mse}` with `model: {output: [digit, parity]}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding
from netspec.wording import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document
    from netspec.spec.training import CompileSection


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
                    Code.OUTPUT_KEYS,
                    f"the model has no output '{key}'",
                    document.place("compile", field, key, key=True),
                    nearest(key, keys) or f"it has {', '.join(keys)}",
                )
    if not graph.single_output and len(keys) > 1:
        yield from _of_every_output(document, section, keys)
    missing = [key for key in keys if isinstance(section.loss, dict) and key not in section.loss]
    if missing and any(key in graph.outputs for key in section.loss):
        yield Finding(
            Code.OUTPUT_KEYS,
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
            Code.OUTPUT_KEYS,
            f"the model has {len(keys)} outputs, and these metrics say for none which they judge",
            document.place("compile", "metrics"),
            f"write them as a mapping, such as {{{keys[0]}: [accuracy]}}",
        )
    weights = section.loss_weights or {}
    missing = [key for key in keys if weights and key not in weights]
    if missing and any(key in keys for key in weights):
        yield Finding(
            Code.OUTPUT_KEYS,
            f"no loss weight for the output '{missing[0]}'",
            document.place("compile", "loss_weights", key=True),
            "give every output's loss a weight; 1 changes nothing",
        )
