"""A spec with the repairs made that its findings know for certain."""

from __future__ import annotations

import codecs
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.analysis import Analysis, analyse
from netspec.errors import UsageError
from netspec.source.decode import decode
from netspec.source.files import Disk
from netspec.source.nodes import Source
from netspec.source.repairs import repaired, without_overlaps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.diagnostics import Edit, Finding

# A repair may bring the next mistake to light; so often that is looked for, and so often a spec is checked.
MAX_ROUNDS = 20
MAX_CHECKS = 60


@dataclass(frozen=True)
class Change:
    """A file that repairs change.

    Attributes:
        name: What findings call it.
        path: Where it is, without links.
        before: Its text.
        after: Its text with the repairs made.
    """

    name: str
    path: Path
    before: str
    after: str


@dataclass(frozen=True)
class Fixing:
    """What came of repairing a spec.

    Attributes:
        analysis: What is known of the spec with the repairs made.
        changes: The files that they change.
        made: The findings that they mend.
        withheld: Findings whose repair was not made, as it would have led to more errors.
    """

    analysis: Analysis
    changes: tuple[Change, ...]
    made: tuple[Finding, ...]
    withheld: tuple[Finding, ...]

    @property
    def left(self) -> tuple[Finding, ...]:
        """What is found in the spec with the repairs made."""
        return self.analysis.findings


def fix(path: Path | str, *, root: Path | None = None, notes: bool = False) -> Fixing:
    """Makes the certain repairs of a spec and of what it is based on, in memory.

    Args:
        path: The YAML file.
        root: The folder below which `extends` may read; by default the file's repository, or its own folder.
        notes: Whether what notes are about is repaired, too.

    Raises:
        UsageError: There is no such file, it cannot be opened, or it is a link that leads out of its repository.
    """
    store = _Edited()
    first = analyse(path, root=root, files=store)
    store.require_within(Path(path))
    fixer = _Fixer(path, root, store, first, notes=notes)
    fixer.run()
    # Some repair may have brought more to light than others could mend.
    if _is_worse(fixer.analysis, first):
        store.texts.clear()
        fixer = _Fixer(path, root, store, first, notes=notes, cautious=True)
        fixer.run()
    return Fixing(
        fixer.analysis, store.changes(), tuple(fixer.made), tuple(fixer.withheld.values())
    )


def write(changes: Sequence[Change]) -> None:
    """Writes files with their repairs, each whole: beside, then in the old one's place.

    Raises:
        UsageError: One has changed since it was read, or cannot be written.
    """
    data = [_bytes_of(change) for change in changes]  # nothing is written where one is refused
    for change, new in zip(changes, data, strict=True):
        try:
            _replace(change.path, new)
        except OSError as error:
            raise UsageError(f"cannot write {change.name}: {error.strerror}") from None


class _Edited(Disk):
    """The files that are there now, each as it was when it was first read, with repairs made in some."""

    def __init__(self) -> None:
        self.names: dict[str, Path] = {}
        self.first: dict[Path, Source] = {}
        self.texts: dict[Path, str] = {}

    def read(self, path: Path, name: str) -> tuple[Source, list[Finding]]:
        where = path.resolve()
        if where not in self.first:
            self.first[where], findings = super().read(path, name)
            if findings:
                return self.first[where], findings
        self.names.setdefault(name, where)
        return decode(self._text(where).encode("utf-8"), name)

    def edit(self, edits: Sequence[Edit]) -> None:
        """Makes edits in texts as they are now."""
        by_name: dict[str, list[Edit]] = {}
        for edit in edits:
            by_name.setdefault(edit.place.source.name, []).append(edit)
        for name, some in by_name.items():
            where = self.names[name]
            self.texts[where] = repaired(Source(name, self._text(where)), some)

    def changes(self) -> tuple[Change, ...]:
        """The texts that are not what they were."""
        called = {where: name for name, where in reversed(self.names.items())}
        return tuple(
            Change(called[where], where, self.first[where].text, text)
            for where, text in self.texts.items()
            if text != self.first[where].text
        )

    def require_within(self, path: Path) -> None:
        """Makes sure that a link leads to no file outside of its own repository.

        Raises:
            UsageError: It does.
        """
        if not self.is_linked(path):
            return
        steps = (Path.cwd() / path).parents
        top = next((one for one in steps if os.path.lexists(one / ".git")), steps[0])
        if not path.resolve().is_relative_to(top.resolve()):
            message = f"{path} is a link that leads out of its folder, and is not followed to write"
            raise UsageError(message, hint=f"name the file itself: {path.resolve()}")

    def _text(self, where: Path) -> str:
        return self.texts.get(where, self.first[where].text)


