"""How a network was judged on some images: metrics, classes, confusion, calibration, mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.report.evaluation_words import how_certain_of
from netspec.report.html import page
from netspec.report.html.calibration import calibration
from netspec.report.html.confusion import confusion, sentence
from netspec.report.html.curves import Part
from netspec.report.html.document import Absent
from netspec.report.html.header import is_wide
from netspec.report.html.judged import ClassOutput, LabelsOutput, NumbersOutput
from netspec.report.html.markup import Markup, element, join
from netspec.report.html.mistakes import mistakes, pairs
from netspec.report.html.said import count, metric, percent, plural
from netspec.report.html.shifted import shifted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netspec.report.html.album import Album
    from netspec.report.html.judged import ClassRow, Evaluation, OutputAccount

_MOST_OPEN = 40
_MOST_ROWS = 1000
# What an evaluation says for a split that is all of its data.
_ALL = "all"
# For each class that a matrix shows.
_ROWS = 8


def judged_part(name: str, each: Evaluation, album: Album, *, most_classes: int) -> Part:
    """One evaluation.

    Args:
        name: An id of its own.
        each: The evaluation.
        album: Takes the pictures.
        most_classes: How many classes a matrix shows at most.
    """
    facts: list[tuple[str, Markup | str]] = []
    if each.source is not None:
        facts.append(("data", each.source))
    if each.images is not None:
        facts.append(("images", count(each.images)))
    if each.checkpoint is not None:
        facts.append(("weights", element("code", each.checkpoint)))
    if each.predictions is not None:
        name_of = each.file.replace("evaluation", "predictions").replace(".json", ".csv")
        told = join(f"{plural(each.predictions, 'row')} in ", element("code", name_of))
        facts.append(("predictions", told))
    unread = (
        None if each.unread is None else page.absent(each.file, each.unread.why, each.unread.todo)
    )
    old = each.outdated
    outdated = None if old is None else page.absent("Older than the run", old.why, old.todo)
    alone = len(each.outputs) == 1
    bodies: list[Markup] = []
    data: dict[str, object] = {}
    for number, output in enumerate(each.outputs, 1):
        metrics = {} if alone else _own(each, output)
        part = _output(f"{name}-{number}", output, metrics, album, most_classes)
        bodies.append(part.body)
        data |= part.data
    moved = shifted(each.shifts)
    body = join(
        unread,
        outdated,
        page.facts(facts) if facts else None,
        _metrics(each.metrics if alone else _overall(each)),
        bodies,
        None if moved is None else join(element("h3", "Moved images"), moved),
    )
    return Part(body, data)


def title_of(each: Evaluation) -> str:
    """What an evaluation is called."""
    parts = ["Judged on all images" if each.split == _ALL else f"Judged on {each.split}"]
    if each.source is not None:
        parts.append(f"of {each.source}")
    if each.checkpoint not in {None, "model.keras"}:
        parts.append(f"({each.checkpoint})")
    return " ".join(parts)


def _metrics(metrics: Mapping[str, float | None]) -> Markup | None:
    if not metrics:
        return None
    return page.figures([page.figure(metric(value), name) for name, value in metrics.items()])


def _key(each: Evaluation, name: str) -> str | None:
    """The output that a metric is of, by its name, as Keras makes it; None where it is of the whole."""
    keys = [output.key for output in each.outputs if output.key is not None]
    fitting = [key for key in keys if name.startswith(f"{key}_")]
    return max(fitting, key=len, default=None)


def _overall(each: Evaluation) -> dict[str, float | None]:
    return {name: value for name, value in each.metrics.items() if _key(each, name) is None}


def _own(each: Evaluation, output: OutputAccount) -> dict[str, float | None]:
    """The metrics of one output, without its key."""
    return {
        name.removeprefix(f"{output.key}_"): value
        for name, value in each.metrics.items()
        if output.key is not None and _key(each, name) == output.key
    }


def _output(
    name: str,
    output: OutputAccount,
    metrics: Mapping[str, float | None],
    album: Album,
    most_classes: int,
) -> Part:
    head = join(
        None if output.key is None else element("h3", f"Output {output.key}"), _metrics(metrics)
    )
    if isinstance(output, ClassOutput):
        part = _class_output(name, output, album, most_classes)
        return Part(join(head, part.body), part.data)
    if isinstance(output, LabelsOutput):
        return Part(join(head, _classes("label", output.labels, _ROWS * most_classes)), {})
    if isinstance(output, NumbersOutput):
        return Part(join(head, _numbers(output)), {})
    return Part(join(head, page.absent("Nothing to show", output.absent.why)), {})


def _class_output(name: str, output: ClassOutput, album: Album, most_classes: int) -> Part:
    matrix, classes = output.confusion, output.classes
    if isinstance(matrix, Absent):
        shown: Markup = page.absent("No confusion matrix", matrix.why)
        labels: Sequence[str] = ()
    else:
        labels = (
            [str(at) for at in range(len(matrix))]
            if isinstance(classes, Absent)
            else [each.label for each in classes]
        )
        table = confusion(name, labels, matrix, most=most_classes)
        shown = join(element("p", sentence(labels, matrix)), table)
    measured = calibration(f"{name}-calibration", output.calibration)
    body = join(
        _accuracy(output),
        element("h3", "Confusion matrix"),
        shown,
        element("h3", "Mistakes"),
        mistakes(name, output.mistakes, album),
        element(
            "div",
            element("div", element("h3", "Calibration"), measured.body),
            element(
                "div", element("h3", "Confused pairs"), pairs(output.confused) or "There are none."
            ),
            class_="columns",
        ),
        element("h3", "Classes"),
        _classes("class", classes, _ROWS * most_classes),
    )
    return Part(body, measured.data)


def _accuracy(output: ClassOutput) -> Markup | None:
    if output.accuracy is None:
        return None
    told = f"{percent(output.accuracy)} of the images are right."
    interval = output.interval
    if not isinstance(interval, Absent):
        if is_wide(interval):
            told += (
                f" In {interval.level:.0%} of samples drawn from these images it is between "
                f"{100 * interval.low:.1f} and {percent(interval.high)} (bootstrap)."
            )
        certain = how_certain_of(output)
        told += f" {certain[0].upper()}{certain[1:]}." if certain else ""
    return element("p", told)


def _classes(what: str, rows: Sequence[ClassRow] | Absent, most: int) -> Markup:
    if isinstance(rows, Absent):
        return page.absent("No table", rows.why)
    table = page.table(
        [what, "images", "predicted", "precision", "recall", "F1"],
        list(_class_cells(rows[:most])),
        right=range(1, 6),
        caption=f"How each {what} fares; a click on a head sorts",
        sortable=True,
    )
    left = len(rows) - most
    more = element("p", f"{left:,} more are not shown.", class_="faint") if left > 0 else None
    if len(rows) > _MOST_OPEN:
        return page.folded(
            f"{len(rows):,} {what}{'es' if what == 'class' else 's'}", join(table, more)
        )
    return join(table, more)


def _class_cells(rows: Sequence[ClassRow]) -> Iterator[list[Markup | str]]:
    for row in rows:
        shares = (row.precision, row.recall, row.f1)
        yield [row.label, count(row.images), count(row.predicted), *map(percent, shares)]


def _numbers(output: NumbersOutput) -> Markup:
    if isinstance(output.values, Absent):
        return page.absent("No table", output.values.why)
    rows = [
        [
            each.name,
            metric(each.mean_absolute_error),
            metric(each.root_mean_squared_error),
            metric(each.bias),
        ]
        for each in output.values[:_MOST_ROWS]
    ]
    titles = ["number", "mean absolute error", "root mean squared error", "bias"]
    return page.table(
        titles, rows, right=range(1, 4), caption="How far the numbers are off", sortable=True
    )
