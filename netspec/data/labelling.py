"""What the losses take for images: their labels, encoded, and their weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from netspec.data.images import Images
    from netspec.spec.labels import LabelEncoding, Target

    _Labels = dict[str, tf.Tensor]

# No output and no label is called this.
_WEIGHT = ""


class Labelling:
    """Makes of images' labels what Keras takes beside the images."""

    def __init__(
        self,
        targets: Sequence[Target],
        *,
        by_key: bool,
        held: Callable[[NDArray[Any]], tf.Tensor],
    ) -> None:
        """Begins.

        Args:
            targets: What each output learns.
            by_key: Whether labels come as a dict by the outputs' keys, else as the one tensor.
            held: Makes tensors of arrays.
        """
        self._targets = targets
        self._by_key = by_key
        self._held = held

    def of(self, images: Images) -> Callable[[tf.Tensor], _Labels]:
        """A function from images' indices to what the losses take for them, weights among it."""
        labels = {name: self._held(each) for name, each in images.labels.items()}
        if images.weights is not None:
            labels[_WEIGHT] = self._held(images.weights)
        return lambda at: self._encoded(
            {name: tf.gather(each, at) for name, each in labels.items()}
        )

    def for_keras(self, images: Any, labels: _Labels) -> tuple[Any, ...]:
        """Images, or what comes in their place, labels, and weights where there are any, as Keras takes them."""
        wanted = {target.output: labels[target.output] for target in self._targets}
        truth = wanted if self._by_key else next(iter(wanted.values()))
        if _WEIGHT not in labels:
            return images, truth
        weights = labels[_WEIGHT][:, 0]
        return images, truth, dict.fromkeys(wanted, weights) if self._by_key else weights

    def _encoded(self, labels: _Labels) -> _Labels:
        """A batch's labels by the outputs' keys, as the losses take them; the images' weights `(batch, 1)` stay."""
        encoded = {
            target.output: _encode(labels[target.label], target.encoding)
            for target in self._targets
        }
        if _WEIGHT in labels:
            encoded[_WEIGHT] = labels[_WEIGHT][:, None]
        return encoded


def _encode(labels: tf.Tensor, encoding: LabelEncoding) -> tf.Tensor:
    """Labels of a batch as a loss takes them, `(batch, 1)` or `(batch, values)`."""
    if encoding.form == "one_hot":
        return tf.one_hot(labels, encoding.classes)
    if encoding.form == "binary":
        return tf.cast(labels, tf.float32)[:, None]
    return labels[:, None] if encoding.form == "integer" else labels
