"""What a run's directory says of it, whole and damaged."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import fields, is_dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from netspec.errors import UsageError
from netspec.report.html.document import Absent, RunAccount
from netspec.report.html.judged import ClassOutput
from netspec.runs.account import account_of
from tests.runs.written import STAGES, evaluation, png, record, write_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JSON_FILES = ["run.json", "evaluation.json", "look/owl/look.json", "look/filters.json"]
FILES = [
    *JSON_FILES,
    *("metrics.csv", "history.json", "confusion.csv", "predictions.csv", "classes.txt"),
    *("spec.yaml", "resolved.yaml", "summary.txt", "log.txt", "splits.csv"),
    *("evaluation/mistakes/0001.png", "look/owl/picture.png", "look/filters.png"),
]
WRONG: dict[str, bytes] = {
    "nothing": b"",
    "no text": b"\xff\xfe\x00\x80" * 9,
    "a list": b"[1, 2]",
    "lists in lists": b"[" * 100_000,
    "no number": b"NaN",
    "empty": b"{}",
    "a large number": b"1" * 10_000,
}
# What may stand in the place of any value of a JSON file.
VALUES: list[Any] = [None, [], -1, float("nan"), [[1], "a"], {"a": {}}]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("kept") / "pets")


@pytest.fixture
def run(kept: Path, tmp_path: Path) -> Path:
    return shutil.copytree(kept, tmp_path / "pets")


def absences(value: object) -> Iterator[Absent]:
    """All that is absent in an account."""
    if isinstance(value, Absent):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from absences(each)
    elif is_dataclass(value) and type(value).__module__.startswith("netspec.report.html"):
        for field in fields(value):
            yield from absences(getattr(value, field.name))


def class_output(account: RunAccount) -> ClassOutput:
    assert not isinstance(account.evaluations, Absent)
    (output,) = account.evaluations[0].outputs
    assert isinstance(output, ClassOutput)
    return output


def test_a_whole_run_is_told_with_nothing_absent(kept: Path) -> None:
    account = account_of(kept)
    assert list(absences(account)) == []
    assert (account.status, account.spec_name, account.seed) == ("finished", "pets", 7)
    assert not isinstance(account.training, Absent)
    assert account.training.metrics["val_loss"][3] == 0.80
    assert account.training.better["val_accuracy"] == "max"
    output = class_output(account)
    assert output.accuracy == pytest.approx(97 / 120)
    assert not isinstance(output.mistakes, Absent)
    assert output.mistakes[0].picture == png(grey=40)
    assert not isinstance(account.looks, Absent)
    assert account.looks.each[0].answers == ("owl 90.0%, cat 8.0%",)
    assert account.warnings == ("UserWarning: a layer has no mask",)


def test_any_file_may_be_gone(run: Path) -> None:
    for name in FILES:
        whole = (run / name).read_bytes()
        (run / name).unlink()
        assert account_of(run).name == "pets", name
        (run / name).write_bytes(whole)


@pytest.mark.parametrize("wrong", WRONG)
def test_any_file_may_hold_anything(run: Path, wrong: str) -> None:
    for name in FILES:
        whole = (run / name).read_bytes()
        (run / name).write_bytes(WRONG[wrong])
        assert account_of(run).name == "pets", name
        (run / name).write_bytes(whole)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_any_file_may_be_cut(run: Path, share: float) -> None:
    for name in FILES:
        whole = (run / name).read_bytes()
        (run / name).write_bytes(whole[: int(len(whole) * share)])
        assert account_of(run).name == "pets", name
        (run / name).write_bytes(whole)


@pytest.mark.parametrize("name", JSON_FILES)
def test_any_value_of_a_document_may_be_of_another_kind(run: Path, name: str) -> None:
    (run / "resolved.yaml").unlink()  # which takes the time
    document = json.loads((run / name).read_text(encoding="utf-8"))
    for path, value in product(paths(document), VALUES):
        (run / name).write_text(json.dumps(put(document, path, value)), encoding="utf-8")
        assert account_of(run, with_pictures=False).name == "pets", (path, value)


def paths(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places in a document, the first two of each list."""
    each = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value[:1])
        if isinstance(value, list)
        else ()
    )
    for key, inside in each:
        yield (*above, key)
        yield from paths(inside, (*above, key))


