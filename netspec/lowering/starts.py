"""First weights that Keras would draw alike, or by itself."""

from __future__ import annotations

import functools
import itertools
import random
from typing import TYPE_CHECKING, Any

from netspec.lowering import things
from netspec.lowering.seeds import derive_seed

if TYPE_CHECKING:
    from netspec.layers.base import Layer


def start_apart(built: Any, layer: Layer, *, name: str, seed: int) -> None:
    """Seeds what the constructor's fields do not reach, before the Keras layer is built.

    Attention in heads copies one initializer for all its projections: with a seed, query and key would start as one
    kernel. An additive attention's scale has an initializer that no field names; a spectral normalization's vector too.

    Args:
        built: The Keras layer, not yet called.
        layer: The layer as the spec says it.
        name: Its name in the expanded graph.
        seed: The spec's seed.
    """
    match layer.kind():
        case "GroupQueryAttention" | "MultiHeadAttention":
            _projections(built, layer, name, seed)
        case "AdditiveAttention":
            _weights(built, name, seed)
        case "SpectralNormalization":
            _build(built, derive_seed(seed, name, "vector_u"))


def _projections(built: Any, layer: Any, name: str, seed: int) -> None:
    # Keras asks for the fields of each projection by this method, in their order.
    common, numbers = built._get_common_kwargs_for_sublayer, itertools.count()  # noqa: SLF001

    def apart() -> dict[str, Any]:
        number = str(next(numbers))
        own = {
            field: things.initializer(
                getattr(layer, field), seed=derive_seed(seed, name, field, number)
            )
            for field in ("kernel_initializer", "bias_initializer")
        }
        return {**common(), **own}

    built._get_common_kwargs_for_sublayer = apart  # noqa: SLF001


def _weights(built: Any, name: str, seed: int) -> None:
    add_weight = built.add_weight

    def seeded(*arguments: Any, initializer: str, **fields: Any) -> Any:
        own = things.initializer(
            initializer, seed=derive_seed(seed, name, fields["name"], "initializer")
        )
        return add_weight(*arguments, initializer=own, **fields)

    built.add_weight = seeded


def _build(built: Any, seed: int) -> None:
    """Lets a layer draw in its `build`, where no seed can be given, as Python's generator does after this seed."""
    build = built.build

    @functools.wraps(build)
    def seeded(*arguments: Any, **named: Any) -> None:
        state = random.getstate()
        random.seed(seed)
        try:
            build(*arguments, **named)
        finally:
            random.setstate(state)

    built.build = seeded
