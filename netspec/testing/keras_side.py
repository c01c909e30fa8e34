"""What Keras makes of a layer: constructor, symbolic call, then a run on a batch of two."""

from __future__ import annotations

import itertools
import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netspec.fields import Mismatch
from netspec.layers.shapes import ShapeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.layers.base import Layer
    from netspec.layers.shapes import Shape

BATCH = 2
MOST_RUNS = 40
# What TensorFlow says on a CPU where the operation exists on a GPU: of channels first, and of dilated transposed
# convolutions, which oneDNN has and TensorFlow's own code has not.
_GPU_ONLY = ("NHWC", "NDHWC", "NCHW", "channels_first")
_GPU_OR_ONEDNN = "Current CPU implementation"


@dataclass(frozen=True)
class Built:
    """What Keras built: the outputs' shapes, and each weight's name, shape and trainability."""

    output_shapes: tuple[Shape, ...]
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
        nested = None if any(layer.contradictions()) else layer.infer(shapes).nested
    except (Mismatch, ShapeError):
        nested = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a layer that Keras warns of is one that it takes
        try:
            built = to_keras(layer, name="layer", seed=1, nested=nested)
        except Exception as error:
            raise KerasRefuses(f"constructor: {error}") from error
        return call(built, layer, shapes)


def call(built: Any, layer: Layer, shapes: Sequence[Shape]) -> Built:
    """Calls a Keras layer on symbols, then on numbers.

    Raises:
        KerasRefuses: It failed, or the two disagree about the output's shape.
    """
    try:
        outputs = _symbolic(built, layer, shapes)
    except Exception as error:
        raise KerasRefuses(f"symbolic call: {error}") from error
    trainable = {id(weight) for weight in built.trainable_weights}
    found = Built(
        tuple(tuple(output.shape[1:]) for output in outputs),
        tuple((each.name, tuple(each.shape), id(each) in trainable) for each in built.weights),
    )
    _run(built, layer, shapes, found.output_shapes)
    return found


def _symbolic(built: Any, layer: Layer, shapes: Sequence[Shape]) -> tuple[Any, ...]:
    import keras

    from netspec.lowering.layers import call as call_keras

    return call_keras(built, layer, [keras.Input(shape=shape) for shape in shapes])


def _run(built: Any, layer: Layer, shapes: Sequence[Shape], promised: tuple[Shape, ...]) -> None:
    """For an unknown size, one size that runs is enough."""
    if type(built).__name__.startswith("Adaptive"):
        _trace(built, shapes)
    _use_weights(built)
    failure: Exception | None = None
    for sizes in itertools.islice(_with_sizes(shapes, built), MOST_RUNS):
        try:
            # Given numbers at once, TensorFlow's max_pool with a window larger than its map ends
            # the whole process ("Floating point exception"); given symbols, Keras refuses it.
            _symbolic(built, layer, sizes)
            given = _run_once(built, layer, sizes)
        except Exception as error:  # noqa: BLE001 - whatever TensorFlow raises is the answer
            if _needs_a_gpu(built, str(error)):
                return
            failure = failure or error
            continue
        if len(given) == len(promised) and all(map(_fits, promised, given)):
            return
        failure = failure or ValueError(f"promised {promised}, gives {given}")
    raise KerasRefuses(f"run: {failure}") from failure


def _needs_a_gpu(built: Any, error: str) -> bool:
    channels_first = getattr(built, "data_format", "") == "channels_first"
    return _GPU_OR_ONEDNN in error or (channels_first and any(word in error for word in _GPU_ONLY))


def _trace(built: Any, shapes: Sequence[Shape]) -> None:
    """Training runs a graph, and adaptive pooling takes less in one; outside, what it cannot take ends the process."""
    import tensorflow as tf

    try:
        tf.function(built).get_concrete_function(*(tf.TensorSpec((BATCH, *s)) for s in shapes))
    except Exception as error:
        raise KerasRefuses(f"graph: {error}") from error


def _use_weights(built: Any) -> None:
    """What is asked of the weights alone is known before a run, which may take long."""
    try:
        for weight in built.weights:
            if weight.constraint is not None:
                weight.constraint(weight)
        for weight in built.trainable_weights:
            if weight.regularizer is not None:
                float(weight.regularizer(weight))
    except Exception as error:
        raise KerasRefuses(f"weights: {error}") from error


def _fits(promised: Shape, given: tuple[int, ...]) -> bool:
    return len(given) == len(promised) and all(
        size in {None, real} for size, real in zip(promised, given, strict=True)
    )


def _run_once(
    built: Any, layer: Layer, shapes: Sequence[tuple[int, ...]]
) -> tuple[tuple[int, ...], ...]:
    import keras
    import numpy as np

    from netspec.lowering.layers import call as call_keras

    generator = np.random.default_rng(1)
    whole = whole_numbers(layer)
    batches = [
        keras.ops.convert_to_tensor(
            generator.choice(whole, (BATCH, *shape)).astype(np.float32)
            if whole
            else generator.random((BATCH, *shape), dtype=np.float32)
        )
        for shape in shapes
    ]
    shapes_given = tuple(tuple(each.shape) for each in call_keras(built, layer, batches))
    trained = tuple(tuple(each.shape) for each in _train_once(built, layer, batches))
    if shapes_given != trained:
        raise ValueError(f"gives {shapes_given}, and {trained} while training")
    sum(float(loss) for loss in built.losses)
    return tuple(shape[1:] for shape in shapes_given)


def _train_once(built: Any, layer: Layer, given: Any) -> tuple[Any, ...]:
    """Some operations exist and have no gradient; some layers do more while they train."""
    import tensorflow as tf

    from netspec.lowering.layers import call as call_keras

    trains = "training" in built._call_signature.parameters  # noqa: SLF001 - Keras has no other word for it
    with tf.GradientTape() as tape:
        tape.watch(given)
        outputs = call_keras(built, layer, given, **({"training": True} if trains else {}))
    tape.gradient(outputs, [given, [weight.value for weight in built.trainable_weights]])
    return outputs


def whole_numbers(layer: Any) -> Sequence[int]:
    """The numbers that a layer of whole numbers can look up or count; none where any number will do."""
    match layer.kind():
        case "ReversibleEmbedding" if layer.goes_back:
            return ()
        case "Embedding" | "ReversibleEmbedding":
            return range(layer.input_dim)
        case "CategoryEncoding":
            return range(layer.num_tokens or 1)
        case "Hashing":
            return range(-9, 10)
        case "IntegerLookup" if layer.invert:
            return range(layer.places)
        case "IntegerLookup":
            return layer.tokens or (1,)
        case _:
            return ()


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
    # A signal is longer than a spectrogram's frames.
    frame = getattr(built, "frame_length", 0) or getattr(built, "fft_length", 0)
    wanted = frame if frame and unknown == 1 else wanted
    sizes = list(dict.fromkeys([max(wanted, 1), *sorted(set(known)), *range(1, 9), 24, 80]))
    choices = itertools.chain(
        [_like_others(shapes, shapes), _like_others(shapes, noise)],
        [(sizes[0], *[1] * (unknown - 1))],
        ((size,) * unknown for size in sizes),
        itertools.product(sorted({*known, 1}), repeat=unknown),
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
