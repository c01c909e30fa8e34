"""The page of several runs side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.report.comparison.rows import AROUND, SPECS, chance_of, sections_of
from netspec.report.html.curves import thinned
from netspec.report.html.document import Absent
from netspec.report.html.header import STATUS, test_evaluation
from netspec.report.html.judged import ClassOutput
from netspec.report.html.markup import Markup, element, join
from netspec.report.html.page import CHARTS, Section, absent, chart, folded, page, table
from netspec.report.html.said import NOTHING, badge, count, moment, percent, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netspec.report.comparison.document import ComparedRun, RunComparison
    from netspec.report.comparison.rows import Row
    from netspec.report.html.document import RunAccount

VALIDATION = "val_"
_CHART = "comparison"
_COLOURS = 8
_MOST_POINTS = 1000
_MOST_IN_CHART = 80_000
_MOST_METRICS = 40
_MOST_CELLS = 20_000
_MOST_OPEN = 40


def comparison_page(
    comparison: RunComparison, accounts: Sequence[RunAccount | None], *, mark: str | None = None
) -> str:
    """The page of several runs.

    Args:
        comparison: What differs between them.
        accounts: What each run's directory says, in the same order; None of what is no run.
        mark: What tells it from the pages of other runs; see `page`.
    """
    labels = [run["label"] for run in comparison["runs"]]
    block = _block(comparison)
    names = [each["name"] for each in block["metrics"]] if block else []
    sections = [
        Section("curves", "Curves", _curves(names, block)),
        *_tables(comparison, labels),
        *_recall(accounts, labels),
        Section("runs", "Runs", _runs(comparison["runs"])),
    ]
    return page(
        title=f"{plural(len(labels), 'run')} compared",
        head=_head(comparison),
        sections=sections,
        styles=("report.css",),
        scripts=(CHARTS, "charts.js", "report.js"),
        data={f"{_CHART}-data": block} if block else None,
        mark=mark,
    )


def _head(comparison: RunComparison) -> Markup:
    same = comparison["same_data"]
    data = {
        True: "All learned from the same images with the same labels.",
        False: "They did not learn from the same images: what they come to cannot be set against each other outright.",
        None: "Whether all learned from the same images is not known.",
    }[same]
    return join(
        element(
            "p",
            [
                element(
                    "span",
                    _swatch(at),
                    run["label"],
                    " ",
                    badge(run["status"], STATUS[run["status"]]),
                )
                for at, run in enumerate(comparison["runs"])
            ],
            class_="gist",
        ),
        element("p", data),
    )


def _swatch(place: int) -> Markup:
    """A run's colour, as in the chart."""
    return element("i", class_=f"swatch swatch-{place % _COLOURS + 1}", aria_hidden="true")


def _tables(comparison: RunComparison, labels: Sequence[str]) -> Iterator[Section]:
    """What differs, a table a topic."""
    topics = {each.title: _table(each.rows, labels) for each in sections_of(comparison)}
    specs, around = topics.pop(SPECS, None), topics.pop(AROUND, None)
    figures = [
        join(element("h3", title[:1].upper() + title[1:]) if title else None, shown)
        for title, shown in topics.items()
    ]
    notes = [
        element("p", f"{each[:1].upper()}{each[1:]} as the best.", class_="absent")
        for each in chance_of(comparison)
    ]
    yield Section("figures", "Side by side", join(figures, notes))
    yield Section("specs", "Specs", _specs(comparison, specs))
    if around is not None:
        yield Section("environment", "Environment", around)


def _specs(comparison: RunComparison, differences: Markup | None) -> Markup:
    """Where the specs differ, and how networks are compared."""
    unread = [
        element("p", f"{run['label']}: {run['unread']}.", class_="absent")
        for run in comparison["runs"]
        if run["unread"] and run["unread"] != run["reason"]
    ]
    commands = [
        element(
            "div", element("pre", element("code", each), tabindex="0"), _copy(), class_="command"
        )
        for each in comparison["diffs"]
    ]
    same = None
    if differences is None and not commands:
        same = element("p", "What can be read of their specs is the same.")
    how = element("p", "Their networks differ; these commands show how:")
    return join(unread, differences, same, join(how, commands) if commands else None)


def _copy() -> Markup:
    return element("button", "Copy", type="button", class_="copy", hidden=True)


def _table(rows: Sequence[Row], labels: Sequence[str]) -> Markup:
    """A row for each thing, a column for each run, the best marked."""
    cells = [
        [
            row.title,
            *(
                element("b", cell, element("span", " best", class_="good"))
                if at in row.best
                else element("span", cell)
                for at, cell in enumerate(row.cells)
            ),
        ]
        for row in rows
    ]
    return table(["", *labels], cells, caption=None)


