"""Rules about layers and how they follow one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.diagnostics import Code

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.diagnostics import Finding

OURS = {f"NS{number}" for number in (530, *range(631, 650), *range(731, 750))}
BESIDES = {Code.SMALL_FIELD, Code.LARGE_FLATTEN}
COMPILED = "compile: {optimizer: adam, loss: mse}\n"
IMAGE, VECTOR, SEQUENCE = "[32, 32, 3]", "[64]", "[128, 8]"
CONV = "Conv2D: {filters: 8, kernel_size: 3, padding: same, activation: relu}"
LINEAR = "Conv2D: {filters: 8, kernel_size: 3}"
NO_BIAS = "Conv2D: {filters: 8, kernel_size: 3, use_bias: false}"
HEAD = ("GlobalAveragePooling2D", "Dense: {units: 10, activation: softmax}")
HIDDEN = "Dense: {units: 32, activation: relu}"
SIGMOID = "Dense: {units: 1, activation: sigmoid}"
LAST = "Dense: {units: 10, activation: softmax}"

# What rules find: the input, the layers, and the codes.
FOUND: list[tuple[str, list[str], list[Code]]] = [
    # A Dropout behind the last layer with weights.
    (VECTOR, [HIDDEN, "Dense: {units: 10}", "Dropout: {rate: 0.5}"], [Code.DROPOUT_AT_OUTPUT]),
    (VECTOR, [HIDDEN, LAST, "Dropout: {rate: 0.5}"], [Code.DROPOUT_AT_OUTPUT]),
    (VECTOR, [HIDDEN, "Dense: {units: 10}", "AlphaDropout: {rate: 0.5}", "Softmax"], [Code.DROPOUT_AT_OUTPUT]),
    (IMAGE, [CONV, "SpatialDropout2D: {rate: 0.1}", "Flatten"], [Code.DROPOUT_AT_OUTPUT]),
    (VECTOR, [HIDDEN, LAST, "Dropout: {rate: 0}"], []),
    (VECTOR, [HIDDEN, "Dropout: {rate: 0.5}", LAST], []),
    (IMAGE, [CONV, "Dropout: {rate: 0.5}", LINEAR, "GlobalAveragePooling2D", "Softmax"], []),
    # A rate that leaves nothing.
    (VECTOR, [HIDDEN, "Dropout: {rate: 0.9}", LAST], [Code.DROPOUT_RATE]),
    (VECTOR, [HIDDEN, "GaussianDropout: {rate: 0.95}", LAST], [Code.DROPOUT_RATE]),
    (SEQUENCE, ["LSTM: {units: 8, dropout: 0.99}", LAST], [Code.DROPOUT_RATE]),
    (VECTOR, [HIDDEN, "Dropout: {rate: 0.8}", LAST], [Code.MUCH_DROPOUT]),
    (VECTOR, [HIDDEN, "Dropout: {rate: 0.85}", HIDDEN, "AlphaDropout: {rate: 0.89}", LAST], [Code.MUCH_DROPOUT]),
    (SEQUENCE, ["LSTM: {units: 8, dropout: 0.8}", LAST], [Code.MUCH_DROPOUT]),
    (VECTOR, [HIDDEN, "Dropout: {rate: 0.75}", LAST], []),
    (SEQUENCE, ["LSTM: {units: 8, dropout: 0.5}", LAST], []),
    # Two activations.
    (IMAGE, [CONV, "ReLU", *HEAD], [Code.ACTIVATION_TWICE]),
    (IMAGE, [CONV, "MaxPooling2D", "Activation: {activation: relu}", *HEAD], [Code.ACTIVATION_TWICE]),
    (IMAGE, [CONV, "LeakyReLU", *HEAD], [Code.ACTIVATION_TWICE]),
    (VECTOR, ["Dense: {units: 9, activation: sigmoid}", "Dropout: {rate: 0.1}", "ELU", LAST], [Code.ACTIVATION_TWICE]),
    (VECTOR, [LAST, "Softmax"], [Code.ACTIVATION_TWICE]),
    (VECTOR, [LAST, "Activation: {activation: softmax}"], [Code.ACTIVATION_TWICE]),
    (VECTOR, [SIGMOID, "Activation: {activation: sigmoid}"], [Code.ACTIVATION_TWICE]),
    (VECTOR, ["Dense: {units: 10, activation: relu}", "Softmax"], [Code.ACTIVATION_TWICE]),
    (VECTOR, ["Dense: {units: 10}", "ReLU", "Activation: {activation: sigmoid}"], [Code.ACTIVATION_TWICE]),
    (IMAGE, [LINEAR, "ReLU", *HEAD], []),
    (IMAGE, [CONV, "BatchNormalization", "ReLU", *HEAD], []),
    (IMAGE, ["Conv2D: {filters: 8, kernel_size: 3, activation: tanh}", "ReLU", *HEAD], []),
    (IMAGE, [LINEAR, "LeakyReLU", "ReLU", *HEAD], []),
    (IMAGE, [LINEAR, "ReLU: {negative_slope: 0.1}", "ReLU", *HEAD], []),
    (IMAGE, [CONV, "ReLU: {max_value: 6}", *HEAD], []),
    (VECTOR, [HIDDEN, LAST, "Activation: {activation: linear}"], []),
    (VECTOR, ["Dense: {units: 10, activation: tanh}", "Softmax"], []),
    # In mini-Xception a block begins with a relu that its other uses need.
    (IMAGE, ["ReLU: {name: act}", "ReLU", "SeparableConv2D: {name: a, filters: 8, kernel_size: 3, padding: same}",
             "Conv2D: {name: b, filters: 8, kernel_size: 1, inputs: act}", "Add: {inputs: [a, b]}", *HEAD], []),
    # SqueezeNet ends so.
    (IMAGE, ["Conv2D: {filters: 10, kernel_size: 1, activation: relu}", "GlobalAveragePooling2D", "Softmax"], []),
    # Two linear layers.
    (VECTOR, ["Dense: {units: 128}", LAST], [Code.LINEAR_STACK]),
    (VECTOR, ["Dense: {units: 64, activation: linear}", "Dropout: {rate: 0.2}", "Dense: {units: 64}", "ReLU", LAST],
     [Code.LINEAR_STACK]),
    (VECTOR, ["Dense: {units: 32, repeat: 3}", LAST], [Code.LINEAR_STACK]),
    (VECTOR, ["Dense: {units: 8}", LAST], [Code.LINEAR_BOTTLENECK]),
    (VECTOR, ["Dense: {units: 128}", "ReLU", LAST], []),
    (VECTOR, ["Dense: {units: 128}", "BatchNormalization: {center: false}", LAST], []),
    (VECTOR, ["Dense: {units: 128}", "LayerNormalization", LAST], []),
    (VECTOR, ["Dense: {units: 128, trainable: false}", LAST], []),
    (VECTOR, ["Dense: {units: 128, kernel_constraint: NonNeg}", LAST], []),
    (VECTOR, ["Dense: {units: 128, name: a}", "Multiply: {inputs: [a, a]}", LAST], []),
    (SEQUENCE, ["Dense: {units: 16}", "Reshape: {target_shape: [128, 4, 4]}", "Dense: {units: 4}", "Flatten"], []),
    (IMAGE, ["Conv2D: {filters: 64, kernel_size: 5}", "Conv2D: {filters: 32, kernel_size: 1}", *HEAD], []),
    # Two linear convolutions.
    (IMAGE, [LINEAR, LINEAR, "ReLU", *HEAD], [Code.LINEAR_CONVOLUTIONS]),
    (IMAGE, [LINEAR, "MaxPooling2D", LINEAR, "MaxPooling2D", CONV, *HEAD],
     [Code.LINEAR_CONVOLUTIONS, Code.EDGE_LEFT_OUT]),
    (IMAGE, [LINEAR, "SpatialDropout2D: {rate: 0.1}", "AveragePooling2D: {pool_size: 2}", CONV, *HEAD],
     [Code.LINEAR_CONVOLUTIONS]),
    (SEQUENCE, ["Conv1D: {filters: 8, kernel_size: 5}", "Conv1D: {filters: 8, kernel_size: 5}", "Flatten", LAST],
     [Code.LINEAR_CONVOLUTIONS]),
    (IMAGE, [LINEAR, "ReLU", LINEAR, *HEAD], []),
    (IMAGE, [LINEAR, "MaxPooling2D", "ReLU", CONV, *HEAD], []),
    (IMAGE, [NO_BIAS, "BatchNormalization", CONV, *HEAD], []),
    (IMAGE, [LINEAR, "LayerNormalization", CONV, *HEAD], []),
    (IMAGE, ["Conv2D: {filters: 8, kernel_size: [1, 7]}", "Conv2D: {filters: 8, kernel_size: [7, 1]}", *HEAD], []),
    (IMAGE, ["Conv2D: {filters: 8, kernel_size: 1}", CONV, *HEAD], []),
    (IMAGE, [LINEAR, "Conv2D: {filters: 8, kernel_size: 1, activation: relu}", *HEAD], []),
    (IMAGE, ["DepthwiseConv2D: {kernel_size: 3}", CONV, CONV, *HEAD], []),
    (IMAGE, ["Conv2D: {filters: 8, kernel_size: 3, groups: 1, trainable: false}", CONV, *HEAD], []),
    (IMAGE, ["Conv2D: {filters: 8, kernel_size: 3, name: a, padding: same}",
             "Conv2D: {filters: 8, kernel_size: 3, padding: same, name: b}",
             "Add: {inputs: [a, b]}", *HEAD], []),
    # Zeros that stay zeros.
    (VECTOR, [f"{HIDDEN[:-1]}, kernel_initializer: zeros}}", LAST], [Code.ZERO_KERNELS]),
    (VECTOR, [f"{HIDDEN[:-1]}, kernel_initializer: {{Constant: {{value: 0}}}}}}", LAST], [Code.ZERO_KERNELS]),
    (VECTOR, ["Dense: {units: 9, kernel_initializer: Zeros}", "LayerNormalization", "Dropout: {rate: 0.1}", "ReLU",
              LAST], [Code.ZERO_KERNELS]),
    (VECTOR, ["Dense: {units: 9, activation: tanh, kernel_initializer: zeros}",
              f"{LAST[:-1]}, kernel_initializer: zeros}}"], [Code.ZERO_KERNELS]),
    (VECTOR, ["Dense: {units: 9, activation: gelu, kernel_initializer: zeros, use_bias: false, repeat: 3}", LAST],
     [Code.ZERO_KERNELS]),
    (IMAGE, ["Conv2D: {filters: 8, kernel_size: 3, kernel_initializer: zeros}", "MaxPooling2D", "LeakyReLU", "Flatten",
             f"{LAST[:-1]}, kernel_initializer: zeros}}"], [Code.ZERO_KERNELS]),
    (IMAGE, [CONV, "DepthwiseConv2D: {kernel_size: 3, depthwise_initializer: zeros}", "Activation: {activation: relu6}",
             *HEAD], [Code.ZERO_KERNELS]),
    (VECTOR, [HIDDEN, f"{LAST[:-1]}, kernel_initializer: zeros}}"], []),
    (VECTOR, ["Dense: {units: 9, activation: tanh, kernel_initializer: zeros}", LAST], []),
    (VECTOR, ["Dense: {units: 9, activation: leaky_relu, kernel_initializer: zeros}", LAST], []),
    (VECTOR, ["Dense: {units: 9, kernel_initializer: zeros}", "ReLU: {negative_slope: 0.1}", LAST], []),
    (VECTOR, ["Dense: {units: 9, activation: sigmoid, kernel_initializer: zeros}",
              f"{LAST[:-1]}, kernel_initializer: zeros}}"], []),
    (VECTOR, [f"{HIDDEN[:-1]}, kernel_initializer: zeros, bias_initializer: ones}}", LAST], []),
    (VECTOR, [f"{HIDDEN[:-1]}, kernel_initializer: {{Constant: {{value: 0.1}}}}}}", LAST], []),
    (VECTOR, [f"{HIDDEN[:-1]}, bias_initializer: zeros}}", LAST], []),
    # The last layer of a residual branch.
    (IMAGE, ["Conv2D: {filters: 3, kernel_size: 3, padding: same, activation: relu, name: a}",
             "Conv2D: {filters: 3, kernel_size: 3, padding: same, kernel_initializer: zeros, name: b}",
             "Add: {inputs: [a, b]}", "ReLU", *HEAD], []),
    # The same twice.
    (VECTOR, [f"{HIDDEN[:-1]}, name: a}}", "Add: {inputs: [a, a]}", LAST], [Code.JOINED_WITH_ITSELF]),
    (VECTOR, [f"{HIDDEN[:-1]}, name: a}}", "Subtract: {inputs: [a, a]}", LAST], [Code.MERGED_WITH_ITSELF]),
    (VECTOR, [f"{HIDDEN[:-1]}, name: a}}", f"{HIDDEN[:-1]}, name: b}}", "Maximum: {inputs: [a, b, a]}", LAST],
     [Code.MERGED_WITH_ITSELF]),
    (VECTOR, [f"{HIDDEN[:-1]}, name: a}}", "Concatenate: {inputs: [a, a]}", LAST], [Code.JOINED_WITH_ITSELF]),
    (VECTOR, [f"{HIDDEN[:-1]}, name: a}}", "Multiply: {inputs: [a, a]}", LAST], []),
    (VECTOR, [f"{HIDDEN[:-1]}, name: a}}", "Dot: {inputs: [a, a], axes: 1}", LAST], []),
    (IMAGE, ["Conv2D: {filters: 1, kernel_size: 9, name: gray, activation: relu}",
             "Concatenate: {inputs: [gray, gray, gray]}", *HEAD], []),
    (SEQUENCE, ["Dense: {units: 4, activation: relu, name: a}", "Concatenate: {inputs: [a, a], axis: 1}", "Flatten",
                LAST], []),
    # One number.
    (VECTOR, [HIDDEN, SIGMOID, LAST], [Code.SINGLE_UNIT]),
    (VECTOR, [HIDDEN, "Dense: {units: 1, activation: relu}", "Dropout: {rate: 0.1}", HIDDEN, LAST], [Code.SINGLE_UNIT]),
    (VECTOR, [HIDDEN, SIGMOID], []),
    (VECTOR, [HIDDEN, "Dense: {units: 1, activation: tanh}", HIDDEN, "Dense: {units: 64}"], []),
    (VECTOR, [f"{HIDDEN[:-1]}, name: a}}", SIGMOID, "Multiply: {inputs: [dense, a]}", LAST],
     []),
    # Normalizations.
    (IMAGE, [NO_BIAS, "BatchNormalization", "BatchNormalization", "ReLU", *HEAD], [Code.NORMALIZED_TWICE]),
    (VECTOR, [HIDDEN, "LayerNormalization", "Dropout: {rate: 1/8}", "LayerNormalization", LAST],
     [Code.NORMALIZED_TWICE]),
    (IMAGE, [NO_BIAS, "BatchNormalization", "ReLU", "BatchNormalization", *HEAD], []),
    (IMAGE, [NO_BIAS, "BatchNormalization", "LayerNormalization", "ReLU", *HEAD], []),
    (IMAGE, [NO_BIAS, "BatchNormalization: {axis: 1}", "ReLU", *HEAD], [Code.NORMALIZED_AXIS]),
    (IMAGE, [CONV, "MaxPooling2D", "BatchNormalization: {axis: 2}", *HEAD], [Code.NORMALIZED_AXIS]),
    ("[3, 32, 32]", ["Conv2D: {filters: 8, kernel_size: 3, activation: relu, data_format: channels_first}",
                     "BatchNormalization", "Flatten", LAST], [Code.NORMALIZED_AXIS, Code.LARGE_FLATTEN]),
    (IMAGE, [CONV, "BatchNormalization: {axis: 3}", *HEAD], []),
    ("[3, 32, 32]", ["Conv2D: {filters: 8, kernel_size: 3, activation: relu, data_format: channels_first}",
                     "BatchNormalization: {axis: 1}", "GlobalAveragePooling2D: {data_format: channels_first}", LAST],
     [Code.SMALL_FIELD]),
    # A bias that is taken off again.
    (IMAGE, [CONV, LINEAR, "BatchNormalization", *HEAD], [Code.SUPERFLUOUS_BIAS]),
    (VECTOR, ["Dense: {units: 32}", "BatchNormalization", "ReLU", LAST], [Code.SUPERFLUOUS_BIAS]),
    (IMAGE, ["Conv2DTranspose: {filters: 4, kernel_size: 3}", "BatchNormalization", *HEAD],
     [Code.SUPERFLUOUS_BIAS, Code.SMALL_FIELD]),
    (IMAGE, ["SeparableConv2D: {filters: 4, kernel_size: 9}", "BatchNormalization", *HEAD], [Code.SUPERFLUOUS_BIAS]),
    (IMAGE, ["Conv2D: {filters: 4, kernel_size: 9}", "BatchNormalization: {center: false}", *HEAD], []),
    (IMAGE, ["Conv2D: {filters: 4, kernel_size: 9}", "BatchNormalization: {trainable: false}", *HEAD], []),
    (IMAGE, ["Conv2D: {filters: 4, kernel_size: 9}", "BatchNormalization: {renorm: true}", *HEAD], []),
    (IMAGE, ["Conv2D: {filters: 4, kernel_size: 9, use_bias: false}", "BatchNormalization", *HEAD], []),
    (IMAGE, ["Conv2D: {filters: 4, kernel_size: 9, activation: relu}", "BatchNormalization", *HEAD], []),
    (IMAGE, ["Conv2D: {filters: 4, kernel_size: 9}", "MaxPooling2D", "BatchNormalization", *HEAD], []),
    (IMAGE, ["Conv2D: {filters: 4, kernel_size: 9, name: a}", "BatchNormalization: {name: b}", "Add: {inputs: [a, b]}",
             *HEAD], []),
    (IMAGE, ["Conv2D: {filters: 3, kernel_size: 9, padding: same, name: a}", "BatchNormalization",
             "Reuse: {layer: a}", *HEAD], []),
    (VECTOR, ["Dense: {units: 32, activation: relu}", "Dropout: {rate: 0.5}", "BatchNormalization", LAST],
     [Code.DROPOUT_BEFORE_NORMALIZATION]),
    (VECTOR, ["Dense: {units: 32, activation: relu}", "BatchNormalization", "Dropout: {rate: 0.5}", LAST], []),
    # Windows.
    (IMAGE, [CONV, CONV, "Flatten", "Dense: {units: 64, activation: relu}", LAST], [Code.LARGE_FLATTEN]),
    (IMAGE, ["Flatten", "Dense: {units: 64, activation: relu}", LAST], []),
    (IMAGE, [CONV, CONV, "Flatten", "Reshape: {target_shape: [32, 256]}", "Dense: {units: 64, activation: relu}"], []),
    ("[13, 13, 3]", [CONV, "MaxPooling2D", CONV, *HEAD], [Code.EDGE_LEFT_OUT]),
    ("[13, 13, 3]", [CONV, "MaxPooling2D: {padding: same}", CONV, *HEAD], []),
    ("[13, 13, 3]", [CONV, "ZeroPadding2D", "Conv2D: {filters: 4, kernel_size: 4, strides: 2}", *HEAD], []),
    ("[27, 27, 3]", [CONV, "MaxPooling2D", CONV, *HEAD], []),
    ("[null, null, 3]", [CONV, "MaxPooling2D", CONV, *HEAD], []),
    (IMAGE, ["Conv2D: {filters: 8, kernel_size: 10, padding: same}", *HEAD], [Code.EVEN_KERNEL]),
    (IMAGE, ["Conv2D: {filters: 8, kernel_size: 4, strides: 4, padding: same}", CONV, *HEAD], []),
    ("[8, 8, 3]", ["Conv2D: {filters: 8, kernel_size: 2}", *HEAD], []),
    ("[128, 128, 3]", [CONV, "MaxPooling2D", CONV, *HEAD], [Code.SMALL_FIELD]),
    ("[128, 128, 3]", [CONV, "GlobalAveragePooling2D: {keepdims: true}", "Dense: {units: 8, activation: sigmoid}",
                       "Multiply: {inputs: [conv2d, dense]}", "Flatten"], []),
    (IMAGE, ["Conv2D: {filters: 8, kernel_size: 3, strides: 5, padding: same}", CONV, *HEAD], [Code.SKIPPED_PIXELS]),
    (IMAGE, [CONV, "MaxPooling2D: {pool_size: 2, strides: 3, padding: same}", CONV, *HEAD], [Code.SKIPPED_PIXELS]),
    (IMAGE, [CONV, "Conv2D: {filters: 8, kernel_size: 1, strides: 2}", CONV, *HEAD], []),
    (IMAGE, [CONV, CONV, CONV, CONV, "Conv2D: {filters: 8, kernel_size: 1, dilation_rate: 2}", *HEAD],
     [Code.IDLE_DILATION]),
    (IMAGE, [CONV, CONV, "Conv2D: {filters: 8, kernel_size: [3, 1], dilation_rate: 3}", *HEAD], []),
    (VECTOR, ["Dense: {units: 32, activation: softmax}", LAST], [Code.HIDDEN_SOFTMAX]),
    (VECTOR, ["Dense: {units: 64, activation: softmax}", "Multiply: {inputs: [dense, input]}", LAST], []),
    (SEQUENCE, ["Dense: {units: 64, activation: softmax}", "Dense: {units: 64}", "Flatten"], []),
    ("[2, 2, 3]", [CONV, "MaxPooling2D", CONV, *HEAD], [Code.BEYOND_THE_MAP]),
    ("[2, 2, 3]", [CONV, CONV, *HEAD], []),
    ("[8, 3]", ["Conv1D: {filters: 4, kernel_size: 11, padding: causal}", "Flatten", LAST], [Code.BEYOND_THE_MAP]),
    ("[16, 16, 3]", ["Conv2D: {filters: 4, kernel_size: 3, dilation_rate: 16, padding: same}", *HEAD],
     [Code.BEYOND_THE_MAP]),
    ("[16, 16, 3]", ["Conv2D: {filters: 4, kernel_size: 3, dilation_rate: 15, padding: same}", *HEAD], []),
]  # fmt: skip

# What Keras's examples of images are made of.
LEGITIMATE: dict[str, str] = {
    "convolutions for digits": """
  input: [28, 28, 1]
  layers:
    - Conv2D: {filters: 32, kernel_size: 3, activation: relu}
    - MaxPooling2D
    - Conv2D: {filters: 64, kernel_size: 3, activation: relu}
    - MaxPooling2D
    - Flatten
    - Dropout: {rate: 0.5}
    - Dense: {units: 10, activation: softmax}
