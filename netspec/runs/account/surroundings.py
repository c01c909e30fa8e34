"""Where a run happened, and what its log warns of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netspec.report.html.document import Absent, Surroundings
from netspec.runs.account.values import clipped, items
from netspec.runs.listed.untrusted import mapping, text, whole
from netspec.runs.saved import plugins_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netspec.runs.account.files import RunFiles

LOG = "log.txt"
_MOST = 200
_MOST_WARNINGS = 30
_DEEPEST = 3
# As Python, absl and TensorFlow write them: `file.py:12: UserWarning: …`, `W0000 00:00:17 file.cc:3] …`, `WARNING:…`.
_WARNING = re.compile(
    r"^(?:.*?\b(?P<kind>\w*Warning): |[WEF]\d{4} [^\]]*\] ?|(?:WARNING|ERROR):)(?P<rest>.*)"
)
# What absl says of itself at every start, and TensorFlow of a machine without a GPU.
_NOTHING = ("All log messages before absl::InitializeLog()", "cuInit", "cuda drivers")


def surroundings_of(record: Mapping[str, object]) -> Surroundings | Absent:
    """Where a run happened.

    Args:
        record: What `run.json` holds; empty where it cannot be read.
    """
    versions = _texts(record.get("versions"))
    old = mapping(record.get("git"))  # as the first runs had it
    machine = mapping(record.get("hardware")) or {
        name: record[key]
        for name, key in (("processor", "processor"), ("cores", "cpus"))
        if key in record
    }
    memory = whole(machine.get("memory"))
    hardware = {
        name: told
        for name, value in list(machine.items())[:_MOST]
        if name != "memory" and (told := _told(value))
    }
    if memory is not None:
        hardware["memory"] = f"{memory / 2**30:.1f} GiB"
    found = Surroundings(
        versions=versions,
        platform=clipped(text(record.get("platform"))),
        hardware=hardware,
        runtime=_texts(record.get("runtime")),
        commit=clipped(text(record.get("git_commit", old.get("commit")))),
        is_dirty=_flag(record.get("git_dirty", old.get("dirty"))),
        plugins={clipped(name): clipped(each) for name, each in plugins_of(record).items()},
        peak_memory=whole(record.get("peak_memory")),
    )
    is_empty = not (versions or hardware or found.platform or found.runtime)
    return Absent("the record does not tell it") if is_empty else found


def warnings_of(files: RunFiles) -> tuple[str, ...] | Absent:
    """The warnings in a run's log, each once, in their order."""
    if not files.has(LOG):
        return Absent(f"the run has no {LOG}")
    found: dict[str, None] = {}
    for line in files.lines(LOG):
        match = _WARNING.match(line[:2000])
        if match and match["rest"].strip() and not any(each in line for each in _NOTHING):
            told = f"{match['kind']}: {match['rest']}" if match["kind"] else match["rest"]
            found.setdefault(clipped(told.strip()))
        if len(found) == _MOST_WARNINGS:
            break
    return tuple(found)


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _texts(value: object) -> dict[str, str]:
    """Names with texts; what holds nothing is left out."""
    each = list(mapping(value).items())[:_MOST]
    return {clipped(name): told for name, held in each if (told := _told(held))}


def _told(value: object, depth: int = 0) -> str:
    """A value of a record as a text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return clipped(str(value) if not isinstance(value, int) or abs(value) < 2**63 else "?")
    if depth == _DEEPEST:
        return ""
    if isinstance(value, dict):
        parts = [(name, _told(each, depth + 1)) for name, each in list(value.items())[:_MOST]]
        return clipped(", ".join(f"{name} {told}" for name, told in parts if told))
    each = [_told(one, depth + 1) for one in items(value, most=_MOST)]
    return clipped(", ".join(filter(None, each)), longest=1000)
