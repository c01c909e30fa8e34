"""How the features of one image lie in a row of bytes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

# Bytes of a number of each type. NumPy has no bfloat16: its bits are kept as uint16.
_BYTES = {
    "bool": 1,
    "int8": 1,
    "uint8": 1,
    "int16": 2,
    "uint16": 2,
    "float16": 2,
    "bfloat16": 2,
    "int32": 4,
    "uint32": 4,
    "float32": 4,
    "int64": 8,
    "uint64": 8,
    "float64": 8,
}
# Every tensor begins where numbers of any type may.
_ALIGNED = 8


@dataclass(frozen=True)
class TensorForm:
    """The form of one of an image's features.

    Attributes:
        shape: Without the batch.
        type: Its numbers' type, as TensorFlow calls it.
    """

    shape: tuple[int, ...]
    type: str

    def __post_init__(self) -> None:
        """Refuses a type that is not known.

        Raises:
            ValueError: There is no such type, or the shape holds no numbers.
        """
        if self.type not in _BYTES or min(self.shape, default=1) < 1:
            raise ValueError(f"features of the form {self.shape} {self.type}")

    @property
    def bytes(self) -> int:
        """How many bytes an image's take."""
        return math.prod(self.shape) * _BYTES[self.type]

    @property
    def numpy_type(self) -> str:
        """The type of the array that keeps it."""
        return "uint16" if self.type == "bfloat16" else self.type


@dataclass(frozen=True)
class RowForm:
    """The forms of all of an image's features, which lie one behind another.

    Attributes:
        tensors: Each one's form.
    """

    tensors: tuple[TensorForm, ...]

    @cached_property
    def places(self) -> tuple[int, ...]:
        """The byte at which each begins, and at which the row ends."""
        padded = (-(-tensor.bytes // _ALIGNED) * _ALIGNED for tensor in self.tensors)
        return tuple(accumulate(padded, initial=0))

    @property
    def bytes(self) -> int:
        """How many bytes a row takes."""
        return self.places[-1]
