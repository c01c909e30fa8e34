"""A model card says what the run has kept, in a form that the Hub reads, and nothing that nobody knows."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from markdown_it import MarkdownIt

from netspec.exporting.formats import export_run
from netspec.exporting.script import Use
from netspec.extension import Group, Plugin, Plugins
from netspec.report.escape import printable
from tests.runs.test_saved import LEARNED, make_run, make_run_of_several
from tests.runs.written import STAGES, evaluation, write_run

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.runs.saved import SavedRun

READER = MarkdownIt("commonmark").enable("table")
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1)) ![](http://example.org/a.png)",
    "---\nlicense: mit\n---",
    "a | b\x1b[2J\u202e",
    "`rm -rf /` **&amp;**",
    "- # {{ x }} $y$",
    "no",
    "1e5",
    "null",
    "# x: y",
]


def copy(run: SavedRun, folder: Path) -> None:
    (folder / "weights").write_bytes(run.weights().read_bytes())


def told(run: SavedRun, folder: Path) -> Use:
    (folder / "weights").touch()
    return Use("Acme", ("import acme", "given = acme.ask(pixels)"))


def carded(run: SavedRun, folder: Path) -> None:
    (folder / "MODEL_CARD.md").write_text("its own")


def card_of(run: Path, form: str = "copy", **how: Any) -> tuple[dict[str, Any], str]:
    """A card's metadata, and its text."""
    added = {Group.EXPORTS: {"copy": copy, "told": told, "carded": carded}}
    with Plugins((Plugin("acme", "1", "--plugin", added, frozenset({"acme"})),)).enabled():
        files = export_run(run, form=form, output=run.parent / "out", **how)
    (card,) = (file for file in files if file.name == "MODEL_CARD.md")
    whole = card.read_text("utf-8")
    if not whole.startswith("---\n"):
        return {}, whole
    _, head, text = whole.split("---\n", 2)
    return yaml.safe_load(head), text


def pets(path: Path, **changes: Any) -> Path:
    """A run that was judged; its classes are cat, dog and owl."""
    run = write_run(path / "run", **changes)
    (run / "model.keras").write_bytes(b"network")
    return run


def written(run: Path, **changes: Any) -> None:
    (run / "evaluation.json").write_text(json.dumps(evaluation(**changes)))


def test_the_metadata_is_what_the_hub_knows_and_no_more(tmp_path: Path) -> None:
    head, _ = card_of(pets(tmp_path))
    assert head == {
        "pipeline_tag": "image-classification",
        "tags": ["netspec", "copy"],
        "metrics": ["accuracy"],
        "model-index": [
            {
                "name": "pets",
                "results": [
                    {
                        "task": {"type": "image-classification", "name": "Image Classification"},
                        "dataset": {"type": "imagefolder", "name": "pets", "split": "test"},
                        "metrics": [
                            {"type": "accuracy", "value": 97 / 120, "name": "Accuracy"},
                            {"type": "loss", "value": 0.8, "name": "loss"},
                        ],
                    }
                ],
            }
        ],
    }


def test_what_only_the_author_knows_is_asked_for_and_not_made_up(tmp_path: Path) -> None:
    head, text = card_of(pets(tmp_path))
    assert not {"license", "base_model", "language", "datasets"} & head.keys()
    left = [line for line in text.splitlines() if "To be written by the author" in line]
    assert [line.partition(":")[0] for line in left] == [
        "- What it is for",
        "- Licence",
        "- The pictures",
        "- Risks",
        "- Who made it",
    ]


def test_what_each_stage_trained_is_told_beside_the_most(tmp_path: Path) -> None:
    run = pets(tmp_path)
    spec = (run / "resolved.yaml").read_text()
    (run / "resolved.yaml").write_text(spec.replace("epochs: 8", STAGES))
    _, text = card_of(run)
    assert "| of them trained | 127 |" in text
    assert "| by stage | 15 in only\\_head, 127 in 2 |" in text


