"""A package as npm has MobileNet's, with layers of a few numbers."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

from netspec.data.named.npm_package import NpmPackage
from netspec.weights.second_source import MobileNetPackage, PackedLayer, Tensor
from tests.data.tiny import tar_gz
from tests.weights.written import Layers, values

LAYERS: Layers = {
    "conv1": {"kernel": (3, 3, 3, 2)},
    "conv1_bn": {"gamma": (2,), "beta": (2,)},
    "conv_preds": {"kernel": (1, 1, 2, 5), "bias": (5,)},
}


def files() -> dict[str, bytes]:
    return {
        f"package/mobilenet/{name}": b"".join(
            values(shape, number).astype("<f4").tobytes()
            for number, shape in enumerate(weights.values())
        )
        for name, weights in LAYERS.items()
    }


def package(contents: bytes) -> NpmPackage:
    digest = base64.b64encode(hashlib.sha512(contents).digest()).decode()
    return NpmPackage(package="tiny-net@1.0.0", size=len(contents), integrity=f"sha512-{digest}")


def tiny() -> tuple[MobileNetPackage, bytes]:
    """What is known of the package, and the package."""
    contents = tar_gz(files())
    layers = tuple(
        PackedLayer(
            name,
            name,
            tuple(
                Tensor(
                    each,
                    shape,
                    hashlib.sha256(values(shape, number).astype("<f4").tobytes()).hexdigest(),
                )
                for number, (each, shape) in enumerate(weights.items())
            ),
        )
        for name, weights in LAYERS.items()
    )
    source = MobileNetPackage(
        package=package(contents),
        keras="2.1.4",
        folder="package/mobilenet",
        classifier=("conv_preds",),
        layers=layers,
    )
    return source, contents


def other(source: MobileNetPackage, changed: dict[str, bytes]) -> tuple[MobileNetPackage, bytes]:
    """A package with other files, whose checksum is known all the same."""
    contents = tar_gz(changed)
    return replace(source, package=package(contents)), contents
