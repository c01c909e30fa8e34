"""A network for review: its layers or blocks, shapes, parameters and cost, as data and JSON."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from typing_extensions import TypedDict  # the one that pydantic reads on Python 3.11

from netspec.graph.cost import (
    BYTES,
    activations,
    flops,
    most_training_bytes,
    repeats,
    weight_bytes,
)
from netspec.graph.folding import count_parts, depth_of, fold, names_of
from netspec.graph.graph import Graph
from netspec.graph.receptive import receptive_fields
from netspec.layers.base import Layer
from netspec.layers.shapes import product, total
from netspec.spec.freezing import parameters_by_stage

if TYPE_CHECKING:
    from fractions import Fraction

    from rich.console import Console

    from netspec.graph.folding import Folded, Part
    from netspec.graph.graph import LayerNode
    from netspec.graph.receptive import ReceptiveField
    from netspec.layers.shapes import Shape
    from netspec.spec.document import Document

_DEFAULT_BATCH_SIZE = 32

SortKey = Literal["parameters", "macs", "memory", "name"]


class LayerRecord(TypedDict):
    """One layer of ``netspec summary --format json``, or with ``--depth`` the layers of one use of a block."""

    name: str
    type: str
    output_shape: list[int | None]
    output_shapes: list[list[int | None]]
    parameters: int
    trainable_parameters: int
    macs: int | None
    activation_bytes: int | None
    receptive_field: list[int] | None
    stride: list[int | float] | None
    inputs: list[str]
    shares: str | None
    holds: str | None
    layer_count: int
    inside: list[LayerRecord]
    file: str
    line: int


class SummaryDocument(TypedDict):
    """What ``netspec summary --format json`` prints.

    `trainable_parameters` are those of layers that train by their own flags; `trained_by_stage` says how many each
    stage of training changes, and is empty where there are none. `training_bytes` are those of the stage that takes
    most.
    """

    name: str
    inputs: dict[str, list[int | None]]
    outputs: dict[str, str]
    total_parameters: int
    trainable_parameters: int
    non_trainable_parameters: int
    trained_by_stage: dict[str, int]
    macs: int | None
    flops: int | None
    weight_bytes: int
    activation_bytes: int | None
    training_bytes: int | None
    batch_size: int
    layers: list[LayerRecord]


@dataclass(frozen=True)
class LayerSummary:
    """One layer, or the layers of one use of a block; shapes are without the batch.

    Attributes:
        name: Its name, or the use's.
        type: Keras's class, or the block.
        output_shape: What it gives.
        output_shapes: All that it gives, that first; of a block, what is taken outside.
        output_names: What they are called, where the spec says it.
        parameters: How many it has; those that it shares count where they are first.
        trainable_parameters: How many of them training changes.
        macs: Multiply-accumulates for one sample, None where a size is unknown.
        activation_bytes: What its layers give for one sample, in float32.
        receptive_field: How much of the input a position of its output comes from, an axis each; None where its output
            has no places.
        stride: How far apart in the input two neighbours look.
        inputs: What it takes: layers, blocks or inputs; `name:1` is a layer's second output.
        shares: Whose weights it has, where they are all another's.
        holds: What a layer that takes a layer has taken.
        layer_count: How many layers it is; 0 for one that stands by itself.
        inside: The layers of a block that stands in this layer; its own numbers include theirs.
        file, line: Where it is written: in the spec, a file that it extends, or an assignment, ``--set[1]``.
    """

    name: str
    type: str
    output_shape: Shape
    output_shapes: tuple[Shape, ...]
    output_names: tuple[str, ...]
    parameters: int
    trainable_parameters: int
    macs: int | None
    activation_bytes: int | None
    receptive_field: tuple[int, ...] | None
    stride: tuple[Fraction, ...] | None
    inputs: tuple[str, ...]
    shares: str | None
    holds: str | None
    layer_count: int
    inside: tuple[LayerSummary, ...]
    file: str
    line: int


@dataclass(frozen=True)
class Summary:
    """A network's layers and totals. Bytes are of float32; MACs, FLOPs and activations are for one sample.

    Attributes:
        trained_by_stage: How many parameters each stage of training changes; empty where there are no stages.
        training_bytes: What training is estimated to take; of its stages, the one that takes most.
        rows_by_depth: How many layers there are when blocks are folded, for each depth from 1.
        sorted_by: What the layers are sorted by, None for the order of the text.
    """

    name: str
    inputs: dict[str, Shape]
    outputs: dict[str, str]
    layers: tuple[LayerSummary, ...]
    total_parameters: int
    trainable_parameters: int
    macs: int | None
    flops: int | None
    weight_bytes: int
    activation_bytes: int | None
    training_bytes: int | None
    batch_size: int
    trained_by_stage: dict[str, int] = field(default_factory=dict)
    rows_by_depth: tuple[int, ...] = ()
    sorted_by: SortKey | None = None

    @property
    def non_trainable_parameters(self) -> int:
        """Parameters that training does not change by gradients."""
        return self.total_parameters - self.trainable_parameters

    def sorted(self, key: SortKey) -> Summary:
        """The same with its layers in another order: by name, else the largest first, the unknown last."""
        layers = sorted(self.layers, key=lambda layer: _rank(layer, key))
        return replace(self, layers=tuple(layers), sorted_by=key)

    def to_json(self) -> str:
        """The document that ``netspec summary --format json`` prints."""
        from netspec.report.escape import json_text

        return json_text(_document(self), ascii_only=True)

    def to_markdown(self) -> str:
        """A table for a pull request."""
        from netspec.report.summary_text import markdown_table

        return markdown_table(self)

    def to_mermaid(self) -> str:
        """A flowchart that GitHub draws from a code block of the language ``mermaid``."""
        from netspec.report.mermaid import flowchart

        return flowchart(self)

    def print(self, console: Console) -> None:
        """Prints the table and the totals."""
        from netspec.report.summary_table import print_table

        print_table(self, console)

    def to_text(self, *, encoding: str = "utf-8") -> str:
        """The table and the totals as ``netspec summary`` writes them into a file or a pipe of this encoding."""
        from netspec.report.summary_text import plain_table

        return plain_table(self, encoding=encoding)

    def __str__(self) -> str:
        return self.to_text()


def summarize_graph(graph: Graph, document: Document, *, depth: int | None = None) -> Summary:
    """The summary of a network that is complete.

    Args:
        graph: The network.
        document: The spec.
        depth: How many names of a layer's dotted path are told apart; what lies deeper is folded into one.
    """
    training = document.training
    batch_size = training.batch_size if training is not None else _DEFAULT_BATCH_SIZE
    optimizer = document.compile.optimizer if document.compile is not None else None
    network = _Network.of(graph, depth=depth)
    numbers = total(*(activations(node) for node in graph.nodes.values()))
    return Summary(
        name=graph.name,
        inputs=graph.inputs,
        outputs={key: network.given(tensor) for key, tensor in graph.outputs.items()},
        layers=network.layers(),
        total_parameters=graph.parameters,
        trainable_parameters=graph.trainable_parameters,
        macs=graph.macs,
        flops=flops(graph),
        weight_bytes=weight_bytes(graph),
        activation_bytes=product(BYTES, numbers),
        training_bytes=most_training_bytes(
            graph, batch_size=batch_size, optimizer=optimizer, training=training
        ),
        batch_size=batch_size,
        trained_by_stage=parameters_by_stage(graph, training),
        rows_by_depth=tuple(
            count_parts(graph, depth=each) for each in range(1, depth_of(graph) + 1)
        ),
    )


@dataclass(frozen=True)
class _Network:
    """A network, or one inside a layer, as it is summarised.

    Attributes:
        graph: The network.
        folded: Its parts.
        depth: Where it is folded.
        times: How often it is called for one sample.
    """

    graph: Graph
    folded: Folded
    depth: int | None
    times: int | None = 1

    @classmethod
    def of(cls, graph: Graph, *, depth: int | None, times: int | None = 1) -> _Network:
        return cls(graph, fold(graph, depth=depth), depth, times)

    def layers(self) -> tuple[LayerSummary, ...]:
        """Its parts' summaries."""
        fields = receptive_fields(self.graph)
        return tuple(self._layer(part, fields.get(part.last.name)) for part in self.folded.parts)

    def given(self, tensor: str) -> str:
        """What gives a tensor, as it is called in the summary."""
        giver = self.folded.giver(tensor)
        return giver if giver != tensor.partition(":")[0] else tensor

    def _layer(self, part: Part, field: ReceptiveField | None) -> LayerSummary:
        node = part.last
        layer = None if part.folded else node.layer
        numbers = total(*(activations(each) for each in part.nodes))
        return LayerSummary(
            name=part.name,
            type=part.kind,
            output_shape=node.output_shape or (),
            output_shapes=self._shapes(part),
            output_names=layer.outputs or () if layer is not None else (),
            parameters=part.parameters,
            trainable_parameters=part.trainable_parameters,
            macs=product(part.macs, self.times),
            activation_bytes=product(BYTES, numbers, self.times),
            receptive_field=None if field is None else field.sizes,
            stride=None if field is None else field.strides,
            inputs=tuple(dict.fromkeys(self.given(tensor) for tensor in part.inputs)),
            shares=part.shares,
            holds=None if layer is None else _held(layer),
            layer_count=len(part.nodes) if part.folded else 0,
            inside=() if part.folded else self._inside(node),
            file=part.place.source.name,
            line=part.place.line,
        )

    def _shapes(self, part: Part) -> tuple[Shape, ...]:
        inference = part.last.inference
        if inference is not None and not part.folded:
            return inference.output_shapes
        return tuple(self.graph.shape(tensor) or () for tensor in part.outputs)

    def _inside(self, node: LayerNode) -> tuple[LayerSummary, ...]:
        """The layers of the block that a layer has taken, unless they are folded into it."""
        nested = node.inference.nested if node.inference is not None else None
        hidden = self.depth is not None and self.depth <= len(names_of(node.name))
        if hidden or not isinstance(nested, Graph):
            return ()
        inner = _Network.of(nested, depth=self.depth, times=product(self.times, repeats(node)))
        return tuple(
            replace(
                layer,
                inputs=tuple(node.name if name in nested.inputs else name for name in layer.inputs),
            )
            for layer in inner.layers()
        )


