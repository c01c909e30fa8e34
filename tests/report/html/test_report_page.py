"""The page of a run: what stands in it, and that it is small and harmless whatever the run holds."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from netspec.report.html import report_page as report_pages
from netspec.report.html.report_page import LARGEST, report_page
from netspec.runs.account import account_of
from netspec.runs.lock import LOCK
from tests.runs.test_account import FILES
from tests.runs.written import CLASSES, STAGES, evaluation, look, png, record, write_run

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
MATRIX = re.compile(r'<table class="confusion[^>]*id="([^"]+)">.*?</table>', re.DOTALL)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("kept") / "pets")


@pytest.fixture
def run(kept: Path, tmp_path: Path) -> Path:
    return shutil.copytree(kept, tmp_path / "pets")


class Reader(HTMLParser):
    """The texts of a page, its elements, and the data of its scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.blocks: dict[str, Any] = {}
        self._within: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in {"script", "style"}:
            self._within.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.texts.append(data)
            return
        _, attributes = self._within[-1]
        if attributes.get("type") == "application/json":
            self.blocks[str(attributes["id"])] = json.loads(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def sections(self) -> list[str | None]:
        return [
            each["id"]
            for tag, each in self.elements
            if tag == "section" and "aria-labelledby" in each
        ]


def shown(run: Path) -> Reader:
    return Reader(report_page(account_of(run)))


def judged_as(run: Path, **changes: Any) -> Reader:
    (run / "evaluation.json").write_text(json.dumps(evaluation(**changes)), encoding="utf-8")
    return shown(run)


def test_a_whole_run_has_every_part(kept: Path) -> None:
    page = shown(kept)
    assert page.sections() == [
        *(
            "training",
            "data",
            "judged-1",
            "learned",
            "architecture",
            "spec",
            "environment",
            "repeat",
        )
    ]
    for told in (
        "accuracy, test 80.8% 95% interval 73.0 to 88.0%",
        "best val_loss 0.8000 epoch 4 of 8",
        "It overfits: after epoch 4 the validation loss stays above its minimum (0.8000, 1.2000 at the end)",
        "train 480 what was left of 600 images",
        "validation 120 held back from these 600 images",
        "In 95% of samples drawn from these images it is between 73.0 and 88.0% (bootstrap).",
        "97 of 120 images in 3 classes were right",
        "The accuracy over 120 images is 81.0% with the images where they are",
        "what speaks for owl at conv2d, 8 x 8",
        "with changes that are not in it",
        "a layer has no mask",
        f"netspec run {kept}/resolved.yaml --data-root /data",
        "netspec run pets.yaml --output runs/pets",
    ):
        assert told in page.text, told


def test_charts_have_the_epochs_the_onset_and_the_best(kept: Path) -> None:
    blocks = shown(kept).blocks
    loss = blocks["curve-1-data"]
    assert loss["name"] == "loss"
    assert loss["epochs"] == list(range(1, 9))
    assert [each["name"] for each in loss["series"]] == ["training", "validation"]
    assert loss["marks"] == [{"epoch": 4, "text": "best, overfits after"}]
    assert len(blocks["judged-1-1-calibration-data"]["bins"]) == 15


def test_what_each_stage_trained_is_told_beside_the_most(run: Path) -> None:
    assert "of them trained" not in shown(run).text
    spec = (run / "resolved.yaml").read_text(encoding="utf-8")
    (run / "resolved.yaml").write_text(spec.replace("epochs: 8", STAGES), encoding="utf-8")
    page = shown(run)
    assert "127 of them trained; by stage: 15 in only_head, 127 in 2" in page.text
    (record,) = (block for block in page.blocks.values() if "nodes" in block)
    boxes = {each["name"]: each for each in record["nodes"]}
    assert boxes["conv2d"]["stages"] == ["2"]
    assert "stages" not in boxes["head"]


def test_pictures_are_in_the_page_itself(kept: Path) -> None:
    sources = [each["src"] for tag, each in shown(kept).elements if tag == "img"]
    assert len(sources) == 12  # 4 mistakes, each with a look, and 4 of an image that was looked at
    assert all(str(each).startswith("data:image/png;base64,") for each in sources)


def test_nothing_in_a_run_becomes_markup(run: Path) -> None:
    scripts = sum(tag == "script" for tag, _ in shown(run).elements)
    names = [HOSTILE, *CLASSES[1:]]
    rows = [
        {**each, "label": name} for each, name in zip(evaluation()["classes"], names, strict=True)
    ]
    mistakes = [{**each, "true": HOSTILE, "image": HOSTILE} for each in evaluation()["mistakes"]]
    (run / "look/owl/look.json").write_text(
        json.dumps({**look(), "image": HOSTILE}), encoding="utf-8"
    )
    (run / "classes.txt").write_text("\n".join([*names, ""]), encoding="utf-8")
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    odd = {
        "name": HOSTILE,
        "status": "failed",
        "reason": HOSTILE,
        "platform": HOSTILE,
        "command": ["a", HOSTILE],
    }
    (run / "run.json").write_text(json.dumps({**record, **odd}), encoding="utf-8")
    (run / "log.txt").write_text(f"UserWarning: {HOSTILE}\n", encoding="utf-8")
    (run / "metrics.csv").write_text(
        f'epoch,loss,"{HOSTILE[2:]}"\n1,1,2\n2,1,2\n', encoding="utf-8"
    )
    page = judged_as(run, classes=rows, mistakes=mistakes, metrics={HOSTILE: 1.0})
    assert page.text.count("<script>alert(2)</script>") > 8
    assert sum(tag == "script" for tag, _ in page.elements) == scripts
    assert not [each for tag, each in page.elements if tag == "img" and each["src"] == "x"]
    assert not [name for _, each in page.elements for name in each if name.startswith("on")]


def test_what_is_absent_says_why_and_what_would_bring_it(run: Path) -> None:
    shutil.rmtree(run / "look")
    (run / "evaluation.json").unlink()
    (run / "metrics.csv").unlink()
    (run / "resolved.yaml").write_text("netspec: 1\n", encoding="utf-8")
    page = shown(run)
    for told in (
        "No curves: metrics.csv is gone or empty; training it again brings it.",
        f"Nothing to show: the run was not judged. netspec evaluate {run}",
        f"Nothing to see: no image was looked at. netspec look {run} IMAGE",
        "No graph: resolved.yaml is no spec that this netspec reads",
    ):
        assert told in page.text, told


def test_where_all_are_right_no_interval_claims_that_others_would_be(run: Path) -> None:
    classes = [
        {"label": "cat", "images": 40, "predicted": 40, "precision": 1.0, "recall": 1.0, "f1": 1.0}
    ]
    interval = {"level": 0.95, "low": 1.0, "high": 1.0, "samples": 10_000}
    told = judged_as(run, accuracy=1.0, interval=interval, classes=classes).text
    assert "All 40 are right; of other images up to 7.22% may still be wrong." in told
    assert "100.0 to 100.0%" not in told


def test_an_interval_whose_ends_are_said_alike_is_not_told(run: Path) -> None:
    interval = {"level": 0.95, "low": 0.0, "high": 0.0004, "samples": 10_000}
    told = judged_as(run, accuracy=0.0001, interval=interval).text
    assert "0.0 to 0.0%" not in told


def test_of_pictures_that_are_gone_one_note_says_what_brings_them(run: Path) -> None:
    shutil.rmtree(run / "evaluation")
    told = shown(run).text
    assert told.count("the picture is not there any more") == 1
    assert f"No pictures: the picture is not there any more. netspec evaluate {run}" in told


def test_values_that_were_set_for_a_run_are_said_beside_its_spec(run: Path) -> None:
    command = ["netspec", "run", "pets.yaml", "--set", "training.epochs=8", "--set=seed=7"]
    (run / "run.json").write_text(json.dumps(record(command=command)), encoding="utf-8")
    told = shown(run).text
    for each in (
        "differ from these by --set:",
        "training.epochs=8 , seed=7",
        "“With every value” holds",
    ):
        assert each in told


def test_an_image_that_was_looked_at_is_called_by_its_file(run: Path) -> None:
    file = next((run / "look").glob("*/look.json"))
    told = json.loads(file.read_text(encoding="utf-8")) | {"image": "/home/someone/pets/tom.jpg"}
    file.write_text(json.dumps(told), encoding="utf-8")
    page = shown(run)
    assert "/home/someone" not in page.text
    assert ("h3", "/home/someone/pets/tom.jpg") in [
        (tag, each["title"]) for tag, each in page.elements if "title" in each
    ]


def test_an_evaluation_from_before_the_run_was_continued_says_so(run: Path) -> None:
    document = record(status="interrupted", resumed=[{"at": "2026-11-22T13:00:00+00:00"}])
    del document["metrics"]
    (run / "run.json").write_text(json.dumps(document), encoding="utf-8")
    os.utime(run / "evaluation.json", (0, 0))
    told = shown(run).text
    assert "this is from before the run was continued" in told
    assert "accuracy, test 80.8%" not in told


def test_what_was_looked_at_before_the_run_was_continued_says_so(run: Path) -> None:
    document = record(resumed=[{"at": "2026-11-22T13:00:00+00:00"}])
    (run / "run.json").write_text(json.dumps(document), encoding="utf-8")
    assert "Older than the run" not in shown(run).text
    for name in ("look/owl/look.json", "look/filters.json"):
        os.utime(run / name, (0, 0))
        told = shown(run).text
        assert "Older than the run" in told
        assert "this is from before the run was continued" in told
        assert f"netspec look {run} IMAGE" in told
        os.utime(run / name)


def test_a_run_that_has_only_begun_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "begun"
    (path / "state").mkdir(parents=True)
    (path / LOCK).touch()
    page = shown(path)
    assert page.sections()[0] == "training"


def test_an_evaluation_of_several_outputs_has_a_part_for_each(run: Path) -> None:
    classes = evaluation()
    outputs = {
        "animal": {
            "kind": "class",
            **{key: classes[key] for key in ("classes", "confusion", "mistakes")},
        },
        "tags": {"kind": "multi_label", "labels": classes["classes"]},
        "box": {
            "kind": "number",
            "values": [
                {
                    "name": "x",
                    "mean_absolute_error": 0.25,
                    "root_mean_squared_error": 0.5,
                    "bias": None,
                }
            ],
        },
        "odd": {"kind": "song"},
    }
    document = {"split": "test", "images": 120, "checkpoint": "model.keras", "outputs": outputs}
    metrics = {"loss": 2.0, "animal_loss": 1.25, "box_mean_absolute_error": 0.25}
    (run / "evaluation.json").write_text(
        json.dumps({**document, "metrics": metrics}), encoding="utf-8"
    )
    text = shown(run).text
    assert "Output animal loss 1.2500" in text
    assert "Output box mean_absolute_error 0.2500" in text
    assert "How each label fares" in text
    assert "what it says of this output is not what netspec writes" in text


def test_other_data_and_other_splits_have_parts_of_their_own(run: Path) -> None:
    others: dict[str, dict[str, Any]] = {
        "evaluation-validation.json": {"split": "validation"},
        "evaluation-photos.json": {
            "split": "all",
            "data": {"source": "photos", "fingerprint": "0"},
        },
    }
    for name, changes in others.items():
        (run / name).write_text(json.dumps(evaluation(**changes)), encoding="utf-8")
    page = shown(run)
    assert [each for each in page.sections() if str(each).startswith("judged")] == [
        "judged-1",
        "judged-2",
        "judged-3",
    ]
    assert "Judged on all images of photos" in page.text
    assert "Judged on validation" in page.text


def many_classes(count: int) -> dict[str, Any]:
    numbers = random.Random(count)  # noqa: S311 - noise
    matrix = [[0] * count for _ in range(count)]
    for at in range(count):
        matrix[at][at] = 80
        for _ in range(5):
            matrix[at][numbers.randrange(count)] += 4
    rows = [
        {"label": f"class {at}", "images": 100, "predicted": 100, "precision": 0.8, "recall": 0.8}
        for at in range(count)
    ]
    return evaluation(classes=rows, confusion=matrix, mistakes=[], confused=[])


def test_of_more_classes_than_fit_those_with_most_mistakes_are_in_the_matrix(run: Path) -> None:
    document = many_classes(300)
    document["confusion"][7][250] = 90
    (run / "evaluation.json").write_text(json.dumps(document), encoding="utf-8")
    page = shown(run)
    heads = [
        each["title"]
        for tag, each in page.elements
        if tag == "th" and each.get("scope") == "col" and "title" in each
    ]
    assert len(heads) == 120
    assert {"class 7", "class 250"} <= {*heads}
    assert "The 120 classes with the most mistakes; 180 more are in confusion.csv." in page.text


def test_a_page_is_small_whatever_the_run_holds(run: Path) -> None:
    numbers = random.Random(1)  # noqa: S311 - noise
    noise = bytes(numbers.randrange(256) for _ in range(160 * 160))
    picture = png(160, 160, values=noise)
    for number in range(1, 5):
        (run / f"evaluation/mistakes/{number:04}.png").write_bytes(picture)
    document = many_classes(500)
    document["mistakes"] = evaluation()["mistakes"] * 40
    for name in ("evaluation.json", *(f"evaluation-{at}.json" for at in range(2))):
        (run / name).write_text(json.dumps(document), encoding="utf-8")
    rows = [f"{at},{1 / at},{2 / at},1" for at in range(1, 20_000)]
    (run / "metrics.csv").write_text(
        "\n".join(["epoch,loss,val_loss,seconds", *rows]), encoding="utf-8"
    )
    (run / "resolved.yaml").write_text("# long\n" * 100_000, encoding="utf-8")
    html = report_page(account_of(run))
    assert len(html.encode()) < LARGEST
    assert "There was no room for" in Reader(html).text


def test_what_is_more_than_a_page_holds_is_said(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_pages, "LARGEST", 100_000)
    page = shown(kept)
    assert page.sections() == ["run"]
    assert "accuracy, test 80.8%" in page.text
    assert "it holds more than fits into 100,000 bytes" in page.text


@pytest.mark.parametrize("content", [b"[1, 2]", b"\xff\xfe"])
def test_a_run_with_any_file_damaged_is_shown(run: Path, content: bytes) -> None:
    for name in FILES:
        whole = (run / name).read_bytes()
        for wrong in (content, whole[: len(whole) // 2]):
            (run / name).write_bytes(wrong)
            assert "</html>" in report_page(account_of(run)), name
        (run / name).write_bytes(whole)
