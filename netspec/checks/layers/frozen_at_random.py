"""A layer with random weights does not train.

`trainable: false` keeps weights as they are. Where they were learned before, that saves what they know; but a network
that is made from a spec begins with random weights, and frozen they stay random: the layer mixes its input in a way
that nobody chose. It is right where weights are loaded into the model later, in Python, or where random features are
meant. So it is with a layer that no stage's `trainable` names, where training has stages, and with an application of
`weights: null`.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Conv2D: {filters: 16, kernel_size: 3, activation: relu, trainable: false}  # NS742
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Conv2D: {filters: 16, kernel_size: 3, activation: relu}
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy, metrics: [accuracy]}
    training: {epochs: 5}
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netspec.checks.layers.families import and_others, told
from netspec.diagnostics import Code, Finding
from netspec.spec.freezing import trained_layers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import ApplicationUse, Graph, LayerNode
    from netspec.spec.document import Document

CODE = Code.FROZEN_AT_RANDOM

_RANDOM = re.compile(
    r"glorot|he_|lecun|random|truncated|variance_?scaling|orthogonal|uniform|normal", re.IGNORECASE
)


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Finds such layers of a network that is trained, and tells the first."""
    if document.training is None or not graph.trainable_parameters or _is_given(document):
        return
    thawed = {
        node.name for stage in document.training.phases for node in trained_layers(graph, stage)
    }
    found = [
        node
        for node in graph.nodes.values()
        if node.name not in thawed
        and _begins_at_random(graph, node)
        and graph.backbone_of(node) is None
    ]
    if not found:
        return
    first = found[0]
    use = graph.application_of(first)
    if use is not None:
        yield _of_application(graph, use, found)
        return
    does = "is trained in no stage" if first.trains else "does not train"
    yield Finding(
        CODE,
        f"{told(first)} {does}, and keeps the random weights that it begins with{and_others(found)}",
        first.item.place("trainable"),
        "name it in a stage's `trainable`, unless weights are loaded into it later"
        if first.trains
        else "leave `trainable: false` out, unless weights are loaded into it later",
    )


def _of_application(graph: Graph, use: ApplicationUse, found: list[LayerNode]) -> Finding:
    """The finding for a network of keras.applications, whose layers count as one."""
    own = [node for node in found if graph.application_of(node) is use]
    others = [node for node in found if graph.application_of(node) is not use]
    random = [name for name, _ in use.layers if _begins_at_random(graph, graph.nodes[name])]
    what = f"{use.fields.architecture} '{use.name}'"
    if len(own) < len(random):
        what = f"a part of {what}, {len(own)} of its layers,"
    does = "is trained in no stage" if own[0].trains else "does not train"
    return Finding(
        CODE,
        f"{what} {does}, and keeps the random weights that it begins with"
        f"{and_others([own, *others])}",
        use.item.place("weights"),
        "write `weights: imagenet`, or let it train",
    )


def _is_given(document: Document) -> bool:
    """Whether the whole network begins with weights of a file."""
    return document.spec is not None and document.spec.model.weights is not None


def _begins_at_random(graph: Graph, node: LayerNode) -> bool:
    if node.inference is None or node.shares is not None:
        return False
    use = graph.application_of(node)
    if use is not None and use.fields.weights is not None:
        return False
    for weight in node.inference.weights:
        first = getattr(node.layer, f"{weight.prefix or weight.name}_initializer", None)
        name = first if isinstance(first, str) else first.kind() if first is not None else ""
        if _RANDOM.search(name) or name.startswith("He"):
            return True
    return False
