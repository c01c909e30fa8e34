"""What is open in the editor: its texts, which stand before the disk's, and what was last known of each."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pygls import uris

from netspec.analysis import Analysis, analyse
from netspec.lsp.names import Names
from netspec.lsp.outline import Outline
from netspec.lsp.sizes import Sizes
from netspec.source import decode
from netspec.source.files import Disk
from netspec.source.nodes import LINE_BREAK, MapNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netspec.diagnostics import Finding
    from netspec.lsp.reader import Word
    from netspec.lsp.sizes import Size
    from netspec.source.nodes import Place, Source
    from netspec.spec.document import Document

_IS_SPEC = re.compile(r"^(?:\{\s*)?[\"']?netspec[\"']?\s*:", re.MULTILINE)
_BUILDS_ON = re.compile(r"^(?:\{\s*)?[\"']?extends[\"']?\s*:", re.MULTILINE)
# What tells a file that says only `extends` from those of other programs.
_OWN = re.compile(
    r"^(?:patch|vars|model|compile|training|augmentation|callbacks|budget)\s*:", re.MULTILINE
)


class OpenFiles(Disk):
    """The disk's files, but for those that are open: of them what the editor shows counts.

    Attributes:
        seen: The files that were read, without links.
    """

    def __init__(self, texts: Mapping[Path, str]) -> None:
        """Takes the texts as they are now.

        Args:
            texts: What is open, by path without links.
        """
        self._texts = texts
        self.seen: set[Path] = set()

    def read(self, path: Path, name: str) -> tuple[Source, list[Finding]]:
        """A file's text, or findings that say why it is none.

        Raises:
            UsageError: There is no such file, or it cannot be opened.
        """
        resolved = path.resolve()
        self.seen.add(resolved)
        text = self._texts.get(resolved)
        if text is None:
            return super().read(path, name)
        return decode.limited(text.encode("utf-8", "surrogatepass"), name)

    def is_no_file(self, path: Path) -> bool:
        """Whether something that is no file stands at a path without links."""
        return path not in self._texts and super().is_no_file(path)


@dataclass(frozen=True)
class Known:
    """What an analysis found out about a text.

    Attributes:
        text: The text.
        analysis: What is known of it.
        seen: The files that it depends on, its own among them.
        is_spec: Whether it is a spec at all.
        readable: The same of most of it, where the whole cannot be read.
    """

    text: str
    analysis: Analysis
    seen: frozenset[Path]
    is_spec: bool = True
    readable: Known | None = None

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines."""
        return LINE_BREAK.split(self.text)

    @cached_property
    def names(self) -> Names | None:
        """What its names mean."""
        document = self.analysis.document
        return None if document is None else Names(document)

    @cached_property
    def sizes(self) -> Sizes | None:
        """What its layers give."""
        graph = self.analysis.graph
        return None if graph is None else Sizes(graph)