""",
    "mini-Xception": """
  input: [180, 180, 3]
  blocks:
    step:
      params: {filters: }
      layers:
        - Activation: {activation: relu}
        - SeparableConv2D: {filters: "${filters}", kernel_size: 3, padding: same}
        - BatchNormalization
        - Activation: {activation: relu}
        - SeparableConv2D: {filters: "${filters}", kernel_size: 3, padding: same}
        - BatchNormalization
        - MaxPooling2D: {name: way, pool_size: 3, strides: 2, padding: same}
        - Conv2D: {name: beside, inputs: $input, filters: "${filters}", kernel_size: 1, strides: 2, padding: same}
        - Add: {inputs: [way, beside]}
  layers:
    - Rescaling: {scale: 1/255}
    - Conv2D: {filters: 128, kernel_size: 3, strides: 2, padding: same}
    - BatchNormalization
    - Activation: {activation: relu}
    - step: {filters: 256}
    - step: {filters: 512}
    - step: {filters: 728}
    - SeparableConv2D: {filters: 1024, kernel_size: 3, padding: same}
    - BatchNormalization
    - Activation: {activation: relu}
    - GlobalAveragePooling2D
    - Dropout: {rate: 0.25}
    - Dense: {units: 1}
""",
    "masks of pets": """
  input: [160, 160, 3]
  blocks:
    up:
      params: {filters: }
      layers:
        - Activation: {activation: relu}
        - Conv2DTranspose: {filters: "${filters}", kernel_size: 3, padding: same}
        - BatchNormalization
        - Activation: {activation: relu}
        - Conv2DTranspose: {filters: "${filters}", kernel_size: 3, padding: same}
        - BatchNormalization
        - UpSampling2D: {name: way, size: 2}
        - UpSampling2D: {inputs: $input, size: 2}
        - Conv2D: {name: beside, filters: "${filters}", kernel_size: 1, padding: same}
        - Add: {inputs: [way, beside]}
  layers:
    - Conv2D: {filters: 32, kernel_size: 3, strides: 2, padding: same}
    - BatchNormalization
    - Activation: {activation: relu}
    - up: {filters: 32}
    - Conv2D: {filters: 3, kernel_size: 3, activation: softmax, padding: same}
