"""What the stages of training name, where blocks are written out: every layer by its own new name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.source.nodes import ListNode, MapNode, ScalarNode
from netspec.spec.depth import Depth
from netspec.spec.freezing import trainable_names
from netspec.spec.resolved import with_entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netspec.graph.graph import Graph
    from netspec.source.nodes import Node
    from netspec.spec.training import TrainingSection


def with_layers_named(
    tree: MapNode, training: TrainingSection | None, graph: Graph, names: Mapping[str, str]
) -> MapNode:
    """The spec whose stages name single layers, as blocks' instances and their paths are gone.

    Args:
        tree: The spec.
        training: Its section.
        graph: Its network.
        names: What its layers are called now.
    """
    section = tree.get("training")
    stages = section.get("stages") if isinstance(section, MapNode) else None
    if training is None or not isinstance(section, MapNode) or not isinstance(stages, ListNode):
        return tree
    items = list(stages.items)
    for index, stage in enumerate(training.stages):
        item = items[index]
        if stage.trainable is None or not isinstance(item, MapNode):
            continue
        if isinstance(stage.trainable, Depth):
            items[index] = _from_new_name(item, graph, stage.trainable, names)
            continue
        found = trainable_names(graph, stage.trainable)
        with_weights = [name for name in graph.nodes if name in found and _has_weights(graph, name)]
        layers = _as_few_as_can_be(graph, with_weights or sorted(found), names)
        if layers != list(stage.trainable):
            items[index] = with_entry(
                item, "trainable", _list_at(item.entries["trainable"].node, layers)
            )
    at = (stages.line, stages.column), (stages.end_line, stages.end_column)
    return with_entry(
        tree, "training", with_entry(section, "stages", ListNode(stages.source, *at, items=items))
    )


def _from_new_name(stage: MapNode, graph: Graph, depth: Depth, names: Mapping[str, str]) -> MapNode:
    """A stage that trains from a layer on, by that layer's new name; the order of the layers is as it was."""
    written = stage.entries["trainable"].node
    first = next(iter(graph.named.get(depth.first or "", ())), None)
    if first is None or not isinstance(written, MapNode) or names[first] == depth.first:
        return stage
    node = written.entries["from"].node
    at = (node.line, node.column), (node.end_line, node.end_column)
    name = ScalarNode(node.source, *at, scalar=names[first], text=names[first])
    return with_entry(stage, "trainable", with_entry(written, "from", name))


def _as_few_as_can_be(graph: Graph, found: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """The layers by their new names; of an application or a Backbone all of whose weights are among them, its own."""
    wholly: dict[str, str] = {}
    opened = [*(each.layers for each in graph.applications.values())]
    opened += [each.layers for each in graph.backbones.values()]
    for layers in opened:
        own = [name for name, _ in layers if _has_weights(graph, name)]
        if own and {*own} <= {*found}:
            wholly |= dict.fromkeys(own, _around(graph, own[0], names))
    return list(dict.fromkeys(wholly.get(name, names[name]) for name in found))


def _around(graph: Graph, name: str, names: Mapping[str, str]) -> str:
    """What the application or the Backbone is called now that a layer stands in."""
    around = graph.opened(graph.nodes[name]) or name
    return names[name].removesuffix(name.removeprefix(around))


def _has_weights(graph: Graph, name: str) -> bool:
    inference = graph.nodes[name].inference
    return inference is not None and bool(inference.weights)


def _list_at(node: Node, texts: list[str]) -> ListNode:
    """A list of texts that stands where another node does."""
    at = (node.line, node.column), (node.end_line, node.end_column)
    items: list[Node] = [ScalarNode(node.source, *at, scalar=text, text=text) for text in texts]
    return ListNode(node.source, *at, items=items)