def _held(layer: Layer) -> str | None:
    """The layers in a layer's fields; a block's name for a block."""
    held = [value for _, value in layer if isinstance(value, Layer)]
    texts = []
    for each in held:
        deeper = _held(each)
        own = each.kind() if each.kind() != "Functional" else each.name or each.kind()
        texts.append(f"{own} ({deeper})" if deeper else own)
    return ", ".join(texts) or None


def _rank(layer: LayerSummary, key: SortKey) -> tuple[bool, int, str]:
    if key == "name":
        return False, 0, layer.name
    values = {
        "parameters": layer.parameters,
        "macs": layer.macs,
        "memory": layer.activation_bytes,
    }
    value = values[key]
    return value is None, -(value or 0), ""


def _document(summary: Summary) -> SummaryDocument:
    return {
        "name": summary.name,
        "inputs": {name: list(shape) for name, shape in summary.inputs.items()},
        "outputs": summary.outputs,
        "total_parameters": summary.total_parameters,
        "trainable_parameters": summary.trainable_parameters,
        "non_trainable_parameters": summary.non_trainable_parameters,
        "trained_by_stage": summary.trained_by_stage,
        "macs": summary.macs,
        "flops": summary.flops,
        "weight_bytes": summary.weight_bytes,
        "activation_bytes": summary.activation_bytes,
        "training_bytes": summary.training_bytes,
        "batch_size": summary.batch_size,
        "layers": [_record(layer) for layer in summary.layers],
    }


def _record(layer: LayerSummary) -> LayerRecord:
    field, stride = layer.receptive_field, layer.stride
    return {
        "name": layer.name,
        "type": layer.type,
        "output_shape": list(layer.output_shape),
        "output_shapes": [list(shape) for shape in layer.output_shapes],
        "parameters": layer.parameters,
        "trainable_parameters": layer.trainable_parameters,
        "macs": layer.macs,
        "activation_bytes": layer.activation_bytes,
        "receptive_field": None if field is None else list(field),
        "stride": None if stride is None else [_number(each) for each in stride],
        "inputs": list(layer.inputs),
        "shares": layer.shares,
        "holds": layer.holds,
        "layer_count": layer.layer_count or 1,
        "inside": [_record(each) for each in layer.inside],
        "file": layer.file,
        "line": layer.line,
    }


def _number(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else float(value)
