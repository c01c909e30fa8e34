"""Class weights weigh the training loss as Keras's own `fit` does, and nothing else."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import netspec
from netspec.analysis import analyse
from netspec.cli.display import Display
from netspec.data.named import loading as named
from netspec.data.named.arrays import ImageArrays
from netspec.errors import SpecError
from netspec.runs.plan import make_plan
from netspec.spec.class_weights import classes_meant, weights_by_class
from netspec.things.datasets import DATASETS, NamedDataset
from netspec.training.events import Planned, Prepared

if TYPE_CHECKING:
    from pathlib import Path

SPEC = """\
netspec: 1
seed: 3
data: {source: clothes, validation: test}
model:
  input: [28, 28, 1]
  layers:
    - Rescaling: {scale: 1/255}
    - Flatten
    - Dense: {units: UNITS, activation: ACTIVATION}
compile: {optimizer: {SGD: {learning_rate: 0.05}}, loss: LOSS, metrics: [accuracy]}
training: {epochs: 2, batch_size: 64, shuffle: false, class_weight: WEIGHTS}
"""
FORMS = {
    "integer": ("3", "softmax", "sparse_categorical_crossentropy"),
    "one_hot": ("3", "softmax", "categorical_crossentropy"),
    "binary": ("1", "sigmoid", "binary_crossentropy"),
}


@pytest.fixture
def clothes(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> ImageArrays:
    """The sample's first classes as a data set of their own: as many as the test's form has."""
    form = request.node.callspec.params.get("form", "integer")
    count = 2 if form == "binary" else 3
    whole = named.load("fashion_mnist_sample")
    train, test = whole.y_train < count, whole.y_test < count
    arrays = ImageArrays.of(
        x_train=whole.x_train[train],
        y_train=whole.y_train[train],
        x_test=whole.x_test[test],
        y_test=whole.y_test[test],
    )
    dataset = NamedDataset(
        name="clothes",
        title="Clothes",
        image_shape=(28, 28, 1),
        classes=("shirt", "trousers", "pullover")[:count],
        train=len(arrays.y_train),
        test=len(arrays.y_test),
        licence="MIT",
        homepage="",
    )
    monkeypatch.setitem(DATASETS, dataset.name, dataset)
    monkeypatch.setattr(named, "load", lambda *_, **__: arrays)
    return arrays


def write(path: Path, form: str, weights: str) -> Path:
    units, activation, loss = FORMS[form]
    text = SPEC.replace("UNITS", units).replace("ACTIVATION", activation).replace("LOSS", loss)
    path.write_text(text.replace("WEIGHTS", weights))
    return path


def plain_keras(path: Path, arrays: ImageArrays, form: str, weights: dict[int, float]) -> Any:
    """The history of Keras's own `fit` on the arrays, with a network of the same first weights."""
    import keras

    _, activation, loss = FORMS[form]
    del activation
    model = netspec.build(netspec.load(path))
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=0.05), loss=loss, metrics=["accuracy"]
    )

    def encoded(labels: Any) -> Any:
        if form == "one_hot":
            return keras.utils.to_categorical(labels, 3)
        return labels.astype("float32" if form == "binary" else "int64")[:, None]

    return model.fit(
        arrays.x_train.astype("float32"),
        encoded(arrays.y_train),
        validation_data=(arrays.x_test.astype("float32"), encoded(arrays.y_test)),
        class_weight=weights,
        epochs=2,
        batch_size=64,
        shuffle=False,
        verbose=0,
    ).history