""",
    "a convolutional autoencoder": """
  input: [28, 28, 1]
  layers:
    - Conv2D: {filters: 32, kernel_size: 3, activation: relu, padding: same}
    - MaxPooling2D: {padding: same}
    - Conv2D: {filters: 32, kernel_size: 3, activation: relu, padding: same}
    - MaxPooling2D: {padding: same}
    - Conv2DTranspose: {filters: 32, kernel_size: 3, strides: 2, activation: relu, padding: same}
    - Conv2DTranspose: {filters: 32, kernel_size: 3, strides: 2, activation: relu, padding: same}
    - Conv2D: {filters: 1, kernel_size: 3, activation: sigmoid, padding: same}
""",
    "ConvMixer": """
  input: [32, 32, 3]
  blocks:
    activated:
      layers: [{Activation: {activation: gelu}}, BatchNormalization]
    mixer:
      layers:
        - DepthwiseConv2D: {kernel_size: 5, padding: same}
        - activated
        - Add: {inputs: [activated, $input]}
        - Conv2D: {filters: 256, kernel_size: 1}
        - activated
  layers:
    - Rescaling: {scale: 1/255}
    - Conv2D: {filters: 256, kernel_size: 2, strides: 2}
    - activated
    - mixer: {repeat: 8}
    - GlobalAveragePooling2D
    - Dense: {units: 10, activation: softmax}
