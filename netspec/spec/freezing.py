"""Which layers a stage of training trains: by their names, the names of blocks' instances, and patterns of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from netspec.graph.graph import Graph, LayerNode
    from netspec.spec.training import Stage

# The letters of a pattern that stand for others.
_LETTERS = "*?"


def trainable_names(graph: Graph, patterns: Iterable[str]) -> frozenset[str]:
    """The layers that any of the patterns names, by the names of the graph's nodes.

    A pattern names a layer, or a block's instance and with it all layers inside; `*` stands for any letters, dots
    among them, and `?` for one. The name of a second call (`Reuse`) is its layer's.
    """
    return frozenset(
        layer
        for pattern in patterns
        for name in _matching(graph, pattern)
        for layer in graph.named[name]
    )


def unmatched(graph: Graph, patterns: Iterable[str]) -> list[int]:
    """The numbers of the patterns that name no layer."""
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
        graph.matched[pattern] = _found(list(graph.named), pattern)
    return graph.matched[pattern]


def _found(names: list[str], pattern: str) -> tuple[str, ...]:
    first, *others = (re.escape(part).replace(r"\?", ".") for part in pattern.split("*"))
    # What stands between two `*` is taken where it comes first, for good: no other place is tried later.
    between = "".join(f"(?>.*?{part})" for part in others[:-1])
    last = f".*{others[-1]}" if others else ""
    # All names in one text: for a large network that is ten times as fast as one after another.
    return tuple(re.findall(f"^{first}{between}{last}$", "\n".join(names), re.MULTILINE))
