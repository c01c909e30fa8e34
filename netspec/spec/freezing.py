"""Which layers a stage of training trains: by their names, the names of blocks' instances, and patterns of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netspec.spec.depth import Depth

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from netspec.graph.graph import Graph, LayerNode
    from netspec.spec.training import Stage, TrainingSection

# The letters of a pattern that stand for others.
_LETTERS = "*?"


def trainable_names(graph: Graph, patterns: Iterable[str] | Depth) -> frozenset[str]:
    """The layers that any of the patterns names, or that a depth reaches, by the names of the graph's nodes.

    A pattern names a layer, or a block's instance and with it all layers inside; `*` stands for any letters, dots
    among them, and `?` for one. The name of a second call (`Reuse`) is its layer's.
    """
    if isinstance(patterns, Depth):
        return frozenset(reached([node.name for node in _own(graph)], patterns, graph.named))
    return frozenset(
        layer
        for pattern in patterns
        for name in _matching(graph, pattern)
        for layer in graph.named[name]
    )


def reached(names: Sequence[str], depth: Depth, named: Mapping[str, Sequence[str]]) -> list[str]:
    """The layers that a depth reaches; none where it begins at a layer that is not there.

    Args:
        names: All layers, in their order.
        depth: How deep.
        named: The layers that each name stands for, a block's instance among them: the first is where it begins.
    """
    if depth.last is not None:
        return list(names[-depth.last :])
    first = [*named.get(depth.first or "", ())][:1]
    return list(names[names.index(first[0]) :]) if first else []


def _own(graph: Graph) -> Iterator[LayerNode]:
    """The layers, second calls left out."""
    return (node for node in graph.nodes.values() if node.shares is None)


def unmatched(graph: Graph, patterns: Iterable[str] | Depth) -> list[int]:
    """The numbers of the patterns that name no layer; a depth is as one of them."""
    if isinstance(patterns, Depth):
        return [] if trainable_names(graph, patterns) else [0]
    return [index for index, pattern in enumerate(patterns) if not _matching(graph, pattern)]


def is_pattern(text: str) -> bool:
    """Whether it has a letter that stands for others."""
    return any(letter in _LETTERS for letter in text)


def trained_layers(graph: Graph, stage: Stage) -> list[LayerNode]:
    """The layers with weights that a stage changes, in the order of the text."""
    names = None if stage.trainable is None else trainable_names(graph, stage.trainable)
    return [node for node in graph.nodes.values() if _parameters(node, names)]


def trained_parameters(graph: Graph, stage: Stage) -> int:
    """How many parameters a stage changes."""
    names = None if stage.trainable is None else trainable_names(graph, stage.trainable)
    return sum(_parameters(node, names) for node in graph.nodes.values())


def trained_by_stage(graph: Graph, training: TrainingSection | None) -> dict[str, dict[str, int]]:
    """How many parameters of which layers each stage changes, by the stages' names; nothing without stages.

    A stage without a name is called by its number, and a layer of which it changes nothing is not there.
    """
    found = {}
    for number, stage in enumerate(training.stages if training is not None else (), 1):
        names = None if stage.trainable is None else trainable_names(graph, stage.trainable)
        counts = {node.name: _parameters(node, names) for node in graph.nodes.values()}
        found[stage.name or str(number)] = {name: count for name, count in counts.items() if count}
    return found


def parameters_by_stage(graph: Graph, training: TrainingSection | None) -> dict[str, int]:
    """How many parameters each stage changes, by the stages' names; nothing without stages."""
    return {
        name: sum(counts.values()) for name, counts in trained_by_stage(graph, training).items()
    }


def most_trained(graph: Graph, training: TrainingSection | None) -> int:
    """How many parameters the stage changes that changes most; without stages, the whole training."""
    stages = parameters_by_stage(graph, training)
    return max(stages.values(), default=graph.trainable_parameters)


def _parameters(node: LayerNode, names: Collection[str] | None) -> int:
    """How many of a layer's parameters are trained where these layers are; None: where their own flags say so."""
    if names is None:
        return node.trainable_parameters
    if node.name not in names or node.inference is None or node.shares is not None:
        return 0
    # What is frozen inside a layer stays so.
    return sum(weight.size for weight in node.inference.weights if weight.trainable)


def _matching(graph: Graph, pattern: str) -> tuple[str, ...]:
    """The names of layers and blocks' instances that a pattern stands for."""
    if not is_pattern(pattern):
        return (pattern,) if pattern in graph.named else ()
    if pattern not in graph.matched:  # every rule asks again
        graph.matched[pattern] = named_by(list(graph.named), pattern)
    return graph.matched[pattern]


def named_by(names: Sequence[str], pattern: str) -> tuple[str, ...]:
    """The names that a pattern, or a name, stands for."""
    first, *others = (re.escape(part).replace(r"\?", ".") for part in pattern.split("*"))
    # What stands between two `*` is taken where it comes first, for good: no other place is tried later.
    between = "".join(f"(?>.*?{part})" for part in others[:-1])
    last = f".*{others[-1]}" if others else ""
    # All names in one text: for a large network that is ten times as fast as one after another.
    return tuple(re.findall(f"^{first}{between}{last}$", "\n".join(names), re.MULTILINE))
