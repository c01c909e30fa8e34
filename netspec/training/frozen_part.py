"""The frozen part of a network as a function of images, and what its features are kept under. It imports TensorFlow."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from netspec.errors import DataError
from netspec.fields.base import field_types
from netspec.lowering import model as lowering
from netspec.lowering import runtime
from netspec.lowering.names import keras_name
from netspec.lowering.precision import precisions
from netspec.runs.hardware import hardware
from netspec.spec.runtime import RuntimeSection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from netspec.data.features.kept import Features
    from netspec.data.features.store import FeatureStore
    from netspec.graph.graph import Graph
    from netspec.graph.steady import SteadyPart
    from netspec.layers.base import Layer
    from netspec.training.job import Job

# Fields that do not enter what a frozen layer computes; its weights do, by their numbers.
_NOT_COMPUTED = ("_initializer", "_regularizer", "_constraint")


class FrozenPart:
    """The frozen part of a network and the rest, and where the features are kept.

    Attributes:
        rest: The layers that take the features.
        features: Those that are kept, open.
    """

    def __init__(  # noqa: PLR0913 - each has a name
        self,
        job: Job,
        model: keras.Model,
        tensors: Mapping[str, Any],
        part: SteadyPart,
        *,
        store: FeatureStore,
        images: int,
    ) -> None:
        """Cuts the network.

        Args:
            job: The run.
            model: The whole network, compiled.
            tensors: Its symbolic tensors by the graph's names.
            part: What is the same in every epoch.
            store: Where features are kept.
            images: How many images there will be features of, versions of one counted each.

        Raises:
            DataError: The features cannot be kept.
        """
        taken = {name: tensors[name] for name in part.tensors}
        cut = list(taken.values())
        frozen = keras.Model(model.input, cut)
        self.rest = lowering.rest_of(job.graph, model, taken)
        self._apply = tf.function(
            lambda images: keras.tree.flatten(frozen(images, training=False)),
            jit_compile=bool(model.jit_compile),
        )
        key = _key(job, model, part)
        forms = [(tuple(each.shape[1:]), str(each.dtype)) for each in cut]
        if not store.room_for(images, key, forms):
            raise DataError(f"there is no room for features of {images:,} images in {store.folder}")
        self.features: Features = store.open(key, forms, about=_described(job.graph, part))

    def compute(self, images: tf.Tensor) -> list[NDArray[Any]]:
        """The features of a batch of images; of bfloat16, which NumPy has not, the bits."""
        # Of any number of images, or the last batch would have a function of its own.
        form = tf.TensorSpec((None, *images.shape[1:]), images.dtype)
        return [_as_kept(each) for each in self._apply.get_concrete_function(form)(images)]

    def close(self) -> None:
        """Lets go of the kept features."""
        self.features.close()


def _as_kept(tensor: tf.Tensor) -> NDArray[Any]:
    """A tensor's numbers; of bfloat16, which NumPy has not, the bits."""
    if tensor.dtype == tf.bfloat16:
        tensor = tf.bitcast(tensor, tf.uint16)
    array: NDArray[Any] = tensor.numpy()
    return array


def _key(job: Job, model: keras.Model, part: SteadyPart) -> dict[str, Any]:
    """All that features hang on but the image itself."""
    import PIL

    computed_in = precisions(job.graph, job.plan.precision)
    number = {name: index for index, name in enumerate(job.graph.inputs)}
    layers: list[Any] = []
    digest = blake2b(digest_size=32)
    own = {layer.name: layer for layer in model.layers}
    for node in part.nodes:
        assert node.layer is not None  # noqa: S101 - the network is whole
        taken = [_numbered(tensor, number) for tensor in node.inputs]
        number[node.name] = len(number)
        layers.append([node.kind, computed_in[node.name], taken, _fields(node.layer)])
        built = own.get(keras_name(node.layer_name))
        for variable in built.weights if built is not None else ():
            digest.update(np.ascontiguousarray(keras.ops.convert_to_numpy(variable)).data)
    form = job.plan.form
    machine = hardware()
    computed_on = runtime.resolved(job.spec.runtime or RuntimeSection(), model)
    return {
        "layers": layers,
        "tensors": [_numbered(tensor, number) for tensor in part.tensors],
        "weights": digest.hexdigest(),
        "form": [
            list(form.size),
            list(form.training_size),
            form.channels,
            form.resize,
        ],
        "computed": {
            name: computed_on[name]
            for name in (
                "precision",
                "deterministic",
                "jit",
                "devices",
                "tensorfloat32",
                "variables",
            )
            if name in computed_on
        },
        "backend": keras.backend.backend(),
        "versions": {
            "keras": keras.__version__,
            "tensorflow": tf.__version__,
            "numpy": np.__version__,
            "pillow": PIL.__version__,
        },
        "machine": {
            name: machine[name]
            for name in ("architecture", "processor", "features")
            if name in machine
        },
    }


def _described(graph: Graph, part: SteadyPart) -> str:
    """What the cache is said to hold."""
    own = {node.name.partition(".")[0] for node in part.nodes}
    names = [use.fields.architecture for use in graph.applications.values() if use.name in own]
    (shape, *_) = graph.inputs.values()
    size = " x ".join(str(each) for each in shape[:2] if each is not None)
    return f"{', '.join(names) or f'{len(part.nodes)} layers'} at {size}"


def _numbered(tensor: str, number: Mapping[str, int]) -> str:
    name, _, output = tensor.partition(":")
    return f"{number[name]}:{output or 0}"


def _fields(layer: Layer) -> dict[str, str]:
    """What a layer computes by, as text."""
    return {
        name: repr(getattr(layer, name))
        for name in field_types(type(layer))
        if name not in layer.wiring | {"name", "trainable", "seed"}
        and not name.endswith(_NOT_COMPUTED)
    }
