"""The architecture and the specs of a run, in its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.report.html import architecture, page, spec_text
from netspec.report.html.document import Absent
from netspec.report.html.markup import Markup, element, join, text

if TYPE_CHECKING:
    from netspec.report.html.document import RunAccount

STYLES = (*architecture.STYLES, *spec_text.STYLES)
_WRITTEN, _RESOLVED = "spec.yaml", "resolved.yaml"
_PREFIX = "R"


@dataclass(frozen=True)
class Drawn:
    """A network in a page: what is shown, the data of its graph, and the scripts that draw it."""

    body: Markup
    data: dict[str, object]
    scripts: tuple[str, ...]


def network(run: RunAccount, *, most: int, layers: int) -> Drawn:
    """The graph of a run's network; where there is none, the table that the run keeps.

    Args:
        run: The run.
        most: How many characters of text are shown.
        layers: How many layers a graph may have.
    """
    told = run.network
    if isinstance(told, Absent):
        return Drawn(
            join(page.absent("No graph", told.why, told.todo), _summary(run, most)), {}, ()
        )
    if len(told.graph.nodes) > layers:
        why = f"it has {len(told.graph.nodes):,} layers, and there is no room for them in this page"
        return Drawn(join(page.absent("No graph", why), _summary(run, most)), {}, ())
    file = told.document.file.source.name
    anchors = {file: _PREFIX} if not isinstance(run.resolved, Absent) else None
    body, data = architecture.architecture(told.graph, told.document, name="graph", anchors=anchors)
    return Drawn(body, data, architecture.SCRIPTS)


def specs(run: RunAccount, *, most: int) -> Markup:
    """The spec as it was written and with every value spelled out, one of them shown at a time."""
    return page.tabs(
        "specs",
        [
            ("As it was written", join(_changes(run), _spec(run.written, _WRITTEN, "W", most))),
            ("With every value", _spec(run.resolved, _RESOLVED, _PREFIX, most)),
        ],
    )


def _changes(run: RunAccount) -> Markup | None:
    """That the run's values are not all those that were written, and where they are."""
    words = () if isinstance(run.command, Absent) else run.command
    changes = [
        word.removeprefix("--set=")
        for before, word in zip(("", *words), words, strict=False)
        if before == "--set" or word.startswith("--set=")
    ]
    if not changes:
        return None
    told = [join(", " if at else None, element("code", each)) for at, each in enumerate(changes)]
    where = "; the tab “With every value” holds what it was trained with."
    return element(
        "p", "The run's values differ from these by --set: ", told, where, class_="absent"
    )


def _spec(told: str | Absent, name: str, prefix: str, most: int) -> Markup:
    if isinstance(told, Absent):
        return page.absent(name, told.why)
    if len(told) > most:
        note = element("p", f"Cut after {most:,} of {len(told):,} characters.", class_="absent")
        return join(element("pre", element("code", text(told[:most]))), note)
    return spec_text.highlighted(told, prefix=prefix)


def _summary(run: RunAccount, most: int) -> Markup:
    if isinstance(run.summary, Absent):
        return page.absent("No table of layers", run.summary.why)
    return element("pre", element("code", text(run.summary[:most])), tabindex="0")
