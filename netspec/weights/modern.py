"""Keras 3's files of weights, where a layer is kept by its class and a number: `layers/conv2d_1/vars/0`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from netspec.weights.hdf5 import child, groups, weight
from netspec.weights.stored import StoredLayer, StoredWeight, StoredWeights, foreign

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_LAYERS, _NUMBERS = "layers", "vars"
# The state of random numbers, which is no weight (keras/src/random/seed_generator.py).
_SEEDS = "seed_generator"
# netspec's kinds that Keras's class has another name for.
_CLASSES = {"GroupQueryAttention": "GroupedQueryAttention"}


def keys(layers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Where a file keeps each layer.

    Source: keras/src/saving/saving_lib.py, `_save_container_state`.

    Args:
        layers: `(kind, name)` of every layer of a network, those without weights too, in Keras's order.

    Returns:
        The layers' keys, such as `conv2d_1`, by the layers' names.
    """
    counts: dict[str, int] = {}
    found = {}
    for kind, name in layers:
        stem = _snake_case(_CLASSES.get(kind, kind))
        count = counts[stem] = counts.get(stem, -1) + 1
        found[name] = f"{stem}_{count}" if count else stem
    return found


def _snake_case(name: str) -> str:
    """Source: keras/src/utils/naming.py, `to_snake_case`."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def is_modern(file: Any) -> bool:
    """Whether an open HDF5 file is of this form."""
    return _LAYERS in file or _NUMBERS in file


def read(file: Any, path: Path, config: bytes | None = None) -> StoredWeights:
    """The layers of an open file: in Keras's order where the model's `config.json` says it, else by their keys.

    Raises:
        DataError: It is damaged, or not of this form.
    """
    found = tuple(_network(file, "", path)) if _LAYERS in file else ()
    own = tuple(_own_weights(file, path))
    if own:
        raise foreign(path, "the model has weights outside its layers")
    order = _order(config)
    known = {layer.key: layer for layer in found}
    if order is None or not set(known) <= {key for key, _ in order}:
        return StoredWeights(path=path, layers=found, in_order=False)
    ordered = tuple(
        StoredLayer(name=name, key=key, weights=known[key].weights)
        for key, name in order
        if key in known
    )
    return StoredWeights(path=path, layers=ordered, in_order=True)


def _network(group: Any, place: str, path: Path) -> Iterator[StoredLayer]:
    """The layers of a network and of the networks inside it."""
    for key, layer in groups(child(group, _LAYERS, path), path):
        if _LAYERS in layer:
            yield from _network(layer, f"{place}{key}/", path)
        elif weights := tuple(_weights(layer, "", path)):
            name = _name(layer, path)
            yield StoredLayer(name=name, key=f"{place}{key}", weights=weights)


def _weights(group: Any, part: str, path: Path) -> Iterator[StoredWeight]:
    """A layer's own weights, then those of the layers inside it."""
    yield from _own_weights(group, path, part=part)
    for name, inner in groups(group, path):
        if name not in {_NUMBERS, _SEEDS}:
            yield from _weights(inner, f"{part}/{name}" if part else name, path)


def _own_weights(group: Any, path: Path, *, part: str = "") -> Iterator[StoredWeight]:
    if _NUMBERS in group:
        numbers = child(group, _NUMBERS, path)
        # Keras counts them; a layer that saves itself gives them names.
        for name in sorted(numbers, key=lambda each: (not each.isdecimal(), len(each), each)):
            yield weight(child(numbers, name, path), name, path, part=part)


def _name(group: Any, path: Path) -> str | None:
    """The layer's name, which newer versions of Keras write."""
    if _NUMBERS not in group:
        return None
    name = child(group, _NUMBERS, path).attrs.get("name")
    return name.decode() if isinstance(name, bytes) else name


def _order(config: bytes | None) -> list[tuple[str, str]] | None:
    """Key and name of each layer of a model's configuration, in Keras's order; None where that is not known."""
    if config is None:
        return None
    try:
        return list(_ordered(json.loads(config), ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _ordered(model: Any, place: str) -> Iterator[tuple[str, str]]:
    layers = model["config"]["layers"]
    named = [(each["class_name"], each["config"]["name"]) for each in layers]
    found = keys((kind, str(number)) for number, (kind, _) in enumerate(named))
    for number, (each, (_, name)) in enumerate(zip(layers, named, strict=True)):
        key = f"{place}{found[str(number)]}"
        if "layers" in each["config"]:
            yield from _ordered(each, f"{key}/")
        else:
            yield key, name
