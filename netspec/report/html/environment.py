"""Where a run happened: versions, hardware, the repository's state, what its log warns of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.report.html import page
from netspec.report.html.document import Absent
from netspec.report.html.markup import Markup, element, join
from netspec.report.html.said import badge, size_in_bytes

if TYPE_CHECKING:
    from netspec.report.html.document import RunAccount, Surroundings


def environment(run: RunAccount) -> Markup:
    """Versions, hardware, the commit, and warnings."""
    return join(_place(run.surroundings), _resumed(run), _warnings(run))


def _place(told: Surroundings | Absent) -> Markup:
    if isinstance(told, Absent):
        return page.absent("Nothing is known of where it ran", told.why, told.todo)
    facts: list[tuple[str, Markup | str]] = []
    if told.platform is not None:
        facts.append(("system", told.platform))
    facts += told.hardware.items()
    if told.peak_memory is not None:
        facts.append(("most memory taken", size_in_bytes(told.peak_memory)))
    facts.append(("git commit", _commit(told)))
    facts += [(f"runtime: {name}", value) for name, value in told.runtime.items()]
    facts += [(f"plugin {name}", version) for name, version in told.plugins.items()]
    versions = [[element("code", name), version] for name, version in told.versions.items()]
    return element(
        "div",
        element("div", element("h3", "Machine"), page.facts(facts)),
        element(
            "div",
            element("h3", "Versions"),
            page.table(["package", "version"], versions) if versions else "not known",
        ),
        class_="columns",
    )


def _commit(told: Surroundings) -> Markup:
    if told.commit is None:
        return element("span", "none: the spec was in no repository, or that is not known")
    if told.is_dirty:
        state = badge("with changes that are not in it", "warn")
    elif told.is_dirty is None:
        state = element("span", "whether files differed from it is not known", class_="faint")
    else:
        state = badge("clean", "good")
    return join(element("code", told.commit), " ", state)


def _resumed(run: RunAccount) -> Markup | None:
    if not run.resumed:
        return None
    return join(
        element("h3", "Continued"), element("ul", [element("li", each) for each in run.resumed])
    )


def _warnings(run: RunAccount) -> Markup | None:
    if isinstance(run.warnings, Absent) or not run.warnings:
        return None
    told = element("ul", [element("li", element("code", each)) for each in run.warnings])
    return page.folded(f"Warnings in its log ({len(run.warnings)})", told)
