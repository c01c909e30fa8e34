"""BatchNormalization takes its mean and variance from very few images.

While training it normalizes by the batch at hand. With 4 images or fewer, these numbers vary much from batch to
batch, and prediction, which uses their average, sees other values than training did. Batches of 16 or more are usual;
GroupNormalization and LayerNormalization do without the batch (Wu & He 2018, arXiv 1803.08494). An epoch's last batch
can also be a single image, where the images do not go evenly into batches.

Failing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Conv2D: {filters: 16, kernel_size: 3, use_bias: false}
        - BatchNormalization
        - ReLU
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy}
    training: {epochs: 5, batch_size: 2}  # NS712

Passing:

    netspec: 1
    data: {source: mnist}
    model:
      input: [28, 28, 1]
      layers:
        - Rescaling: {scale: 1/255}
        - Conv2D: {filters: 16, kernel_size: 3}
        - GroupNormalization: {groups: 4}
        - ReLU
        - GlobalAveragePooling2D
        - Dense: {units: 10, activation: softmax}
    compile: {optimizer: adam, loss: categorical_crossentropy}
    training: {epochs: 5, batch_size: 2}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.training.batch_of_one import normalizing, values_a_channel
from netspec.checks.training.run_length import run_length
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.SMALL_BATCHES

_SMALL = 4


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks at the batch, then at the last one of an epoch."""
    if document.training is None:
        return
    layers, size = normalizing(graph), document.training.batch_size
    run = run_length(document, graph)
    if not layers:
        return
    name = f"BatchNormalization '{layers[0].name}'"
    more = f" (and so in {len(layers) - 1} more layers)" if len(layers) > 1 else ""
    if size <= _SMALL:
        # Where one value is left a channel, that is a graver mistake.
        if size > 1 or all(values_a_channel(graph, node) != 1 for node in layers):
            yield Finding(
                CODE,
                f"{name} takes mean and variance from {size} image{'s' * (size > 1)} at a time, "
                f"and they vary much{more}",
                document.place("training", "batch_size"),
                "take batches of 16 images or more, or GroupNormalization",
            )
    elif run is not None and run.images % size == 1 and run.images > 1:
        yield Finding(
            CODE,
            f"an epoch's last batch has one image, of {run.images:,} in batches of {size}, and {name} takes mean and "
            f"variance from it{more}",
            document.place("training", "batch_size"),
            "take another batch_size, or hold out one image more",
        )
