"""Features in the place of images, for the pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from netspec.data.features.kept import Features
    from netspec.data.features.rows import TensorForm


@dataclass(frozen=True, eq=False)
class Served:
    """The features of a split's images.

    Attributes:
        features: Those that are kept, open.
        rows: Where those of each image are, by the image's index, whatever stands there for images outside of the
            split: int64 `(images,)`, or `(versions, images)`, of which an epoch takes the version of its number modulo
            the versions.
    """

    features: Features
    rows: NDArray[np.int64]

    @property
    def tensors(self) -> tuple[TensorForm, ...]:
        """The form of each of an image's features."""
        return self.features.tensors

    def take(self, indices: NDArray[np.int64], epoch: int) -> tuple[NDArray[Any], ...]:
        """Images' features in an epoch, for each tensor `(images, …)`; bfloat16 as the uint16 of the same bits.

        Args:
            indices: The images.
            epoch: Counted from 0.

        Raises:
            ValueError: An image has no features.
        """
        rows = self.rows if self.rows.ndim == 1 else self.rows[epoch % len(self.rows)]
        return self.features.take(rows[indices])