""",
    "a vision transformer": """
  input: [72, 72, 3]
  blocks:
    encoder:
      layers:
        - LayerNormalization
        - MultiHeadAttention:
            name: attended
            inputs: {query: layer_normalization, value: layer_normalization}
            num_heads: 4
            key_dim: 64
            dropout: 0.1
        - Add: {name: first, inputs: [attended, $input]}
        - LayerNormalization
        - Dense: {units: 128, activation: gelu}
        - Dropout: {rate: 0.1}
        - Dense: {units: 64, activation: gelu}
        - Dropout: {name: second, rate: 0.1}
        - Add: {inputs: [second, first]}
  layers:
    - Conv2D: {filters: 64, kernel_size: 6, strides: 6}
    - Reshape: {target_shape: [144, 64]}
    - encoder: {repeat: 4}
    - LayerNormalization: {epsilon: 1e-6}
    - Flatten
    - Dropout: {rate: 0.5}
    - Dense: {units: 2048, activation: gelu}
    - Dropout: {rate: 0.5}
    - Dense: {units: 1024, activation: gelu}
    - Dropout: {rate: 0.5}
    - Dense: {units: 100}
""",
    "MLP-Mixer": """
  input: [256, 64]
  blocks:
    mixer:
      layers:
        - LayerNormalization
        - Permute: {dims: [2, 1]}
        - Dense: {units: 256, activation: gelu}
        - Dense: {units: 256}
        - Dropout: {rate: 0.2}
        - Permute: {name: tokens, dims: [2, 1]}
        - Add: {name: first, inputs: [tokens, $input]}
        - LayerNormalization
        - Dense: {units: 64, activation: gelu}
        - Dense: {units: 64}
        - Dropout: {name: channels, rate: 0.2}
        - Add: {inputs: [channels, first]}
  layers:
    - Dense: {units: 64}
    - mixer: {repeat: 4}
    - GlobalAveragePooling1D
    - Dropout: {rate: 0.2}
    - Dense: {units: 10}