def test_the_text_says_what_was_measured(tmp_path: Path) -> None:
    _, text = card_of(pets(tmp_path))
    assert "says which of 3 classes a picture shows" in text
    assert "Pictures of 8 x 8 pixels (height, width), red, green and blue" in text
    assert "It gives the probabilities of the classes." in text
    assert "In this order: 0: cat, 1: dog, 2: owl." in text
    assert "Accuracy: 80.8%; between 73.0% and 88.0%" in text
    assert "| cat | 83.3% | 75.0% | 78.9% | 40 |" in text
    assert "| cat | dog | 8 |" in text
    assert "is off by 9.0% on average (expected calibration error, 15 bins)" in text
    assert "| best epoch | 4, by val\\_loss: 0.8000 |" in text
    assert "| train images | 480 of 600 |" in text
    assert "| validation images | 120 of these 600, held back |" in text
    assert "| test images | 120 |" in text
    assert "| optimizer | Adam |" in text
    assert "| parameters | 127 |" in text
    assert "| by stage |" not in text
    assert "| keras | 3.15.1 |" in text
    assert "- Dense: {name: head, units: 3, activation: softmax}" in text


def test_limits_are_those_that_the_numbers_show(tmp_path: Path) -> None:
    run = pets(tmp_path)
    _, text = card_of(run)
    assert "on average it is surer than it is right" in text
    assert "moved by up to 1 pixels, accuracy falls from 81.0% to as little as 60.0%" in text
    assert "It finds fewer images" not in text
    assert "few images were judged" not in text
    assert "could not be read" not in text


def test_weak_classes_and_rare_ones_are_named(tmp_path: Path) -> None:
    run = pets(tmp_path)
    classes = evaluation()["classes"]
    classes[0]["recall"] = 0.4
    classes[2]["images"] = 7
    written(run, classes=classes)
    _, text = card_of(run)
    assert (
        "It finds fewer images of these classes than of others: cat (40.0%), of all images 80.8%."
        in text
    )
    assert "so that their figures are rough: owl (7)." in text


def weak_line(run: Path, accuracy: float, recalls: dict[str, tuple[float, int]]) -> str | None:
    """What the card says of weak classes, by their recalls and images."""
    (one, *_) = evaluation()["classes"]
    classes = [
        {**one, "label": name, "recall": recall, "images": images}
        for name, (recall, images) in recalls.items()
    ]
    written(run, classes=classes, accuracy=accuracy)
    shutil.rmtree(run.parent / "out", ignore_errors=True)
    _, text = card_of(run)
    return next((line for line in text.splitlines() if "finds fewer images" in line), None)


@pytest.mark.parametrize(
    ("accuracy", "recalls", "named"),
    [
        # Nearly all are below one half, and one is far behind the others.
        (0.4, {"a": (0.5, 200), "b": (0.45, 200), "c": (0.15, 200)}, "c (15.0%)"),
        (0.4, {"a": (0.45, 200), "b": (0.35, 200), "c": (0.40, 200)}, None),
        # Four times as many mistakes as on the whole, though most of its images are found.
        (0.95, {"a": (0.98, 200), "b": (0.97, 200), "c": (0.80, 200)}, "c (80.0%)"),
        (0.99, {"a": (1.0, 900), "b": (0.96, 900)}, None),
        # Behind, but far from twice as bad.
        (0.6, {"a": (0.7, 200), "b": (0.5, 200)}, None),
        # Of few images one or two more or less are luck.
        (0.8, {"a": (0.85, 200), "b": (0.6, 10)}, None),
        (0.03, {"a": (0.05, 200), "b": (0.0, 200)}, None),
    ],
)
def test_a_class_is_weak_beside_the_others(
    tmp_path: Path, accuracy: float, recalls: dict[str, tuple[float, int]], named: str | None
) -> None:
    told = weak_line(pets(tmp_path), accuracy, recalls)
    assert (told is None) == (named is None)
    if told is not None:
        assert f"than of others: {named}, of all images {accuracy:.1%}." in told


def test_of_many_weak_classes_the_weakest_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    recalls = {f"c{number}": (number / 100, 400) for number in range(9)}
    told = weak_line(pets(tmp_path), 0.45, recalls | {"good": (0.9, 4000)})
    assert told is not None
    assert "c0 (0.0%), c1 (1.0%), c2 (2.0%), c3 (3.0%), c4 (4.0%) and 4 more" in told


def test_a_network_that_is_mostly_wrong_is_said_to_be(tmp_path: Path) -> None:
    run = pets(tmp_path)
    written(run, accuracy=0.4)
    _, text = card_of(run)
    assert "It is wrong more often than right: 40.0% of all images are named rightly." in text


