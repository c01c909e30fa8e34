"""Embeddings: a vector for each whole number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from netspec.diagnostics import Code
from netspec.fields import Fields, Nullable, Real, optional, required
from netspec.layers.base import CallOf, Example, UnaryLayer
from netspec.layers.fields import Constraint, Count, Initializer, Regularizer, Truth
from netspec.layers.reach import SAME
from netspec.layers.shapes import Shape, ShapeError, Weight, only, product, spell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.layers.reach import Reach


class _Embedding(UnaryLayer):
    """A table with a row for each number."""

    input_dim: Count = required("How many numbers there are, counted from 0.")
    output_dim: Count = required("The size of the vector of each.")
    embeddings_initializer: Initializer = optional("uniform", "How the vectors start.")
    embeddings_regularizer: Regularizer = optional(None, "A penalty on the vectors.")
    embeddings_constraint: Constraint = optional(None, "What the vectors are held to.")
    mask_zero: Truth = optional(
        False,  # noqa: FBT003 - a default, not a call
        "Whether 0 is padding, which recurrent layers and attention skip.",
    )

    def output_shape(self, shape: Shape) -> Shape:
        """``(…)`` to ``(…, output_dim)``."""
        return (*shape, self.output_dim)

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """Each vector comes from one number."""
        return (*[SAME] * len(only(shapes)), None)

    def variables(self, shape: Shape) -> Iterator[Weight]:  # noqa: ARG002 - of any shape
        """The table ``(input_dim, output_dim)``."""
        yield Weight("embeddings", (self.input_dim, self.output_dim))


class Embedding(_Embedding):
    """Looks up a vector for each whole number, which is learned; what stands behind the point is cut off.

    Source: keras/src/layers/core/embedding.py.
    """

    example = Example({"input_dim": 7, "output_dim": 5}, ((6,),))


class EmbeddingCall(Fields):
    """Constant arguments of a ReversibleEmbedding's call."""

    reverse: Truth = optional(
        False,  # noqa: FBT003 - a default, not a call
        "Whether vectors are given back as a score for each number.",
    )


class ReversibleEmbedding(_Embedding):
    """An embedding that also goes back, `call: {reverse: true}`: from a vector to a score for each number.

    Source: keras/src/layers/core/reversible_embedding.py; Press 2016, arXiv 1608.05859.
    """

    example = Example({"input_dim": 7, "output_dim": 5}, ((6,),))

    tie_weights: Truth = optional(
        True,  # noqa: FBT003 - a default, not a call
        "Whether the way back uses the same table; else it learns its own.",
    )
    logit_soft_cap: Annotated[float | None, Nullable(Real(above=0))] = optional(
        None, "What scores of the way back are held below, softly, by a tanh."
    )
    call: Annotated[EmbeddingCall | None, Nullable(CallOf(EmbeddingCall))] = optional(
        None, "Constant arguments of its call."
    )

    @property
    def goes_back(self) -> bool:
        """Whether it takes vectors."""
        return self.call is not None and self.call.reverse

    def output_shape(self, shape: Shape) -> Shape:
        """``(…)`` to ``(…, output_dim)``; reversed, ``(…, output_dim)`` to ``(…, input_dim)``."""
        if not self.goes_back:
            return super().output_shape(shape)
        if not shape or shape[-1] not in {None, self.output_dim}:
            raise ShapeError(
                f"goes back from vectors of {self.output_dim}, and gets {spell(shape)}",
                code=Code.FIELD_AGAINST_INPUT,
                field="output_dim",
                hint=f"a Dense of {self.output_dim} units above it gives vectors of that size",
            )
        return (*shape[:-1], self.input_dim)

    def variables(self, shape: Shape) -> Iterator[Weight]:
        """The table, and the one of the way back, ``(output_dim, input_dim)``, if it has its own."""
        yield from super().variables(shape)
        if not self.tie_weights:
            yield Weight("reverse_embeddings", (self.output_dim, self.input_dim))

    def macs(self, shape: Shape) -> int | None:
        """None for looking up; going back is a dense layer."""
        return product(*shape[:-1], self.output_dim, self.input_dim) if self.goes_back else 0
