"""Pages of codes of a stage: What a run needs."""

from __future__ import annotations

from netspec.diagnostics import Code

PAGES: dict[Code, str] = {
    Code.MISSING_SECTION: """
    A spec is to be run, and lacks a section that a run needs.

    A network alone can be checked, summarised, compared and exported. To train it, three things more must be said,
    and nobody else can say them: which images to learn from (`data`), what to minimise (`compile`), and for how
    long (`training`).

    Failing, when it is run:

        netspec: 1  # NS501
        data: {source: mnist}
        model:
          input: [28, 28, 1]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
        compile: {optimizer: adam, loss: sparse_categorical_crossentropy}

    Passing, when it is run:

        netspec: 1
        data: {source: mnist}
        model:
          input: [28, 28, 1]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
        compile: {optimizer: adam, loss: sparse_categorical_crossentropy}
        training: {epochs: 5}
    """,
    Code.WEIGHTS: """
    A network is to begin with weights that are not there, or that are another network's.

    `model.weights` names a file of weights for the whole network: what `netspec run` leaves as `model.weights.h5` or
    `model.keras`, or what Keras has saved, a `.h5` file in its older form too. `Application` takes such a file for its
    own layers, and `Backbone` takes the weights of a run. The file lies below the spec's repository or the folder that
    `--data-root` names. Its layers with weights are compared with the network's in Keras's order before anything is
    trained, and the first that differs is told.

    Failing, when it is run:

        netspec: 1
        data: {source: mnist}
        model:
          input: [28, 28, 1]
          weights: digits.weights.h5  # NS531
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
        compile: {optimizer: adam, loss: sparse_categorical_crossentropy}
        training: {epochs: 5}

    Passing, when it is run:

        netspec: 1
        data: {source: mnist}
        model:
          input: [28, 28, 1]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 10, activation: softmax}}]
        compile: {optimizer: adam, loss: sparse_categorical_crossentropy}
        training: {epochs: 5}
    """,
}
