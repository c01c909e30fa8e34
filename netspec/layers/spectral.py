"""Spectral normalization: a layer whose kernel is held to stretch nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from netspec.diagnostics import Code
from netspec.fields import Problem, optional, required
from netspec.layers.base import Example, Layer, UnaryLayer
from netspec.layers.fields import Count, InnerLayer
from netspec.layers.inner import infer_inner
from netspec.layers.shapes import Inference, Shape, Weight, only

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.layers.reach import Reach

# Those that have an attribute `kernel` in Keras and can be called with one tensor.
WITH_A_KERNEL = frozenset(
    {
        "Conv1D",
        "Conv1DTranspose",
        "Conv2D",
        "Conv2DTranspose",
        "Conv3D",
        "Conv3DTranspose",
        "Dense",
        "DepthwiseConv1D",
        "DepthwiseConv2D",
        "EinsumDense",
    }
)
# They have an attribute `embeddings`, which Keras normalizes too.
EMBEDDINGS = frozenset({"Embedding", "ReversibleEmbedding"})


class SpectralNormalization(UnaryLayer):
    """Divides a layer's kernel by its largest singular value, anew in every training step.

    The value is estimated by power iteration, whose vector is kept from step to step; its multiplications are not
    counted, as they are for the kernel and not for a sample.

    Source: keras/src/layers/normalization/spectral_normalization.py; Miyato 2018, arXiv 1802.05957.
    """

    example = Example({"layer": {"Dense": {"units": 5}}}, ((8, 6, 4),))

    layer: Annotated[Layer, InnerLayer()] = required(
        "The layer whose kernel is normalized: dense, or a convolution."
    )
    power_iterations: Count = optional(1, "How often the estimate is improved in a step.")

    def contradictions(self) -> Iterator[Problem]:
        """The layer has one kernel."""
        if self.layer.kind() in EMBEDDINGS:
            yield Problem(
                "Keras gives what comes out the type of what goes in: an embedding of whole numbers is rounded to 0",
                "use it without SpectralNormalization",
                Code.REFUSED,
                ("layer",),
            )
        elif self.layer.kind() not in WITH_A_KERNEL:
            yield Problem(
                f"{self.layer.kind()} has no kernel of its own to normalize",
                "it takes a dense layer or a convolution",
                Code.CONTRADICTION,
                ("layer",),
            )

    def infer(self, shapes: Sequence[Shape]) -> Inference:
        """What the layer inside is; the estimate's vector ``(1, last axis)`` stands after its kernel."""
        inner = infer_inner(self.layer, (only(shapes),))
        kernel, *others = inner.weights
        vector = Weight("vector_u", (1, kernel.shape[-1]), trainable=False)
        return replace(inner, weights=(kernel, vector, *others))

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """As far as the layer inside."""
        return self.layer.reach(shapes)
