"""Which layers of a network give feature maps, and which of them are meant."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from netspec.errors import UsageError
from netspec.spec.freezing import is_pattern, named_by
from netspec.wording import did_you_mean, nearest, short

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from netspec.graph.graph import Graph, LayerNode

# Layers that only pass a map on, smaller or with a margin: what they get tells as much, in more detail.
_PASSING = frozenset(
    {
        *("AdaptiveAveragePooling2D", "AdaptiveMaxPooling2D", "AveragePooling2D", "MaxPooling2D"),
        *("AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise", "SpatialDropout2D"),
        *("Cropping2D", "ZeroPadding2D"),
    }
)
_AXES = 3  # height, width, channels
_BETWEEN = 2
_MOST_NAMED = 8
# Of a layer's number, at most.
_DIGITS = 9


class FeatureMap(NamedTuple):
    """A layer that gives a feature map: numbers for each position of a picture.

    Attributes:
        name: The layer's name in the graph.
        kind: Its class.
        channels_first: Whether it gives `(channels, height, width)`; else the channels stand last.
    """

    name: str
    kind: str
    channels_first: bool


def feature_maps(graph: Graph) -> dict[str, FeatureMap]:
    """All layers that give a height and a width of more than one position, by name, in the order of the text."""
    found = {}
    for node in graph.nodes.values():
        shape = node.output_shape
        if shape is None or len(shape) != _AXES:
            continue
        first = _channels_first(graph, node.name)
        sides = shape[1:] if first else shape[:2]
        if all(side is None or side > 1 for side in sides):
            found[node.name] = FeatureMap(node.name, node.kind, first)
    return found


def leading_to(graph: Graph, tensors: Iterable[str]) -> dict[str, LayerNode]:
    """The layers that some tensors follow from, those that give them among them, in the order of the text."""
    waiting, found = list(tensors), set()
    while waiting:
        name = waiting.pop().partition(":")[0]
        if name not in found and name in graph.nodes:
            found.add(name)
            waiting += graph.nodes[name].inputs
    return {name: node for name, node in graph.nodes.items() if name in found}


def last_map(
    graph: Graph, output: str, among: Collection[FeatureMap] | None = None
) -> FeatureMap | None:
    """The feature map on which Grad-CAM is made: the last before an output, as near to it as maps are.

    Pooling, dropout and padding are passed over, so that it is not smaller than it needs to be. What comes before all
    that is learned is none.

    Args:
        graph: The network.
        output: The output's key.
        among: The layers that it may be; all without.

    Returns:
        The map, None where no map leads to the output.
    """
    before = leading_to(graph, [graph.outputs[output]])
    if among is not None:
        return next((each for each in reversed([*among]) if each.name in before), None)
    return next(reversed(_learned(graph, before)), None)


def telling_maps(graph: Graph, output: str) -> list[FeatureMap]:
    """A few maps that tell most of a network: the first that is learned, the last, and up to two in between.

    Those in between are the last of their size, as a network thinks in stages of one size each.
    """
    learned = _learned(graph, leading_to(graph, [graph.outputs[output]]))
    if not learned:
        return []
    first, last = learned[0], learned[-1]
    stages = [
        each
        for each, following in pairwise(learned)
        if _size(graph, each) != _size(graph, following) and each != first
    ]
    if len(stages) > _BETWEEN:
        stages = [stages[len(stages) * part // (_BETWEEN + 1)] for part in range(1, _BETWEEN + 1)]
    return list(dict.fromkeys([first, *stages, last]))


def meant_maps(graph: Graph, patterns: Sequence[str]) -> list[FeatureMap]:
    """The maps of the layers that names and patterns mean, in the order of the text.

    A layer is called by its name in netspec (`backbone.block1_conv1`), in Keras (`backbone-block1_conv1`), or inside an
    application (`block1_conv1`). In a pattern `*` stands for any letters and `?` for one.

    Raises:
        UsageError: There is no such layer, or it gives no feature map.
    """
    maps = feature_maps(graph)
    called = _called(graph)
    found: set[str] = set()
    for pattern in patterns:
        names = named_by(list(called), pattern) if is_pattern(pattern) else [pattern]
        layers = {layer for name in names for layer in called.get(name, ())}
        if not layers:
            raise _unknown(graph, pattern, called)
        if not layers & maps.keys():
            raise _without_map(graph, pattern, layers, maps)
        found |= layers & maps.keys()
    return [each for name, each in maps.items() if name in found]


def _learned(graph: Graph, names: Collection[str]) -> list[FeatureMap]:
    """The maps among some layers that something was learned for, without what only passes them on."""
    has_learned: set[str] = set()
    for node in graph.nodes.values():
        is_new = node.inference is not None and bool(node.inference.weights)
        is_new &= not node.kind.endswith("Normalization")
        if is_new or any(name.partition(":")[0] in has_learned for name in node.inputs):
            has_learned.add(node.name)
    return [
        each
        for name, each in feature_maps(graph).items()
        if name in names and name in has_learned and each.kind not in _PASSING
    ]


def _size(graph: Graph, each: FeatureMap) -> tuple[int | None, ...]:
    shape = graph.nodes[each.name].output_shape or ()
    return tuple(shape[1:] if each.channels_first else shape[:2])


def _channels_first(graph: Graph, name: str) -> bool:
    """Where the channels stand, by the nearest layer before that says it."""
    while name in graph.nodes:
        node = graph.nodes[name]
        said = getattr(node.layer, "data_format", None)
        if said is not None:
            return bool(said == "channels_first")
        name = node.inputs[0].partition(":")[0]
    return False


def _called(graph: Graph) -> dict[str, set[str]]:
    """The layers by everything that they, or the blocks and applications that they stand in, are called."""
    called: dict[str, set[str]] = {}
    for name in graph.nodes:
        parts = name.split(".")
        for end in range(1, len(parts) + 1):
            for joined in {".".join(parts[:end]), "-".join(parts[:end])}:
                called.setdefault(joined, set()).add(name)
    taken = frozenset(called)
    inside = [use.layers for use in graph.applications.values()]
    inside += [use.layers for use in graph.backbones.values()]
    for name, own in (pair for pairs in inside for pair in pairs):
        if own not in taken:
            called.setdefault(own, set()).add(name)
    return called


def _unknown(graph: Graph, pattern: str, called: Collection[str]) -> UsageError:
    whole = pattern.replace("-", ".")
    for end in (at for at, letter in enumerate(whole) if letter == "."):
        node = graph.nodes.get(whole[:end])
        if node is not None and node.inference is not None:
            return UsageError(
                f"what stands inside the layer '{node.name}' cannot be looked at",
                hint=f"look at what the layer itself gives: --layer {node.name}",
            )
    if is_pattern(pattern):
        return UsageError(f"no layer fits '{short(pattern)}'", hint=_those(feature_maps(graph)))
    hint = _of_stem(pattern, called) or nearest(pattern, list(called))
    hint = hint or _those(feature_maps(graph))
    return UsageError(f"the network has no layer '{short(pattern)}'", hint=hint)


def _of_stem(pattern: str, called: Collection[str]) -> str | None:
    """Of layers that are counted, as `conv2d`, `conv2d_1` and so on, the one whose number is nearest."""
    stem, number = _counted(pattern)
    alike = {name: each for name in called for base, each in [_counted(name)] if base == stem}
    if number is None or not alike:
        return None
    return did_you_mean(
        pattern, min(alike, key=lambda name: (abs((alike[name] or 0) - number), name))
    )


def _counted(name: str) -> tuple[str, int | None]:
    """A layer's name without its number, and the number."""
    stem, _, number = name.rpartition("_")
    is_counted = stem and number.isdecimal() and len(number) <= _DIGITS
    return (stem, int(number)) if is_counted else (name, None)


def _without_map(
    graph: Graph, pattern: str, layers: Collection[str], maps: Collection[str]
) -> UsageError:
    hint = _those(maps)
    if len(layers) > 1:
        return UsageError(f"none of the layers '{short(pattern)}' gives a feature map", hint=hint)
    (name,) = layers
    shape = graph.nodes[name].output_shape or ()
    gives = " x ".join("?" if size is None else f"{size:,}" for size in shape) or "1"
    return UsageError(
        f"the layer '{name}' gives no feature map: its {gives} numbers have no height and width",
        hint=hint,
    )


def _those(maps: Collection[str]) -> str:
    """Which layers give maps, the last of many left out."""
    names = [*maps]
    if not names:
        return "no layer of this network gives a feature map"
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return f"feature maps are given by {', '.join(names[:_MOST_NAMED])}{more}"