@dataclass
class OpenDocument:
    """A document that is open.

    Attributes:
        uri: Its address.
        text: What the editor shows.
        version: The editor's number for that.
        known: What was found out last, perhaps about an earlier text.
        whole: The last of what was found out about a text that could be read, or most of it.
    """

    uri: str
    text: str
    version: int | None
    known: Known | None = None
    whole: Known | None = None
    _outline: Outline | None = field(default=None, repr=False)
    _compared: tuple[Known, tuple[int, int]] | None = field(default=None, repr=False)

    @cached_property
    def path(self) -> Path:
        """Where it lies, or would lie once it is saved."""
        return path_of(self.uri)

    @property
    def outline(self) -> Outline:
        """Its words."""
        if self._outline is None:
            self._outline = Outline(self.text)
        return self._outline

    @property
    def lines(self) -> list[str]:
        """Its lines."""
        return self.outline.lines

    @property
    def is_spec(self) -> bool:
        """Whether it is a spec, as far as can be told."""
        if _IS_SPEC.search(self.text):
            return True
        return _may_be_spec(self.text) and (self.known is None or self.known.is_spec)

    @property
    def document(self) -> Document | None:
        """The spec of the last text that could be read."""
        return None if self.whole is None else self.whole.analysis.document

    @property
    def names(self) -> Names | None:
        """What its names mean."""
        return None if self.whole is None else self.whole.names

    def sizes_at(self, word: Word) -> tuple[Size, ...]:
        """What the layer or the block's use gives that a word begins."""
        line = self.line_then(word.line)
        if self.whole is None or self.whole.sizes is None or line is None:
            return ()
        return self.whole.sizes.at((self.whole.analysis.path, line + 1, word.start + 1))

    def change(self, text: str, version: int | None) -> None:
        """Takes another text."""
        self.text, self.version = text, version
        self._outline = self._compared = None

    def learn(self, known: Known) -> None:
        """Takes what was found out."""
        self.known = known
        if known.analysis.document is not None:
            self.whole = known
        elif self.whole is None:
            self.whole = known.readable

    def is_own(self, place: Place) -> bool:
        """Whether a place of the last text that could be read is in this document, and not in a base."""
        return self.whole is not None and place.source.name == self.whole.analysis.path

    def line_now(self, line: int) -> int | None:
        """Where a line of the last text that could be read stands now; None where it was changed. From 0."""
        if self.whole is None:
            return None
        above, below = self._same
        if line < above:
            return line
        from_end = len(self.whole.lines) - line
        return len(self.lines) - from_end if from_end <= below else None

    def line_then(self, line: int) -> int | None:
        """Where a line stood in the last text that could be read; None where it is new. From 0."""
        if self.whole is None:
            return None
        above, below = self._same
        if line < above:
            return line
        from_end = len(self.lines) - line
        return len(self.whole.lines) - from_end if from_end <= below else None

    @property
    def _same(self) -> tuple[int, int]:
        """How many lines are as they were in the last text that could be read: from the top, and from the end."""
        assert self.whole is not None  # noqa: S101 - its callers have looked
        if self._compared is None or self._compared[0] is not self.whole:
            old, new = self.whole.lines, self.lines
            least = min(len(old), len(new))
            above = next((i for i in range(least) if old[i] != new[i]), least)
            ends = range(1, least - above + 1)
            below = next((i - 1 for i in ends if old[-i] != new[-i]), least - above)
            self._compared = self.whole, (above, below)
        return self._compared[1]


def path_of(uri: str) -> Path:
    """The path of a document; of one that was never saved, where it would lie in the working directory."""
    path = uris.to_fs_path(uri)
    if path:
        return Path(path)
    return Path.cwd() / (Path(unquote(urlsplit(uri).path)).name or "unsaved.yaml")


def uri_of(path: str | Path) -> str:
    """The address of a file."""
    return uris.from_fs_path(os.fspath(path)) or ""


def find_out(document: OpenDocument, text: str, texts: Mapping[Path, str]) -> Known | None:
    """What is known of a text; None where it is no spec.

    Args:
        document: Whose text it is.
        text: The text.
        texts: What is open, by path without links, this text among it.
    """
    says_so = _IS_SPEC.search(text) is not None
    if not says_so and not _may_be_spec(text):
        return None
    path = document.path.resolve()
    known = _analysed(document, text, texts)
    read = known.analysis.document
    is_spec = (
        says_so
        or _OWN.search(text) is not None
        or (read is not None and isinstance(read.text, MapNode) and "netspec" in read.text)
    )
    if is_spec and read is None and document.whole is None:
        for mended in _mended(known, text):
            readable = _analysed(document, mended, {**texts, path: mended})
            if readable.analysis.document is not None:
                return replace(known, readable=readable)
    return replace(known, is_spec=is_spec)


def _analysed(document: OpenDocument, text: str, texts: Mapping[Path, str]) -> Known:
    files = OpenFiles(texts)
    analysis = analyse(document.path, files=files)
    return Known(text, analysis, frozenset(files.seen))


def _mended(known: Known, text: str) -> Iterator[str]:
    """A text without the line that its parser gave up at, or without that and the one above."""
    lines = LINE_BREAK.split(text)
    at = [each.line for each in known.analysis.findings if each.file == known.analysis.path]
    for above in (0, 1) if at else ():
        for line in range(max(0, at[-1] - 1 - above), at[-1]):
            lines[line] = ""
        yield "\n".join(lines)


def _may_be_spec(text: str) -> bool:
    return _BUILDS_ON.search(text) is not None