def _curves(names: Sequence[str], block: Mapping[str, Any] | None) -> Markup:
    if block is None:
        return absent("No curves", "no epoch has ended in any of the runs")
    options = [
        element("option", name, value=at, selected=at == block["chosen"])
        for at, name in enumerate(names)
    ]
    chooser = element(
        "label",
        "Metric ",
        element("select", options, id="comparison-metric"),
        class_="chooser",
        hidden=True,
    )
    log = element(
        "button", "Log scale", type="button", id="curves-log", aria_pressed="false", hidden=True
    )
    hint = "Full lines are validation, dashed ones training. A click on a name hides its run."
    return join(
        element(
            "div",
            chooser,
            log,
            element(
                "p", hint, id="curves-readout", class_="readout", aria_live="polite", hidden=True
            ),
            class_="tools",
        ),
        chart(_CHART, label="A metric of each epoch, of all runs", kind="comparison", height=420),
    )


def _block(comparison: RunComparison) -> dict[str, Any] | None:
    """What the chart draws; None where there is no epoch."""
    runs = comparison["runs"]
    plain = dict.fromkeys(
        name.removeprefix(VALIDATION) for run in runs for name in run["curves"]["values"]
    )
    names = list(plain)[:_MOST_METRICS]
    most = min(_MOST_POINTS, max(2, _MOST_IN_CHART // (2 * len(runs) * max(1, len(names)))))
    metrics = [
        {"name": name, "log": _is_positive(runs, name), "series": series}
        for name in names
        if (series := list(_series(runs, name, most)))
    ]
    if not metrics:
        return None
    watched = [name.removeprefix(VALIDATION) for name in comparison["watched"]]
    chosen = next((at for at, each in enumerate(metrics) if each["name"] in watched), 0)
    return {"chosen": chosen, "metrics": metrics}


def _series(runs: Sequence[ComparedRun], name: str, most: int) -> Iterator[dict[str, object]]:
    """The lines of a metric: of each run validation, then training."""
    for at, run in enumerate(runs):
        curves = run["curves"]
        places = thinned(curves["epochs"], most)
        for key, part in ((f"{VALIDATION}{name}", "validation"), (name, "training")):
            values = curves["values"].get(key)
            if values and any(value is not None for value in values):
                yield {
                    "name": run["label"],
                    "part": part,
                    "colour": at % _COLOURS,
                    "dashed": part == "training",
                    "epochs": [curves["epochs"][place] for place in places],
                    "values": [values[place] for place in places],
                }


def _is_positive(runs: Sequence[ComparedRun], name: str) -> bool:
    return name.endswith("loss") and all(
        value is None or value > 0
        for run in runs
        for key in (name, f"{VALIDATION}{name}")
        for value in run["curves"]["values"].get(key, ())
    )


def _recall(accounts: Sequence[RunAccount | None], labels: Sequence[str]) -> Iterator[Section]:
    """Each class's recall on the test images, where two runs or more have such classes."""
    found = [_classes(each) for each in accounts]
    if sum(bool(each) for each in found) < 2:  # noqa: PLR2004 - to compare takes two
        return
    most = _MOST_CELLS // len(labels)
    names = list(dict.fromkeys(name for each in found for name in each))[:most]
    rows: list[list[Markup | str]] = []
    for name in names:
        shares = [each.get(name) for each in found]
        known = [share for share in shares if share is not None]
        best = max(known) if len(set(known)) > 1 else None
        rows.append(
            [
                name,
                *(
                    element("b", percent(share))
                    if share is not None and share == best
                    else percent(share)
                    for share in shares
                ),
            ]
        )
    shown = table(
        ["class", *labels],
        rows,
        right=range(1, len(labels) + 1),
        caption="The share of each class's test images that were found, the highest in bold; a click on a head sorts",
        sortable=True,
    )
    if len(names) > _MOST_OPEN:
        shown = folded(f"{len(names):,} classes", shown)
    yield Section("recall", "Recall by class", shown)


def _classes(account: RunAccount | None) -> dict[str, float | None]:
    """Each class's recall; nothing where the one output names no class, or is not judged."""
    judged = None if account is None else test_evaluation(account)
    output = judged.outputs[0] if judged is not None and len(judged.outputs) == 1 else None
    if not isinstance(output, ClassOutput) or isinstance(output.classes, Absent):
        return {}
    return {row.label: row.recall for row in output.classes}


def _runs(runs: Sequence[ComparedRun]) -> Markup:
    rows: list[list[Markup | str]] = [
        [
            join(_swatch(at), run["label"]),
            badge(run["status"], STATUS[run["status"]]),
            run["spec"] or NOTHING,
            moment(run["started"]),
            count(run["epochs_done"]),
            element("code", run["path"]),
            run["reason"] or "",
        ]
        for at, run in enumerate(runs)
    ]
    titles = ["run", "status", "spec", "started", "epochs", "directory", ""]
    return table(titles, rows, right=(4,))
