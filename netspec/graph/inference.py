"""What follows from shapes, held to what a machine can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code
from netspec.layers.shapes import Inference, ShapeError, product

if TYPE_CHECKING:
    from netspec.layers.base import Layer
    from netspec.layers.shapes import Shape

# More numbers than any machine holds: 4 TiB of float32.
MAX_NUMBERS = 2**40


class Inferrer:
    """Infers each layer once for each sequence of shapes: copies of a block ask the same again and again."""

    def __init__(self) -> None:
        """Knows nothing yet."""
        self._known: dict[object, tuple[Layer, Inference | ShapeError]] = {}

    def infer(self, layer: Layer, shapes: tuple[Shape, ...]) -> Inference:
        """Output shapes, weights and cost.

        Raises:
            ShapeError: The layer cannot take them, or no machine could hold what it speaks of.
        """
        key = (id(layer), shapes)
        found = self._known.get(key)
        if found is None:
            answer: Inference | ShapeError
            try:
                answer = _of_a_size_to_be_held(layer.infer(shapes))
            except ShapeError as error:
                answer = error
            # The layer is kept with the answer, so that no other one can get its id.
            found = self._known[key] = layer, answer
        if isinstance(found[1], ShapeError):
            raise found[1]
        return found[1]


def _of_a_size_to_be_held(inference: Inference) -> Inference:
    sizes = (
        *(("gives", product(*shape) or 0) for shape in inference.output_shapes),
        ("has weights of", sum(weight.size for weight in inference.weights)),
    )
    for verb, numbers in sizes:
        if numbers > MAX_NUMBERS:
            raise ShapeError(
                f"{verb} more than {MAX_NUMBERS:,} numbers",
                code=Code.TOO_LARGE,
                hint="no machine can hold them; take smaller fields",
            )
    return inference
