"""The graph: layers in the order of the text, each with its inputs and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.graph.item import Item
    from netspec.layers.base import Layer
    from netspec.layers.shapes import Inference, Shape
    from netspec.spec.application import Application
    from netspec.spec.backbone import Backbone


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
        in_inference: Whether it is called as in inference also while the network trains.
    """

    name: str
    item: Item
    layer: Layer | None
    inputs: tuple[str, ...]
    inference: Inference | None
    outputs: tuple[str, ...]
    shares: str | None = None
    blocks: tuple[str, ...] = ()
    in_inference: bool = False

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
class ApplicationUse:
    """A network of `keras.applications` among the layers.

    Attributes:
        name: What it is called in the graph; its layers' names begin with it and a dot.
        fields: What the spec says of it.
        item: Where it stands.
        takes: The tensor that it is given.
        layers: The names of its layers in the order of Keras's own network, each with Keras's name.
        image: Height, width and channels of what it is given.
    """

    name: str
    fields: Application
    item: Item
    takes: str
    layers: tuple[tuple[str, str], ...]
    image: Shape


@dataclass(frozen=True)
class BackboneUse:
    """Layers of a run's network among the layers.

    Attributes:
        name: What it is called in the graph; its layers' names begin with it and a dot.
        fields: What the spec says of it.
        item: Where it stands.
        folder: The run's directory, or where another run has kept its network.
        network: The run's whole network.
        layers: The names of its layers, each with its name in the run.
    """

    name: str
    fields: Backbone
    item: Item
    folder: Path
    network: Graph
    layers: tuple[tuple[str, str], ...]


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
        applications: The networks of `keras.applications` among its layers, by their names.
        backbones: The networks of runs among its layers, by their names.
    """

    name: str
    inputs: dict[str, Shape]
    nodes: dict[str, LayerNode]
    outputs: dict[str, str]
    single_output: bool
    complete: bool
    input_types: dict[str, str] = field(default_factory=dict)
    applications: dict[str, ApplicationUse] = field(default_factory=dict)
    backbones: dict[str, BackboneUse] = field(default_factory=dict)

    def shape(self, tensor: str) -> Shape | None:
        """The shape of an input or of what a layer gives."""
        if tensor in self.inputs:
            return self.inputs[tensor]
        node = self.nodes[tensor.partition(":")[0]]
        if node.inference is None:
            return None
        return node.inference.output_shapes[node.outputs.index(tensor)]

    def application_of(self, node: LayerNode) -> ApplicationUse | None:
        """The application that a layer, or the one that it calls again, belongs to; None of one that a spec writes."""
        return self.applications.get(node.layer_name.rpartition(".")[0])

    def backbone_of(self, node: LayerNode) -> BackboneUse | None:
        """The Backbone that a layer, or the one that it calls again, belongs to; None of one that a spec writes."""
        if not self.backbones:
            return None
        name = node.layer_name
        return next(
            (use for use in self.backbones.values() if name.startswith(f"{use.name}.")), None
        )

    def opened(self, node: LayerNode) -> str | None:
        """The use of an application or a Backbone that a call stands in, by its name; None of one that stands alone."""
        use = self.application_of(node) or self.backbone_of(node)
        inside = "" if use is None else node.layer_name.removeprefix(use.name)
        is_inside = bool(inside) and node.name.endswith(inside)
        return node.name.removesuffix(inside) if is_inside else None

    @cached_property
    def written(self) -> tuple[LayerNode, ...]:
        """The layers that a spec writes itself: not those of applications and Backbones."""
        if not self.applications and not self.backbones:
            return tuple(self.nodes.values())
        return tuple(
            node
            for node in self.nodes.values()
            if self.application_of(node) is None and self.backbone_of(node) is None
        )

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
