"""Files of weights, written without Keras."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

Layers = dict[str, dict[str, tuple[int, ...]]]
Keyed = dict[str, list[tuple[int, ...]]]


def values(shape: tuple[int, ...], start: int = 0) -> Any:
    return (np.arange(np.prod(shape, dtype=int)) + start).reshape(shape).astype("float32")


def legacy(path: Path, layers: Layers, *, below: str | None = None) -> Path:
    """Keras's older form; below `model_weights` as of a whole model."""
    with h5py.File(path, "w") as file:
        top = file.create_group(below) if below else file
        top.attrs["layer_names"] = [name.encode() for name in layers]
        for name, weights in layers.items():
            group = top.create_group(name)
            group.attrs["weight_names"] = [each.encode() for each in weights]
            for number, (each, shape) in enumerate(weights.items()):
                group[each] = values(shape, number)
    return path


def modern(path: Any, layers: Keyed, *, names: bool = True) -> Any:
    """Keras 3's form: the shapes of each layer by its key, such as `conv2d_1` or `functional/layers/conv2d`."""
    with h5py.File(path, "w") as file:
        for key, shapes in layers.items():
            group = file.create_group(f"layers/{key}/vars")
            if names:
                group.attrs["name"] = f"name_of_{key}"
            for number, shape in enumerate(shapes):
                group[str(number)] = values(shape, number)
    return path


def archive(path: Path, layers: Keyed, config: object) -> Path:
    """A `.keras` archive."""
    memory = io.BytesIO()
    modern(memory, layers)
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("config.json", json.dumps(config))
        packed.writestr("model.weights.h5", memory.getvalue())
    return path


def described(*layers: tuple[str, str]) -> dict[str, Any]:
    """A model's configuration."""
    return {
        "class_name": "Functional",
        "config": {
            "layers": [{"class_name": kind, "config": {"name": name}} for kind, name in layers]
        },
    }
