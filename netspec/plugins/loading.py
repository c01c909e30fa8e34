"""A plugin's name to what it adds: its own entry points are loaded, nothing of any other package."""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspec.errors import UsageError
from netspec.extension import Group, Plugin, Plugins
from netspec.plugins.offers import GROUPS, BadOffer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.metadata import EntryPoint

_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")


def load_plugins(named: Iterable[tuple[str, str]]) -> Plugins:
    """The plugins of some names.

    Args:
        named: Distributions' names, each with who named it: ``--plugin``, or a file's path.

    Raises:
        UsageError: One is not installed, cannot be imported, adds nothing, or adds what netspec cannot take.
    """
    each: dict[str, Plugin] = {}
    for name, origin in named:
        key = _normalised(name)
        if key not in each:
            each[key] = _plugin(name, origin, tuple(each.values()))
    return Plugins(tuple(each.values()))


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _plugin(name: str, origin: str, others: tuple[Plugin, ...]) -> Plugin:
    distribution = _distribution(name, origin)
    plugin = f"the plugin {distribution.name} {distribution.version}"
    entries = [
        (Group(entry.group), entry)
        for entry in distribution.entry_points
        if entry.group in set(Group)
    ]
    if not entries:
        raise UsageError(
            f"{plugin} adds nothing: it has no entry points of netspec's",
            hint=f"they belong to the groups {', '.join(Group)}",
        )
    added: dict[Group, dict[str, Any]] = {}
    packages = set()
    for group, entry in entries:
        loaded = _loaded(entry, plugin)
        packages.add(entry.module.partition(".")[0])
        try:
            for key, what in GROUPS[group].offered(entry.name, loaded):
                _refuse_taken(group, key, others, added)
                added.setdefault(group, {})[key] = what
        except BadOffer as error:
            message = f"{plugin} cannot be used: its entry point `{entry.name} = {entry.value}`"
            raise UsageError(f"{message} {error}", hint=f"it stands under {entry.group}") from None
    return Plugin(distribution.name, distribution.version, origin, added, frozenset(packages))


def _distribution(name: str, origin: str) -> Distribution:
    """The installed distribution of a name; what merely lies in the working directory is not installed."""
    if _NAME.fullmatch(name) is None:
        raise UsageError(f"{origin} names the plugin {name!r}, which is no package's name")
    here = Path.cwd()
    places = [place for place in sys.path if place and Path(place).resolve() != here]
    found = next(iter(Distribution.discover(name=name, path=places)), None)
    if found is None:
        raise UsageError(
            f"there is no plugin {name}: no package of that name is installed (named by {origin})",
            hint=f"install it into this Python, {sys.prefix}; its name is the one that pip knows",
        )
    return found


def _loaded(entry: EntryPoint, plugin: str) -> Any:
    try:
        return entry.load()
    except (Exception, SystemExit) as error:  # a plugin's module may raise anything
        lines = str(error).strip().splitlines()
        reason = f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
        raise UsageError(
            f"{plugin} does not import: {entry.value} raises {reason}",
            hint=f"`python -c 'import {entry.module}'` shows where",
        ) from error


def _refuse_taken(
    group: Group, name: str, others: tuple[Plugin, ...], own: dict[Group, dict[str, Any]]
) -> None:
    if name in own.get(group, {}):
        raise BadOffer(f"adds {name}, which another entry point of its own adds")
    for other in others:
        if name in other.added.get(group, {}):
            raise BadOffer(f"adds {name}, which the plugin {other} adds too")