@dataclass
class _Fixer:
    path: Path | str
    root: Path | None
    store: _Edited
    analysis: Analysis
    notes: bool = field(kw_only=True)
    cautious: bool = False  # whether no step may lead to more errors
    made: list[Finding] = field(default_factory=list)
    withheld: dict[tuple[str, str, str], Finding] = field(default_factory=dict)
    seen: list[dict[Path, str]] = field(default_factory=list)
    checks: int = 0

    def run(self) -> None:
        """Makes repairs until there are no more."""
        for _ in range(MAX_ROUNDS):
            if not self.round():
                break

    def round(self) -> bool:
        """Makes the repairs that are to be made now; whether there were any."""
        wanted = self._wanted()
        if not wanted:
            return False
        if self._make(wanted):
            return True
        for finding in wanted:  # one of them makes it worse
            if len(wanted) > 1 and self._make([finding]):
                return True
            self.withheld[_key(finding)] = finding
        return True

    def _wanted(self) -> list[Finding]:
        repairs = {
            id(finding.repair): finding
            for finding in self.analysis.findings
            if finding.repair is not None
            and (self.notes or finding.severity != "note")
            and _key(finding) not in self.withheld
            and all(edit.place.source.name in self.store.names for edit in finding.repair.edits)
        }
        kept = without_overlaps(each.repair for each in repairs.values() if each.repair is not None)
        return [repairs[id(repair)] for repair in kept]

    def _make(self, findings: list[Finding]) -> bool:
        """Makes the repairs of some findings, unless that leads to more errors, or back to a text that was there."""
        self.checks += 1
        if self.checks > MAX_CHECKS:
            return False
        before = dict(self.store.texts)
        self.store.edit([edit for each in findings if each.repair for edit in each.repair.edits])
        after = analyse(self.path, root=self.root, files=self.store)
        is_worse = self.cautious and _is_worse(after, self.analysis)
        if is_worse or self.store.texts in (before, *self.seen):
            self.store.texts = before
            return False
        self.seen.append(before)
        self.analysis = after
        self.made += findings
        return True


def _is_worse(analysis: Analysis, before: Analysis) -> bool:
    """Whether there are more errors, or more of those that keep a text from being read."""
    errors, errors_before = (
        [each.code for each in found.findings if each.severity == "error"]
        for found in (analysis, before)
    )
    of_text, of_text_before = (
        sum(code.startswith("NS1") for code in codes) for codes in (errors, errors_before)
    )
    return len(errors) > len(errors_before) or of_text > of_text_before


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.file, finding.message


def _bytes_of(change: Change) -> bytes:
    """What is to be written: with the byte order mark that was there.

    Raises:
        UsageError: The file is not what it was, or none.
    """
    try:
        if not change.path.is_file():
            raise UsageError(f"{change.name} is no file, and nothing is written")
        old = change.path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {change.name}: {error.strerror}") from None
    mark = codecs.BOM_UTF8 if old.startswith(codecs.BOM_UTF8) else b""
    if old != mark + change.before.encode("utf-8"):
        message = f"{change.name} has changed since it was read, and nothing is written"
        raise UsageError(message, hint="call `netspec fix` again")
    return mark + change.after.encode("utf-8")


def _replace(path: Path, data: bytes) -> None:
    beside = path.with_name(f".writing-{os.getpid()}-{path.name}")
    try:
        # Made anew: a link of that name would be written through.
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(path.stat().st_mode & 0o7777)
        beside.replace(path)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