""",
    "a compact transformer's pooling": """
  input: [64, 128]
  layers:
    - LayerNormalization: {name: encoded, epsilon: 1e-5}
    - Dense: {units: 1}
    - Softmax: {name: weights, axis: 1}
    - Dot: {inputs: [weights, encoded], axes: 1}
    - Flatten
    - Dense: {units: 10}
""",
    "captchas": """
  input: [200, 50, 1]
  layers:
    - Conv2D: {filters: 32, kernel_size: 3, activation: relu, kernel_initializer: he_normal, padding: same}
    - MaxPooling2D: {pool_size: 2}
    - Conv2D: {filters: 64, kernel_size: 3, activation: relu, kernel_initializer: he_normal, padding: same}
    - MaxPooling2D: {pool_size: 2}
    - Reshape: {target_shape: [50, 768]}
    - Dense: {units: 64, activation: relu}
    - Dropout: {rate: 0.2}
    - Bidirectional: {layer: {LSTM: {units: 128, return_sequences: true, dropout: 0.25}}}
    - Bidirectional: {layer: {LSTM: {units: 64, return_sequences: true, dropout: 0.25}}}
    - Dense: {units: 21, activation: softmax}
""",
    "larger images": """
  input: [100, 100, 1]
  layers:
    - Conv2D: {filters: 64, kernel_size: 5, padding: same, activation: relu, kernel_initializer: orthogonal}
    - Conv2D: {filters: 64, kernel_size: 3, padding: same, activation: relu, kernel_initializer: orthogonal}
    - Conv2D: {filters: 32, kernel_size: 3, padding: same, activation: relu, kernel_initializer: orthogonal}
    - Conv2D: {filters: 9, kernel_size: 3, padding: same, kernel_initializer: orthogonal}