@pytest.mark.keras
@pytest.mark.parametrize("form", FORMS)
def test_losses_are_those_of_keras_s_fit_with_class_weights(
    form: str, clothes: ImageArrays, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.yaml", form, "{trousers: 5, 0: 1/4}")

    history = netspec.run(path, output=tmp_path / "run").history

    expected = plain_keras(path, clothes, form, {0: 0.25, 1: 5.0})
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        assert history[name] == pytest.approx(expected[name], rel=1e-4), name
    without = plain_keras(path, clothes, form, {0: 1.0, 1: 1.0})
    assert abs(history["loss"][0] - without["loss"][0]) > 0.05


@pytest.mark.keras
@pytest.mark.parametrize("form", ["integer"])
def test_images_of_a_class_above_the_last_one_with_a_weight_count_1(
    form: str, clothes: ImageArrays, tmp_path: Path
) -> None:
    """Keras's own `fit` fails on them where the data comes as a dataset."""
    path = write(tmp_path / "a.yaml", form, "{shirt: 3}")

    history = netspec.run(path, output=tmp_path / "run").history

    expected = plain_keras(path, clothes, form, {0: 3.0, 1: 1.0, 2: 1.0})
    assert history["loss"] == pytest.approx(expected["loss"], rel=1e-4)


@pytest.mark.keras
@pytest.mark.parametrize("form", ["integer"])
def test_balanced_weights_are_those_of_the_images_that_are_trained_on(
    form: str, clothes: ImageArrays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = np.concatenate(
        [np.flatnonzero(clothes.y_train == 0), np.flatnonzero(clothes.y_train)[::9]]
    )
    few = replace(clothes, x_train=clothes.x_train[kept], y_train=clothes.y_train[kept])
    monkeypatch.setattr(named, "load", lambda *_, **__: few)
    monkeypatch.setitem(DATASETS, "clothes", replace(DATASETS["clothes"], train=len(kept)))
    sizes = np.bincount(few.y_train)
    assert sizes.min() < sizes.max() / 5
    prepared: list[Prepared] = []

    history = netspec.run(
        write(tmp_path / "a.yaml", form, "balanced"),
        output=tmp_path / "run",
        listener=lambda event: prepared.append(event) if isinstance(event, Prepared) else None,
    ).history

    weights = {number: len(kept) / (3 * size) for number, size in enumerate(sizes.tolist())}
    (event,) = prepared
    assert event.plan.class_weights == pytest.approx(tuple(weights.values()))
    expected = plain_keras(tmp_path / "a.yaml", few, form, weights)
    assert history["loss"] == pytest.approx(expected["loss"], rel=1e-4)


@pytest.mark.keras
@pytest.mark.parametrize("form", ["integer"])
@pytest.mark.parametrize(
    ("weights", "planned"),
    [
        ("balanced", "class weights  balanced, from the training images"),
        ("{trousers: 2.5}", "class weights  trousers 2.5, all others 1"),
    ],
)
def test_a_run_prints_what_each_class_counts_and_keeps_it(
    form: str, weights: str, planned: str, clothes: ImageArrays, tmp_path: Path
) -> None:
    path, printed = write(tmp_path / "a.yaml", form, weights), io.StringIO()

    netspec.run(
        path, output=tmp_path / "run", overrides=["training.epochs=1"], listener=Display(printed)
    )

    assert planned in printed.getvalue()
    kept = json.loads((tmp_path / "run" / "run.json").read_text())["data"].get("class_weights")
    if weights == "balanced":
        sizes = np.bincount(clothes.y_train).tolist()
        each = [len(clothes.y_train) / (3 * size) for size in sizes]
        assert kept == pytest.approx(each)
        names = ("shirt", "trousers", "pullover")
        said = [f"{name} {one:g}" for name, one in zip(names, each, strict=True) if one != 1]
        assert f"\nclass weights: {', '.join(said)}" in printed.getvalue()
    else:  # it is in the spec, which the run keeps
        assert "trousers: 2.5" in (tmp_path / "run" / "resolved.yaml").read_text()


@pytest.mark.parametrize("form", ["integer"])
def test_the_plan_says_what_each_class_counts(
    form: str, clothes: ImageArrays, tmp_path: Path
) -> None:
    del clothes
    path = write(tmp_path / "a.yaml", form, "{trousers: 2.5}")
    plan, printed = make_plan(analyse(path)), io.StringIO()

    Display(printed)(Planned(plan))

    assert plan.class_weights == (1.0, 2.5, 1.0)
    assert "class weights  trousers 2.5, all others 1" in printed.getvalue()


def test_a_class_that_a_folder_does_not_have_is_told_before_training(tmp_path: Path) -> None:
    from PIL import Image

    for name in ("cat", "dog"):
        (tmp_path / "pets" / name).mkdir(parents=True)
        Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp_path / "pets" / name / "a.png")
    path = write(tmp_path / "a.yaml", "binary", "{cot: 2}")
    text = path.read_text().replace("clothes, validation: test", "{ImageFolder: {path: pets}}")
    path.write_text(text.replace("[28, 28, 1]", "[8, 8, 3]"))
    assert not analyse(path).failed

    with pytest.raises(SpecError) as raised:
        make_plan(analyse(path), data_root=tmp_path)

    (finding,) = (each for each in raised.value.findings if each.severity == "error")
    assert (finding.code, finding.line) == ("NS521", 11)
    assert (finding.message, finding.hint) == ("there is no class 'cot'", "did you mean cat?")


@pytest.mark.parametrize(
    ("key", "names", "meant"),
    [
        ("0", ("cat", "dog"), (0,)),
        ("dog", ("cat", "dog"), (1,)),
        ("2", ("cat", "dog"), ()),
        ("-1", ("cat", "dog"), ()),
        ("Dog", ("cat", "dog"), ()),
        ("7", ("3", "7"), (1,)),
        ("1", ("0", "1"), (1,)),
        ("1", ("1", "2"), (1, 0)),
    ],
)
def test_a_key_means_the_class_of_its_index_or_of_its_name(
    key: str, names: tuple[str, ...], meant: tuple[int, ...]
) -> None:
    assert classes_meant(key, names) == meant


def test_a_class_without_a_weight_counts_1() -> None:
    assert weights_by_class(None, ["a", "b"]) is None
    assert weights_by_class({"b": 3}, ["a", "b", "c"]) == (1.0, 3.0, 1.0)


@pytest.mark.keras
def test_an_image_with_a_weight_of_its_own_counts_that_times_its_class_s(tmp_path: Path) -> None:
    import keras
    from PIL import Image

    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (24, 4, 4, 3), dtype=np.uint8)
    labels, weights = np.arange(24) % 3, np.arange(24) / 8
    lines = ["image,label,weight"]
    for number, image in enumerate(pixels):
        Image.fromarray(image).save(tmp_path / f"{number:02}.png")
        lines.append(f"{number:02}.png,{'abc'[labels[number]]},{weights[number]}")
    (tmp_path / "images.csv").write_text("\n".join(lines))
    path = write(tmp_path / "a.yaml", "integer", "{b: 4, c: 0.5}")
    text = path.read_text().replace("[28, 28, 1]", "[4, 4, 3]")
    source = "{Csv: {path: images.csv, weight: weight}}, validation: null"
    path.write_text(
        text.replace("clothes, validation: test", source).replace(", batch_size: 64", "")
    )

    history = netspec.run(path, output=tmp_path / "run").history

    model = netspec.build(netspec.load(path))
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=0.05), loss="sparse_categorical_crossentropy"
    )
    expected = model.fit(
        pixels.astype("float32"),
        labels,
        sample_weight=weights * np.array([1, 4, 0.5])[labels],
        epochs=2,
        shuffle=False,
        verbose=0,
    ).history
    assert history["loss"] == pytest.approx(expected["loss"], rel=1e-4)