def test_what_was_watched_and_judged_alike_is_told(tmp_path: Path) -> None:
    data = {"source": "cifar10", "train": 50_000, "validation": 10_000, "test": 10_000}
    whence = {"validation_from": "test", "test_from": "test", "skipped": 3}
    _, text = card_of(pets(tmp_path, data={**data, **whence}, status="interrupted"))
    assert "The images that were watched while it trained are those that it was judged on" in text
    assert "3 images could not be read" in text
    assert "Its training did not come to its end: it was interrupted." in text


@pytest.mark.parametrize(
    ("images", "came", "kind", "name"),
    [
        (10_000, "test", "uoft-cs/cifar10", "CIFAR-10"),
        (2_000, "test", "custom", "CIFAR-10, 2,000 images"),
        (10_000, None, "custom", "CIFAR-10, 10,000 images"),
    ],
)
def test_only_the_whole_test_split_is_told_as_the_hub_s(
    tmp_path: Path, images: int, came: str | None, kind: str, name: str
) -> None:
    run = pets(tmp_path, data={"source": "cifar10", "train": 9, "test_from": came})
    written(run, images=images)
    head, text = card_of(run)
    assert head["datasets"] == ["uoft-cs/cifar10"]
    (result,) = head["model-index"][0]["results"]
    assert result["dataset"] == {"type": kind, "name": name, "split": "test"}
    assert "its makers ask to be cited" in text


def test_what_was_measured_with_other_weights_is_not_told_of_these(tmp_path: Path) -> None:
    run = pets(tmp_path)
    (run / "state" / "best.keras").write_bytes(b"best")
    head, text = card_of(run, checkpoint="state/best.keras")
    assert "model-index" not in head
    assert "These weights were not judged on a test split." in text
    assert "nothing is known of its errors" in text
    assert "those of the run's file `state/best.keras`" in text
    assert "80.8%" not in text


def test_what_was_measured_before_the_run_was_continued_is_not_told_of_its_weights(
    tmp_path: Path,
) -> None:
    run = pets(tmp_path, resumed=[{"at": "2026-11-22T13:00:00+00:00"}])
    for file in run.glob("evaluation*.json"):
        os.utime(file, (0, 0))
    head, text = card_of(run)
    assert "model-index" not in head
    assert "These weights were not judged on a test split." in text


def test_other_splits_and_other_data_stand_beside_the_results(tmp_path: Path) -> None:
    run = pets(tmp_path)
    other = {"split": "validation", "images": 60, "metrics": {"loss": 0.5}}
    (run / "evaluation-validation.json").write_text(json.dumps(evaluation(**other)))
    away = {
        "data": {"source": "zoo", "fingerprint": "0"},
        "images": 9,
        "metrics": {"accuracy": 0.25},
    }
    (run / "evaluation-test-zoo.json").write_text(json.dumps(evaluation(**away)))
    head, text = card_of(run)
    assert len(head["model-index"][0]["results"]) == 1
    assert "| test of zoo | 9 | 0.2500 | - |" in text
    assert "| validation | 60 | - | 0.5000 |" in text


@pytest.mark.parametrize("damage", ["gone", "damaged", "[]"])
def test_a_run_that_was_not_judged_has_a_card(tmp_path: Path, damage: str) -> None:
    run = pets(tmp_path)
    (run / "evaluation.json").write_text(damage)
    if damage == "gone":
        (run / "evaluation.json").unlink()
    for name in ("metrics.csv", "summary.txt", "log.txt"):
        (run / name).unlink(missing_ok=True)
    head, text = card_of(run)
    assert "model-index" not in head
    assert "These weights were not judged" in text
    assert (
        "| epochs | not known: metrics.csv is gone or empty; training it again brings it |" in text
    )


