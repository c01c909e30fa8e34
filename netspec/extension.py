"""What enabled plugins add to netspec's closed tables, for as long as they are enabled.

A table asks here for what was added to it. Nothing here finds or loads a plugin; `netspec.plugins` does, for the
command line and the functions of `import netspec` alone, by names that a person gave.
"""

from __future__ import annotations

import importlib
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from netspec.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Group(StrEnum):
    """The tables that a plugin can add to, by the names of its groups of entry points."""

    LAYERS = "netspec.layers"
    LOSSES = "netspec.losses"
    METRICS = "netspec.metrics"
    SOURCES = "netspec.sources"
    RULES = "netspec.rules"
    EXPORTS = "netspec.exports"


@dataclass(frozen=True)
class Plugin:
    """An installed package that somebody enabled by name.

    Attributes:
        name: The distribution's name.
        version: Its version.
        origin: Who enabled it: ``--plugin``, or the path of a pyproject.toml.
        added: What it adds to each group, by name.
        packages: The packages that this is defined in, such as ``acme``.
    """

    name: str
    version: str
    origin: str
    added: Mapping[Group, Mapping[str, Any]]
    packages: frozenset[str]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True)
class Plugins:
    """The plugins that are enabled together; no two of them add the same name."""

    each: tuple[Plugin, ...] = ()

    @cached_property
    def _by_group(self) -> dict[Group, dict[str, Any]]:
        return {
            group: {
                name: what
                for plugin in self.each
                for name, what in plugin.added.get(group, {}).items()
            }
            for group in Group
        }

    def added(self, group: Group) -> Mapping[str, Any]:
        """What all of them add to a group, by name."""
        return self._by_group[group]

    @contextmanager
    def enabled(self) -> Iterator[None]:
        """Enables them, and no others, until the end of the block."""
        token = _ENABLED.set(self)
        try:
            yield
        finally:
            _ENABLED.reset(token)

    def enable(self) -> None:
        """Enables them, and no others, to the end of the context that this is called in."""
        _ENABLED.set(self)

    def at_fault(self, error: BaseException) -> Plugin | None:
        """The plugin whose code was running when an error was raised, or None."""
        traceback = error.__traceback__
        found = None
        while traceback is not None:
            package = str(traceback.tb_frame.f_globals.get("__name__", "")).partition(".")[0]
            found = next((plugin for plugin in self.each if package in plugin.packages), found)
            traceback = traceback.tb_next
        return found


_NONE = Plugins()
_ENABLED: ContextVar[Plugins] = ContextVar("netspec_plugins", default=_NONE)


def enabled() -> Plugins:
    """The plugins that are enabled here and now."""
    return _ENABLED.get()


def imported(path: str, *, of: str) -> Any:
    """What a plugin's class names as ``module:name``, imported now because it is heavy.

    Args:
        path: Where it is.
        of: Whose it is, for messages, such as ``the layer SqueezeExcite``.

    Raises:
        UsageError: It is not there, or its module cannot be imported.
    """
    module, _, name = path.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except (Exception, SystemExit) as error:  # a plugin's module may raise anything
        plugin = enabled().at_fault(error)
        reason = f"{type(error).__name__}: {error}"
        raise UsageError(
            f"{of} needs {path}, which cannot be imported: {reason}",
            hint=None if plugin is None else f"this is a defect of the plugin {plugin}",
        ) from error


def offering(group: Group, name: str | None = None) -> list[str]:
    """The installed packages that are not enabled and add a name; only what they say of themselves is read.

    Args:
        group: The group.
        name: The name; without it, those that add a whole module's names, which they do not say.
    """
    known = {plugin.name for plugin in enabled().each}
    return sorted(
        {
            package
            for package, entry, value in _installed(group)
            if (entry == name if name is not None else ":" not in value) and package not in known
        }
    )


@cache
def _installed(group: Group) -> tuple[tuple[str, str, str], ...]:
    """The packages with entry points in a group, with each one's name and value."""
    from importlib import metadata  # which costs a check a tenth of its time

    return tuple(
        (entry.dist.name, entry.name, entry.value)
        for entry in metadata.entry_points(group=group.value)
        if entry.dist is not None
    )
