"""What a difference between netspec and Keras is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netspec.layers.base import Layer
    from netspec.layers.shapes import Shape


@dataclass(frozen=True)
class Difference:
    """A case that netspec refuses on purpose; its title stands in ``docs/parity.md``."""

    title: str
    applies: Callable[[Layer, Sequence[Shape]], bool]
