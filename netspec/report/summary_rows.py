"""What a summary says, as texts: a row a layer by column, and the totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.graph.folding import names_of
from netspec.layers.shapes import spell
from netspec.wording import spoken_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from netspec.report.summary import LayerSummary, SortKey, Summary

FIELD = "receptive field"
COLUMNS = (
    "name",
    "type",
    "output shape",
    "parameters",
    "share",
    "MACs",
    "memory",
    FIELD,
    "stride",
    "takes",
)
NUMBERS = frozenset({"parameters", "share", "MACs", "memory", FIELD, "stride"})
# The columns that the table can be sorted by, and shares be of.
SORTED_BY: dict[SortKey | None, str] = {"macs": "MACs", "memory": "memory"}


@dataclass(frozen=True)
class Row:
    """A row's texts.

    Attributes:
        cells: By column.
        part: What its share is, from 0 to 1; None where it has none.
        top: The outermost name of its path.
        inside: Whether it is part of the layer above it, whose numbers include it.
    """

    cells: dict[str, str]
    part: float | None
    top: str
    inside: bool = False


def columns_and_rows(summary: Summary) -> tuple[list[str], list[Row]]:
    """The columns that say something, and what stands in them."""
    named = {layer.name: layer for layer in summary.layers}
    rows = [*_input_rows(summary), *_layer_rows(summary, summary.layers, named)]
    empty = {FIELD, "stride"} if not any(row.cells[FIELD] for row in rows) else set()
    return [name for name in COLUMNS if name not in empty], rows


def _input_rows(summary: Summary) -> Iterator[Row]:
    for name, shape in summary.inputs.items():
        texts = (name, "Input", spell(shape), "0", "", "0", "", "", "", "")
        yield Row(dict(zip(COLUMNS, texts, strict=True)), None, name)


def _layer_rows(
    summary: Summary,
    layers: Sequence[LayerSummary],
    named: dict[str, LayerSummary],
    *,
    inside: bool = False,
) -> Iterator[Row]:
    for layer in layers:
        part = None if inside else _part(summary, layer)
        field, stride = layer.receptive_field, layer.stride
        numbers = (f"{layer.parameters:,}", _count(layer.macs), _bytes(layer.activation_bytes))
        parameters, macs, memory = (f"({each})" if inside else each for each in numbers)
        texts = (
            layer.name,
            type_text(layer),
            _shapes(layer),
            parameters,
            f"{part:.1%}" if part else "",
            macs,
            memory,
            "" if field is None else _by(field),
            "" if stride is None else _by(stride),
            ", ".join(_taken(tensor, named) for tensor in layer.inputs),
        )
        cells = dict(zip(COLUMNS, texts, strict=True))
        yield Row(cells, part, names_of(layer.name)[0], inside)
        yield from _layer_rows(summary, layer.inside, named, inside=True)


def _part(summary: Summary, layer: LayerSummary) -> float | None:
    """The layer's share of what the table is sorted by, else of the parameters."""
    part, whole = {
        "macs": (layer.macs, summary.macs),
        "memory": (layer.activation_bytes, summary.activation_bytes),
    }.get(summary.sorted_by or "", (layer.parameters, summary.total_parameters))
    return part / whole if part and whole else None


def type_text(layer: LayerSummary) -> str:
    """The layer's class or block, with what it holds, how many layers it is, and whose weights it has."""
    text = layer.type if layer.holds is None else f"{layer.type} ({layer.holds})"
    if layer.layer_count:
        layers = "layer" if layer.layer_count == 1 else "layers"
        text += f", {layer.layer_count} {layers}"
    return text if layer.shares is None else f"{text}, {layer.shares} again"


def _shapes(layer: LayerSummary) -> str:
    if len(layer.output_shapes) == 1:
        return spell(layer.output_shape)
    names = (*layer.output_names, *[""] * len(layer.output_shapes))
    named = zip(names, layer.output_shapes, strict=False)
    return ", ".join(f"{name} {spell(shape)}".lstrip() for name, shape in named)


def _taken(tensor: str, layers: dict[str, LayerSummary]) -> str:
    """What a tensor is called where the spec names it: `lstm:1` is the name of the second output."""
    name, _, index = tensor.partition(":")
    if not index or name not in layers:
        return tensor
    scope = name.rpartition(".")[0]
    output = layers[name].output_names[int(index)]
    return f"{scope}.{output}" if scope else output


def _by(sizes: Sequence[int | Fraction]) -> str:
    """Sizes of the axes, one where all are the same."""
    return str(sizes[0]) if len({*sizes}) == 1 else " x ".join(map(str, sizes))


def totals(summary: Summary) -> list[tuple[str, str]]:
    """What all layers come to, by name."""
    return [
        ("parameters", f"{summary.total_parameters:,}"),
        ("trainable", f"{summary.trainable_parameters:,}"),
        *(
            (f"trainable in the stage {name}", f"{count:,}")
            for name, count in summary.trained_by_stage.items()
        ),
        ("non-trainable", f"{summary.non_trainable_parameters:,}"),
        ("MACs per sample", _total(summary.macs)),
        ("FLOPs per sample", _total(summary.flops)),
        ("weights", _mebibytes(summary.weight_bytes)),
        ("activations per sample", _mebibytes(summary.activation_bytes)),
        (
            f"memory to train (estimate, batch {summary.batch_size})",
            _mebibytes(summary.training_bytes),
        ),
    ]


def ends_block(row: Row, following: Row | None) -> bool:
    """Whether a row is the last of a block's, or the last before one."""
    if following is None or row.top == following.top:
        return False
    return any("." in each.cells["name"] for each in (row, following))


def _count(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"


def _total(number: int | None) -> str:
    return "unknown: a size of the input is not given" if number is None else f"{number:,}"


def _bytes(size: int | None) -> str:
    return "?" if size is None else spoken_bytes(size)


def _mebibytes(size: int | None) -> str:
    return _total(None) if size is None else spoken_bytes(size, digits=2, unit="MiB")
