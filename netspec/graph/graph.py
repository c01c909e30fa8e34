"""The graph: layers in the order of the text, each with its inputs and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netspec.graph.item import Item
    from netspec.layers.base import Layer
    from netspec.layers.shapes import Inference, Shape


@dataclass(frozen=True)
class LayerNode:
    """One layer of the network.

    Attributes:
        name: Its name, unique in the network; the Keras layer's name too, with `-` for dots.
        item: Where it stands.
        layer: Its fields, or None where the item has mistakes.
        inputs: The tensors that it takes, by name.
        inference: Output shape, weights and cost; None where they cannot be known for a mistake.
        outputs: The names of the tensors that it gives, as far as they can be taken: its own, then `name:1` …
        shares: The node whose layer it calls again, None where the layer is its own.
        blocks: The blocks that it stands in, from the outermost: one for each name before its own.
    """

    name: str
    item: Item
    layer: Layer | None
    inputs: tuple[str, ...]
    inference: Inference | None
    outputs: tuple[str, ...]
    shares: str | None = None
    blocks: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Keras's class name."""
        return self.layer.kind() if self.layer is not None else self.item.kind or "?"

    @property
    def output_shape(self) -> Shape | None:
        """The shape it gives, without the batch."""
        return self.inference.output_shape if self.inference else None

    @property
    def layer_name(self) -> str:
        """The node whose layer it calls: itself, unless it shares one."""
        return self.shares or self.name

    @property
    def trains(self) -> bool:
        """Whether training changes its weights."""
        return self.layer is not None and self.layer.trainable

    @property
    def parameters(self) -> int:
        """How many numbers its weights hold; those that it shares count where they are first."""
        if self.inference is None or self.shares is not None:
            return 0
        return sum(weight.size for weight in self.inference.weights)

    @property
    def trainable_parameters(self) -> int:
        """How many of them training changes."""
        if self.inference is None or self.shares is not None or not self.trains:
            return 0
        return sum(weight.size for weight in self.inference.weights if weight.trainable)

    @property
    def macs(self) -> int | None:
        """Multiply-accumulates for one sample, None where a size is unknown."""
        return self.inference.macs if self.inference else None


@dataclass(frozen=True)
class Graph:
    """A network.

    Attributes:
        name: What it is called.
        inputs: The inputs' shapes by name.
        nodes: The layers by name, in the order of the text.
        outputs: The outputs' keys, each with the name of what gives it.
        single_output: Whether the Keras model gives one tensor; else a dict by the outputs' keys.
        complete: Whether every layer is known, so that the totals are.
        input_types: The inputs' types by name, where they are not float32.
    """

    name: str
    inputs: dict[str, Shape]
    nodes: dict[str, LayerNode]
    outputs: dict[str, str]
    single_output: bool
    complete: bool
    input_types: dict[str, str] = field(default_factory=dict)

    def shape(self, tensor: str) -> Shape | None:
        """The shape of an input or of what a layer gives."""
        if tensor in self.inputs:
            return self.inputs[tensor]
        name, _, index = tensor.partition(":")
        inference = self.nodes[name].inference
        return None if inference is None else inference.output_shapes[int(index or 0)]

    def output_shapes(self) -> dict[str, Shape | None]:
        """The outputs' shapes by key."""
        return {key: self.shape(name) for key, name in self.outputs.items()}

    @cached_property
    def takers(self) -> dict[str, list[LayerNode]]:
        """The layers that take each tensor, in the order of the text."""
        found: dict[str, list[LayerNode]] = {}
        for node in self.nodes.values():
            for tensor in dict.fromkeys(node.inputs):
                found.setdefault(tensor, []).append(node)
        return found

    @cached_property
    def named(self) -> dict[str, tuple[str, ...]]:
        """Every name that a layer or a block's instance has, each with the layers that it stands for.

        A second call stands for the layer that it shares.
        """
        found: dict[str, list[str]] = {}
        for name, node in self.nodes.items():
            end = name.find(".")
            while end >= 0:
                found.setdefault(name[:end], []).append(node.layer_name)
                end = name.find(".", end + 1)
            found.setdefault(name, []).append(node.layer_name)
        return {name: tuple(layers) for name, layers in found.items()}

    @cached_property
    def matched(self) -> dict[str, tuple[str, ...]]:
        """The names that each pattern stands for which has been asked for; kept by `netspec.spec.freezing`."""
        return {}

    @cached_property
    def parameters(self) -> int:
        """All parameters."""
        return sum(node.parameters for node in self.nodes.values())

    @cached_property
    def trainable_parameters(self) -> int:
        """The parameters that training changes."""
        return sum(node.trainable_parameters for node in self.nodes.values())

    @cached_property
    def macs(self) -> int | None:
        """Multiply-accumulates for one sample, None where a size is unknown."""
        costs = [node.macs for node in self.nodes.values()]
        known = [cost for cost in costs if cost is not None]
        return sum(known) if len(known) == len(costs) else None