def put(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A document with another value at a place."""
    if not path:
        return value
    changed = dict(document) if isinstance(document, dict) else list(document)
    changed[path[0]] = put(document[path[0]], path[1:], value)
    return changed


def test_what_is_absent_says_why_and_what_brings_it(run: Path) -> None:
    shutil.rmtree(run / "look")
    (run / "evaluation.json").unlink()
    account = account_of(run)
    assert account.looks == Absent("no image was looked at", f"netspec look {run} IMAGE")
    assert account.evaluations == Absent("the run was not judged", f"netspec evaluate {run}")


def test_an_evaluation_of_another_checkpoint_is_made_anew_with_it(run: Path) -> None:
    document = evaluation(checkpoint="state/best 1.keras", split="validation")
    del document["interval"]
    (run / "evaluation-validation-state-best-1.json").write_text(json.dumps(document))

    def todo() -> str | None:
        told = account_of(run).evaluations
        assert not isinstance(told, Absent)
        (output,) = told[1].outputs
        assert isinstance(output, ClassOutput)
        assert isinstance(output.interval, Absent)
        return output.interval.todo

    # By weights that are gone nothing can be judged.
    assert todo() is None
    (run / "state" / "best 1.keras").touch()
    command = f"netspec evaluate {run} --checkpoint 'state/best 1.keras' --split validation"
    assert todo() == command


def test_a_look_by_another_checkpoint_that_is_outdated_is_made_anew_with_it(run: Path) -> None:
    document = record(resumed=[{"at": "2026-11-22T13:00:00+00:00"}])
    (run / "run.json").write_text(json.dumps(document), encoding="utf-8")
    told = json.loads((run / "look/owl/look.json").read_text()) | {"checkpoint": "state/best.keras"}
    (run / "look/owl/look.json").write_text(json.dumps(told), encoding="utf-8")
    (run / "state/best.keras").touch()
    os.utime(run / "look/owl/look.json", (0, 0))
    looks = account_of(run).looks
    assert not isinstance(looks, Absent)
    assert looks.outdated is None
    assert looks.each[0].outdated is not None
    assert looks.each[0].outdated.todo == f"netspec look {run} --checkpoint state/best.keras IMAGE"


def test_a_test_evaluation_that_is_gone_is_missed_where_others_are_there(run: Path) -> None:
    (run / "evaluation.json").rename(run / "evaluation-train.json")
    told = account_of(run).evaluations
    assert not isinstance(told, Absent)
    assert [each.file for each in told] == ["evaluation.json", "evaluation-train.json"]
    assert told[0].unread == Absent("the run has no evaluation.json", f"netspec evaluate {run}")


def test_damaged_epochs_are_told_with_the_command_that_brings_them(run: Path) -> None:
    again = f"netspec run {run / 'resolved.yaml'}"
    (run / "history.json").write_text("{", encoding="utf-8")
    (run / "metrics.csv").write_text('epoch,loss\n"1', encoding="utf-8")
    account = account_of(run)
    assert isinstance(account.training, Absent)
    assert account.training.why == "metrics.csv cannot be read; training it again brings it"
    assert str(account.training.todo).startswith(again)
    assert "history.json cannot be read" in " ".join(account.notices)
    (run / "metrics.csv").unlink()
    told = account_of(run).training
    assert isinstance(told, Absent)
    assert told.why.startswith("metrics.csv is gone or empty")


def test_why_a_record_cannot_be_read_is_told_once(run: Path) -> None:
    (run / "run.json").write_text("{", encoding="utf-8")
    account = account_of(run)
    assert account.reason is not None
    assert account.notices == ("what follows comes of the run's other files",)


def test_of_an_evaluation_that_cannot_be_read_the_matrix_is_still_told(run: Path) -> None:
    (run / "evaluation.json").write_text('{"split": "te', encoding="utf-8")
    output = class_output(account_of(run))
    assert output.confusion == ((30, 8, 2), (6, 31, 3), (0, 4, 36))
    assert output.accuracy == pytest.approx(97 / 120)
    assert isinstance(output.calibration, Absent)


def test_a_class_without_images_has_no_f1_whoever_judged_it(run: Path) -> None:
    document = evaluation()
    document["classes"][0] |= {"images": 0, "recall": None, "precision": 0.0, "f1": 0.0}
    (run / "evaluation.json").write_text(json.dumps(document), encoding="utf-8")
    rows = class_output(account_of(run)).classes
    assert not isinstance(rows, Absent)
    assert (rows[0].precision, rows[0].f1) == (0.0, None)
    (run / "evaluation.json").write_text("{", encoding="utf-8")
    (run / "confusion.csv").write_text("true,cat,dog\ncat,0,0\ndog,2,3\n", encoding="utf-8")
    rows = class_output(account_of(run)).classes
    assert not isinstance(rows, Absent)
    assert [(row.precision, row.recall, row.f1) for row in rows] == [
        (0.0, None, None),
        (1.0, 0.6, 0.75),
    ]


def test_an_evaluation_of_an_older_netspec_has_accuracy_and_pairs_by_its_matrix(run: Path) -> None:
    older = {
        key: evaluation()[key] for key in ("split", "images", "metrics", "classes", "confusion")
    }
    (run / "evaluation.json").write_text(json.dumps(older), encoding="utf-8")
    output = class_output(account_of(run))
    assert output.accuracy == pytest.approx(97 / 120)
    assert [(pair.true, pair.predicted, pair.images) for pair in output.confused[:2]] == [
        ("cat", "dog", 8),
        ("dog", "cat", 6),
    ]
    assert output.mistakes == Absent("an older netspec judged it", f"netspec evaluate {run}")


def test_a_run_by_a_newer_netspec_is_told_as_far_as_it_is_understood(run: Path) -> None:
    (run / "run.json").write_text(json.dumps(record(format=9)), encoding="utf-8")
    account = account_of(run)
    assert account.status == "foreign"
    assert "format 9" in account.notices[0]
    assert not isinstance(account.training, Absent)


def test_a_run_whose_spec_is_none_any_more_has_no_network_and_all_else(run: Path) -> None:
    (run / "resolved.yaml").write_text("netspec: 1\nmodel: {layers: [Gone]}\n", encoding="utf-8")
    account = account_of(run)
    assert isinstance(account.network, Absent)
    assert account.network.todo == f"netspec validate {run}/resolved.yaml"
    assert not isinstance(account.training, Absent)


def test_a_spec_is_not_read_from_outside_of_the_run(run: Path) -> None:
    (run / "resolved.yaml").replace(run.parent / "secret.yaml")
    extending = "netspec: 1\nextends: ../secret.yaml\n"
    (run / "resolved.yaml").write_text(extending, encoding="utf-8")
    assert isinstance(account_of(run).network, Absent)


def test_stages_begin_where_the_record_says(run: Path) -> None:
    spec = (run / "resolved.yaml").read_text(encoding="utf-8")
    staged = spec.replace("epochs: 8", "stages: [{name: head, epochs: 6}, {epochs: 6}]")
    (run / "resolved.yaml").write_text(staged, encoding="utf-8")
    firsts = [{"stage": 1, "first_epoch": 1}, {"stage": 2, "first_epoch": 4}]
    (run / "run.json").write_text(json.dumps(record(stages=firsts)), encoding="utf-8")
    training = account_of(run).training
    assert not isinstance(training, Absent)
    assert [(each.name, each.first) for each in training.stages] == [("head", 1), ("stage 2", 4)]
    # A setting reaches into a stage by its name.
    assert training.more is None


def test_the_command_that_gives_more_epochs_is_of_the_last_stage(run: Path) -> None:
    plain = account_of(run).training
    assert not isinstance(plain, Absent)
    assert plain.more == f"netspec resume {run} --set training.epochs=16"
    spec = (run / "resolved.yaml").read_text(encoding="utf-8")
    staged = spec.replace("epochs: 8", "stages: [{name: head, epochs: 6}, {name: all, epochs: 5}]")
    (run / "resolved.yaml").write_text(staged, encoding="utf-8")
    training = account_of(run).training
    assert not isinstance(training, Absent)
    assert training.more == f"netspec resume {run} --set training.stages.all.epochs=10"


@pytest.mark.parametrize("status", ["running", "interrupted", "failed"])
def test_a_run_that_has_not_ended_is_to_go_on_before_it_gets_more_epochs(
    run: Path, status: str
) -> None:
    (run / "run.json").write_text(json.dumps(record(status=status)), encoding="utf-8")
    training = account_of(run).training
    assert not isinstance(training, Absent)
    assert (training.has_ended, training.more) == (False, f"netspec resume {run}")


def test_a_run_without_its_record_gets_no_more_epochs(run: Path) -> None:
    (run / "run.json").unlink()
    training = account_of(run).training
    assert not isinstance(training, Absent)
    assert training.more is None


@pytest.mark.parametrize(
    ("changes", "stages", "trainable"),
    [
        ({}, True, 127),
        # Before netspec told stages apart, a record said what the layers' own flags do.
        ({"parameters": {"total": 127, "trainable": 15}}, True, 127),
        ({"parameters": {"total": 127, "trainable": 15}}, False, 15),
        ({"parameters": None}, True, 127),
    ],
    ids=["new", "old", "without stages", "unknown"],
)
def test_what_trained_is_what_the_stage_did_that_trained_most(
    run: Path, changes: dict[str, Any], trainable: int, *, stages: bool
) -> None:
    if stages:
        spec = (run / "resolved.yaml").read_text(encoding="utf-8")
        (run / "resolved.yaml").write_text(spec.replace("epochs: 8", STAGES), encoding="utf-8")
    (run / "run.json").write_text(json.dumps(record(**changes)), encoding="utf-8")
    size = account_of(run).size
    assert not isinstance(size, Absent)
    assert (size.parameters, size.trainable) == (127, trainable)
    assert size.stages == ({"only_head": 15, "2": 127} if stages else {})


def test_stages_of_which_one_may_have_ended_early_have_no_borders(run: Path) -> None:
    spec = (run / "resolved.yaml").read_text(encoding="utf-8")
    staged = spec.replace("epochs: 8", "stages: [{name: head, epochs: 6}, {epochs: 6}]")
    stopping = "\ncallbacks:\n  - EarlyStopping: {monitor: val_loss, patience: 2}\n"
    (run / "resolved.yaml").write_text(staged + stopping, encoding="utf-8")
    training = account_of(run).training
    assert not isinstance(training, Absent)
    assert training.stages == ()


@pytest.mark.parametrize(
    "name", ["../outside.png", "/etc/hostname", "link.png", "linked/0001.png", "evaluation", "a\0b"]
)
def test_a_picture_outside_of_the_run_is_not_shown(run: Path, name: str) -> None:
    (run.parent / "outside.png").write_bytes(png())
    (run / "link.png").symlink_to(run / "evaluation/mistakes/0001.png")
    (run / "linked").symlink_to(run / "evaluation/mistakes")
    mistakes = [{**evaluation()["mistakes"][0], "picture": name}]
    (run / "evaluation.json").write_text(
        json.dumps(evaluation(mistakes=mistakes)), encoding="utf-8"
    )
    output = class_output(account_of(run))
    assert not isinstance(output.mistakes, Absent)
    assert isinstance(output.mistakes[0].picture, Absent)


@pytest.mark.parametrize(
    "content",
    [b"GIF89a", png()[:-9], png()[:16] + b"\xff" * 99, png().replace(b"IDATx", b"IDATy")],
)
def test_a_picture_that_is_no_whole_png_is_not_shown(run: Path, content: bytes) -> None:
    (run / "evaluation/mistakes/0001.png").write_bytes(content)
    output = class_output(account_of(run))
    assert not isinstance(output.mistakes, Absent)
    assert isinstance(output.mistakes[0].picture, Absent)
    assert output.mistakes[1].picture == png(grey=80)


def test_a_picture_of_more_pixels_than_a_browser_takes_is_not_shown(run: Path) -> None:
    (run / "evaluation/mistakes/0001.png").write_bytes(png(100_000, 1000))
    output = class_output(account_of(run))
    assert not isinstance(output.mistakes, Absent)
    why = "the picture cannot be shown (it is too large)"
    assert output.mistakes[0].picture == Absent(why, f"netspec evaluate {run}")


def test_of_a_very_long_log_the_beginning_is_read(run: Path) -> None:
    noise = "I0000 nothing\n" * 800_000
    (run / "log.txt").write_text(f"UserWarning: early\n{noise}", encoding="utf-8")
    assert account_of(run).warnings == ("UserWarning: early",)


def test_a_pipe_is_not_waited_for(run: Path) -> None:
    for name in ("evaluation.json", "log.txt", "resolved.yaml"):
        (run / name).unlink()
        os.mkfifo(run / name)
    account = account_of(run)
    assert isinstance(account.network, Absent)


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run directory"):
        account_of(tmp_path)
    with pytest.raises(UsageError, match="not there"):
        account_of(tmp_path / "gone")


def test_a_name_of_several_lines_is_one_prediction(run: Path) -> None:
    rows = [
        "image,true,predicted",
        "a.png,cat,cat",
        '"new\nline\n.png",cat,dog',
        '"""q"".png",owl,owl',
    ]
    (run / "predictions.csv").write_text("".join(f"{row}\n" for row in rows))
    told = account_of(run).evaluations
    assert not isinstance(told, Absent)
    assert told[0].predictions == 3
