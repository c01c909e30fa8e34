"""The job of a run that goes on: the same plan, the same images, and the state that it goes on from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspec.errors import TrainingError, UsageError
from netspec.runs import environment
from netspec.runs.again import data_again, plan_again, with_class_weights
from netspec.runs.changes import Change, is_of_rate, settled
from netspec.runs.repeating import TEXT_HASH, differences, text_hash
from netspec.runs.saved import RECORD, SavedRun
from netspec.runs.starts import finder, finder_again, plan_starts
from netspec.training.conduct import LOG, Capture
from netspec.training.events import Listener, Notice, Planned, Prepared, reports_to
from netspec.training.job import Job
from netspec.training.run import plugins, resolved_text, size, write_spec
from netspec.training.starting import fetched

if TYPE_CHECKING:
    from netspec.analysis import Analysis
    from netspec.data.splits import Split
    from netspec.runs.directory import RunDirectory
    from netspec.runs.plan import Plan
    from netspec.runs.starts import StartPlan
    from netspec.training.interruption import Interruption
    from netspec.training.state import State
    from netspec.training.state_reading import Found

# What a record says of how the run ended, which it has not any more.
_OF_THE_END = frozenset({"ended", "reason", "epoch", "metrics"})


@dataclass(frozen=True)
class Request:
    """How a run shall be continued.

    Attributes:
        data_root: The folder that an image folder's path is relative to, if it has moved.
        offline: Whether nothing may be fetched.
        force: Whether the run is continued although its spec has changed.
        interruption: Says when the run shall end before its time.
        listener: Is told what goes on.
        capture: Keeps TensorFlow's chatter in the run's log.
        command: What the user typed, for the record.
        is_elsewhere: Whether the spec lies elsewhere than the run, and the data where it says.
    """

    data_root: Path | None
    offline: bool
    force: bool
    interruption: Interruption
    listener: Listener
    capture: Capture
    command: list[str] | None
    is_elsewhere: bool = False


@dataclass(frozen=True)
class Continued:
    """What is known of a run that goes on.

    Attributes:
        run: The run.
        analysis: The spec that it goes on with.
        found: Its newest state; None where it has none.
        changed: What differs from the spec of that state.
        refused: What of that makes it another run, because the user insists.
    """

    run: SavedRun
    analysis: Analysis
    found: Found | None
    changed: tuple[Change, ...]
    refused: tuple[Change, ...]

    @property
    def start(self) -> State | None:
        """The state that it goes on from."""
        if self.found is None or not self.refused:
            return None if self.found is None else self.found.state
        # An epoch of other steps is no part of this one.
        state = self.found.state
        return replace(state, position=replace(state.position, step=0))


def continued(
    known: Continued, directory: RunDirectory, request: Request
) -> tuple[Job, dict[str, Any]]:
    """The run's job as it goes on, and its record, which is written.

    Raises:
        SpecError: The spec does not fit the data.
        UsageError: The state does not fit the spec, or nothing can be written.
        DataError: The data is not that of the run any more.
    """
    document, graph = known.analysis.require()
    listener, start = request.listener, known.start
    plan, splits = _prepared(known, request)
    described = environment.describe(Path(known.analysis.path))
    other = differences(known.run.record, described)
    if other:
        listener(
            Notice(f"the run began elsewhere, so that the bits may differ: {', '.join(other)}")
        )
    if document.spec is None or document.training is None:
        raise TrainingError("the spec has no sections to train by")
    if start is None:
        listener(Notice("the run has kept no state yet: it begins anew"))
    else:
        start.position.require_within(steps=plan.steps, stages=len(document.training.phases))

    def settle() -> None:
        # Of a run's own resolved spec, the text that the user wrote is still that of `spec.yaml`.
        write_spec(directory, document, plan, is_written=request.is_elsewhere)

    job = Job(
        document.spec,
        graph,
        plan,
        splits,
        directory,
        listener,
        request.interruption,
        settled(document),
        start=start,
        is_changed=bool(known.refused),
        settle=settle,
        has_other_rate=any(map(is_of_rate, known.refused)),
        starts=_starts(known, request) if start is None else (),
    )
    record = _record(known, plan, request, other)
    if known.changed:
        record[TEXT_HASH] = text_hash(resolved_text(document, plan))
    try:
        if known.changed and (start is None or not known.refused):
            settle()
        directory.write_json(RECORD, record)
    except OSError as error:
        raise UsageError(
            f"cannot write to the run {known.run.path}: {error.strerror or error}",
            hint="make room, or copy the run to a place that can be written",
        ) from None
    return job, record


def _prepared(known: Continued, request: Request) -> tuple[Plan, dict[str, Split]]:
    """The plan, and the run's own images in its splits."""
    run = known.run
    plan = plan_again(
        run,
        data_root=request.data_root,
        analysis=known.analysis,
        is_elsewhere=request.is_elsewhere,
    )
    request.listener(Planned(plan))
    with request.capture(run.path / LOG):
        data = data_again(run, plan, reports_to(request.listener), offline=request.offline)
    plan = plan.prepared(data)
    if plan.class_weights is None and plan.balanced:
        plan = with_class_weights(run, plan)
    request.listener(Prepared(plan))
    return plan, data.splits


def _starts(known: Continued, request: Request) -> tuple[StartPlan, ...]:
    """The weights that a run begins with that was killed before it kept a state."""
    if request.is_elsewhere:
        find = finder(Path(known.analysis.path), request.data_root)
    else:
        records = known.run.record.get("weights")
        find = finder_again(records, known.run.path, request.data_root)
    return fetched(
        plan_starts(known.analysis, find=find), offline=request.offline, listener=request.listener
    )


def _record(known: Continued, plan: Plan, request: Request, other: list[str]) -> dict[str, Any]:
    run, start = known.run, known.start
    again = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": request.command,
        "epoch": start.position.epoch if start is not None else 0,
        "step": start.position.step if start is not None else 0,
        **({"changes": [str(each) for each in known.changed]} if known.changed else {}),
        **({"differences": other} if other else {}),
    }
    before = run.record.get("resumed")
    return {
        **{key: value for key, value in run.record.items() if key not in _OF_THE_END},
        "status": "running",
        "epochs": plan.epochs,
        **size(*known.analysis.require()),
        "data": {**run.data, **plan.data.record},
        "resumed": [*(before if isinstance(before, list) else []), again],
        **plugins(known.analysis),
    }
