"""The curves of a training: what each epoch gave, where overfitting begins, and what that says in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.report.html import page
from netspec.report.html.document import Absent
from netspec.report.html.markup import Markup, element, join
from netspec.report.html.said import NOTHING, metric, plural
from netspec.report.html.sentences import onset_in, sentences
from netspec.report.spoken import clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.report.html.document import Training

VALIDATION = "val_"
_MOST_POINTS = 2000
_MOST_ROWS = 400
_MOST_CHARTS = 24
_MOST_IN_CHARTS = 20_000
_MOST_CELLS = 8_000
_FEWEST = 2
_READOUT = "curves-readout"


@dataclass(frozen=True)
class Part:
    """A part of a page with the data that its charts draw, by the ids of the blocks that hold it."""

    body: Markup
    data: dict[str, object]


def curves(training: Training | Absent) -> Part:
    """What each epoch gave, as charts, in words and as a table."""
    if isinstance(training, Absent):
        return Part(page.absent("No curves", training.why, training.todo), {})
    said = element("div", [element("p", each) for each in sentences(training)], class_="said")
    if len(training.epochs) < _FEWEST:
        return Part(join(said, _table(training)), {})
    names = list(_plain_names(training))
    charts: list[Markup] = []
    data: dict[str, object] = {}
    for number, name in enumerate(names[:_MOST_CHARTS], 1):
        block = _chart_data(training, name)
        if block is None:
            continue
        charts.append(_chart(f"curve-{number}", name))
        data[f"curve-{number}-data"] = block
    rate = _learning_rate(training)
    if rate is not None:
        charts.append(_chart("curve-rate", "learning rate"))
        data["curve-rate-data"] = rate
    more = len(names) - _MOST_CHARTS
    note = element("p", f"{more} more metrics are in the table below.", class_="faint")
    body = join(
        said,
        _tools(data),
        element("div", charts, class_="columns curves"),
        note if more > 0 else None,
        page.folded(
            f"Table of epochs ({len(training.epochs):,})",
            _table(training),
        ),
    )
    return Part(body, data)


def thinned(epochs: Sequence[int], most: int) -> list[int]:
    """The places of at most so many epochs, evenly, the first and the last among them."""
    if len(epochs) <= most:
        return list(range(len(epochs)))
    return sorted({round(at * (len(epochs) - 1) / (most - 1)) for at in range(most)})


def _points(training: Training) -> int:
    """How many epochs a chart has at most, so that all charts together stay small."""
    charts = min(_MOST_CHARTS, len(training.metrics) or 1)
    return min(_MOST_POINTS, _MOST_IN_CHARTS // charts)


def _plain_names(training: Training) -> Iterator[str]:
    """What was logged, by its name in training; each once, the loss first."""
    names = dict.fromkeys(name.removeprefix(VALIDATION) for name in training.metrics)
    yield from sorted(names, key=lambda name: name != "loss")


def _chart_data(training: Training, name: str) -> dict[str, object] | None:
    """What a chart of one metric draws; None where there is no number at all."""
    places = thinned(training.epochs, _points(training))
    series = [
        {"name": said, "values": [values[at] for at in places]}
        for said, key in (("training", name), ("validation", f"{VALIDATION}{name}"))
        if (values := training.metrics.get(key)) and any(value is not None for value in values)
    ]
    if not series:
        return None
    positive = all(
        value is None or value > 0
        for key in (name, f"{VALIDATION}{name}")
        for value in training.metrics.get(key, ())
    )
    return {
        "name": name,
        "epochs": [training.epochs[at] for at in places],
        "series": series,
        "marks": marks(training),
        "stages": _stages(training),
        "log": positive and name.endswith("loss"),
    }


def _learning_rate(training: Training) -> dict[str, object] | None:
    rates = training.learning_rate
    if rates is None:
        return None
    places = thinned(training.epochs, _points(training))
    return {
        "name": "learning rate",
        "epochs": [training.epochs[at] for at in places],
        "series": [{"name": "learning rate", "values": [rates[at] for at in places]}],
        "marks": [],
        "stages": _stages(training),
        "log": all(rate is None or rate > 0 for rate in rates),
    }


def marks(training: Training) -> list[dict[str, object]]:
    """The epochs that a chart marks, each with what it is: the best, and where overfitting begins."""
    found: dict[int, list[str]] = {}
    if training.best is not None and training.best["epoch"] in training.epochs:
        found.setdefault(training.best["epoch"], []).append("best")
    onset = onset_in(training)
    if onset is not None:
        found.setdefault(training.epochs[onset.index], []).append("overfits after")
    return [{"epoch": epoch, "text": ", ".join(texts)} for epoch, texts in sorted(found.items())]


def _stages(training: Training) -> list[dict[str, object]]:
    if len(training.stages) < _FEWEST:
        return []
    return [{"name": stage.name, "first": stage.first} for stage in training.stages]


def _chart(name: str, title: str) -> Markup:
    label = f"{title} of each epoch"
    place = page.chart(name, label=label, kind="curves", height=280)
    return element("div", element("h3", title), place, class_="charted")


def _tools(data: dict[str, object]) -> Markup:
    """What changes the charts, and a line that says what they show under the pointer."""
    can_log = any(isinstance(each, dict) and each["log"] for each in data.values())
    button = element(
        "button", "Log scale", type="button", id="curves-log", aria_pressed="false", hidden=True
    )
    hint = "Point at a chart, or choose one and press the arrow keys."
    return element(
        "div",
        button if can_log else None,
        element("p", hint, id=_READOUT, class_="readout", aria_live="polite", hidden=True),
        class_="tools",
    )


def _table(training: Training) -> Markup:
    """The epochs; of very many, the best one and some of the others."""
    widest = max(1, len(training.metrics))
    places = thinned(training.epochs, min(_MOST_ROWS, _MOST_CELLS // widest))
    best = training.best["epoch"] if training.best is not None else None
    if best in training.epochs and (at := training.epochs.index(best)) not in places:
        places = sorted([*places, at])
    names = list(training.metrics)
    columns: list[Sequence[float | None]] = [training.metrics[name] for name in names]
    titles = ["epoch", *names]
    if training.learning_rate is not None:
        titles.append("learning rate")
        columns.append(training.learning_rate)
    rows = [
        [
            _epoch(training.epochs[at], best),
            *(metric(column[at]) for column in columns),
            *([_seconds(training.seconds[at])] if training.seconds is not None else []),
        ]
        for at in places
    ]
    if training.seconds is not None:
        titles.append("time")
    left = len(training.epochs) - len(places)
    note = f"{plural(left, 'epoch')} between these are left out; metrics.csv has all."
    return join(
        page.table(titles, rows, right=range(len(titles)), caption="What each epoch gave"),
        element("p", note, class_="faint") if left else None,
    )


def _epoch(epoch: int, best: int | None) -> Markup:
    return element("b", epoch, " (best)") if epoch == best else element("span", epoch)


def _seconds(value: float | None) -> str:
    return NOTHING if value is None or value < 0 else clock(value)