""",
    "two pictures compared": """
  input: {left: [28, 28, 1], right: [28, 28, 1]}
  blocks:
    tower:
      layers:
        - BatchNormalization
        - Conv2D: {filters: 4, kernel_size: 5, activation: tanh}
        - AveragePooling2D: {pool_size: 2}
        - Conv2D: {filters: 16, kernel_size: 5, activation: tanh}
        - AveragePooling2D: {pool_size: 2}
        - Flatten
        - BatchNormalization
        - Dense: {units: 10, activation: tanh}
  layers:
    - tower: {name: one, inputs: left}
    - Reuse: {name: other, layer: one, inputs: right}
    - Subtract: {inputs: [one, other]}
    - BatchNormalization
    - Dense: {units: 1, activation: sigmoid}
""",
}


def spec(layers: list[str], *, given: str = IMAGE, more: str = COMPILED) -> str:
    """A network of one list of layers."""
    lines = [f"    - {layer}" for layer in layers]
    return "\n".join(["netspec: 1", "model:", f"  input: {given}", "  layers:", *lines, more])


def findings(path: Path, text: str) -> tuple[Finding, ...]:
    """All that is found in a text."""
    path.write_text(text)
    return analyse(path).findings


@pytest.mark.parametrize(
    ("given", "layers", "expected"), FOUND, ids=[str(n) for n in range(len(FOUND))]
)
def test_rules_find_what_is_wrong_with_layers_and_nothing_else(
    given: str, layers: list[str], expected: list[Code], tmp_path: Path
) -> None:
    found = findings(tmp_path / "spec.yaml", spec(layers, given=given))
    assert [finding for finding in found if finding.severity == "error"] == []
    told = [finding.code for finding in found if finding.code in OURS]
    # Small networks have these by the way.
    told = [code for code in told if code in expected or code not in BESIDES]
    assert sorted(told) == sorted(expected), "\n".join(map(str, found))


@pytest.mark.parametrize("model", LEGITIMATE.values(), ids=LEGITIMATE)
def test_networks_that_people_train_have_no_warnings(model: str, tmp_path: Path) -> None:
    found = findings(tmp_path / "spec.yaml", f"netspec: 1\nmodel:{model}{COMPILED}")
    assert [str(finding) for finding in found if finding.severity != "note"] == []


STYLES = """netspec: 1
model:
  input: [32, 32, 3]
  layers:
    - Conv2D: {filters: 4, kernel_size: 3}
    - BatchNormalization
    - ReLU
    - Conv2D: {filters: 4, kernel_size: [3, 3], use_bias: true}  # a comment
    - BatchNormalization
    - ReLU
    - Conv2D:
        filters: 4
        kernel_size: 3      # a comment
    - BatchNormalization
    - ReLU
    - Conv2D:
        use_bias: true
        filters: 4
        kernel_size: 3
    - BatchNormalization
    - ReLU
    - {Conv2D: {filters: 4, kernel_size: 3}}
    - BatchNormalization
