"""What a repository says of the findings of all its specs, for as long as it is in force.

A stage asks here for what holds. Nothing here reads a file; `netspec.plugins.project` does, for the command line.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from netspec.diagnostics import Severity


@dataclass(frozen=True)
class Settings:
    """What holds for every spec that is looked at.

    Attributes:
        origin: The file that says so, for messages.
        root: The folder below which specs may read; None for each spec's own repository.
        severities: How grave codes are, where that is not what they say themselves.
        ignored: The codes that are told of nowhere.
        budget: What no network may exceed, by the names of the section `budget`, where its spec says nothing of it.
        silences: Whether silences count, those of specs and comments too.
    """

    origin: str = ""
    root: Path | None = None
    severities: Mapping[str, Severity] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    budget: Mapping[str, float] = field(default_factory=dict)
    silences: bool = True

    @contextmanager
    def enabled(self) -> Iterator[None]:
        """Puts them in force, until the end of the block."""
        token = _IN_FORCE.set(self)
        try:
            yield
        finally:
            _IN_FORCE.reset(token)

    def enable(self) -> None:
        """Puts them in force, to the end of the context that this is called in."""
        _IN_FORCE.set(self)


_NONE = Settings()
_IN_FORCE: ContextVar[Settings] = ContextVar("netspec_settings", default=_NONE)


def settings() -> Settings:
    """What holds here and now."""
    return _IN_FORCE.get()
