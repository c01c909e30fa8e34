"""The lines of `--json-lines` say all that the display shows: it draws the same from them."""

from __future__ import annotations

import io
import json
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast, get_args

import jsonschema
import pytest

from netspec.applications.table import Download
from netspec.cli.display import Display
from netspec.cli.json_lines import JsonLines
from netspec.cli.plan_text import print_plan
from netspec.report.console import console_for
from netspec.report.schemas import schema_text
from netspec.runs.features import FeaturePlan
from netspec.runs.memory import MemoryPlan
from netspec.runs.plan import StagePlan
from netspec.runs.starts import StartPlan
from netspec.spec.labels import LabelEncoding, Target
from netspec.training import events as told
from netspec.training.event_lines import plan_record
from netspec.training.job import RunResult
from tests.cli.displayed import a_plan, a_result, events, shown, step_done

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.runs.plan import Plan

SAVED = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
EVIL = "\x1b]0;pwned\x07\u202e\n\udc80"
SCHEMA = json.loads(schema_text("events"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def a_full_plan() -> Plan:
    """A plan of which every line of its text is there."""
    flags = Target("tags", "tags", "multi_label", ("a", "b"), ("a", "b"), LabelEncoding("flags", 2))
    number = Target("age", "years", "number", ("years",), ("years",), LabelEncoding("numbers", 1))
    plan = a_plan(names=("Katze", "Hund"), binary=True)
    return replace(
        plan,
        targets=(*plan.targets, flags, number),
        stages=(
            StagePlan("head", 2, 0.001, None, ("head", "block14*"), 90),
            StagePlan("all", 10, "CosineDecay", "500 steps", None, 900),
        ),
        precision="mixed_bfloat16",
        memory=MemoryPlan(2**30, 2**20, batch_size_that_fits=4),
        unused={"extra": 12},
        augmentation=("RandomFlip",),
        class_weights=(1.0, 2.5),
        weighted=True,
        balanced=True,
        cache=cast("Any", Told(place="memory", size=4096, text="memory, 4 KiB")),
        look=cast(
            "Any", Told(verify="decode", files=9, bytes=99, known=1, seconds=0.5, text="decode 9")
        ),
        features=(
            FeaturePlan(cast("Any", PART), True, 2, 4096, splits=("train", "validation")),  # noqa: FBT003
            FeaturePlan(None, reason="everything trains"),
        ),
        starts=(
            StartPlan("MobileNet", (), (), Path("a.h5"), record={"name": "a.h5"}),
            StartPlan("VGG16", (), (), download=FILE),
        ),
    )


FILE = Download("b.h5", "https://x", None, include_top=True, alpha=None, size=None)
PART = SimpleNamespace(nodes=(SimpleNamespace(name="a.b"), SimpleNamespace(name="a.c")), numbers=8)


class Told(SimpleNamespace):
    """Something that says itself in words."""

    def __str__(self) -> str:
        return str(self.text)


def every_event() -> Iterator[told.Event]:
    """A run in which all happens that can be told."""
    plan = a_full_plan()
    yield told.Found(())
    yield told.Planned(plan)
    yield told.Notice("fetching Clothes")
    yield told.Fetching("train.gz", 2**20, None)
    yield told.Checking(100, 100)
    counts = cast("Any", SimpleNamespace(train=600, validation=90, test=100))
    yield told.Prepared(replace(plan, counts=counts, steps=9, class_weights=(0.5, 1.5)))
    yield told.Started(Path("runs/a"))
    yield told.Resumed(3, 4, SAVED)
    yield told.Computing("train", 100, 100)
    yield told.FeaturesReady(2, ("train", "validation"), 590, 100, 2.5)
    yield step_done(3, 5)
    yield told.Kept(3, 5)
    yield told.EpochDone(3, {"loss": 0.25, "val_loss": 0.5}, 2.5, True, 1234.5, 0.125)  # noqa: FBT003
    yield told.Stopped(3, "EarlyStopping")
    yield told.Evaluated({"loss": 0.5})
    yield told.Finished(replace(a_result(), images_per_second=99.5, data_wait=0.25))
    yield told.WasInterrupted("interrupt", Path("runs/a"), 3, 130)
    yield told.Failed("the memory is not enough", "take a smaller batch_size", 4)


def lines_of(*all_events: told.Event) -> list[dict[str, Any]]:
    stream = io.BytesIO()
    reader = JsonLines(stream)
    for event in all_events:
        reader(event)
    reader.close()
    return [json.loads(line) for line in stream.getvalue().decode("utf-8").splitlines()]


def replayed(line: dict[str, Any]) -> told.Event:  # noqa: C901, PLR0912 - one case an event
    """The event that a line tells of, from nothing but the line."""
    of = SimpleNamespace(**line)
    directory = Path(line["directory"]) if line.get("directory") else None
    match line["event"]:
        case "findings":
            return told.Found(tuple(line["findings"]))
        case "planned":
            return told.Planned(replayed_plan(line["plan"]))
        case "prepared":
            return told.Prepared(replayed_plan(line["plan"]))
        case "notice":
            return told.Notice(of.message)
        case "fetching":
            return told.Fetching(of.label, of.done, of.total)
        case "checking":
            return told.Checking(of.done, of.total)
        case "started":
            return told.Started(Path(of.directory))
        case "resumed":
            return told.Resumed(of.epoch, of.step, datetime.fromisoformat(of.saved))
        case "computing":
            return told.Computing(of.split, of.done, of.total)
        case "features":
            values = (of.stage, tuple(of.splits), of.found, of.computed, of.seconds)
            return told.FeaturesReady(*values)
        case "step":
            return told.StepDone(of.epoch, of.step, of.logs, of.images_per_second)
        case "kept":
            return told.Kept(of.epoch, of.step)
        case "epoch":
            done = (of.epoch, of.logs, of.seconds, of.best, of.images_per_second, of.data_wait)
            return told.EpochDone(*done)
        case "stopped":
            return told.Stopped(of.epoch, of.reason)
        case "evaluated":
            return told.Evaluated(of.metrics)
        case "finished":
            names = {field.name for field in fields(RunResult)} - {"directory"}
            result = RunResult(Path(of.directory), **{name: line[name] for name in names})
            return told.Finished(result)
        case "interrupted":
            return told.WasInterrupted(of.cause, directory, of.epoch, of.exit_code)
        case "failed":
            return told.Failed(of.message, of.hint, of.exit_code)
    raise AssertionError(line["event"])


def replayed_plan(record: dict[str, Any]) -> Plan:
    targets = [
        Target(
            each["output"],
            each["label"],
            each["kind"],
            tuple(each["names"]),
            tuple(each["own_names"]),
            LabelEncoding(each["labels"], len(each["names"])),
        )
        for each in record["outputs"]
    ]
    texts = {
        "look": record["verify"] and Told(text=record["verify"]["told"]),
        "memory": record["memory"]
        and Told(text=record["memory"]["told"], fits=record["memory"]["fits"]),
        "cache": record["cache"] and Told(text=record["cache"]["told"]),
    }
    given = {
        "data": SimpleNamespace(title=record["data"]),
        "counts": SimpleNamespace(**record["images"]),
        "input_shape": tuple(record["input"]),
        "targets": tuple(targets),
        "features": tuple(
            Told(text=each["told"], is_told=each["is_told"]) for each in record["features"]
        ),
        "starts": tuple(Told(text=each["told"]) for each in record["weights"]),
        "stages": tuple(
            StagePlan(**{**each, "trainable": each["trainable"] and tuple(each["trainable"])})
            for each in record["stages"]
        ),
    }
    same = (
        *("unused", "augmentation", "weighted", "parameters", "trainable_parameters", "epochs"),
        *("steps", "batch_size", "seed", "balanced", "class_weights", "precision"),
    )
    changed: Any = {**given, **texts, **{name: record[name] for name in same}}
    return replace(a_plan(), **changed)


def drawn_of(all_events: list[told.Event]) -> str:
    stream = io.StringIO()
    display = Display(stream)
    for event in all_events:
        display(event)
    return stream.getvalue()


@pytest.mark.usefixtures("terminal_of_80")
def test_the_display_draws_the_same_from_the_lines_alone() -> None:
    stream = io.StringIO()
    shown(stream)
    whole = [event for event in events() if not isinstance(event, told.Fetching)]
    assert drawn_of([replayed(line) for line in lines_of(*whole)]) == stream.getvalue()
    more = list(every_event())
    assert drawn_of([replayed(line) for line in lines_of(*more)]) == drawn_of(more)


def test_a_line_has_all_that_its_event_has() -> None:
    for event in every_event():
        if not isinstance(event, told.Planned | told.Prepared):
            (line,) = lines_of(event)
            assert replayed(line) == event


def test_a_plan_s_line_has_whatever_its_text_is_made_of() -> None:
    class Asked:
        """A plan that remembers what it was asked for."""

        def __init__(self) -> None:
            self.names: set[str] = set()

        def __getattr__(self, name: str) -> Any:
            self.names.add(name)
            return getattr(a_full_plan(), name)

    text, record = Asked(), Asked()
    print_plan(console_for(io.StringIO()), cast("Any", text))
    plan_record(cast("Any", record))
    assert text.names
    assert text.names <= record.names


def test_every_event_there_is_has_a_line_that_is_what_the_schema_says() -> None:
    all_events = list(every_event())
    assert {type(event) for event in all_events} == set(get_args(told.Event))
    lines = lines_of(*all_events)
    assert len(lines) == len(all_events)
    for line in lines:
        VALIDATOR.validate(line)
    branches = {branch["$ref"].rpartition("/")[2] for branch in SCHEMA["oneOf"]}
    names = {SCHEMA["$defs"][name]["properties"]["event"]["const"] for name in branches}
    assert names == {line["event"] for line in lines}


def test_the_first_line_alone_has_the_format_and_all_have_the_time_in_utc() -> None:
    lines = lines_of(*every_event())
    assert [line.get("format") for line in lines] == [1] + [None] * (len(lines) - 1)
    assert all(
        datetime.fromisoformat(line["time"]).utcoffset() == datetime.now(UTC).utcoffset()
        for line in lines
    )


def test_what_is_no_number_is_null() -> None:
    nothing, infinite = float("nan"), float("inf")
    (line,) = lines_of(told.EpochDone(1, {"loss": nothing, "mse": infinite}, 1.0, best=True))
    assert line["logs"] == {"loss": None, "mse": None}
    (line,) = lines_of(told.Finished(replace(a_result(), history={"loss": [nothing, 1.0]})))
    assert line["history"] == {"loss": [None, 1.0]}


def test_no_text_breaks_a_line_or_speaks_to_a_terminal() -> None:
    stream = io.BytesIO()
    reader = JsonLines(stream)
    reader(told.Notice(EVIL))
    reader(told.Started(Path("a\udc80b")))
    text = stream.getvalue().decode("ascii")
    assert text.count("\n") == 2
    assert all(character >= " " for character in text.replace("\n", ""))
    notice, started = map(json.loads, text.splitlines())
    assert (notice["message"], started["directory"]) == (EVIL, "a\udc80b")


def test_a_download_makes_few_lines_and_its_last_one_is_the_end() -> None:
    steps = [told.Fetching("a", done, None) for done in range(1000)]
    lines = lines_of(*steps, told.Notice("done"))
    counts = [line["done"] for line in lines[:-1]]
    assert (counts[0], counts[-1], lines[-1]["event"]) == (0, 999, "notice")
    assert len(lines) < 100
    assert lines_of(*steps)[-1]["done"] == 999


def test_where_nobody_reads_any_more_the_run_goes_on_in_silence() -> None:
    class Closed(io.BytesIO):
        tries = 0

        def write(self, _: object) -> int:
            self.tries += 1
            raise BrokenPipeError

    stream = Closed()
    reader = JsonLines(stream)
    for event in every_event():
        reader(event)
    assert stream.tries == 1


def test_a_line_is_written_whole_by_a_stream_that_takes_it_in_parts() -> None:
    class Narrow(io.BytesIO):
        def write(self, data: Any) -> int:
            return super().write(data[:7])

    stream = Narrow()
    JsonLines(stream)(told.Notice("a long message for a narrow stream"))
    assert json.loads(stream.getvalue())["message"] == "a long message for a narrow stream"
