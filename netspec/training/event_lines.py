"""A run's events as the lines of JSON that `--json-lines` prints."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from netspec.report.findings import finding_record
from netspec.runs.hardware import slowed_by
from netspec.training.events import (
    Checking,
    Computing,
    EpochDone,
    Evaluated,
    Event,
    Failed,
    FeaturesReady,
    Fetching,
    Finished,
    Found,
    Kept,
    Notice,
    Planned,
    Prepared,
    Resumed,
    Started,
    StepDone,
    Stopped,
    WasInterrupted,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netspec.report.plan_record import (
        CacheRecord,
        FeaturesRecord,
        LookRecord,
        MemoryRecord,
        OutputRecord,
        PlanRecord,
        StageRecord,
        StartRecord,
    )
    from netspec.report.run_events import EpochLine, EventLine, FinishedLine, Numbers, StepLine
    from netspec.runs.features import FeaturePlan
    from netspec.runs.plan import Plan, StagePlan
    from netspec.runs.starts import StartPlan
    from netspec.spec.labels import Target
    from netspec.training.job import RunResult


def event_line(event: Event, *, now: datetime) -> EventLine:  # noqa: C901, PLR0912 - one case an event
    """What an event says, as its line has it.

    Args:
        event: The event.
        now: When it is told.
    """
    time = spelled(now)
    match event:
        case Found(findings):
            found = [finding_record(finding) for finding in findings]
            return {"event": "findings", "time": time, "findings": found}
        case Planned(plan):
            return {"event": "planned", "time": time, "plan": plan_record(plan)}
        case Notice(message):
            return {"event": "notice", "time": time, "message": message}
        case Fetching(label, done, total):
            return {"event": "fetching", "time": time, "label": label, "done": done, "total": total}
        case Checking(done, total):
            return {"event": "checking", "time": time, "done": done, "total": total}
        case Prepared(plan):
            return {"event": "prepared", "time": time, "plan": plan_record(plan)}
        case Started(directory):
            return {"event": "started", "time": time, "directory": str(directory)}
        case Resumed(epoch, step, saved):
            when = None if saved is None else spelled(saved)
            return {"event": "resumed", "time": time, "epoch": epoch, "step": step, "saved": when}
        case Computing(split, done, total):
            return {
                "event": "computing",
                "time": time,
                "split": split,
                "done": done,
                "total": total,
            }
        case FeaturesReady(stage, splits, found, computed, seconds):
            return {
                "event": "features",
                "time": time,
                "stage": stage,
                "splits": list(splits),
                "found": found,
                "computed": computed,
                "seconds": seconds,
            }
        case StepDone():
            return _step(event, time)
        case EpochDone():
            return _epoch(event, time)
        case Kept(epoch, step):
            return {"event": "kept", "time": time, "epoch": epoch, "step": step}
        case Stopped(epoch, reason):
            return {"event": "stopped", "time": time, "epoch": epoch, "reason": reason}
        case Evaluated(metrics):
            return {"event": "evaluated", "time": time, "metrics": _numbers(metrics)}
        case Finished(result):
            return _finished(result, time)
        case Failed(message, hint, code):
            return {
                "event": "failed",
                "time": time,
                "message": message,
                "hint": hint,
                "exit_code": code,
            }
        case WasInterrupted(cause, directory, epoch, code):
            return {
                "event": "interrupted",
                "time": time,
                "cause": cause,
                "directory": None if directory is None else str(directory),
                "epoch": epoch,
                "exit_code": code,
            }


def spelled(moment: datetime) -> str:
    """A moment in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def plan_record(plan: Plan) -> PlanRecord:
    """All that is told of a plan."""
    weights = plan.class_weights
    return {
        "data": plan.data.title,
        "images": {
            "train": plan.counts.train,
            "validation": plan.counts.validation,
            "test": plan.counts.test,
        },
        "weighted": plan.weighted,
        "unused": dict(plan.unused),
        "input": list(plan.input_shape),
        "augmentation": list(plan.augmentation),
        "outputs": [_output(target) for target in plan.targets],
        "parameters": plan.parameters,
        "trainable_parameters": plan.trainable_parameters,
        "epochs": plan.epochs,
        "steps": plan.steps,
        "batch_size": plan.batch_size,
        "seed": plan.seed,
        "precision": plan.precision,
        "slowed_by": slowed_by(plan.precision),
        "stages": [_stage(stage) for stage in plan.stages],
        "balanced": plan.balanced,
        "class_weights": None if weights is None else [float(weight) for weight in weights],
        "verify": _look(plan),
        "cache": _cache(plan),
        "memory": _memory(plan),
        "weights": [_start(start) for start in plan.starts],
        "features": [_features(each) for each in plan.features],
    }


