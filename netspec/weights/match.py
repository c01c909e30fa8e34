"""What of a file of weights goes into which layer of a network, and where the two differ."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from netspec.weights import modern
from netspec.weights.likely import likely_reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netspec.weights.stored import StoredLayer, StoredWeight, StoredWeights


class Wanted(NamedTuple):
    """A layer of a network.

    Attributes:
        name: Its name, as Keras's own network has it.
        kind: Its kind, such as `Conv2D`.
        weights: Name and shape of each of its weights, in Keras's order; empty for a layer without.
    """

    name: str
    kind: str
    weights: Sequence[tuple[str, tuple[int, ...]]]

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The weights' shapes."""
        return tuple(tuple(shape) for _, shape in self.weights)


@dataclass(frozen=True)
class Fitting:
    """What a network takes from a file.

    Attributes:
        weights: For each layer that has weights, in the network's order, the layer's name and its arrays in the file.
    """

    weights: tuple[tuple[str, tuple[StoredWeight, ...]], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The layers that have weights."""
        return tuple(name for name, _ in self.weights)

    def arrays(self) -> list[list[NDArray[Any]]]:
        """Reads the arrays of each layer, while the file is open.

        Raises:
            DataError: The file is damaged.
        """
        return [[each.read() for each in weights] for _, weights in self.weights]


@dataclass(frozen=True)
class Difference:
    """How a file differs from a network.

    Attributes:
        message: One sentence.
        hint: What is likely the reason, and what to do.
    """

    message: str
    hint: str


def compare(stored: StoredWeights, wanted: Sequence[Wanted], *, title: str) -> Fitting | Difference:
    """What a network takes from a file, or how the two differ.

    Layers are matched by their names where the file has all of them and no others, else by their order, as Keras does.
    In a `.weights.h5`, which has no order, the classes' numbers or the names decide.

    Args:
        stored: The file, open.
        wanted: The network's layers in Keras's order; those without weights count where Keras numbers classes.
        title: What messages call the network: `MobileNet without top`.
    """
    weighted = [layer for layer in wanted if layer.weights]
    split = _split(stored.layers)
    for layers in (stored.layers, split):
        for pairs in _pairings(layers, wanted, weighted, in_order=stored.in_order):
            chosen = [_chosen(layer, given) for layer, given in pairs]
            if all(each is not None for each in chosen):
                return Fitting(
                    tuple(
                        (layer.name, each)
                        for (layer, _), each in zip(pairs, chosen, strict=True)
                        if each is not None
                    )
                )
    own = stored.layers if len(stored.layers) == len(weighted) else split
    found = _difference(_alongside(own, wanted, in_order=stored.in_order), weighted, title)
    # A layer's key has its network's before it, where that is a layer itself.
    if not stored.in_order and any("/" in (layer.key or "") for layer in stored.layers):
        return replace(found, hint=_UNORDERED)
    return found


_UNORDERED = (
    "the file holds a model within a model, and not the order of their layers: "
    "save that model with model.save() as .keras, and give this file"
)


def _split(layers: Sequence[StoredLayer]) -> list[StoredLayer]:
    """The layers of a file, a network among them taken apart into its own."""
    found = []
    for layer in layers:
        parts = dict.fromkeys(weight.part for weight in layer.weights)
        if layer.key is not None or len(parts) == 1:
            found.append(layer)
            continue
        for part in parts:
            own = tuple(weight for weight in layer.weights if weight.part == part)
            found.append(replace(layer, name=part.rpartition("/")[2], weights=own))
    return found


_Pairs = list[tuple[Wanted, "StoredLayer"]]


def _pairings(
    layers: Sequence[StoredLayer],
    wanted: Sequence[Wanted],
    weighted: Sequence[Wanted],
    *,
    in_order: bool,
) -> list[_Pairs]:
    """The ways in which a file's layers may go to the network's, the surest first."""
    if len(layers) != len(weighted):
        return []
    ways = []
    by_name = {layer.name: layer for layer in layers}
    if by_name.keys() == {layer.name for layer in weighted}:
        ways.append([(layer, by_name[layer.name]) for layer in weighted])
    if in_order:
        ways.append(list(zip(weighted, layers, strict=True)))
    else:
        by_key = {layer.key: layer for layer in layers}
        places = modern.keys((layer.kind, layer.name) for layer in wanted)
        if by_key.keys() == {places[layer.name] for layer in weighted}:
            ways.append([(layer, by_key[places[layer.name]]) for layer in weighted])
    return ways


def _chosen(layer: Wanted, given: StoredLayer) -> tuple[StoredWeight, ...] | None:
    """The arrays of a file's layer in the order that the network's layer wants; None where they do not fit."""
    weights = given.weights
    if given.key is not None and len({weight.part for weight in weights}) > 1:
        return _by_shape(layer, weights)
    by_name = {weight.name: weight for weight in weights}
    names = [name for name, _ in layer.weights]
    # The older form has what trains first, which not every layer does.
    if len(by_name) == len(weights) and by_name.keys() == set(names):
        weights = tuple(by_name[name] for name in names)
    return weights if tuple(weight.shape for weight in weights) == layer.shapes else None


def _by_shape(layer: Wanted, weights: Sequence[StoredWeight]) -> tuple[StoredWeight, ...] | None:
    """The arrays of layers inside a layer, where their shapes tell them apart: Keras 3 has them by the alphabet."""
    if layer.kind == "Bidirectional":  # whose two layers Keras has in the order of time
        weights = sorted(weights, key=lambda weight: not weight.part.startswith("forward_layer"))
        if tuple(weight.shape for weight in weights) == layer.shapes:
            return tuple(weights)
    by_shape = {weight.shape: weight for weight in weights}
    if len(by_shape) < len(weights) or sorted(by_shape) != sorted(layer.shapes):
        return None
    return tuple(by_shape[shape] for shape in layer.shapes)


def _alongside(
    layers: Sequence[StoredLayer], wanted: Sequence[Wanted], *, in_order: bool
) -> list[StoredLayer]:
    """The file's layers in the network's order as far as that is known, so that the first difference is a true one."""
    if in_order:
        return list(layers)
    places = list(modern.keys((layer.kind, layer.name) for layer in wanted).values())
    order = {key: number for number, key in enumerate(places)}
    return sorted(layers, key=lambda layer: order.get(layer.key or "", len(order)))


def _difference(
    layers: Sequence[StoredLayer], weighted: Sequence[Wanted], title: str
) -> Difference:
    have, want = len(layers), len(weighted)
    if have == want:
        begin = f"the file's weights do not fit {title}"
    else:
        plural = "layer" if have == 1 else "layers"
        begin = f"the file has {have} {plural} with weights, {title} has {want}"
    return Difference(f"{begin}: {_first(layers, weighted)}", likely_reason(layers, weighted))


def _first(layers: Sequence[StoredLayer], weighted: Sequence[Wanted]) -> str:
    """Where a file and a network first differ."""
    for given, layer in zip(layers, weighted, strict=False):
        if _chosen(layer, given) is not None:
            continue
        shapes = tuple(weight.shape for weight in given.weights)
        if sorted(shapes) == sorted(layer.shapes):
            return (
                f"the parts of {layer.name!r} cannot be told apart in such a file; "
                "a .h5 file in Keras's older form names them"
            )
        called = "" if given.called == layer.name else f", {given.called!r} in the file"
        return (
            f"the first that differs is {layer.name!r}{called}: "
            f"{_written(shapes, layer.shapes)} in the file and "
            f"{_written(layer.shapes, shapes)} here"
        )
    if len(layers) > len(weighted):
        return f"{layers[len(weighted)].called!r} is too many"
    return f"{weighted[len(layers)].name!r} is missing"


def _written(shapes: Sequence[tuple[int, ...]], others: Sequence[tuple[int, ...]]) -> str:
    """The first shape that another layer has not in its place, or all where the numbers differ."""
    if len(shapes) == len(others):
        return str(next(each for each, other in zip(shapes, others, strict=True) if each != other))
    return ", ".join(map(str, shapes))
