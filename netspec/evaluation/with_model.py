"""Predictions of a Keras model that no run of netspec's has trained. Importing this module imports NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from netspec.data.form import ImageForm
from netspec.errors import UsageError
from netspec.evaluation.predict import Unreadable, picture_batches
from netspec.evaluation.structure import load_weights, read_classes, read_structure
from netspec.runs.environment import require_tensorflow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import keras
    from numpy.typing import NDArray

    from netspec.report.predictions import PredictionRecord

BATCH = 32
_COLOURS = (1, 3)
# Layers that change neither the values nor their order.
_TRANSPARENT = {"Activation", "Dropout", "Flatten", "Reshape"}
_PROBABILITIES = {"softmax", "sigmoid", "hard_sigmoid"}


@dataclass(frozen=True, kw_only=True)
class OtherModel:
    """A model that another program trained, in files.

    Attributes:
        structure: The model as Keras's `to_json` writes it.
        weights: Its weights: `.weights.h5`, `.h5` or `.keras`.
        classes: The names of its classes, one a line.
        image_size: Height and width of its pictures, where it takes any.
    """

    structure: Path
    weights: Path
    classes: Path
    image_size: tuple[int, int] | None = None

    def open(self) -> PictureModel:
        """The model, ready to predict.

        Raises:
            UsageError: A file is not there, the three do not fit each other, the model takes no pictures, or TensorFlow
                is not installed.
            DataError: A file is damaged.
        """
        require_tensorflow()
        names = read_classes(self.classes)
        model = read_structure(self.structure)
        form = form_of(model, image_size=self.image_size)
        _require_classes(model, names, classes=self.classes)
        load_weights(model, self.weights, structure=self.structure)
        return PictureModel(model=model, form=form, names=names)


@dataclass(frozen=True, eq=False, kw_only=True)
class PictureModel:
    """A Keras model that names the class of a picture.

    Attributes:
        model: It has one output, a value for each class, or one for two.
        form: What pictures are brought to; their pixels go in raw, from 0 to 255.
        names: The classes' names.
    """

    model: keras.Model
    form: ImageForm
    names: Sequence[str]

    def predict(
        self, images: Sequence[str], *, unreadable: Unreadable, top: int = 5
    ) -> Iterator[PredictionRecord]:
        """What the model says of each picture, in the order given: its best classes, the likeliest first.

        Args:
            images: The pictures' files.
            unreadable: Is told of each file that is left out, and why.
            top: How many classes, at most.

        Raises:
            UsageError: The model gives no numbers.
        """
        are_logits = _last_activation(self.model) not in _PROBABILITIES
        for files, pixels in picture_batches(images, self.form, BATCH, unreadable):
            given = self.model.predict(np.stack(pixels), batch_size=BATCH, verbose=0)
            values = np.reshape(given, (len(files), -1))
            if not np.isfinite(values).all():
                raise UsageError(
                    "the model gives no numbers", hint="its training failed; give other weights"
                )
            for file, shares in zip(files, _shares(values, are_logits=are_logits), strict=True):
                # As `decode_predictions` orders them.
                best = shares.argsort()[-top:][::-1]
                yield {
                    "image": file,
                    "predictions": [
                        {"label": self.names[index], "probability": float(shares[index])}
                        for index in best
                    ],
                }


def form_of(model: keras.Model, *, image_size: tuple[int, int] | None) -> ImageForm:
    """What a model's pictures are brought to.

    Raises:
        UsageError: It takes something else than one picture, or its size is not known.
    """
    inputs = getattr(model, "inputs", None) or []
    if len(inputs) != 1:
        raise UsageError(
            f"the model has {len(inputs)} inputs; a picture can be given to one only"
            if inputs
            else "the model does not say what it takes",
            hint="give a model with one input for pictures",
        )
    shape = tuple(inputs[0].shape[1:])
    if len(shape) != 3 or shape[2] not in _COLOURS:  # noqa: PLR2004 - height, width, channels
        raise UsageError(
            f"the model takes {shape}, which is no picture",
            hint="give a model whose input is (height, width, channels) with 3 channels, or 1 for gray",
        )
    own = shape[:2]
    if image_size is None and None in own:
        raise UsageError(
            "the model takes pictures of any size",
            hint="say which with --image-size HEIGHT WIDTH: the size that it was trained with",
        )
    size = image_size or own
    if any(known not in {None, said} for known, said in zip(own, size, strict=True)):
        raise UsageError(
            f"the model takes {own[0]} x {own[1]} pixels, not {size[0]} x {size[1]}",
            hint="leave --image-size out",
        )
    return ImageForm(size=size, channels=shape[2], resize="stretch", training_size=size)


def _require_classes(model: keras.Model, names: Sequence[str], *, classes: Path) -> None:
    if len(model.outputs) != 1:
        raise UsageError(
            f"the model has {len(model.outputs)} outputs; which of them names the class is not known",
            hint="give a model with one output",
        )
    shape = tuple(model.outputs[0].shape[1:])
    values = 1
    for size in shape:
        values *= size or 0
    if not values:
        raise UsageError(
            f"the model gives {shape}, which is no value for each class",
            hint="give a model that names classes",
        )
    count = 2 if values == 1 else values
    if len(names) != count:
        raise UsageError(
            f"{classes} names {len(names)} classes, the model tells {count} apart",
            hint="give the names of the classes that the model was trained with, one a line",
        )


def _shares(values: NDArray[Any], *, are_logits: bool) -> NDArray[np.float64]:
    """Each class's probability; one value is the probability of the second of two classes."""
    values = values.astype(np.float64)
    if values.shape[-1] == 1:
        second = 0.5 * (1 + np.tanh(values / 2)) if are_logits else values
        return np.concatenate([1 - second, second], axis=-1)
    if are_logits:
        powers = np.exp(values - values.max(axis=-1, keepdims=True))
        shares: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
        return shares
    return values


def _last_activation(model: keras.Model) -> str:
    """The activation that the output ends with; `linear` where it has none."""
    for layer in reversed(model.layers):
        if getattr(layer, "layers", None):
            return _last_activation(layer)
        kind = type(layer).__name__
        if kind == "Softmax":
            return "softmax"
        activation = getattr(layer, "activation", None)
        name = getattr(activation, "__name__", "linear")
        if name != "linear" or kind not in _TRANSPARENT:
            return str(name)
    return "linear"
