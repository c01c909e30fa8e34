"""A file's bytes to text, or to findings that say why they are none."""

from __future__ import annotations

import codecs
import re
from itertools import islice
from pathlib import Path

from netspec.diagnostics import Code, Finding
from netspec.errors import UsageError
from netspec.source.nodes import Source

MAX_FILE_SIZE = 1 << 20
# So many forbidden characters are shown; a file full of them is no text.
MAX_CHARACTERS = 20

_OTHER_ENCODINGS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # C0 without tab and line breaks, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # reorder what a reader sees
    "\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]"  # unseen line breaks, BOM inside, no characters
)
_BIDIRECTIONAL = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


def read(path: Path | str, *, name: str | None = None) -> tuple[Source, list[Finding]]:
    """Reads a spec's text.

    Args:
        path: The file.
        name: What it is called in findings, if not by its path.

    Raises:
        UsageError: There is no such file, or it cannot be opened.
    """
    name = str(path) if name is None else name
    return limited(_read_bytes(Path(path), name), name)


def limited(data: bytes, name: str) -> tuple[Source, list[Finding]]:
    """A file's bytes to text, unless there are too many."""
    if len(data) > MAX_FILE_SIZE:
        empty = Source(name, "")
        return empty, [
            Finding(
                Code.FILE_SIZE,
                "this file is larger than 1 MiB, the limit for a spec",
                empty.place(1, 1),
                "is it a spec? data and weights stand in files of their own",
            )
        ]
    return decode(data, name)


def decode(data: bytes, name: str) -> tuple[Source, list[Finding]]:
    """UTF-8 bytes, with or without a byte order mark, to text."""
    for mark, encoding in _OTHER_ENCODINGS.items():
        if data.startswith(mark):
            return _not_utf8(Source(name, ""), f"this file is {encoding}, not UTF-8")
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\0" in data:
        above = Source(name, data[: data.index(b"\0")].decode("utf-8", errors="replace"))
        return _not_utf8(above, "this file holds bytes of value 0, as binary files and UTF-16 do")
    try:
        source = Source(name, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        readable = Source(name, data[: error.start].decode("utf-8"))
        return _not_utf8(readable, f"byte 0x{data[error.start]:02x} is not UTF-8")
    return source, list(_forbidden_characters(source))


def forbidden(text: str) -> str | None:
    """What is wrong with the first character that no text may hold, or None."""
    match = _FORBIDDEN.search(text)
    return None if match is None else _describe(match.group())


def _describe(character: str) -> str:
    kind = (
        "reorders the text around it"
        if character in _BIDIRECTIONAL
        else "is a control character or cannot be seen"
    )
    return f"U+{ord(character):04X} {kind}"


def _forbidden_characters(source: Source) -> list[Finding]:
    count = len(_FORBIDDEN.findall(source.text))
    found = (
        Finding(
            Code.CHARACTER,
            f"the character {_describe(match.group())}",
            source.place(number, match.start() + 1),
            "remove it"
            if count <= MAX_CHARACTERS
            else f"{count:,} such characters are in this file",
        )
        for number, line in enumerate(source.lines, start=1)
        for match in _FORBIDDEN.finditer(line)
    )
    return list(islice(found, MAX_CHARACTERS))


def _not_utf8(readable: Source, reason: str) -> tuple[Source, list[Finding]]:
    place = readable.place(len(readable.lines), len(readable.lines[-1]) + 1)
    return readable, [Finding(Code.ENCODING, reason, place, "save the file as UTF-8")]


def _read_bytes(path: Path, name: str) -> bytes:
    if not name:
        hint = "name a YAML file; a variable of the shell may be empty"
        raise UsageError("an empty text names no file", hint=hint)
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_SIZE + 1)
    except FileNotFoundError:
        if path.is_symlink():
            hint = f"it leads to {path.readlink()}"
            raise UsageError(f"{name} is a link that leads nowhere", hint=hint) from None
        raise UsageError(f"there is no file {name}", hint=_neighbour(path)) from None
    except IsADirectoryError:
        raise UsageError(f"{name} is a directory, not a spec", hint="name a YAML file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"cannot read {name}: {reason}") from None


def _neighbour(path: Path) -> str | None:
    import difflib

    try:
        entries = sorted(each for each in path.parent.iterdir() if each.suffix in {".yaml", ".yml"})
    except OSError:
        return None
    names = {entry.stem: entry for entry in entries if entry.is_file()}
    near = difflib.get_close_matches(path.stem, names, n=1, cutoff=0.75)
    return f"did you mean {names[near[0]]}?" if near else None
