"""Soft labels whatever the loss: what takes class indices becomes what takes shares of classes, and is equal to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.analysis import analyse
from netspec.fields import ThingOf
from netspec.spec.logs import logged
from netspec.spec.shares import as_trained
from netspec.spec.training import CompileSection
from netspec.things.registries import AUGMENTATIONS, LOSSES, METRICS

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")
pytestmark = pytest.mark.keras

MIXING = (ThingOf(AUGMENTATIONS).read("MixUp"),)
COUNT, CLASSES = 32, 5
METRICS_OF_INDICES = """[accuracy, acc, SparseCategoricalAccuracy, sparse_categorical_crossentropy,
    {SparseTopKCategoricalAccuracy: {k: 2, name: best_of_two}},
    {MeanIoU: {num_classes: 5, sparse_y_pred: false}},
    {IoU: {num_classes: 5, target_class_ids: [1, 3], sparse_y_pred: false}}]"""
ONE = f"""netspec: 1
data: {{source: {{ImageFolder: {{path: pets}}}}}}
augmentation: [MixUp]
model:
  input: [4, 4, 3]
  layers: [Flatten, {{Dense: {{units: {CLASSES}, activation: softmax}}}}]
compile:
  optimizer: adam
  loss: sparse_categorical_crossentropy
  metrics: {METRICS_OF_INDICES}
"""


def read(folder: Path, text: str) -> tuple[Document, Graph, CompileSection]:
    path = folder / "spec.yaml"
    path.write_text(text)
    document, graph = analyse(path).require()
    assert document.compile is not None
    return document, graph, document.compile


def values(seed: int = 0) -> tuple[Any, Any, Any]:
    """Logits `(images, classes)`, class indices `(images, 1)`, and the same one-hot."""
    draw = np.random.default_rng(seed)
    classes = draw.integers(0, CLASSES, (COUNT, 1))
    return (
        draw.normal(0, 3, (COUNT, CLASSES)).astype("float32"),
        classes,
        np.eye(CLASSES, dtype="float32")[classes[:, 0]],
    )


@pytest.mark.parametrize("from_logits", [True, False])
@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "sum"])
def test_loss_and_gradient_are_those_of_class_indices(from_logits: bool, reduction: str) -> None:
    from netspec.lowering import things

    fields = {"from_logits": from_logits, "reduction": reduction}
    section = CompileSection.model_validate(
        {"optimizer": "sgd", "loss": {"SparseCategoricalCrossentropy": fields}}
    )
    written = section.loss
    twin = as_trained(section, MIXING).loss
    assert twin.kind() == "CategoricalCrossentropy"
    assert as_trained(section, ()).loss is written

    logits, classes, one_hot = values()
    weights = np.random.default_rng(1).uniform(0, 2, COUNT).astype("float32")
    results = []
    for loss, labels in ((written, classes), (twin, one_hot)):
        outputs = tf.Variable(logits)
        with tf.GradientTape() as tape:
            given = outputs if from_logits else tf.nn.softmax(outputs)
            value = things.loss(loss)(labels, given, sample_weight=weights)
        results.append((float(value), tape.gradient(value, outputs).numpy()))
    (value, gradient), (other, others) = results
    assert other == pytest.approx(value, rel=1e-5)
    assert np.allclose(others, gradient, rtol=1e-4, atol=1e-7)
    assert np.abs(gradient).max() > 1e-3


def test_metrics_of_class_indices_have_their_names_and_values(tmp_path: Path) -> None:
    from netspec.lowering import model as lowering

    document, graph, written = read(tmp_path, ONE)
    trained = as_trained(written, document.augmentation)
    assert logged(trained, ["dense"]) == logged(written, ["dense"])

    model = lowering.to_keras(graph, seed=0)
    images = np.random.default_rng(2).uniform(0, 1, (COUNT, 4, 4, 3)).astype("float32")
    _, classes, one_hot = values()
    results = []
    for section, labels in ((written, classes), (trained, one_hot)):
        lowering.compile_model(model, section)
        results.append(model.evaluate(images, labels, verbose=0, return_dict=True))
    assert list(results[0]) == list(results[1])
    assert set(results[0]) == set(logged(written, ["dense"]))
    for name, value in results[0].items():
        assert results[1][name] == pytest.approx(value, rel=1e-5), name
    assert 0 < results[0]["accuracy"] == results[0]["sparse_categorical_accuracy"]
    assert results[0]["accuracy"] < results[0]["best_of_two"]


def test_what_takes_no_class_indices_stays_as_it_is(tmp_path: Path) -> None:
    for loss in (
        "binary_crossentropy",
        "mse",
        "kl_divergence",
        "{CategoricalCrossentropy: {label_smoothing: 0.1}}",
    ):
        text = ONE.split("  loss:", maxsplit=1)[0] + f"  loss: {loss}\n  metrics: [mae]\n"
        document, _, written = read(tmp_path, text)
        assert as_trained(written, document.augmentation) == written


@pytest.mark.parametrize("name", sorted([*LOSSES.modules, *METRICS.modules]))
def test_whatever_takes_class_indices_has_a_twin_or_is_known_to_have_none(name: str) -> None:
    registry = LOSSES if name in LOSSES.modules else METRICS
    kind: Any = registry.get(name)
    if kind.labels != "integer":
        return
    twins = {
        "SparseCategoricalAccuracy",
        "SparseCategoricalCrossentropy",
        "SparseTopKCategoricalAccuracy",
    }
    assert name in twins | {"CategoricalGeneralizedCrossEntropy"}


SEVERAL = """netspec: 1
data:
  source:
    Csv:
      path: a.csv
      labels:
        zebra: z
        age: {column: a, kind: number}
        seen: {columns: [p, q, r], kind: multi_label}
