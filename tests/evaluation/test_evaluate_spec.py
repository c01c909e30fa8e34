"""`evaluate` of a spec: its network begins with all its weights, and nothing is trained."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

import netspec
from netspec.analysis import analyse
from netspec.data.images import ArrayImages
from netspec.data.source import ImageSource, Reports
from netspec.errors import DataError, SpecError, UsageError
from netspec.evaluation.imagenet_labels import ends_with_imagenet, with_imagenet_labels
from netspec.evaluation.spec import evaluate_spec
from netspec.spec.facts import DataFacts
from netspec.things.labels import LABEL, LabelFacts
from netspec.weights import imagenet
from tests.cli.commands import apart, here
from tests.evaluation.conftest import spec_text
from tests.real import real

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.data.images import Images

SPEC = "specs/imagenet_mobilenet.yaml"
# As Keras's file has them, as far as the tests go; two classes are called crane.
INDEX = {str(number): [f"n{number:08}", f"class_{number}"] for number in range(1000)}
INDEX |= {"134": ["n02012849", "crane"], "517": ["n03126707", "crane"]}
INDEX |= {"243": ["n02108422", "bull_mastiff"]}


class Labelled(ImageSource):
    """An image of each class."""

    def __init__(self, *names: str) -> None:
        self.title, self.record = "three", {}
        labels = {LABEL: LabelFacts("class", names)}
        self.facts = DataFacts("three", labels, (224, 224, 3), {"train": len(names)})

    def load(self, reports: Reports, *, offline: bool) -> dict[str, Images]:
        del reports, offline
        count = len(self.facts.labels[LABEL].names or ())
        return {
            "train": ArrayImages(np.zeros((count, 1, 1, 3), np.uint8), {LABEL: np.arange(count)})
        }


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keras's list of classes, in its cache."""
    (tmp_path / "keras" / "models").mkdir(parents=True)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    path = tmp_path / "keras" / "models" / imagenet.CLASS_INDEX.file
    path.write_text(json.dumps(INDEX))
    known = imagenet._ClassIndex(hash=hashlib.md5(path.read_bytes()).hexdigest())  # noqa: S324
    monkeypatch.setattr(imagenet, "CLASS_INDEX", known)
    return path


def numbered(*names: str) -> tuple[list[int], tuple[str, ...] | None, list[str]]:
    """What becomes of classes: their numbers, what all are called, and what is told."""
    document, graph = analyse(SPEC).require()
    assert document.data is not None
    told: list[str] = []
    source = with_imagenet_labels(
        Labelled(*names), document.data, graph, offline=True, notify=told.append
    )
    labels = source.load(Reports.to_nobody(), offline=True)["train"].labels[LABEL]
    return labels.tolist(), source.facts.labels[LABEL].names, told


@pytest.mark.usefixtures("index")
def test_a_class_is_named_by_its_number_wordnet_s_or_keras_s_name() -> None:
    numbers, names, told = numbered("7", "n02108422", "class_999")
    assert numbers == [7, 243, 999]
    assert names is not None
    assert (len(names), names[243], told) == (1000, "bull_mastiff", [])


@pytest.mark.usefixtures("index")
def test_what_names_no_class_or_two_is_told() -> None:
    with pytest.raises(DataError, match=r"none of ImageNet's: 1000, crane, dress$"):
        numbered("1000", "7", "crane", "dress")
    assert numbered("134", "n03126707")[0] == [134, 517]


def test_without_keras_s_list_numbers_do_for_names(index: Path) -> None:
    index.unlink()
    numbers, names, told = numbered("7", "243")
    assert numbers == [7, 243]
    assert names == tuple(map(str, range(1000)))
    assert "classes are called by their numbers" in told[0]
    with pytest.raises(DataError, match=r"imagenet_class_index\.json"):
        numbered("7", "n02108422")


@pytest.mark.parametrize(
    ("change", "ends"),
    [
        ("name=same", True),
        ("model.layers.mobilenet.include_top=false", False),
        ("model.layers.mobilenet.weights=null", False),
    ],
)
def test_only_imagenet_s_own_classifier_tells_imagenet_s_classes(change: str, ends: bool) -> None:
    graph = analyse(SPEC, (change,)).graph
    assert graph is not None
    assert ends_with_imagenet(graph) is ends


def test_what_has_random_weights_is_not_judged() -> None:
    message = (
        "nothing trained to judge: conv2d, conv2d_1, dense, head would begin with random weights"
    )
    with pytest.raises(UsageError, match=message) as caught:
        evaluate_spec(analyse("specs/quickstart.yaml"), reports=Reports.to_nobody())
    assert "netspec run" in str(caught.value.hint)


def test_a_judgement_needs_data_and_a_loss(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text("netspec: 1\nmodel: {input: [4], layers: [Flatten]}\n")
    with pytest.raises(SpecError) as caught:
        evaluate_spec(analyse(path), reports=Reports.to_nobody())
    told = [finding.message for finding in caught.value.findings]
    assert told == [f"a judgement needs the section `{name}`" for name in ("data", "compile")]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ("specs/mnist.yaml", "--checkpoint", "state/best.keras"),
            "--checkpoint is a file of a run",
        ),
        (("tests", "--set", "seed=2"), "--set is for a spec"),
        (("tests", "--root", "."), "--root is for a spec"),
        (("specs/mnist.yaml", "--split", "tset"), "there is no split 'tset'"),
    ],
)
def test_options_go_with_what_is_judged(
    arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    done = here(capsys, "evaluate", *arguments)
    assert (done.status, told in done.err) == (2, True), done.err


@pytest.mark.keras
def test_a_run_s_weights_are_judged_in_a_spec_as_in_the_run(trained: Path) -> None:
    folder = trained.parent
    shutil.copy(trained / "model.weights.h5", folder / "trained.weights.h5")
    path = folder / "again.yaml"
    text = spec_text().partition("training:")[0]
    path.write_text(text.replace("model:\n", "model:\n  weights: trained.weights.h5\n"))

    judgement = evaluate_spec(analyse(path), reports=Reports.to_nobody())

    document = netspec.evaluate(trained, data_root=folder, keep=False)
    assert judgement.document == {**document, "checkpoint": ""}
    with pytest.raises(UsageError, match="the data has no test images"):
        evaluate_spec(
            analyse(path, ("data.test=null",)), split_name="test", reports=Reports.to_nobody()
        )


@pytest.mark.keras
@pytest.mark.real_data
@pytest.mark.slow
def test_mobilenet_is_judged_by_pictures_with_the_numbers_of_their_classes(tmp_path: Path) -> None:
    samples, weights = real("samples"), real("weights/mobilenet_1_0_224_tf.h5").parent
    for folder in ("imagenet", "keras/models"):
        (tmp_path / folder).mkdir(parents=True)
    for path in samples.glob("imagenet_*.jpg"):
        shutil.copy(path, tmp_path / "imagenet")
    for name in ("mobilenet_1_0_224_tf.h5", "imagenet_class_index.json"):
        shutil.copy(weights / name, tmp_path / "keras" / "models")
    arguments = ("--data-root", str(tmp_path), "--offline", "--format", "json")
    done = apart("evaluate", SPEC, *arguments, KERAS_HOME=str(tmp_path / "keras"))

    assert done.status == 0, done.err
    document = json.loads(done.out)
    assert (document["split"], document["images"], len(document["classes"])) == ("train", 20, 1000)
    assert document["metrics"]["accuracy"] >= 16 / 20
    assert document["metrics"]["best_five"] == 1
    assert document["classes"][243]["label"] == "bull_mastiff"
