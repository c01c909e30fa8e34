"""The older form of Keras's `.h5` files: layers in order, by name, with named arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.weights.hdf5 import child, texts, weight
from netspec.weights.stored import StoredLayer, StoredWeights, foreign

if TYPE_CHECKING:
    from pathlib import Path

_WHOLE_MODEL = "model_weights"
_LAYERS, _WEIGHTS = "layer_names", "weight_names"


def is_legacy(file: Any) -> bool:
    """Whether an open HDF5 file is of this form: weights alone, or a whole model."""
    return _has_layers(file) or _WHOLE_MODEL in file


def read(file: Any, path: Path) -> StoredWeights:
    """The layers of an open file.

    Raises:
        DataError: It is damaged, or not of this form.
    """
    top = file if _has_layers(file) else child(file, _WHOLE_MODEL, path)
    if not _has_layers(top):
        raise foreign(path, "it does not say which layers it holds")
    layers = (_layer(child(top, name, path), name, path) for name in texts(top, _LAYERS))
    weighted = tuple(layer for layer in layers if layer.weights)
    return StoredWeights(path=path, layers=weighted, in_order=True)


def _has_layers(group: Any) -> bool:
    return _LAYERS in group.attrs or f"{_LAYERS}0" in group.attrs


def _layer(group: Any, name: str, path: Path) -> StoredLayer:
    """The layer of a group; its arrays are those that train, then the others."""
    weights = (
        weight(child(group, each, path), _own_name(each), path, part=each.rpartition("/")[0])
        for each in texts(group, _WEIGHTS)
    )
    return StoredLayer(name=name, weights=tuple(weights))


def _own_name(name: str) -> str:
    """`kernel` of `conv1/kernel:0`."""
    return name.rpartition("/")[2].partition(":")[0]
