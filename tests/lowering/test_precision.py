"""In mixed precision layers compute in half the bits, and lose no more than these hold."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import netspec
from netspec.analysis import analyse
from netspec.layers.registry import LAYERS
from netspec.lowering.precision import needs_float32, precisions
from tests.layers.examples import example_of, layer

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.keras

HALF = ["mixed_bfloat16", "mixed_float16"]
# Layers inside, sublayers, loops over steps, casts of their own, and what TensorFlow cannot compute in half.
RISKY = [
    "AveragePooling3D",
    "BatchNormalization",
    "Bidirectional",
    "Conv2DTranspose",
    "ConvLSTM2D",
    "EinsumDense",
    "Embedding",
    "GroupQueryAttention",
    "LSTM",
    "MaxPooling3D",
    "MelSpectrogram",
    "MultiHeadAttention",
    "SeparableConv2D",
    "SpectralNormalization",
    "TimeDistributed",
    "UpSampling2D",
]
# Their masks are drawn in half precision, and are others.
AT_RANDOM = {"AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise"}

NET = """netspec: 1
seed: 3
model:
  input: [16, 16, 3]
  blocks:
    frame:
      layers:
        - Dense: {units: 4, activation: relu}
        - Dense: {units: 3}
  layers:
    - Rescaling: {name: scaled, scale: 1/255}
    - Conv2D: {name: conv, filters: 8, kernel_size: 3, activation: relu}
    - BatchNormalization: {name: normal}
    - Reshape: {name: steps, target_shape: [14, 112]}
    - TimeDistributed: {name: each, layer: frame}
    - Bidirectional: {name: both, layer: {LSTM: {units: 4, return_sequences: true}}}
    - MultiHeadAttention: {name: heads, num_heads: 2, key_dim: 3, inputs: [both, both]}
    - Flatten: {name: flat}
    - Dense: {name: head, units: 5}
    - Softmax: {name: chances}
"""
SMALL = """netspec: 1
seed: 3
model:
  input: [16, 16, 3]
  layers:
    - Rescaling: {scale: 1/255}
    - Conv2D: {filters: 4, kernel_size: 3, strides: 2, activation: relu}
    - BatchNormalization
    - Flatten
    - Dense: {units: 5, activation: softmax}
"""
COMPILED = """compile:
  optimizer: {Adam: {OPTIMIZER}}
  loss: sparse_categorical_crossentropy
runtime: {precision: PRECISION}
"""


def made(
    folder: Path, precision: str, *, of: str = NET, optimizer: str = "learning_rate: 0.01"
) -> Any:
    path = folder / f"{precision}.yaml"
    text = COMPILED.replace("PRECISION", precision).replace("OPTIMIZER", optimizer)
    path.write_text(of + text, encoding="utf-8")
    return netspec.build(path)


def pictures(count: int = 8) -> Any:
    return np.random.default_rng(1).integers(0, 256, (count, 16, 16, 3)).astype("float32")


def as_floats(tensors: Any) -> list[Any]:
    import keras

    return [np.asarray(keras.ops.cast(each, "float32")) for each in keras.tree.flatten(tensors)]


def apart(left: Any, right: Any) -> float:
    """The largest difference, as a share of the largest value."""
    return max(
        float(np.abs(a - b).max() / (np.abs(a).max() + 1e-6))
        for a, b in zip(left, right, strict=True)
    )


@pytest.mark.parametrize("precision", HALF)
def test_weights_and_outputs_stay_float32(tmp_path: Path, precision: str) -> None:
    full, half = made(tmp_path, "float32"), made(tmp_path, precision)

    assert [each.dtype for each in half.weights] == ["float32"] * len(half.weights)
    for before, now in zip(full.get_weights(), half.get_weights(), strict=True):
        assert np.array_equal(before, now)
    assert half.output.dtype == "float32"
    computed = {each.name: each.compute_dtype for each in half.layers}
    bits = precision.removeprefix("mixed_")
    assert computed["conv"] == computed["normal"] == computed["both"] == computed["heads"] == bits
    # Pixels and chances, and what is turned into these, keep all their digits.
    assert computed["scaled"] == computed["head"] == computed["chances"] == "float32"
    assert half.get_layer("heads")._query_dense.compute_dtype == bits
    assert half.get_layer("both").forward_layer.cell.compute_dtype == bits
    assert {each.compute_dtype for each in half.get_layer("each").layer.layers[1:]} == {bits}
    assert apart(as_floats(full(pictures())), as_floats(half(pictures()))) < 0.05


def test_networks_of_half_precision_train_and_open_in_plain_keras(tmp_path: Path) -> None:
    for precision in HALF:
        model = made(tmp_path, precision, of=SMALL, optimizer="learning_rate: 0.01, clipnorm: 1.0")
        history = model.fit(pictures(), np.arange(8) % 5, epochs=3, batch_size=4, verbose=0)
        model.save(tmp_path / f"{precision}.keras")
        np.save(tmp_path / f"{precision}.npy", model.predict(pictures(), verbose=0))

        losses = history.history["loss"]
        assert all(map(math.isfinite, losses))
        assert losses[-1] < losses[0]

    code = f"""