def _output(target: Target) -> OutputRecord:
    return {
        "output": target.output,
        "label": target.label,
        "kind": target.kind,
        "names": list(target.names),
        "own_names": list(target.own_names),
        "labels": target.encoding.form,
        "positive_class": target.positive_class,
    }


def _stage(stage: StagePlan) -> StageRecord:
    return {
        "name": stage.name,
        "epochs": stage.epochs,
        "learning_rate": stage.learning_rate,
        "warmup": stage.warmup,
        "trainable": None if stage.trainable is None else list(stage.trainable),
        "trainable_parameters": stage.trainable_parameters,
    }


def _look(plan: Plan) -> LookRecord | None:
    look = plan.look
    if look is None:
        return None
    return {
        "verify": look.verify,
        "files": look.files,
        "bytes": look.bytes,
        "known": look.known,
        "seconds": look.seconds,
        "told": str(look),
    }


def _cache(plan: Plan) -> CacheRecord | None:
    cache = plan.cache
    if cache is None:
        return None
    return {"place": cache.place, "bytes": cache.size, "told": str(cache)}


def _memory(plan: Plan) -> MemoryRecord | None:
    memory = plan.memory
    if memory is None:
        return None
    return {
        "needed": memory.needed,
        "free": memory.free,
        "fits": memory.fits,
        "batch_size_that_fits": memory.batch_size_that_fits,
        "on_gpu": memory.on_gpu,
        "told": str(memory),
    }


def _start(start: StartPlan) -> StartRecord:
    imagenet = start.download
    return {
        "of": start.title,
        "file": imagenet.file if imagenet is not None else str(start.path),
        "imagenet": imagenet is not None,
        "is_there": start.is_there,
        "told": str(start),
    }


def _features(plan: FeaturePlan) -> FeaturesRecord:
    part = plan.part
    return {
        "layers": 0 if part is None else len(part.nodes),
        "numbers": 0 if part is None else part.numbers or 0,
        "splits": list(plan.splits),
        "versions": plan.versions,
        "bytes": plan.size,
        "reason": plan.reason or None,
        "is_told": plan.is_told,
        "told": str(plan),
    }


def _step(event: StepDone, time: str) -> StepLine:
    return {
        "event": "step",
        "time": time,
        "epoch": event.epoch,
        "step": event.step,
        "logs": _numbers(event.logs),
        "images_per_second": _number(event.images_per_second),
    }


def _epoch(event: EpochDone, time: str) -> EpochLine:
    return {
        "event": "epoch",
        "time": time,
        "epoch": event.epoch,
        "logs": _numbers(event.logs),
        "seconds": event.seconds,
        "best": event.best,
        "images_per_second": _number(event.images_per_second),
        "data_wait": _number(event.data_wait),
    }


def _finished(result: RunResult, time: str) -> FinishedLine:
    return {
        "event": "finished",
        "time": time,
        "directory": str(result.directory),
        "history": {
            name: [_number(value) for value in values] for name, values in result.history.items()
        },
        "metrics": _numbers(result.metrics),
        "best_epoch": result.best_epoch,
        "best_by": result.best_by,
        "model_epoch": result.model_epoch,
        "seconds": result.seconds,
        "images_per_second": _number(result.images_per_second),
        "data_wait": _number(result.data_wait),
        "exit_code": 0,
    }


def _numbers(values: Mapping[str, float]) -> Numbers:
    return {name: _number(value) for name, value in values.items()}


def _number(value: float | None) -> float | None:
    """A number as JSON has it: null where it is none, or infinite."""
    return None if value is None or not math.isfinite(value) else float(value)
