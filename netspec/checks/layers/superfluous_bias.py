"""A bias is added right before a BatchNormalization, which takes it off again.

A BatchNormalization subtracts each channel's mean, and a bias is part of this mean: whatever it is, it is gone, and
its gradient is 0. The offset that the normalization learns (`beta`) does what the bias would do. `use_bias: false`
saves the parameters and changes nothing else. Networks whose weights were published with such biases, ResNet50 among
them, keep them, so that the weights fit.

A bias counts where it is the normalization's only way in, without an activation in between, and the normalization is
along the same channels, trains, and learns an offset.

Failing:

    netspec: 1
    model:
      input: [28, 28, 1]
      layers:
        - Conv2D: {filters: 16, kernel_size: 3}  # NS731
        - BatchNormalization
        - ReLU
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}

Passing:

    netspec: 1
    model:
      input: [28, 28, 1]
      layers:
        - Conv2D: {filters: 16, kernel_size: 3, use_bias: false}
        - BatchNormalization
        - ReLU
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.layers.families import (
    CONVOLUTIONS,
    TRANSPOSED,
    and_others,
    called_once,
    shared_layers,
    told,
)
from netspec.checks.wiring import Wiring, activation_of
from netspec.diagnostics import Code, Edit, Finding, Repair
from netspec.source.nodes import MapNode, Place, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.graph.graph import Graph, LayerNode
    from netspec.source.nodes import Entry, Source
    from netspec.spec.document import Document

CODE = Code.SUPERFLUOUS_BIAS

_WITH_BIAS = {"Dense"} | CONVOLUTIONS | TRANSPOSED


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Finds all such biases, and tells them at the first."""
    wiring = Wiring(graph)
    shared = shared_layers(wiring)
    found = [node for node in graph.written if _is_superfluous(wiring, node, shared)]
    if not found:
        return
    first = found[0]
    yield Finding(
        CODE,
        f"{told(first)} adds a bias that the BatchNormalization after it takes off again"
        f"{and_others(found)}: {sum(map(_biases, found)):,} parameters do nothing",
        first.item.place("use_bias"),
        "write `use_bias: false`",
        repair=_repair(document.file.source, graph, found),
    )


def _is_superfluous(wiring: Wiring, node: LayerNode, shared: frozenset[str]) -> bool:
    if node.kind not in _WITH_BIAS or not _biases(node) or activation_of(node) != "linear":
        return False
    after = wiring.only_taker(node)
    if after is None or after.kind != "BatchNormalization" or after.layer is None:
        return False
    if not (node.trains and after.trains and called_once(node, shared)):
        return False
    learns = getattr(after.layer, "center", False) and not getattr(after.layer, "renorm", False)
    return bool(learns) and _is_along_channels(node, after)


def _is_along_channels(node: LayerNode, after: LayerNode) -> bool:
    rank = len(node.output_shape or ())
    last = getattr(node.layer, "data_format", "channels_last") == "channels_last"
    axis: int = getattr(after.layer, "axis", -1)
    return axis % (rank + 1) == (rank if last else 1)


def _biases(node: LayerNode) -> int:
    if node.inference is None:
        return 0
    return sum(weight.size for weight in node.inference.weights if weight.name == "bias")


def _repair(source: Source, graph: Graph, found: Sequence[LayerNode]) -> Repair | None:
    """`use_bias: false` at each place of this text of which every layer has a superfluous bias."""
    superfluous = {node.name for node in found}
    inside = any(
        node.inference is not None and node.inference.nested for node in graph.nodes.values()
    )
    kept = {
        node.item.node.place
        for node in graph.nodes.values()
        if node.name not in superfluous and node.layer is not None
    }
    edits = {}
    for node in found:
        place = node.item.node.place
        # Of a block that stands inside a layer too, the graph does not show every use.
        if place in kept or place.source != source or (inside and node.item.used_at):
            continue
        edit = _edit(node)
        if edit is not None:
            edits[place] = edit
    if not edits:
        return None
    where = "" if len(edits) == 1 else f" in {len(edits)} places"
    return Repair(f"write use_bias: false{where}", tuple(edits.values()))


def _edit(node: LayerNode) -> Edit | None:
    """What writes `use_bias: false` among a layer's own fields; None where that would change others, too."""
    fields = node.item.fields
    if fields is None or not _is_within(fields.place, node.item.node.place):
        return None
    # What has an anchor may stand in other places too.
    before = Place(fields.source, node.item.place().line, 1, fields.line, fields.column + 1)
    if "&" in _text(before):
        return None
    own = [entry for entry in fields.entries.values() if _is_within(entry.key.place, fields.place)]
    written = fields.entries.get("use_bias")
    if written is not None:
        place = written.node.place
        literal = _is_within(place, fields.place) and _text(place) == "true"
        return Edit(place, "false") if literal else None
    if not own:
        return None
    last = max(own, key=lambda entry: (entry.key.line, entry.key.column))
    is_flow = _text(fields.place).startswith("{")
    return _in_flow(fields, last) if is_flow else _in_lines(own[0], last)


def _in_flow(fields: MapNode, last: Entry) -> Edit | None:
    """After the last field of ``{…}``."""
    end = last.node.place
    rest = Place(fields.source, end.end_line, end.end_column, fields.end_line, fields.end_column)
    if not _is_within(end, fields.place) or _text(rest).strip() != "}":
        return None
    at = Place(fields.source, end.end_line, end.end_column, end.end_line, end.end_column)
    return Edit(at, ", use_bias: false")


def _in_lines(first: Entry, last: Entry) -> Edit | None:
    """On a line of its own, after the last field's."""
    node = last.node
    if not isinstance(node, ScalarNode) or node.line != node.end_line or "*" in _text(node.place):
        return None
    line = node.line
    end = len(node.source.lines[line - 1]) + 1
    indent = " " * (first.key.column - 1)
    return Edit(Place(node.source, line, end, line, end), f"\n{indent}use_bias: false")


def _is_within(inner: Place, outer: Place) -> bool:
    return (
        inner.source == outer.source
        and (outer.line, outer.column) <= (inner.line, inner.column)
        and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
    )


def _text(place: Place) -> str:
    lines = place.source.lines[place.line - 1 : place.end_line]
    if not lines:
        return ""
    whole = "\n".join(lines)
    return whole[place.column - 1 : len(whole) - len(lines[-1]) + place.end_column - 1]
