"""Whether a layer that is found again takes what it took before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from netspec.fields.difference import ABSENT, FieldChange
from netspec.layers.base import ArgumentLayer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.graph.matching import Matching
    from netspec.graph.placed import PlacedLayer

# Of so many layers it is remembered that a layer reaches them through those that are new, gone or moved.
_MAX_REACHED = 64


class Wiring:
    """What layers take in two networks, under the names of the second."""

    def __init__(self, matching: Matching, before: Graph, after: Graph) -> None:
        """Follows every layer's inputs to the layers that both networks have in the same order.

        Args:
            matching: The layers that are the same.
            before: The one network.
            after: The other.
        """
        self._names = _same_inputs(before, after)
        fixed = {**self._names}
        for left, right in matching.pairs:
            name = matching.before[left].name
            self._names[name] = matching.after[right].name
            if right not in matching.moved:
                fixed[name] = matching.after[right].name
        self._reached_before = _reached(matching.before, fixed)
        self._reached_after = _reached(matching.after, {name: name for name in fixed.values()})

    def now(self, tensor: str) -> str:
        """What a tensor is called now; its own name where its layer is gone."""
        name, colon, index = tensor.partition(":")
        return f"{self._names.get(name, name)}{colon}{index}"

    def is_same(self, before: str, after: str) -> bool:
        """Whether two tensors are the same one, or differ only by layers between that are new, gone or moved."""
        if self.now(before) == after and before.partition(":")[0] in self._names:
            return True
        if before.partition(":")[2] != after.partition(":")[2]:
            return False
        return bool(_reach(self._reached_before, before) & _reach(self._reached_after, after))

    def changes(
        self, before: PlacedLayer, after: PlacedLayer, *, exactly: bool
    ) -> Iterator[FieldChange]:
        """What differs in what a layer takes, and in whose weights it uses.

        Args:
            before: The layer as it was.
            after: The same layer as it is.
            exactly: Whether layers between that are new, gone or moved count, too.
        """
        slots = _arguments(before), _arguments(after)
        alike = slots[0] == slots[1] and all(
            self.now(one) == other if exactly else self.is_same(one, other)
            for one, other in zip(before.inputs, after.inputs, strict=True)
        )
        if not alike:
            names = tuple(self.now(name) for name in before.inputs)
            yield FieldChange("inputs", _told(slots[0], names), _told(slots[1], after.inputs))
        shares = before.node.shares, after.node.shares
        if shares[0] is None or shares[1] is None or self.now(shares[0]) != shares[1]:
            told = tuple(ABSENT if name is None else name for name in shares)
            if told[0] is not told[1]:
                yield FieldChange("shares", *told)


def _same_inputs(before: Graph, after: Graph) -> dict[str, str]:
    """The network's inputs: by name, the others by their order."""
    names = {name: name for name in before.inputs if name in after.inputs}
    left = [name for name in before.inputs if name not in names]
    right = [name for name in after.inputs if name not in names]
    return names | (dict(zip(left, right, strict=True)) if len(left) == len(right) else {})


def _reached(layers: tuple[PlacedLayer, ...], fixed: dict[str, str]) -> dict[str, frozenset[str]]:
    reached = {name: frozenset({now}) for name, now in fixed.items()}
    for layer in layers:
        if layer.name not in reached:
            found = [name for each in layer.inputs for name in _reach(reached, each)]
            reached[layer.name] = frozenset(found[:_MAX_REACHED])
    return reached


def _reach(reached: dict[str, frozenset[str]], tensor: str) -> frozenset[str]:
    return reached.get(tensor.partition(":")[0], frozenset())


def _arguments(layer: PlacedLayer) -> tuple[str, ...]:
    """The argument of the layer's call that each input is for; nothing where it has but one."""
    node = layer.node
    if not isinstance(node.layer, ArgumentLayer) or len(layer.inputs) != len(node.inputs):
        return ("",) * len(layer.inputs)
    given = node.layer.by_argument(layer.inputs)
    return tuple(argument for argument, names in given.items() for _ in names)


def _told(arguments: tuple[str, ...], names: tuple[str, ...]) -> Any:
    names = tuple(re.sub(":(?=[A-Za-z])", ".", name) for name in names)  # inside an application
    if any(arguments):
        told: dict[str, Any] = {}
        for argument, name in zip(arguments, names, strict=True):
            told[argument] = [*told[argument], name] if argument in told else [name]
        return {key: value[0] if len(value) == 1 else value for key, value in told.items()}
    return names[0] if len(names) == 1 else list(names)
