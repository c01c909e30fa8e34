"""`[tool.netspec]` of the user's own pyproject.toml.

It is looked for where the user works, never where a spec lies: in the working directory, and above it up to the
repository's top. Outside of a repository the working directory alone counts, as others may write above it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspec.errors import UsageError
from netspec.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = "pyproject.toml"
_LARGEST = 2**20


@dataclass(frozen=True)
class Project:
    """What a pyproject.toml says of netspec.

    Attributes:
        plugins: The plugins that it enables, each with the file's path.
        settings: What holds for the findings of all specs.
    """

    plugins: tuple[tuple[str, str], ...] = ()
    settings: Settings = field(default_factory=Settings)


def read_project(start: Path | None = None) -> Project:
    """What the nearest pyproject.toml with a `[tool.netspec]` says.

    Args:
        start: The working directory.

    Raises:
        UsageError: The file cannot be read, or does not say it as it should.
    """
    for file in _files(start or Path.cwd()):
        table = _table(file)
        if table is not None:
            return _read(table, file)
    return Project()


def _files(start: Path) -> Iterator[Path]:
    above = [start, *start.parents]
    tops = [index for index, folder in enumerate(above) if (folder / ".git").exists()]
    for folder in above[: tops[0] + 1 if tops else 1]:
        if (folder / FILE).is_file():
            yield folder / FILE


def _top(file: Path) -> Path:
    """The repository that a file is in, or its folder."""
    above = file.absolute().parents
    return next((folder for folder in above if (folder / ".git").exists()), above[0])


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


def _in_toml(hint: str | None) -> str | None:
    """A hint on how to write a list or a table, as TOML writes it: ``write ["NS734"]``."""
    if hint is None:
        return None
    found = re.fullmatch(r"write (?:`\[tool\.netspec\]: \{(\w+): (\w+)\}`|\[([^\[\]`]+)\])", hint)
    if found is None:
        return hint
    if found[1]:
        return f'write `netspec = {{{found[1]} = "{found[2]}"}}`'
    texts = (f'"{each.strip()}"' for each in found[3].split(","))
    return f"write [{', '.join(texts)}]"


def _read(table: Any, file: Path) -> Project:
    from netspec.fields import Mismatch, read_model
    from netspec.spec.repository import ProjectTable

    try:
        read = read_model(ProjectTable, table, noun="[tool.netspec]")
    except Mismatch as mismatch:
        first = mismatch.problems[0]
        raise UsageError(f"{file}: {first.message}", hint=_in_toml(first.hint)) from None
    folder = None if read.root is None else file.parent / read.root
    if folder is not None and not folder.is_dir():
        message = f"{file}: [tool.netspec]: root is '{read.root}', and there is no such folder"
        raise UsageError(message)
    if folder is not None and not folder.resolve().is_relative_to(_top(file).resolve()):
        # The file may be a stranger's, as the specs are.
        message = f"{file}: [tool.netspec]: root is '{read.root}', which leads out of {_top(file)}"
        raise UsageError(message, hint="a folder beyond it is named with --root")
    budget = {} if read.budget is None else read.budget.model_dump(exclude_none=True)
    return Project(
        tuple((plugin, str(file)) for plugin in read.plugins),
        Settings(
            origin=str(file),
            root=folder,
            severities=read.severities,
            ignored=frozenset(read.ignore),
            budget=budget,
        ),
    )
