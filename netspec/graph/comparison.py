"""What differs between two networks, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from netspec.fields.difference import ABSENT, FieldChange, differences, plain
from netspec.graph.closed import closed
from netspec.graph.matching import match
from netspec.graph.placed import WIRING, placed_layers
from netspec.graph.rewiring import Wiring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph, LayerNode
    from netspec.graph.matching import Matching
    from netspec.graph.placed import PlacedLayer
    from netspec.spec.document import Document

Change = Literal["added", "removed", "changed", "moved", "renamed", "follows"]


@dataclass(frozen=True)
class LayerChange:
    """A layer that differs.

    Attributes:
        change: What became of it. `renamed`: nothing but a name that is written, its own or a block's; `moved`: into
            or out of a block, or to another place in the order; `follows`: its shapes or weights differ, and nothing
            that is written about it.
        before, after: The layer; None where it is not.
        fields: What differs of its fields, and of what it takes (`inputs`).
        renamed: Whether its name is another, be it besides other changes; numbers that netspec gives do not count.
        moved: Whether it stands elsewhere.
    """

    change: Change
    before: PlacedLayer | None
    after: PlacedLayer | None
    fields: tuple[FieldChange, ...] = ()
    renamed: bool = False
    moved: bool = False

    @property
    def layer(self) -> PlacedLayer:
        """The layer as it is now, or was last."""
        layer = self.after or self.before
        assert layer is not None  # noqa: S101 - one of them is there
        return layer


@dataclass(frozen=True)
class Comparison:
    """What differs between two networks.

    Attributes:
        inputs, outputs: What differs of them.
        layers: The layers that differ, in the order of the text, each removed one where it stood.
        renumbered: Names of layers that only have another number now: the one before, and the new one.
        matching: All layers, and which are the same.
    """

    inputs: tuple[FieldChange, ...]
    outputs: tuple[FieldChange, ...]
    layers: tuple[LayerChange, ...]
    renumbered: dict[str, str]
    matching: Matching


def compare_graphs(before: tuple[Graph, Document], after: tuple[Graph, Document]) -> Comparison:
    """Compares two networks that are complete, each with the spec that it is made of; applications as one layer."""
    before, after = (closed(before[0]), before[1]), (closed(after[0]), after[1])
    matching = match(placed_layers(*before), placed_layers(*after))
    wiring = Wiring(matching, before[0], after[0])
    return Comparison(
        inputs=tuple(_inputs(before[0], after[0])),
        outputs=tuple(_outputs(before[0], after[0], wiring)),
        layers=tuple(_layers(matching, wiring)),
        renumbered=dict(_renumbered(matching)),
        matching=matching,
    )


def _layers(matching: Matching, wiring: Wiring) -> Iterator[LayerChange]:
    gone = sorted(matching.removed, reverse=True)
    fixed = [(left, right) for left, right in matching.pairs if right not in matching.moved]
    ends = iter((*fixed, (len(matching.before), len(matching.after))))
    end = next(ends)
    for right, after in enumerate(matching.after):
        if right > end[1]:
            end = next(ends)
        while gone and gone[-1] < end[0]:  # before what stands there now
            yield LayerChange("removed", matching.before[gone.pop()], None)
        left = matching.partners.get(right)
        if left is None:
            yield LayerChange("added", None, after)
            continue
        found = _changed(matching.before[left], after, wiring, out_of_order=right in matching.moved)
        if found is not None:
            yield found
    for index in reversed(gone):
        yield LayerChange("removed", matching.before[index], None)


def _changed(
    before: PlacedLayer, after: PlacedLayer, wiring: Wiring, *, out_of_order: bool
) -> LayerChange | None:
    """What became of a layer; None where nothing did."""
    fields = (
        *_fields(before, after),
        *wiring.changes(before, after, exactly=out_of_order),
    )
    moved = out_of_order or before.depth != after.depth
    renamed = before.loose_path != after.loose_path
    change: Change | None = None
    if _weighs(before.node) != _weighs(after.node):
        change = "follows"
    if renamed:
        change = "renamed"
    if moved:
        change = "moved"
    if any(each.path != "inputs" for each in fields) or (fields and not out_of_order):
        change = "changed"
    if change is None:
        return None
    return LayerChange(change, before, after, fields, renamed, moved)


def _fields(before: PlacedLayer, after: PlacedLayer) -> Iterator[FieldChange]:
    if before.fields == after.fields:
        return
    if before.node.kind != after.node.kind:
        yield FieldChange("kind", before.node.kind, after.node.kind)
        yield from differences(_given(before), _given(after))
    else:
        yield from differences(before.node.layer, after.node.layer, without=WIRING)


def _given(layer: PlacedLayer) -> dict[str, Any]:
    """The fields that are not as by default, without name and wiring."""
    value = plain(layer.node.layer)
    fields = value[layer.node.kind] if isinstance(value, dict) else {}
    return {name: field for name, field in fields.items() if name not in WIRING}


def _weighs(node: LayerNode) -> object:
    """What is known of a layer once its inputs' shapes are."""
    shapes = node.inference.output_shapes if node.inference is not None else None
    return shapes, node.parameters, node.trainable_parameters, node.macs


def _renumbered(matching: Matching) -> Iterator[tuple[str, str]]:
    for left, right in matching.pairs:
        before, after = matching.before[left], matching.after[right]
        if before.name != after.name and before.loose_path == after.loose_path:
            yield before.name, after.name


def _inputs(before: Graph, after: Graph) -> Iterator[FieldChange]:
    alone = len(before.inputs) == len(after.inputs) == 1
    for name in {**before.inputs, **after.inputs}:
        path = "model.input" if alone and name == "input" else f"model.input.{name}"
        yield from differences(_input(before, name), _input(after, name), path)


def _input(graph: Graph, name: str) -> object:
    if name not in graph.inputs:
        return ABSENT
    dtype = graph.input_types.get(name, "float32")
    return {"shape": list(graph.inputs[name]), "dtype": dtype}


def _outputs(before: Graph, after: Graph, wiring: Wiring) -> Iterator[FieldChange]:
    old, new = _named_outputs(before), _named_outputs(after)
    if before.single_output != after.single_output:
        yield FieldChange("model.output", old.get("", old), new.get("", new))
        return
    for key in {**old, **new}:
        path = f"model.output.{key}" if key else "model.output"
        if key not in old or key not in new:
            yield FieldChange(path, old.get(key, ABSENT), new.get(key, ABSENT))
            continue
        if not wiring.is_same(old[key], new[key]):
            yield FieldChange(path, wiring.now(old[key]), new[key])
        shapes = before.shape(old[key]) or (), after.shape(new[key]) or ()
        yield from differences(list(shapes[0]), list(shapes[1]), f"{path}.shape")


def _named_outputs(graph: Graph) -> dict[str, str]:
    """The outputs by key; the only one has none."""
    if graph.single_output:
        return {"": next(iter(graph.outputs.values()))}
    return graph.outputs
