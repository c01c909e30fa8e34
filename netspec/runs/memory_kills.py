"""How often the kernel has ended processes for want of memory, in the groups that this process belongs to."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_CGROUPS = Path("/sys/fs/cgroup")
_OWN = Path("/proc/self/cgroup")
_MACHINE = Path("/proc/vmstat")


def kill_counts(named: Callable[[str], str]) -> dict[str, int]:
    """The counts by group, and the machine's where no group counts what happens below it.

    Linux counts in each control group (`memory.events`, of version 1 `memory.oom_control`) and for the whole machine
    (`/proc/vmstat`); elsewhere there is nothing.

    Args:
        named: What a group is to be called; its own name may tell of users and jobs.
    """
    counts = {}
    counts_below = False
    for path, file, is_second in _groups():
        count = _count(file)
        if count is not None:
            counts[named(path)] = count
            counts_below = counts_below or is_second
    if not counts_below:
        count = _count(_MACHINE)
        if count is not None:
            counts["machine"] = count
    return counts


def counts_grew(before: Mapping[str, object], now: Mapping[str, int]) -> bool:
    """Whether a count that both know has grown."""
    known = ((before[name], count) for name, count in now.items() if name in before)
    return any(isinstance(earlier, int) and count > earlier for earlier, count in known)


def _groups() -> Iterator[tuple[str, Path, bool]]:
    """The group of this process and those above it: a name, the file that counts, and whether it is of version 2."""
    try:
        lines = _OWN.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return
    for line in lines:
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        is_second = number == "0" and not controllers
        if not is_second and "memory" not in controllers.split(","):
            continue
        root = _CGROUPS if is_second else _CGROUPS / "memory"
        name = "memory.events" if is_second else "memory.oom_control"
        inside = PurePosixPath(path.lstrip("/"))
        if ".." in inside.parts:
            continue
        for each in (inside, *inside.parents):
            yield f"{int(is_second)} {each}", root / each / name, is_second


def _count(file: Path) -> int | None:
    try:
        lines = file.read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return None
    found = (line.split() for line in lines if line.startswith("oom_kill "))
    return next((int(parts[1]) for parts in found if parts[1:] and parts[1].isdigit()), None)