import sys, numpy as np, keras
pictures = np.random.default_rng(1).integers(0, 256, (8, 16, 16, 3)).astype("float32")
for name in {HALF}:
    model = keras.saving.load_model(name + ".keras", safe_mode=True)
    assert np.array_equal(model.predict(pictures, verbose=0), np.load(name + ".npy"))
    print(type(model.optimizer).__name__)
assert "netspec" not in sys.modules
"""
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["Adam", "LossScaleOptimizer"]


def test_a_factor_of_the_optimizer_s_own_scales_the_loss_instead(tmp_path: Path) -> None:
    import keras

    model = made(tmp_path, "mixed_float16", of=SMALL, optimizer="loss_scale_factor: 128")
    assert type(model.optimizer) is keras.optimizers.Adam
    assert model.optimizer.loss_scale_factor == 128
    assert type(made(tmp_path, "mixed_bfloat16", of=SMALL).optimizer) is keras.optimizers.Adam


@pytest.mark.parametrize(
    ("size", "layers"),
    [
        (
            "[4]",
            {
                "Embedding: {input_dim: 1000, output_dim: 3}": "float32",
                "TimeDistributed: {layer: {Dense: {units: 2}}}": "mixed_bfloat16",
                "GlobalAveragePooling1D": "mixed_bfloat16",
                "Dense: {units: 2}": "float32",
            },
        ),
        (
            "[9, 9, 3]",
            {
                "CenterCrop: {height: 8, width: 8}": "float32",
                "MaxPooling2D": "float32",
                "Conv2D: {filters: 2, kernel_size: 1}": "mixed_bfloat16",
                "MaxPooling2D: {pool_size: 2}": "mixed_bfloat16",
                'EinsumDense: {equation: "...x,xy->...y", output_shape: 3}': "float32",
                'EinsumDense: {equation: "abcx,xy->abcy", output_shape: [null, null, 3]}': "mixed_bfloat16",
                "Dense: {units: 4}": "float32",
                "Activation: {activation: sigmoid}": "float32",
                "Flatten": "float32",
            },
        ),
    ],
)
def test_indices_pixels_and_outputs_keep_their_digits(
    tmp_path: Path, size: str, layers: dict[str, str]
) -> None:
    path = tmp_path / "net.yaml"
    lines = "".join(f"    - {each}\n" for each in layers)
    path.write_text(f"netspec: 1\nmodel:\n  input: {size}\n  layers:\n{lines}", encoding="utf-8")
    _, graph = analyse(path).require()
    assert list(precisions(graph, "mixed_bfloat16").values()) == list(layers.values())
    assert set(precisions(graph, "float32").values()) == {"float32"}


@pytest.mark.parametrize("precision", HALF)
def test_layers_compute_in_half_precision_what_they_compute_in_float32(precision: str) -> None:
    for kind in RISKY:
        assert _error(kind, precision, train=False) < 0.03, kind


@pytest.mark.slow
@pytest.mark.parametrize("precision", HALF)
def test_every_layer_trains_in_half_precision(precision: str) -> None:
    for kind in LAYERS.names():
        error = _error(kind, precision, train=True)
        assert error < 0.03 or kind in AT_RANDOM or kind.startswith("SpatialDropout"), kind


def _error(kind: str, precision: str, *, train: bool) -> float:
    """How far what a layer's example gives is from what it gives in float32, with the same weights."""
    import keras
    import tensorflow as tf

    from netspec.lowering.layers import call, to_keras

    fields, shapes = example_of(kind)
    of = layer(kind, **fields)
    nested = of.infer(shapes).nested
    policy = "float32" if needs_float32(of, nested, precision) else precision
    sizes = [tuple(3 if size is None else size for size in shape) for shape in shapes]
    random = np.random.default_rng(0)
    given = [tf.constant(random.random((2, *size)), tf.float32) for size in sizes]
    results: list[list[Any]] = []
    weights: list[Any] | None = None
    for computed_in in ("float32", policy):
        built = to_keras(of, name="it", seed=1, nested=nested, precision=computed_in)
        inputs = [keras.Input(size) for size in sizes]
        model = keras.Model(inputs, list(call(built, of, inputs)))
        if weights is not None:
            model.set_weights(weights)
        weights = model.get_weights()
        assert {each.dtype for each in model.trainable_weights} <= {"float32"}
        with tf.GradientTape() as tape:
            told = keras.tree.flatten(model(given, training=train))
            mean = sum(tf.reduce_mean(tf.cast(each, tf.float32)) for each in told)
        if train and model.trainable_variables:
            for each in tape.gradient(mean, model.trainable_variables):
                assert each is None or np.isfinite(tf.convert_to_tensor(each)).all(), kind
        results.append(as_floats(told))
    return apart(*results)
