"""What a run keeps of a judgement is whole and its own at every moment."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.data.images import ArrayImages
from netspec.data.splits import Split
from netspec.evaluation.answers import Mistake
from netspec.evaluation.judge import Judgement
from netspec.evaluation.keeping import keep
from netspec.evaluation.output import Drawing, Table
from netspec.runs.directory import RunDirectory
from netspec.things.labels import LABEL

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.report.evaluation import EvaluationDocument, MistakeRecord

GRAY = np.full((4, 4, 1), 128, np.uint8)


def mistake(place: int, *, image: str = "") -> MistakeRecord:
    return {
        "image": image or str(place),
        "true": "cat",
        "predicted": "dog",
        "probability": 0.9,
        "true_probability": 0.1,
        "picture": None,
        "look": None,
    }


def judgement(*places: int, **more: Any) -> Judgement:
    """Of one output, whose mistakes are at some places, all with pictures."""
    images = ArrayImages(np.zeros((9, 4, 4, 1), np.uint8), {LABEL: np.zeros(9, np.int64)})
    document: EvaluationDocument = {
        "split": "test",
        "images": 9,
        "checkpoint": "model.keras",
        "metrics": {},
        "classes": [],
        "confusion": [],
        "mistakes": [mistake(place) for place in places],
    }
    made = Judgement(
        metrics={},
        document=document,
        tables=[Table("confusion", ["true"], [])],
        drawings=[Drawing("confusion", "<svg></svg>")],
        split=Split(images, np.arange(9)),
        mistakes={"head": [Mistake(place, 0, 1, 0.9, 0.1) for place in places]} if places else {},
        pictures=dict.fromkeys(places, GRAY),
    )
    return replace(made, **more)


def files(run: Path) -> set[str]:
    return {str(path.relative_to(run)) for path in run.rglob("*") if path.is_file()}


def kept(run: Path, name: str = "evaluation.json") -> Any:
    return json.loads((run / name).read_text(encoding="utf-8"))


def test_the_document_names_the_pictures_that_are_there(tmp_path: Path) -> None:
    looks = {("head", 7): GRAY}

    document = keep(judgement(4, 7, pictures={4: GRAY}, looks=looks), RunDirectory.of(tmp_path))

    assert document == kept(tmp_path)
    assert [(each["picture"], each["look"]) for each in document["mistakes"]] == [
        ("evaluation/mistakes/0001.png", None),
        (None, "evaluation/mistakes/0002-look.png"),
    ]
    assert files(tmp_path) == {
        *("evaluation.json", "confusion.csv", "confusion.svg"),
        *("evaluation/mistakes/0001.png", "evaluation/mistakes/0002-look.png"),
    }


def test_pictures_of_the_evaluation_before_go(tmp_path: Path) -> None:
    keep(judgement(1, 2, 3), RunDirectory.of(tmp_path))
    keep(judgement(5), RunDirectory.of(tmp_path))
    assert {name for name in files(tmp_path) if "mistakes" in name} == {
        "evaluation/mistakes/0001.png"
    }
    keep(judgement(), RunDirectory.of(tmp_path))
    assert not (tmp_path / "evaluation" / "mistakes").exists()


@pytest.mark.parametrize("after", range(1, 9))
def test_at_whatever_moment_it_ends_the_document_names_only_its_own_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    run = RunDirectory.of(tmp_path)
    before = keep(judgement(1, 2), run)
    left = after
    replacing = RunDirectory.replacing

    def until(self: RunDirectory, name: str) -> Any:
        nonlocal left
        left -= 1
        if not left:
            raise KeyboardInterrupt
        return replacing(self, name)

    monkeypatch.setattr(RunDirectory, "replacing", until)
    white = np.full((4, 4, 1), 255, np.uint8)
    try:
        keep(judgement(7, 8, pictures={7: white, 8: white}), run)
    except KeyboardInterrupt:
        ended = True
    else:
        ended = False

    document = kept(tmp_path)
    assert ended == (after < 7)
    for each in document["mistakes"]:
        is_old = each in before["mistakes"]
        assert each["picture"] is None or (tmp_path / each["picture"]).is_file()
        assert is_old == (after == 1)
        assert is_old or (each["picture"] is None) == ended


def test_another_split_s_and_another_checkpoint_s_lie_beside(tmp_path: Path) -> None:
    run = RunDirectory.of(tmp_path)
    one = judgement(1)
    keep(one, run)
    for split, checkpoint in (("train", "model.keras"), ("test", "state/best.keras")):
        document = {**one.document, "split": split, "checkpoint": checkpoint}
        keep(judgement(1, document=document), run)
    assert {name for name in files(tmp_path) if name.startswith("evaluation/")} == {
        f"evaluation/mistakes{ending}/0001.png" for ending in ("", "-train", "-test-state-best")
    }


def test_checkpoints_that_are_called_alike_do_not_replace_each_other(tmp_path: Path) -> None:
    run, one = RunDirectory.of(tmp_path), judgement(1)
    # Each of them again, which replaces its own.
    for checkpoint in ("a/b.keras", "a-b.keras", "a/b.keras", "a-b.keras"):
        keep(judgement(1, document={**one.document, "checkpoint": checkpoint}), run)
    names = {path.name: kept(tmp_path, path.name) for path in tmp_path.glob("evaluation*.json")}
    assert len(names) == 2
    assert names["evaluation-test-a-b.json"]["checkpoint"] == "a/b.keras"
    assert {each["checkpoint"] for each in names.values()} == {"a/b.keras", "a-b.keras"}
    for document in names.values():
        assert (tmp_path / document["mistakes"][0]["picture"]).is_file()


def test_of_several_outputs_each_has_a_folder(tmp_path: Path) -> None:
    one = judgement(1)
    record = {"kind": "class", "classes": [], "confusion": []}
    document = {
        **{key: one.document[key] for key in ("split", "images", "checkpoint", "metrics")},
        "outputs": {
            "size": {"kind": "number", "values": []},
            "side": {**record, "mistakes": []},
            "animal": {**record, "mistakes": one.document["mistakes"]},
        },
    }

    keep(
        judgement(1, document=document, mistakes={"animal": one.mistakes["head"]}),
        RunDirectory.of(tmp_path),
    )

    (shown,) = kept(tmp_path)["outputs"]["animal"]["mistakes"]
    assert shown["picture"] == "evaluation/mistakes-animal/0001.png"
    assert (tmp_path / shown["picture"]).is_file()
    assert kept(tmp_path)["outputs"]["side"] == {**record, "mistakes": []}


def test_a_link_in_a_stranger_s_run_is_not_written_through(tmp_path: Path) -> None:
    mine, run = tmp_path / "mine", tmp_path / "run"
    (mine / "mistakes").mkdir(parents=True)
    (mine / "mistakes" / "0001.png").write_text("mine")
    run.mkdir()
    (run / "evaluation").symlink_to(mine)

    keep(judgement(1), RunDirectory.of(run))

    assert (mine / "mistakes" / "0001.png").read_text() == "mine"
    assert (run / "evaluation" / "mistakes" / "0001.png").is_file()
    assert not (run / "evaluation").is_symlink()


def test_a_file_s_name_that_is_no_utf_8_is_kept(tmp_path: Path) -> None:
    one = judgement(1)
    document = {**one.document, "mistakes": [mistake(1, image="caf\udce9.png")]}
    keep(judgement(1, document=document), RunDirectory.of(tmp_path))
    assert kept(tmp_path)["mistakes"][0]["image"] == "caf\udce9.png"


SHIFTS = {"pixels": [-1, 0, 1], "images": 9, "accuracy": [[0.5] * 3, [0.5, 1.0, 0.5], [0.5] * 3]}


def with_kept_shifts(run: Path, shifts: object = SHIFTS, **more: Any) -> tuple[Any, list[str]]:
    """What is kept by a judgement after one with a shift test, and what is told."""
    told: list[str] = []
    directory, one = RunDirectory.of(run), judgement(1)
    before: Any = {**one.document, "metrics": {"loss": 0.25}, "shifts": shifts}
    keep(replace(one, document=before), directory)
    now: Any = {**one.document, "metrics": {"loss": 0.25}, **more}
    keep(replace(one, document=now), directory, notice=told.append)
    return kept(run), told


def test_a_shift_test_stays_where_the_judgement_is_the_same(tmp_path: Path) -> None:
    document, told = with_kept_shifts(tmp_path)

    assert document["shifts"] == SHIFTS
    assert document["mistakes"][0]["picture"] == "evaluation/mistakes/0001.png"
    assert told == []


@pytest.mark.parametrize(
    "more",
    [
        {"metrics": {"loss": 0.5}},
        {"images": 8},
        {"confusion": [[1]]},
        {"data": {"fingerprint": ""}},
    ],
)
def test_a_shift_test_of_another_judgement_goes_and_it_is_told(
    tmp_path: Path, more: dict[str, Any]
) -> None:
    document, told = with_kept_shifts(tmp_path, **more)

    assert "shifts" not in document
    assert len(told) == 1
    assert "make it anew with --shifts" in told[0]


@pytest.mark.parametrize("shifts", [None, [], {"pixels": [0], "images": 9, "accuracy": [["x"]]}])
def test_a_shift_test_that_is_none_goes(tmp_path: Path, shifts: object) -> None:
    assert "shifts" not in with_kept_shifts(tmp_path, shifts)[0]
