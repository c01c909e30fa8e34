"""What was not the same around runs when they began: packages, plugins, the commit, the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.runs.environment import COMPUTING
from netspec.runs.listed.untrusted import mapping, text
from netspec.runs.saved import plugins_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netspec.report.comparison.document import EnvironmentDifference

_COMMIT = 12  # characters that name one


def surroundings(records: Sequence[Mapping[str, Any]]) -> Iterator[EnvironmentDifference]:
    """What differs between the surroundings that runs have recorded; what one has not recorded is null.

    Args:
        records: What `run.json` of each holds; nothing where it cannot be read.
    """
    told = [_told(record) for record in records]
    for name in dict.fromkeys(name for each in told for name in each):
        values = [each.get(name) for each in told]
        if len({value for value in values if value is not None}) > 1:
            yield {"name": name, "values": values}
    plugins = [plugins_of(record) for record in records]
    for name in sorted({name for each in plugins for name in each}):
        versions = [each.get(name) for each in plugins]
        if len(set(versions)) > 1:
            yield {"name": f"plugin {name}", "values": versions}


def _told(record: Mapping[str, Any]) -> dict[str, str]:
    """What a record says of where its run began, by name."""
    versions, hardware = mapping(record.get("versions")), mapping(record.get("hardware"))
    runtime = mapping(record.get("runtime"))
    found = {name: text(versions.get(name)) for name in ("python", *COMPUTING)}
    found["system"] = (text(record.get("platform")) or "").partition("-")[0]
    for name in ("architecture", "processor", "cores"):
        found[name] = _spoken(hardware.get(name))
    if hardware:
        gpus = hardware.get("gpus")
        found["GPU"] = ", ".join(map(str, gpus if isinstance(gpus, list) else [])) or "none"
    found["threads"] = _spoken(mapping(runtime.get("threads")).get("intra_op"))
    commit = text(record.get("git_commit"))
    if commit is not None:
        changed = " and changes" if record.get("git_dirty") is True else ""
        found["git commit"] = f"{commit[:_COMMIT]}{changed}"
    return {name: value for name, value in found.items() if value}


def _spoken(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) else None
