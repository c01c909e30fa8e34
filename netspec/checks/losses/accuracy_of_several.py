"""Accuracy asks which class is the largest, and several can be right at once.

Of an output with several units Keras takes `accuracy` for categorical accuracy: whether the largest unit is where the
label's first 1 is. Of two right answers it sees one, and for an image with none it takes the first class to be right.
`BinaryAccuracy` counts every answer by itself; `AUC: {multi_label: true}` and `F1Score: {average: macro, threshold:
0.5}` say more where most answers are no.

Source: `get_metric` in keras/src/trainers/compile_utils.py.

Failing:

    netspec: 1
    data: {source: {Csv: {path: photos.csv, label: {columns: [beach, sunset, people], kind: multi_label}}}}
    model:
      input: [64, 64, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 3, activation: sigmoid}}]
    compile: {optimizer: adam, loss: binary_crossentropy, metrics: [accuracy]}  # NS663
    training: {epochs: 5}

Passing:

    netspec: 1
    data: {source: {Csv: {path: photos.csv, label: {columns: [beach, sunset, people], kind: multi_label}}}}
    model:
      input: [64, 64, 3]
      layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 3, activation: sigmoid}}]
    compile: {optimizer: adam, loss: binary_crossentropy, metrics: [BinaryAccuracy]}
    training: {epochs: 5}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks.losses.outputs import compiled_outputs
from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.ACCURACY_OF_SEVERAL

_OF_THE_LARGEST = frozenset({"CategoricalAccuracy", "TopKCategoricalAccuracy"})


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for metrics of the largest unit where the label is several answers."""
    for output in compiled_outputs(document, graph):
        if output.kind != "multi_label" or output.units in {1, None}:
            continue
        for index, metric in enumerate(output.metrics):
            name = metric if isinstance(metric, str) else metric.kind()
            if isinstance(metric, str) or name in _OF_THE_LARGEST:
                yield Finding(
                    CODE,
                    f"{name} asks which class is the largest, and of {output.learned} several can be right",
                    document.place(*output.metrics_path, index),
                    "write BinaryAccuracy, which counts each answer",
                )
