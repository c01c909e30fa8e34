"""What `run` and `resume` print and pass on, over runs that only pretend to train."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from netspec.errors import TrainingError
from netspec.report.schemas import schema_text
from netspec.training.events import EpochDone, Planned, Resumed, Started
from netspec.training.interruption import Interrupted
from tests.cli.commands import QUICKSTART, ROOT, Done, here
from tests.cli.displayed import a_plan, a_result

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.training.events import Listener
    from netspec.training.job import RunResult

DIRECTORY = Path("runs/a")
VALIDATOR = jsonschema.Draft202012Validator(json.loads(schema_text("events")))


class Stage:
    """Stands in for what trains.

    Attributes:
        given: What it was called with.
        ends: How the run ends, once it has begun.
        finished: Whether it was finished before, so that nothing begins.
    """

    def __init__(self) -> None:
        self.given: dict[str, Any] = {}
        self.ends: BaseException | None = None
        self.finished = False

    def run(self, what: object, *, listener: Listener, **given: Any) -> RunResult:
        self.given = {"what": what, **given}
        if self.finished:
            return replace(a_result(), directory=DIRECTORY)
        listener(Planned(a_plan()))
        listener(Started(DIRECTORY))
        listener(Resumed(2, 3))
        listener(EpochDone(2, {"loss": float("nan")}, 1.0, best=True))
        if self.ends is not None:
            raise self.ends
        return replace(a_result(), directory=DIRECTORY)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    stage = Stage()
    for name, function in (("run", "run_analysis"), ("resume", "resume_run")):
        module = ModuleType(f"netspec.training.{name}")
        setattr(module, function, stage.run)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.chdir(ROOT)
    return stage


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    return lambda *arguments: here(capsys, *arguments)


def lines(done: Done) -> list[dict[str, Any]]:
    """The events that a command printed, and nothing else."""
    told = [json.loads(line) for line in done.out.splitlines()]
    for line in told:
        VALIDATOR.validate(line)
    return told


BOTH = pytest.mark.parametrize(
    "words", [("run", QUICKSTART), ("resume", "runs/a")], ids=["run", "resume"]
)


@BOTH
def test_the_directory_is_printed_last(
    stage: Stage, command: Callable[..., Done], words: tuple[str, ...]
) -> None:
    del stage
    done = command(*words)
    assert done.status == 0
    assert "resumed in epoch 2 after step 3 of 10\n" in done.out
    assert "best epoch  3 by val_loss" in done.out
    assert done.out.endswith("\nruns/a\n")
    assert command(*words, "--quiet").out == "runs/a\n"
    assert done.err == ""


@BOTH
def test_on_a_terminal_it_says_what_can_be_done_next(
    stage: Stage,
    command: Callable[..., Done],
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del stage
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert command(*words).err == (
        " hint: `netspec evaluate runs/a` judges it class by class;\n"
        "       `netspec report runs/a` makes a page of it\n"
    )
    for silent in ("--quiet", "--json-lines"):
        assert command(*words, silent).err == ""


@BOTH
def test_with_json_lines_events_are_all_that_is_printed(
    stage: Stage, command: Callable[..., Done], words: tuple[str, ...]
) -> None:
    del stage
    done = command(*words, "--json-lines")
    told = lines(done)
    names = [line["event"] for line in told if line["event"] != "findings"]
    assert names == ["planned", "started", "resumed", "epoch", "finished"]
    assert (told[-1]["directory"], told[-1]["exit_code"]) == ("runs/a", 0)
    assert "format" in told[0]


@BOTH
@pytest.mark.parametrize(
    ("ends", "status", "event", "told"),
    [
        (
            TrainingError("the memory is not enough", hint="take less"),
            4,
            "failed",
            {"message": "the memory is not enough", "hint": "take less"},
        ),
        (
            Interrupted("terminate", directory=DIRECTORY, epoch=2),
            143,
            "interrupted",
            {"cause": "terminate", "directory": "runs/a", "epoch": 2},
        ),
        (KeyboardInterrupt(), 130, "interrupted", {"cause": "interrupt", "directory": None}),
        (RuntimeError("oops"), 70, "failed", {"message": "internal error: RuntimeError: oops"}),
    ],
    ids=["failed", "terminated", "interrupted", "internal"],
)
def test_the_last_line_says_how_it_ended(  # noqa: PLR0913, PLR0917 - fixtures and cases
    stage: Stage,
    command: Callable[..., Done],
    words: tuple[str, ...],
    ends: BaseException,
    status: int,
    event: str,
    told: dict[str, Any],
) -> None:
    stage.ends = ends
    done = command(*words, "--json-lines")
    last = lines(done)[-1]
    assert (done.status, last["event"], last["exit_code"]) == (status, event, status)
    assert told.items() <= last.items()
    assert done.err


def test_a_spec_with_errors_is_told_as_findings_and_a_failure(
    command: Callable[..., Done], tmp_path: Path
) -> None:
    spec = tmp_path / "bad.yaml"
    spec.write_text("netspec: 1\nmodel: {input: [4], layers: [Dense: {units: many}]}\n")
    done = command("run", str(spec), "--json-lines")
    findings, failed = lines(done)
    assert [each["code"] for each in findings["findings"]] == ["NS203"]
    assert (done.status, failed["event"], failed["exit_code"]) == (1, "failed", 1)
    assert "NS203" in done.err


def test_a_dry_run_tells_the_plan_and_no_more(command: Callable[..., Done]) -> None:
    findings, planned = lines(command("run", QUICKSTART, "--dry-run", "--json-lines"))
    assert (findings["event"], planned["event"]) == ("findings", "planned")
    assert planned["plan"]["images"] == {"train": 5400, "validation": 600, "test": 1000}


@BOTH
def test_a_run_that_is_finished_already_says_so_and_is_no_failure(
    stage: Stage, command: Callable[..., Done], words: tuple[str, ...]
) -> None:
    stage.finished = True
    done = command(*words)
    assert done.status == 0
    assert "the run is finished already: nothing is left to train\n" in done.out
    assert done.out.endswith("\nruns/a\n")


def test_run_passes_on_what_is_to_be_resumed(stage: Stage, command: Callable[..., Done]) -> None:
    assert command("run", QUICKSTART, "--output", "runs/a", "--resume", "--force").status == 0
    given = stage.given
    assert (given["output"], given["resume"], given["force"]) == (DIRECTORY, True, True)
    assert command("run", QUICKSTART).status == 0
    given = stage.given
    assert (given["output"], given["resume"], given["force"]) == (None, False, False)


def test_resume_passes_on_what_changes(stage: Stage, command: Callable[..., Done]) -> None:
    words = ("--set", "training.epochs=20", "--data-root", "images", "--offline", "--force")
    assert command("resume", "runs/a", *words).status == 0
    given = stage.given
    assert given["what"] == DIRECTORY
    assert given["overrides"] == ("training.epochs=20",)
    assert (given["data_root"], given["offline"], given["force"]) == (Path("images"), True, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", QUICKSTART, "--resume"], "none is named"),
        (["run", QUICKSTART, "--output", "runs/a", "--force"], "nothing is to be resumed"),
        (["run", QUICKSTART, "--quiet", "--json-lines"], "--quiet prints nothing"),
        (["resume", "runs/a", "--quiet", "--json-lines"], "--quiet prints nothing"),
    ],
)
def test_options_that_do_not_go_together_are_a_misuse(
    stage: Stage, command: Callable[..., Done], words: list[str], message: str
) -> None:
    done = command(*words)
    assert (done.status, done.out, stage.given) == (2, "", {})
    assert message in done.err
