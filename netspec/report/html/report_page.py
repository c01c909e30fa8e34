"""The page of one run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.report.html import page as pages
from netspec.report.html.album import Album
from netspec.report.html.curves import curves
from netspec.report.html.data_part import data_part
from netspec.report.html.document import Absent
from netspec.report.html.environment import environment
from netspec.report.html.header import header
from netspec.report.html.judged_part import judged_part, title_of
from netspec.report.html.learned import learned
from netspec.report.html.markup import Markup, element, join
from netspec.report.html.network import STYLES as NETWORK_STYLES
from netspec.report.html.network import network, specs
from netspec.report.html.page import CHARTS, Section, page
from netspec.report.html.repeat import repeat
from netspec.report.html.said import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.report.html.document import RunAccount

# What a page may take at most, and how much of it pictures at first.
LARGEST = 5_000_000
STYLES = ("report.css", *NETWORK_STYLES)
_MOST_JUDGED = 12


@dataclass(frozen=True)
class _Room:
    """How much of a run is shown: bytes of pictures, classes in a matrix, characters of a spec, layers of a graph."""

    pictures: int
    classes: int
    text: int
    layers: int


# The largest that makes a page of the allowed size is taken; the last has next to nothing.
_ROOMS = (
    _Room(3_400_000, 120, 400_000, 1500),
    _Room(1_500_000, 60, 200_000, 1000),
    _Room(500_000, 20, 50_000, 300),
    _Room(0, 5, 2_000, 0),
)


def report_page(run: RunAccount) -> str:
    """The page of a run, in less than `LARGEST` bytes whatever the run holds."""
    for room in _ROOMS:
        text = _page(run, room)
        if len(text.encode("utf-8")) < LARGEST:
            return text
    why = f"it holds more than fits into {LARGEST:,} bytes"
    body = pages.absent("This run is not shown", why)
    return page(
        title=run.name, head=header(run), sections=[Section("run", "Run", body)], styles=STYLES
    )


def _page(run: RunAccount, room: _Room) -> str:
    album = Album.of(run, room.pictures)
    sections: list[Section] = []
    data: dict[str, object] = {}
    scripts = [CHARTS]
    for section, part, needed in _parts(run, room, album):
        sections.append(section)
        data |= part
        scripts += [each for each in needed if each not in scripts]
    left = element(
        "p",
        f"There was no room for {plural(album.left_out, 'picture')} in this page; the run has them all.",
        class_="absent",
    )
    return page(
        title=run.name,
        head=join(header(run), left if album.left_out else None),
        sections=sections,
        styles=STYLES,
        scripts=[*scripts, "charts.js", "report.js"],
        data=data,
    )


def _parts(
    run: RunAccount, room: _Room, album: Album
) -> Iterator[tuple[Section, dict[str, object], tuple[str, ...]]]:
    """The sections, each with its charts' data and the scripts that it needs."""
    training = curves(run.training)
    yield Section("training", "Training", training.body), training.data, ()
    yield Section("data", "Data", data_part(run.data)), {}, ()
    yield from ((section, part, ()) for section, part in _judged(run, room, album))
    yield Section("learned", "What it looked at", learned(run.looks, album)), {}, ()
    graph = network(run, most=room.text, layers=room.layers)
    yield Section("architecture", "Architecture", graph.body), graph.data, graph.scripts
    yield Section("spec", "Spec", specs(run, most=room.text)), {}, ()
    yield Section("environment", "Environment", environment(run)), {}, ()
    yield Section("repeat", "Repeat it", repeat(run)), {}, ()


def _judged(
    run: RunAccount, room: _Room, album: Album
) -> Iterator[tuple[Section, dict[str, object]]]:
    if isinstance(run.evaluations, Absent):
        why = run.evaluations
        body = pages.absent("Nothing to show", why.why, why.todo)
        yield Section("judged", "Judged", body), {}
        return
    for number, each in enumerate(run.evaluations[:_MOST_JUDGED], 1):
        part = judged_part(f"judged-{number}", each, album, most_classes=room.classes)
        yield Section(f"judged-{number}", title_of(each), part.body), part.data
    left = len(run.evaluations) - _MOST_JUDGED
    if left > 0:
        note: Markup = element("p", f"{plural(left, 'evaluation')} more in the run's directory.")
        yield Section("judged-more", "Judged besides", note), {}