augmentation: AUGMENTATION
model:
  input: [6, 6, 3]
  layers:
    - Rescaling: {scale: 1/255}
    - Flatten
    - Dense: {name: stem, units: 8, activation: relu}
    - Dense: {name: zebra, inputs: stem, units: 5, activation: softmax}
    - Dense: {name: age, inputs: stem, units: 1}
    - Dense: {name: seen, inputs: stem, units: 3, activation: sigmoid}
  output: [zebra, age, seen]
compile:
  optimizer: {SGD: {learning_rate: 1e-12}}
  loss: {zebra: sparse_categorical_crossentropy, age: mse, seen: binary_crossentropy}
  loss_weights: {zebra: 2, age: 0.5, seen: 3}
  metrics: {zebra: [accuracy], age: [mae], seen: [BinaryCrossentropy]}
training: {epochs: 1}
"""


@pytest.mark.parametrize(("augmentation", "weighted"), [("[]", True), ("[MixUp, CutMix]", False)])
def test_outputs_with_labels_of_every_kind_are_trained_as_by_hand(
    augmentation: str, weighted: bool, tmp_path: Path
) -> None:
    from netspec.data.form import ImageForm
    from netspec.data.images import ArrayImages
    from netspec.data.pipeline import Pipeline
    from netspec.data.splits import Split
    from netspec.lowering import model as lowering
    from netspec.lowering.augmentation import Augmentation
    from netspec.spec.labels import target
    from netspec.things.labels import LabelFacts

    document, graph, written = read(tmp_path, SEVERAL.replace("AUGMENTATION", augmentation))
    section = as_trained(written, document.augmentation)
    facts = {
        "zebra": LabelFacts("class", tuple("abcde")),
        "age": LabelFacts("number", ("a",)),
        "seen": LabelFacts("multi_label", tuple("pqr")),
    }
    targets = [
        target(
            key, key, facts[key], loss=section.loss[key], units=(graph.shape(key) or (None,))[-1]
        )
        for key in graph.outputs
    ]
    draw = np.random.default_rng(0)
    labels = {
        "age": draw.uniform(0, 9, (COUNT, 1)).astype("float32"),
        "seen": draw.integers(0, 2, (COUNT, 3)).astype("float32"),
        "zebra": draw.integers(0, 5, COUNT),
    }
    weights = draw.uniform(0, 2, COUNT).astype("float32") if weighted else None
    pixels = draw.integers(0, 256, (COUNT, 6, 6, 3), np.uint8)
    split = Split(ArrayImages(pixels, labels, weights), np.arange(COUNT))
    form = ImageForm(size=(6, 6), channels=3, resize="stretch", training_size=(6, 6))
    pipeline = Pipeline(batch_size=COUNT, targets=targets, by_key=True, form=form)
    augment = Augmentation(document.augmentation, seed=0) if document.augmentation else None
    batches = pipeline.training(split, epochs=1, seed=0, shuffle=False, augment=augment)

    model = lowering.to_keras(graph, seed=0)
    lowering.compile_model(model, section)
    history = model.fit(
        batches,
        steps_per_epoch=1,
        validation_data=pipeline.evaluation(split),
        shuffle=False,
        verbose=0,
    ).history

    images, truth, *given = next(iter(batches))
    counts = given[0]["zebra"].numpy() if weighted else np.ones(COUNT)
    losses, outputs = by_hand(model, images.numpy(), truth)
    mean = {key: float((loss * counts).mean()) for key, loss in losses.items()}
    whole = 2 * mean["zebra"] + 0.5 * mean["age"] + 3 * mean["seen"]
    for name, value in [("loss", whole), *((f"{key}_loss", loss) for key, loss in mean.items())]:
        assert history[name][0] == pytest.approx(value, rel=1e-4), name
    right = (outputs["zebra"].argmax(1) == classes_of(truth["zebra"]).argmax(1)).mean()
    assert history["zebra_accuracy"][0] == pytest.approx(right, abs=1e-6)

    # What is watched is neither mixed nor weighed, whatever training has.
    losses, outputs = by_hand(model, pixels.astype("float32"), labels)
    for key, loss in losses.items():
        assert history[f"val_{key}_loss"][0] == pytest.approx(float(loss.mean()), rel=1e-4), key
    right = (outputs["zebra"].argmax(1) == labels["zebra"]).mean()
    assert history["val_zebra_accuracy"][0] == pytest.approx(right, abs=1e-6)


def classes_of(labels: Any) -> Any:
    """One-hot vectors of class indices, or shares as they are."""
    labels = np.asarray(labels)
    return labels if labels.shape[-1:] == (5,) else np.eye(5)[labels.reshape(-1)]


def by_hand(model: Any, images: Any, truth: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Each image's losses, and what the network gives."""
    outputs = model.predict(images, verbose=0)
    seen = np.asarray(truth["seen"])
    yes, no = np.log(outputs["seen"]), np.log(1 - outputs["seen"])
    return {
        "zebra": -(classes_of(truth["zebra"]) * np.log(outputs["zebra"])).sum(1),
        "age": ((outputs["age"] - np.asarray(truth["age"])) ** 2).mean(1),
        "seen": -(seen * yes + (1 - seen) * no).mean(1),
    }, outputs


