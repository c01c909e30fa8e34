"""What a run learned from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.report.html import page
from netspec.report.html.document import Absent
from netspec.report.html.markup import Markup, element, join
from netspec.report.html.said import NOTHING, count, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.report.html.document import DataAccount

_MOST_OPEN = 24
_MOST = 1000


def data_part(data: DataAccount | Absent) -> Markup:
    """Source, splits, fingerprint and classes."""
    if isinstance(data, Absent):
        return page.absent("Nothing is known of the data", data.why, data.todo)
    facts: list[tuple[str, Markup | str]] = [("source", data.source)]
    if data.path is not None:
        facts.append(("path", element("code", data.path)))
    if data.fingerprint is not None:
        facts.append(("fingerprint", element("code", data.fingerprint)))
    if data.skipped:
        unread = plural(data.skipped, "image")
        facts.append(("left out", f"{unread} that could not be read; skipped.csv has their names"))
    splits = [
        [name, count(images), _origin(name, data)]
        for name, images in data.splits.items()
        if images or name == "train"
    ]
    return join(
        page.facts(facts),
        page.table(["split", "images", "taken from"], splits, right=(1,), caption="Splits")
        if splits
        else None,
        _names("Classes", data.classes),
        [_names(f"What {key} learned", names) for key, names in data.labels.items()],
    )


def _origin(name: str, data: DataAccount) -> str:
    if name == "train":
        return f"what was left of {data.divided:,} images" if data.divided else ""
    whose = data.came_from.get(name)
    if whose is None:
        return NOTHING
    if data.is_held_back(name) and data.divided:
        return f"held back from these {data.divided:,} images"
    return f"the data's {whose} split"


def _names(title: str, names: Sequence[str]) -> Markup | None:
    """Classes in label order; of many, folded."""
    if not names:
        return None
    shown = element(
        "ol", [element("li", name) for name in names[:_MOST]], class_="names", start="0"
    )
    left = len(names) - _MOST
    more = element("p", f"{left:,} more are in classes.txt", class_="faint") if left > 0 else None
    if len(names) > _MOST_OPEN:
        return page.folded(f"{title} ({len(names):,})", shown, *([more] if more else []))
    return join(element("h3", f"{title} ({len(names):,})"), shown)
