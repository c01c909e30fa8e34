"""Pages of codes of a stage: What fields take."""

from __future__ import annotations

from netspec.diagnostics import Code

PAGES: dict[Code, str] = {
    Code.UNKNOWN_KEY: """
    A section or a layer has no field of this name.

    A field that is passed over without a word is the worst kind of mistake: the network trains with the default,
    and nothing shows it. So every name is held against those there are, which are Keras's own; where one is spelt
    nearly so, it is told. `netspec layers NAME` lists a layer's fields.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Conv2D: {filter: 8, filters: 8, kernel_size: 3}  # NS201
            - Flatten
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
    Code.MISSING_FIELD: """
    A field that must be given is missing.

    Some things have no default that would fit most networks: how many units a Dense layer has, how many filters a
    convolution learns, what is minimised. They have to be written. A param of a block without a value is such a
    field wherever the block is used.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {activation: softmax}  # NS202

    Passing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense: {units: 10, activation: softmax}
    """,
    Code.VALUE: """
    A field is given a value that it does not take.

    A value has a kind (a whole number, a fraction, a name out of a list) and limits: a rate lies between 0 and 1, a
    kernel has at least one pixel. Nothing is rounded or converted in silence: `64.0` is no whole number, and `"10"`
    in quotes is a text. `yes` and `no` are texts, too; YAML 1.2 writes `true` and `false`.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dropout: {rate: 25%}  # NS203
            - Dense: {units: 10, use_bias: no}  # NS203

    Passing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dropout: {rate: 0.25}
            - Dense: {units: 10, use_bias: false}
    """,
    Code.UNKNOWN_KIND: """
    There is no layer, loss, optimizer, or other thing, of this name.

    Names are Keras's, capitals included: `Conv2D`, `GlobalAveragePooling2D`; losses, metrics and optimizers also by
    their short names, `adam`, `mse`. The nearest name is told. What begins with a small letter among the layers is
    a block, which the spec defines under `model.blocks`. `netspec layers` lists the layers.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - conv2d: {filters: 8, kernel_size: 3}  # NS204
            - Flatten
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
    Code.REFUSED: """
    Keras has this, and a spec does not take it in this place.

    Some of Keras's things are code and no description (`Lambda`, `LambdaCallback`), and a spec never runs code.
    Others stand elsewhere: the input is `model.input`, and layers that vary images at random belong under
    `augmentation`, since inside the model they would also be active where a saved network is called. The finding
    says what to write instead.

    Failing:

        netspec: 1
        model:
          input: [32, 32, 3]
          layers:
            - RandomFlip: {mode: horizontal}  # NS205
            - Flatten
            - Dense: {units: 10}

    Passing:

        netspec: 1
        augmentation:
          - RandomFlip: {mode: horizontal}
        model:
          input: [32, 32, 3]
          layers:
            - Flatten
            - Dense: {units: 10}
    """,
    Code.NOT_YET: """
    The language will have this, and this version of netspec has not.

    The name is kept, so that no spec can give it another meaning. Nothing stands in for it: a spec that trained
    without what it asks for would be another experiment. Take it out, or update netspec.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers: [Flatten, {Dense: {units: 10}}]
        compile: {optimizer: adam, loss: mse, weighted_metrics: [accuracy]}  # NS206

    Passing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers: [Flatten, {Dense: {units: 10}}]
    """,
    Code.ITEM_FORM: """
    A layer, or another thing, is not written as a name with its fields.

    A layer is one name, and under it its fields: `Dense: {units: 10}`. Where the fields stand beside the name,
    mostly because they are not indented below it, or where two names stand in one item, nobody can say what belongs
    to what.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense:
              units: 10  # NS207

    Passing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Flatten
            - Dense:
                units: 10
    """,
    Code.CONTRADICTION: """
    Two fields of one layer, or of another thing, exclude each other.

    Each of them is right for itself, and both together mean nothing, or Keras refuses them: strides together with
    dilation, filters that cannot be parted into so many groups, a Bidirectional whose two layers go the same way.
    The finding stands at the one that is most likely wrong.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Conv2D: {filters: 8, kernel_size: 3, strides: 2, dilation_rate: 2}  # NS208
            - Flatten
            - Dense: {units: 10}

    Passing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers:
            - Conv2D: {filters: 8, kernel_size: 3, strides: 2}
            - Flatten
            - Dense: {units: 10}
    """,
    Code.OVERRIDE: """
    A path of `--set` or `patch` leads nowhere.

    A path is names joined by dots, and an element of a list is called by its `name`, or by its kind where that is
    the only one: `model.layers.Dense.units`. A name that is not there would set something that nothing reads, so
    that one would look at the old result and take it for the new one.

    Failing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers: [Flatten, {Dense: {name: head, units: 10}}]
        patch:
          model.layers.haed.units: 100  # NS209

    Passing:

        netspec: 1
        model:
          input: [28, 28, 1]
          layers: [Flatten, {Dense: {name: head, units: 10}}]
        patch:
          model.layers.head.units: 100
    """,
}
