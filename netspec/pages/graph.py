"""Pages of codes of a stage: How layers follow each other."""

from __future__ import annotations

from netspec.diagnostics import Code

PAGES: dict[Code, str] = {
    Code.RANK: """
    A layer gets an input with more or fewer axes than it takes.

    A convolution slides over a picture, `(height, width, channels)`, and an LSTM walks along a sequence, `(steps,
    features)`. After Flatten or global pooling there is only a row of numbers left, `(features)`: what belongs to
    pictures stands above it. A second recurrent layer needs every step of the first one, `return_sequences: true`.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Conv2D: {filters: 8, kernel_size: 3}  # NS401
            - Dense: {units: 10}

    Passing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Conv2D: {filters: 8, kernel_size: 3}
            - Flatten
            - Dense: {units: 10}
    """,
    Code.MAP_TOO_SMALL: """
    A feature map is smaller than the window that is moved over it.

    Every convolution without padding takes its kernel's size less one from height and width, and every pooling
    divides them, mostly by two. After some of them nothing is left for a 3 x 3 or 5 x 5 window to stand on. Write
    `padding: same` above, leave a pooling out, or start with larger images. `netspec summary` shows where the maps
    become small.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Conv2D: {filters: 8, kernel_size: 3}
            - MaxPooling2D: {pool_size: 8}
            - Conv2D: {filters: 16, kernel_size: 5}  # NS402
            - Flatten
            - Dense: {units: 10}

    Passing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Conv2D: {filters: 8, kernel_size: 3}
            - MaxPooling2D
            - Conv2D: {filters: 16, kernel_size: 5}
            - Flatten
            - Dense: {units: 10}
    """,
    Code.MERGE_SHAPES: """
    Tensors that are joined have shapes that do not fit.

    Add, Multiply and the like compute number by number and need equal shapes; an axis of 1 is repeated. Concatenate
    puts tensors side by side along the last axis, and all others must be equal. In a residual connection the reason
    is mostly a stride or another number of filters in one branch only: a 1 x 1 convolution with the same stride and
    filters brings the shortcut to the same shape.

    Failing:

        netspec: 1
        model:
          input: [32, 32, 16]
          layers:
            - Conv2D: {name: main, filters: 16, kernel_size: 3, strides: 2, padding: same}
            - Add: {inputs: [main, input]}  # NS403
            - Flatten
            - Dense: {units: 10}

    Passing:

        netspec: 1
        model:
          input: [32, 32, 16]
          layers:
            - Conv2D: {name: main, filters: 16, kernel_size: 3, strides: 2, padding: same}
            - Conv2D: {name: shortcut, inputs: input, filters: 16, kernel_size: 1, strides: 2}
            - Add: {inputs: [main, shortcut]}
            - Flatten
            - Dense: {units: 10}
    """,
    Code.FIELD_AGAINST_INPUT: """
    A field does not fit the input that the layer gets here.

    The value would be right elsewhere: groups that must part the input's channels evenly, an axis that the input
    has not, a shape with another number of values than come in. The finding says what comes in.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Reshape: {target_shape: [28, 27]}  # NS404
            - LSTM: {units: 16}
            - Dense: {units: 10}

    Passing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Reshape: {target_shape: [28, 28]}
            - LSTM: {units: 16}
            - Dense: {units: 10}
    """,
    Code.INPUT_COUNT: """
    A layer or block gets more or fewer inputs than it takes.

    Most layers take one, and the one above them is meant where nothing is written. Those that join (Add,
    Concatenate) take two or more, Subtract exactly two, and these are written: `inputs: [first, second]`. Layers
    such as MultiHeadAttention name theirs.

    Failing:

        netspec: 1
        model:
          input: [32, 32, 3]
          layers:
            - Conv2D: {name: stem, filters: 8, kernel_size: 3, padding: same}
            - Conv2D: {name: main, filters: 8, kernel_size: 3, padding: same}
            - Add  # NS405
            - Flatten
            - Dense: {units: 10}

    Passing:

        netspec: 1
        model:
          input: [32, 32, 3]
          layers:
            - Conv2D: {name: stem, filters: 8, kernel_size: 3, padding: same}
            - Conv2D: {name: main, filters: 8, kernel_size: 3, padding: same}
            - Add: {inputs: [stem, main]}
            - Flatten
            - Dense: {units: 10}
    """,
    Code.UNKNOWN_SIZE: """
    A layer has to know a size that is not known before there is data.

    `null` in `model.input` is a size that may differ from batch to batch. Convolutions and global pooling go along
    with that, but a layer whose weights depend on the size cannot be built: a convolution needs its input's
    channels, Dense the number of values that come in. Give the size, or end with GlobalAveragePooling2D in place of
    Flatten.

    Failing:

        netspec: 1
        model:
          input: [null, null, 3]
          layers:
            - Conv2D: {filters: 8, kernel_size: 3}
            - Flatten
            - Dense: {units: 10}  # NS406

    Passing:

        netspec: 1
        model:
          input: [null, null, 3]
          layers:
            - Conv2D: {filters: 8, kernel_size: 3}
            - GlobalAveragePooling2D
            - Dense: {units: 10}
    """,
    Code.TOO_LARGE: """
    What a layer holds or gives is larger than any machine's memory.

    A Dense layer has a weight for each pair of an input and a unit, so that after Flatten a large image and many
    units multiply. More than a trillion numbers are refused at once, before anything tries to make room for them.

    Failing:

        netspec: 1
        model:
          input: [4096, 4096, 3]
          layers: [Flatten, {Dense: {units: 100000}}]  # NS407

    Passing:

        netspec: 1
        model:
          input: [4096, 4096, 3]
          layers: [GlobalAveragePooling2D, {Dense: {units: 100000}}]
    """,
    Code.REUSE: """
    A layer cannot be called again here.

    `Reuse` calls an earlier layer or block a second time, with the same weights. They have been made for the first
    call's input, so that the second one needs as many channels; and what is called must be a layer or block, which
    an input is not.

    Failing:

        netspec: 1
        model:
          input: {left: [64], right: [32]}
          layers:
            - Dense: {name: encoder, inputs: left, units: 16}
            - Reuse: {layer: encoder, inputs: right, name: second}  # NS408
            - Concatenate: {inputs: [encoder, second]}

    Passing:

        netspec: 1
        model:
          input: {left: [64], right: [64]}
          layers:
            - Dense: {name: encoder, inputs: left, units: 16}
            - Reuse: {layer: encoder, inputs: right, name: second}
            - Concatenate: {inputs: [encoder, second]}
    """,
    Code.OUTPUT_COUNT: """
    `outputs` names more or fewer outputs than a layer gives.

    Most layers give one, which has the layer's name. An LSTM with `return_state: true` gives three: its result, and
    its two states. `outputs` names all of them, in the order in which Keras gives them.

    Failing:

        netspec: 1
        model:
          input: [28, 28]
          layers:
            - LSTM: {units: 16, return_state: true, outputs: [result, state]}  # NS409
            - Concatenate: {inputs: [result, state]}

    Passing:

        netspec: 1
        model:
          input: [28, 28]
          layers:
            - LSTM: {units: 16, return_state: true, outputs: [result, state, carried]}
            - Concatenate: {inputs: [result, state, carried]}
    """,
}
