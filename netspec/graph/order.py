"""The order in which Keras keeps a network's layers, which is not that of the text: by depth, then by first visit.

Source: ``map_graph`` in keras/src/ops/function.py, here without recursion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.layers.shapes import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph, LayerNode


def keras_order(graph: Graph) -> tuple[LayerNode, ...]:
    """The layers as ``keras.Model.layers`` lists them, inputs left out; one that is called twice stands once."""
    done: list[str] = []  # calls, each after all that it takes
    visits: dict[str, int] = {}  # layers, in the order in which they are first met from the outputs
    seen: set[str] = set()
    for _, tensor in sorted(graph.outputs.items()):  # Keras walks a dict by its sorted keys
        stack: list[tuple[str, Iterator[str]]] = []
        _enter(graph, tensor, stack, seen, visits)
        while stack:
            name, taken = stack[-1]
            following = next(taken, None)
            if following is not None:
                _enter(graph, following, stack, seen, visits)
            else:
                done.append(name)
                stack.pop()
    depths = _depths(graph, done)
    layers = {graph.nodes[name].layer_name for name in done}
    ordered = sorted(layers, key=lambda name: (-depths[name], visits[name]))
    return tuple(graph.nodes[name] for name in ordered)


def _enter(
    graph: Graph,
    tensor: str,
    stack: list[tuple[str, Iterator[str]]],
    seen: set[str],
    visits: dict[str, int],
) -> None:
    name = tensor.partition(":")[0]
    if name in graph.inputs or name in seen:
        return
    seen.add(name)
    node = graph.nodes[name]
    visits.setdefault(node.layer_name, len(visits))
    stack.append((name, iter(node.inputs)))


def _depths(graph: Graph, done: list[str]) -> dict[str, int]:
    """How many layers lie between each layer and the outputs, along the longest way."""
    calls: dict[str, int] = {}
    layers: dict[str, int] = {}
    for name in reversed(done):
        node = graph.nodes[name]
        depth = max(calls.get(name, 0), layers.get(node.layer_name, 0))
        calls[name] = layers[node.layer_name] = depth
        for tensor in node.inputs:
            taken = tensor.partition(":")[0]
            calls[taken] = max(depth + 1, calls.get(taken, 0))
    return layers


def keras_weights(graph: Graph) -> tuple[Weight, ...]:
    """Every weight in the order of ``keras.Model.weights``; one of a frozen layer does not train."""
    return tuple(
        Weight(weight.name, weight.shape, node.trains and weight.trainable)
        for node in keras_order(graph)
        for weight in (node.inference.weights if node.inference is not None else ())
    )