@pytest.mark.parametrize("kind", ["MixUp", "CutMix"])
def test_all_labels_of_an_image_are_mixed_in_one_share_and_its_weight_too(kind: str) -> None:
    from netspec.lowering.augmentation import Augmentation

    rows = 9
    draw = np.random.default_rng(3)
    images = tf.constant(draw.uniform(0, 255, (rows, 8, 8, 3)).astype("float32"))
    labels = {
        "zebra": np.eye(rows, dtype="float32"),
        "age": draw.uniform(10, 90, (rows, 1)).astype("float32"),
        "size": draw.uniform(0, 1, (rows, 2)).astype("float32"),
        "seen": draw.integers(0, 2, (rows, 4)).astype("float32"),
        "": draw.uniform(0, 2, (rows, 1)).astype("float32"),
    }
    _, mixed = Augmentation([ThingOf(AUGMENTATIONS).read({kind: {}})], seed=0).augment(
        images,
        {name: tf.constant(each) for name, each in labels.items()},
        epoch=tf.constant(0, tf.int64),
        keys=tf.range(rows, dtype=tf.int64),
        shifts=[1],
    )
    shares = np.diag(mixed["zebra"].numpy())[:, None]
    assert np.std(shares) > 0.02
    for name, each in labels.items():
        expected = shares * each[: rows - 1] + (1 - shares) * each[1:]
        assert np.allclose(mixed[name].numpy(), expected, rtol=1e-4, atol=1e-5), name
