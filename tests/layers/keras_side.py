"""What Keras makes of a layer: constructor, symbolic call, then a run on a batch of two."""

from __future__ import annotations

import itertools
import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netspec.layers.base import MergeLayer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.layers.base import Layer, Shape

BATCH = 2
MOST_RUNS = 40
# What TensorFlow says on a CPU where the operation exists on a GPU.
_GPU_ONLY = ("NHWC", "NCHW", "channels_first")


@dataclass(frozen=True)
class Built:
    """What Keras built: the output's shape, and each weight's name, shape and trainability."""

    output_shape: Shape
    weights: tuple[tuple[str, tuple[int, ...], bool], ...]


class KerasRefuses(Exception):  # noqa: N818 - an answer, not an error
    """Keras does not take the layer, its input, or both; or it takes them and cannot run."""


def build(layer: Layer, shapes: Sequence[Shape]) -> Built:
    """Builds a layer as Keras sees it, then runs it.

    Raises:
        KerasRefuses: The constructor, the symbolic call or the run failed.
    """
    from netspec.lowering.layers import to_keras

    try:
        built = to_keras(layer, name="layer", seed=1)
    except Exception as error:
        raise KerasRefuses(f"constructor: {error}") from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a layer that Keras warns of is one that it takes
        return call(built, shapes, merges=isinstance(layer, MergeLayer))


def call(built: Any, shapes: Sequence[Shape], *, merges: bool) -> Built:
    """Calls a Keras layer on symbols, then on numbers.

    Raises:
        KerasRefuses: It failed, or the two disagree about the output's shape.
    """
    try:
        output = _symbolic(built, shapes, merges=merges)
    except Exception as error:
        raise KerasRefuses(f"symbolic call: {error}") from error
    trainable = {id(weight) for weight in built.trainable_weights}
    found = Built(
        tuple(output.shape[1:]),
        tuple((each.name, tuple(each.shape), id(each) in trainable) for each in built.weights),
    )
    _run(built, shapes, found.output_shape, merges=merges)
    return found


def _symbolic(built: Any, shapes: Sequence[Shape], *, merges: bool) -> Any:
    import keras

    symbols = [keras.Input(shape=shape) for shape in shapes]
    return built(symbols if merges else symbols[0])


def _run(built: Any, shapes: Sequence[Shape], promised: Shape, *, merges: bool) -> None:
    """For an unknown size, one size that runs is enough."""
    failure: Exception | None = None
    for sizes in itertools.islice(_with_sizes(shapes, built), MOST_RUNS):
        try:
            # Given numbers at once, TensorFlow's max_pool with a window larger than its map ends
            # the whole process ("Floating point exception"); given symbols, Keras refuses it.
            _symbolic(built, sizes, merges=merges)
            shape = _run_once(built, sizes, merges=merges)
        except Exception as error:  # noqa: BLE001 - whatever TensorFlow raises is the answer
            if getattr(built, "data_format", "") == "channels_first" and any(
                word in str(error) for word in _GPU_ONLY
            ):
                return
            failure = failure or error
            continue
        if len(shape) == len(promised) and all(
            size in {None, real} for size, real in zip(promised, shape, strict=True)
        ):
            return
        failure = failure or ValueError(f"promised {promised}, gives {shape}")
    raise KerasRefuses(f"run: {failure}") from failure


def _run_once(built: Any, shapes: Sequence[tuple[int, ...]], *, merges: bool) -> tuple[int, ...]:
    import keras
    import numpy as np

    generator = np.random.default_rng(1)
    batches = [
        keras.ops.convert_to_tensor(generator.random((BATCH, *shape), dtype=np.float32))
        for shape in shapes
    ]
    given = batches if merges else batches[0]
    output, trained = built(given), _train_once(built, given)
    if output.shape != trained.shape:
        raise ValueError(f"gives {output.shape}, and {trained.shape} while training")
    for weight in built.weights:
        if weight.constraint is not None:
            weight.constraint(weight)
    sum(float(loss) for loss in built.losses)
    return tuple(output.shape[1:])


def _train_once(built: Any, given: Any) -> Any:
    """Some operations exist and have no gradient; some layers do more while they train."""
    import tensorflow as tf

    arguments = {"training": True} if "training" in built._call_signature.parameters else {}
    with tf.GradientTape() as tape:
        tape.watch(given)
        output = built(given, **arguments)
    tape.gradient(output, [given, [weight.value for weight in built.trainable_weights]])
    return output


def _with_sizes(shapes: Sequence[Shape], built: Any) -> Iterator[list[tuple[int, ...]]]:
    """The shapes, with sizes for those that are unknown: the likeliest to fit first."""
    unknown = sum(size is None for shape in shapes for size in shape)
    known = [size for shape in shapes for size in shape if size is not None]
    # A Reshape fits one count of values only, a Dropout's noise_shape certain sizes.
    target = getattr(built, "target_shape", ())
    wanted = math.prod(size for size in target if size > 0) if target else 8
    if target and -1 not in target:
        wanted //= math.prod(known)
    noise = [(getattr(built, "noise_shape", None) or ())[1:]]
    sizes = list(dict.fromkeys([max(wanted, 1), *sorted(set(known)), 1, 2, 3, 4, 6, 8, 24, 80]))
    choices = itertools.chain(
        [_like_others(shapes, shapes), _like_others(shapes, noise)],
        [(sizes[0], *[1] * (unknown - 1))],
        ((size,) * unknown for size in sizes),
        itertools.product(sizes, repeat=unknown),
    )
    for chosen in choices if unknown else [()]:
        each = iter(chosen)
        yield [tuple(next(each) if size is None else size for size in shape) for shape in shapes]


def _like_others(shapes: Sequence[Shape], others: Sequence[Shape]) -> tuple[int, ...]:
    """For each unknown size the one that others have there, counted from the right."""
    found = []
    for shape in shapes:
        for place in range(-len(shape), 0):
            if shape[place] is None:
                there = [other[place] for other in others if len(other) >= -place]
                found.append(max((size for size in there if size is not None), default=1))
    return tuple(found)