"""
IN_BLOCKS = """netspec: 1
model:
  input: [32, 32, 3]
  blocks:
    conv:
      params: {filters: 4, normalized: true}
      layers:
        - Conv2D: {filters: "${filters}", kernel_size: 3}
        - BatchNormalization: {when: normalized}
        - ReLU
  layers:
    - conv: {repeat: 3}
    - conv: {filters: 8}
    - conv: {normalized: NORMALIZED}
"""
ANCHORED = """netspec: 1
model:
  input: [32, 32, 3]
  layers:
    - Conv2D: &conv {filters: 4, kernel_size: 3}
    - BatchNormalization
    - Conv2D: *conv
    - ReLU
    - Conv2D: {<<: *conv, filters: 8}
    - BatchNormalization
"""


def repaired(finding: Finding) -> str:
    """The text once the repair is made."""
    assert finding.repair is not None
    lines = [f"{line}\n" for line in finding.place.source.lines]
    for edit in sorted(finding.repair.edits, key=lambda e: (e.place.line, e.place.column))[::-1]:
        at = edit.place
        assert at.line == at.end_line
        line = lines[at.line - 1]
        lines[at.line - 1] = line[: at.column - 1] + edit.text + line[at.end_column - 1 :]
    return "".join(lines)


def biases(found: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in found if finding.code == Code.SUPERFLUOUS_BIAS]


def test_superfluous_biases_are_told_once_and_repaired_in_every_style(tmp_path: Path) -> None:
    (finding,) = biases(findings(tmp_path / "spec.yaml", STYLES))
    assert finding.message == (
        "Conv2D 'conv2d' adds a bias that the BatchNormalization after it takes off again "
        "(and so in 4 more layers): 20 parameters do nothing"
    )
    assert finding.repair is not None
    assert finding.repair.told == "write use_bias: false in 5 places"
    text = repaired(finding)
    assert biases(findings(tmp_path / "repaired.yaml", text)) == []
    assert "    - Conv2D: {filters: 4, kernel_size: 3, use_bias: false}\n" in text
    assert "        kernel_size: 3      # a comment\n        use_bias: false\n" in text
    assert text.count("use_bias: false") == 5
    _, graph = analyse(tmp_path / "repaired.yaml").require()
    _, before = analyse(tmp_path / "spec.yaml").require()
    assert before.parameters - graph.parameters == 20


def test_a_bias_in_a_block_is_repaired_where_no_use_needs_it(tmp_path: Path) -> None:
    text = IN_BLOCKS.replace("NORMALIZED", "true")
    (finding,) = biases(findings(tmp_path / "spec.yaml", text))
    assert "(and so in 4 more layers): 24 parameters" in finding.message
    assert finding.repair is not None
    assert len(finding.repair.edits) == 1
    assert biases(findings(tmp_path / "spec.yaml", repaired(finding))) == []
    (finding,) = biases(findings(tmp_path / "spec.yaml", IN_BLOCKS.replace("NORMALIZED", "false")))
    assert finding.repair is None


def test_a_bias_that_is_written_elsewhere_is_not_repaired(tmp_path: Path) -> None:
    (finding,) = biases(findings(tmp_path / "spec.yaml", ANCHORED))
    assert finding.repair is not None
    assert "Conv2D: {<<: *conv, filters: 8, use_bias: false}" in repaired(finding)
    assert len(finding.repair.edits) == 1
    base = tmp_path / "base.yaml"
    base.write_text(IN_BLOCKS.replace("NORMALIZED", "true"))
    (finding,) = biases(findings(tmp_path / "spec.yaml", "netspec: 1\nextends: base.yaml\n"))
    assert finding.repair is None


def test_a_layer_that_no_stage_trains_keeps_its_random_weights(tmp_path: Path) -> None:
    layers = ["Flatten", "Dense: {units: 9, activation: relu}", LAST]
    stages = "{epochs: 1, trainable: [dense_1]}, {epochs: 2, trainable: ['*_1']%s}"
    more = f"data: {{source: mnist}}\n{COMPILED}training: {{stages: [{stages}]}}"
    path = tmp_path / "spec.yaml"

    found = findings(path, spec(layers, given="[28, 28, 1]", more=more % ""))

    (finding,) = (each for each in found if each.code == Code.FROZEN_AT_RANDOM)
    assert "Dense 'dense' is trained in no stage" in finding.message
    text = spec(layers, given="[28, 28, 1]", more=more % "}, {epochs: 1")
    assert [each for each in findings(path, text) if each.code == Code.FROZEN_AT_RANDOM] == []


def test_a_network_without_weights_that_train_is_refused_where_it_is_trained(
    tmp_path: Path,
) -> None:
    layers = ["Rescaling: {scale: 1/255}", "Flatten", "Dense: {units: 10, trainable: false}"]
    more = f"data: {{source: mnist}}\n{COMPILED}training: {{epochs: 1}}"
    path = tmp_path / "spec.yaml"
    (finding,) = (
        finding
        for finding in findings(path, spec(layers, given="[28, 28, 1]", more=more))
        if finding.code in OURS
    )
    assert finding.code == Code.NOTHING_TO_TRAIN
    assert finding.message == "there is nothing to train: every layer with weights is frozen"
    text = spec(layers, given="[28, 28, 1]")
    assert [finding for finding in findings(path, text) if finding.code in OURS] == []
    layers = [*layers[:2], "Dense: {units: 9, trainable: false, activation: relu}", LAST]
    found = findings(path, spec(layers, given="[28, 28, 1]", more=more))
    assert [finding.code for finding in found if finding.code in OURS] == [Code.FROZEN_AT_RANDOM]
    layers[2] = "Dense: {units: 9, trainable: false, activation: relu, kernel_initializer: zeros}"
    text = spec(layers, given="[28, 28, 1]", more=more)
    assert [finding for finding in findings(path, text) if finding.code in OURS] == []


def test_what_many_layers_share_is_told_once(tmp_path: Path) -> None:
    layers = ["Conv2D: {filters: 4, kernel_size: 2, padding: same, repeat: 5}", *HEAD]
    found = findings(tmp_path / "spec.yaml", spec(layers, given="[9, 9, 3]"))
    (finding,) = (finding for finding in found if finding.code == Code.EVEN_KERNEL)
    assert finding.message == (
        "the kernel of Conv2D 'conv2d.0', 2 x 2, has no centre, and with `same` it shifts the map "
        "by half a pixel (and so in 4 more layers)"
    )


MERGING = """netspec: 1
model:
  input: [16]
  blocks:
    merged:
      inputs: [one, other]
      layers:
        - Add: {inputs: [$one, $other]}
  layers:
    - Dense: {name: a, units: 8, activation: relu}
    - Dense: {name: b, units: 8, activation: relu}
    - merged: {inputs: [a, b]}
    - merged: {inputs: [b, b]}
    - Dense: {units: 10, activation: softmax}
"""


def test_a_block_may_be_given_the_same_twice(tmp_path: Path) -> None:
    found = findings(tmp_path / "spec.yaml", MERGING)
    assert [str(finding) for finding in found if finding.code == Code.JOINED_WITH_ITSELF] == []


def test_zeros_are_told_once_and_only_of_what_is_compiled(tmp_path: Path) -> None:
    zeros = "Dense: {units: 8, activation: relu, kernel_initializer: zeros, repeat: 3}"
    found = findings(tmp_path / "spec.yaml", spec([zeros, LAST]))
    (finding,) = (finding for finding in found if finding.code == Code.ZERO_KERNELS)
    assert finding.message == (
        "Dense 'dense.0' starts with zeros under relu, whose gradient at 0 is 0, and never learns "
        "(and so in 2 more layers)"
    )
    # Weights may be loaded into it.
    found = findings(tmp_path / "spec.yaml", spec([zeros, LAST], more=""))
    assert Code.ZERO_KERNELS not in {finding.code for finding in found}
