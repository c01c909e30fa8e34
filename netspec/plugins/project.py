"""`[tool.netspec]` of the user's own pyproject.toml.

It is looked for where the user works, never where a spec lies: in the working directory, and above it up to the
repository's top. Outside of a repository the working directory alone counts, as others may write above it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspec.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = "pyproject.toml"
_LARGEST = 2**20
_KEYS = ("plugins",)


def enabled_in_project(start: Path | None = None) -> list[tuple[str, str]]:
    """The plugins that the nearest pyproject.toml with a `[tool.netspec]` names, each with the file's path.

    Args:
        start: The working directory.

    Raises:
        UsageError: The file cannot be read, or does not say it as it should.
    """
    for file in _files(start or Path.cwd()):
        table = _table(file)
        if table is not None:
            return [(name, str(file)) for name in _names(table, file)]
    return []


def _files(start: Path) -> Iterator[Path]:
    above = [start, *start.parents]
    tops = [index for index, folder in enumerate(above) if (folder / ".git").exists()]
    for folder in above[: tops[0] + 1 if tops else 1]:
        if (folder / FILE).is_file():
            yield folder / FILE


def _table(file: Path) -> Any:
    """What stands under `[tool.netspec]`, None where nothing does; a file that does not name netspec is not parsed."""
    try:
        with file.open("rb") as opened:
            text = opened.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from None
    if b"netspec" not in text:
        return None
    if len(text) > _LARGEST:
        raise UsageError(f"cannot read {file}: it is larger than {_LARGEST:,} bytes")
    import tomllib

    try:
        tool = tomllib.loads(text.decode("utf-8")).get("tool")
    except (ValueError, RecursionError) as error:
        raise UsageError(f"cannot read {file}: {error}") from None
    return tool.get("netspec") if isinstance(tool, dict) else None


def _names(table: Any, file: Path) -> list[str]:
    unknown = [key for key in table if key not in _KEYS] if isinstance(table, dict) else ["…"]
    if unknown:
        message = f"{file}: [tool.netspec] has no key {unknown[0]!r}"
        raise UsageError(message, hint=f"it has {', '.join(_KEYS)}")
    names = table.get("plugins", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        message = f"{file}: [tool.netspec] plugins is no list of names"
        raise UsageError(message, hint='write `plugins = ["acme-netspec"]`')
    return names
