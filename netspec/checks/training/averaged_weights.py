"""SwapEMAWeights stands without the average that it would put into the network.

The callback validates, and saves, with the average of the weights, which the optimizer keeps with `use_ema: true`.
Without it Keras fails when it validates for the first time.

Source: keras/src/callbacks/swap_ema_weights.py.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {loss: categorical_crossentropy, optimizer: adam}
    training: {epochs: 5}
    callbacks: [SwapEMAWeights]  # NS525

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
    compile: {loss: categorical_crossentropy, optimizer: {Adam: {use_ema: true}}}
    training: {epochs: 5}
    callbacks: [SwapEMAWeights]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.AVERAGED_WEIGHTS


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for the callback where the optimizer keeps no average."""
    del graph
    optimizer = document.compile.optimizer if document.compile is not None else None
    if optimizer is None:
        return
    kind = optimizer.kind()
    for index, callback in enumerate(document.callbacks or ()):
        if callback.kind() == "SwapEMAWeights" and not getattr(optimizer, "use_ema", False):
            yield Finding(
                CODE,
                f"SwapEMAWeights needs the average of the weights, which {kind} keeps with use_ema: true alone",
                document.place("callbacks", index, callback.kind(), key=True),
                f"write `optimizer: {{{kind}: {{use_ema: true}}}}`, or take the callback out",
            )
