"""How much memory and disk is free on this machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path, PurePosixPath

import platformdirs

_MEMINFO = Path("/proc/meminfo")
_CGROUPS = Path("/proc/self/cgroup")
_CGROUP_ROOT = Path("/sys/fs/cgroup")
# For each version of Linux's control groups: the limit, what is used, and what of it is given back when it is needed.
_VERSION_2 = ("memory.max", "memory.current", "inactive_file")
_VERSION_1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")


def free_memory() -> int:
    """Bytes of memory that can still be taken: the machine's, or those that its container may have."""
    return max(0, min([_of_machine(), *_of_containers()]))


def cache_folder() -> Path:
    """Where netspec keeps what it can do without."""
    return platformdirs.user_cache_path("netspec")


def free_disk(folder: Path) -> int:
    """Bytes that are free where a folder is, or would be."""
    for place in (folder, *folder.parents):
        try:
            return shutil.disk_usage(place).free
        except FileNotFoundError:
            continue
        except OSError:
            break
    return 0


def _of_machine() -> int:
    for line in _lines(_MEMINFO):
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    try:
        # Where the system does not say what is free, half of it may be.
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, OSError, ValueError):
        return 0


def _of_containers() -> list[int]:
    """What is left to the control groups that this process is in, each one within the next."""
    left = []
    for line in _lines(_CGROUPS):
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers == "":
            root, files = _CGROUP_ROOT, _VERSION_2
        elif "memory" in controllers.split(","):
            root, files = _CGROUP_ROOT / "memory", _VERSION_1
        else:
            continue
        # In a container the path may be the host's, and the group itself lies at the root.
        own = PurePosixPath(path.strip().lstrip("/"))
        left += [
            found
            for above in (own, *own.parents)
            if (found := _left(root / above, *files)) is not None
        ]
    return left


def _left(group: Path, limit: str, used: str, reclaimable: str) -> int | None:
    """Bytes left to a control group; None where it has no limit."""
    try:
        most = int("".join(_lines(group / limit)))
        taken = int("".join(_lines(group / used)))
    except ValueError:  # there is no such file, or it says `max`
        return None
    given_back = next(
        (
            int(line.split()[1])
            for line in _lines(group / "memory.stat")
            if line.startswith(f"{reclaimable} ")
        ),
        0,
    )
    return most - taken + given_back


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []
