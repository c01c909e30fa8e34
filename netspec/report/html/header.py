"""What matters most of a run, at the top of its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.report.html import page
from netspec.report.html.document import Absent
from netspec.report.html.judged import ClassOutput
from netspec.report.html.markup import Markup, element, join
from netspec.report.html.said import badge, count, large, metric, moment, percent, plural
from netspec.report.spoken import by_stage, clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.report.html.document import RunAccount
    from netspec.report.html.judged import Evaluation, Interval
    from netspec.report.runs import Status

STATUS: dict[Status, str] = {
    "finished": "good",
    "running": "warn",
    "interrupted": "warn",
    "unknown": "warn",
    "foreign": "warn",
    "failed": "bad",
    "killed": "bad",
    "damaged": "bad",
}
_MOST_METRICS = 3


def header(run: RunAccount) -> Markup:
    """A run's status and its key figures."""
    facts = [
        badge(run.status, STATUS[run.status]),
        run.spec_name if run.spec_name not in {None, run.name} else None,
        None if run.started is None else moment(run.started),
        None if run.seed is None else f"seed {run.seed}",
    ]
    line = element(
        "p",
        [element("span", each) for each in facts if each is not None],
        class_="gist",
    )
    reason = None if not run.reason else element("p", run.reason, class_="reason")
    notices = [
        element("p", each[:1].upper() + each[1:] + ".", class_="absent") for each in run.notices
    ]
    return join(line, reason, notices, page.figures(list(key_figures(run))))


def key_figures(run: RunAccount) -> Iterator[Markup]:
    """The numbers that matter most; what is not known is not among them."""
    yield from _judged(run)
    yield from _best(run)
    if not isinstance(run.size, Absent):
        size = run.size
        note = None
        if size.trainable is not None and (size.trainable != size.parameters or size.stages):
            stages = f"; by stage: {by_stage(size.stages)}" if size.stages else ""
            note = f"{count(size.trainable)} of them trained{stages}"
        yield page.figure(count(size.parameters), "parameters", note)
        if size.macs is not None:
            yield page.figure(large(size.macs), "multiply-accumulates", "for one image")
    if run.seconds is not None and run.seconds >= 0:
        yield page.figure(clock(run.seconds), "duration")
    if not isinstance(run.data, Absent) and run.data.source != "?":
        train = run.data.splits.get("train")
        note = None if train is None else f"{plural(train, 'image')} to learn from"
        yield page.figure(run.data.path or run.data.source, "data", note)


def test_evaluation(run: RunAccount) -> Evaluation | None:
    """How the run's own model was judged on the run's own test images, if it was."""
    if isinstance(run.evaluations, Absent):
        return None
    own = (each for each in run.evaluations if each.outdated is None)
    return next((each for each in own if each.file == "evaluation.json"), None)


def _judged(run: RunAccount) -> Iterator[Markup]:
    judged = test_evaluation(run)
    output = judged.outputs[0] if judged is not None and len(judged.outputs) == 1 else None
    if judged is not None and isinstance(output, ClassOutput) and output.accuracy is not None:
        yield page.figure(percent(output.accuracy), f"accuracy, {judged.split}", _interval(output))
        return
    metrics = run.metrics or (judged.metrics if judged is not None else {})
    told = [(name, value) for name, value in metrics.items() if value is not None]
    told.sort(key=lambda each: each[0].endswith("loss"))
    for name, value in told[:_MOST_METRICS]:
        yield page.figure(metric(value), f"{name}, test")


def _interval(output: ClassOutput) -> str | None:
    interval = output.interval
    if isinstance(interval, Absent) or not is_wide(interval):
        return None
    return f"{interval.level:.0%} interval {100 * interval.low:.1f} to {percent(interval.high)}"


def is_wide(interval: Interval) -> bool:
    """Whether an interval's ends differ as they are said; otherwise it tells nothing, and would mislead."""
    return percent(interval.low) != percent(interval.high)


def _best(run: RunAccount) -> Iterator[Markup]:
    if isinstance(run.training, Absent) or run.training.best is None:
        return
    best = run.training.best
    if best["value"] is None:
        return
    epochs = len(run.training.epochs)
    yield page.figure(
        metric(best["value"]), f"best {best['by']}", f"epoch {best['epoch']:,} of {epochs:,}"
    )