def test_a_run_of_almost_nothing_has_a_card(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    (run / "model.keras").write_bytes(b"network")
    head, text = card_of(run)
    assert head["pipeline_tag"] == "image-classification"
    assert "0: class 0, 1: class 1" in text


def test_several_outputs_are_told_one_by_one(tmp_path: Path) -> None:
    run = make_run_of_several(tmp_path / "run")
    (run / "run.json").write_text(
        json.dumps({"format": 1, "status": "finished", "outputs": LEARNED})
    )
    (run / "model.keras").write_bytes(b"network")
    row = {"images": 6, "predicted": 6, "precision": 1.0, "recall": 1.0}
    judged = {
        "split": "test",
        "images": 12,
        "checkpoint": "model.keras",
        "metrics": {"loss": 3.0, "parity_loss": 0.5, "tags_binary_accuracy": 0.75, "size_mae": 2.0},
        "outputs": {
            "parity": {
                "kind": "class",
                "classes": [{"label": each, **row} for each in ("even", "odd")],
                "confusion": [[6, 0], [0, 6]],
            },
            "tags": {"kind": "multi_label", "labels": [{"label": each, **row} for each in "abc"]},
            "size": {
                "kind": "number",
                "values": [
                    {"name": "width", "mean_absolute_error": 2.0, "root_mean_squared_error": 3.0, "bias": -1.0}
                ],
            },
        },
    }  # fmt: skip
    (run / "evaluation.json").write_text(json.dumps(judged))
    head, text = card_of(run)
    results = head["model-index"][0]["results"]
    assert [
        (each["task"]["name"].rpartition(" ")[2], each["metrics"][0]["type"], each["metrics"][0]["value"])
        for each in results
    ] == [("parity", "accuracy", 1.0), ("tags", "accuracy", 0.75)]  # fmt: skip
    assert (
        "says which of 2 classes a picture shows, says which of 3 labels a picture has and gives 2 numbers"
        in text
    )
    assert "It gives one logit, whose sigmoid is the probability of odd." in text
    assert "It gives the probability of each label, for itself." in text
    assert "It gives the numbers themselves." in text
    assert "| width | 2.0000 | 3.0000 | -1.0000 |" in text


def test_numbers_alone_are_no_task_of_the_hub_s(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    learned = [{"output": "dense", "label": "dense", "kind": "number", "names": [*"abcdefghij"]}]
    (run / "run.json").write_text(
        json.dumps({"format": 1, "status": "finished", "outputs": learned})
    )
    spec = (run / "resolved.yaml").read_text().replace("sparse_categorical_crossentropy", "mse")
    (run / "resolved.yaml").write_text(spec)
    (run / "model.keras").write_bytes(b"network")
    head, text = card_of(run)
    assert head == {"tags": ["netspec", "copy"]}
    assert "gives 10 numbers for a picture" in text


def test_a_plugin_s_format_may_say_how_it_is_opened_or_bring_its_own_card(tmp_path: Path) -> None:
    _, text = card_of(pets(tmp_path / "a"), "told")
    assert "```python\nimport acme\ngiven = acme.ask(pixels)\n```" in text
    _, text = card_of(pets(tmp_path / "b"), "copy")
    assert "```python" not in text
    _, text = card_of(pets(tmp_path / "c"), "carded")
    assert text == "its own"


def test_texts_of_strangers_stay_texts(tmp_path: Path) -> None:
    name = f"{HOSTILE[0]}\u202e"
    run = pets(tmp_path, name=name, platform=HOSTILE[0], git_commit=HOSTILE[1])
    record = json.loads((run / "run.json").read_text())
    record["data"] |= {"source": HOSTILE[3], "path": HOSTILE[2], "fingerprint": HOSTILE[5]}
    record["outputs"] = [{"output": "head", "label": "head", "kind": "class", "names": HOSTILE[:3]}]
    record["versions"] = dict.fromkeys(HOSTILE, HOSTILE[0])
    (run / "run.json").write_text(json.dumps(record))
    classes = [
        {**row, "label": name}
        for row, name in zip(evaluation()["classes"], HOSTILE[:3], strict=True)
    ]
    pairs = [{"true": true, "predicted": HOSTILE[0], "images": 3} for true in HOSTILE]
    written(run, metrics=dict.fromkeys(HOSTILE, 0.5), classes=classes, confused=pairs)
    with (run / "resolved.yaml").open("a") as spec:
        spec.write("# ```\n# </details><script>alert(1)</script>\n")
    head, text = card_of(run)

    assert head["model-index"][0]["name"] == printable(name)
    (result,) = head["model-index"][0]["results"]
    assert result["dataset"]["name"] == printable(HOSTILE[2])
    assert "license" not in head
    assert "\x1b" not in text
    assert "\u202e" not in text
    tokens = READER.parse(text)
    blocks = [token.content for token in tokens if token.type == "html_block"]
    assert blocks == ["<details><summary>spec.yaml</summary>\n", "</details>\n"]
    kinds = {child.type for token in tokens for child in token.children or []}
    assert kinds == {"text", "code_inline", "strong_open", "strong_close"}
    shown = "\n".join(token.content for token in tokens)
    assert sum(token.type == "fence" for token in tokens) == 1
    assert "alert(1)</script>" in shown
    cells = {child.content for token in tokens for child in token.children or []}
    assert {printable(each) for each in HOSTILE} <= cells
