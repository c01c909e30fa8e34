"""A silence that silences nothing.

A warning or a note that is meant can be silenced: in a whole spec by `ignore: [NS601]` at the top, on one line by a
comment at its end, `# netspec: ignore NS601 -- the reason`. Where nothing is found any more that it would silence, it
only hides what comes next, and is best removed. Errors cannot be silenced.

Failing:

    netspec: 1
    ignore: [NS601]  # NS602
    model:
      input: [4]
      layers: [{Dense: {units: 2}}]

Passing:

    netspec: 1
    vars:
      width: 32  # netspec: ignore NS601 -- specs that extend this one use it
    model:
      input: [4]
      layers: [{Dense: {units: 2}}]
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from netspec.diagnostics import OF_DATA, Code, Finding, has_errors, severity_of
from netspec.settings import settings
from netspec.source.nodes import ListNode, MapNode, ScalarNode
from netspec.wording import nearest_code, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netspec.source.nodes import Node, Place, Source
    from netspec.spec.document import Document

CODE = Code.UNUSED_SILENCE
_ERRORS = frozenset(code.value for code in Code if severity_of(code) == "error")
_SILENCEABLE = frozenset(code.value for code in Code) - _ERRORS
_COMMENT = re.compile(r"(?:^|\s)#\s*netspec:\s*ignore\b(.*)$")
_OF_PLUGIN = re.compile(r"(?!NS)[A-Z]{2,8}[0-9]{3}")
_REASON = re.compile(r"\s--\s|\s--$")
_SEPARATOR = re.compile(r"[\s,]+")


@dataclass
class _Silence:
    """One code that is silenced, on a line or in the whole spec.

    Attributes:
        code: The code.
        place: Where the code stands.
        line: The source and line that it is for; None for the whole spec.
        used: Whether anything was silenced by it.
    """

    code: str
    place: Place
    line: tuple[Source, int] | None
    used: bool = field(default=False)

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is silenced by it."""
        if finding.code != self.code:
            return False
        places = finding.place, *finding.place.used_at
        return self.line is None or self.line in {(each.source, each.line) for each in places}


def silenced(findings: Iterable[Finding], document: Document) -> list[Finding]:
    """The findings that are left, each as grave as the repository says, and the silences that nothing needs."""
    told = list(findings)
    repository = settings()
    left: list[Finding] = []
    if repository.silences:
        silences = [*_of_spec(document), *_of_lines(document, told)]
        for finding in told:
            by = [silence for silence in silences if silence.covers(finding)]
            if not by or severity_of(finding.code) == "error":
                left.append(finding)
            for silence in by:
                silence.used = True
        left += _unused(silences, document, sure=not has_errors(told))
        left = [
            finding
            for finding in left
            if finding.code not in repository.ignored or finding.severity == "error"
        ]
    else:
        left = told
    return [_as_grave_as_said(finding) for finding in left]


def _as_grave_as_said(finding: Finding) -> Finding:
    level = settings().severities.get(finding.code)
    return finding if level is None else replace(finding, level=level)


def _of_spec(document: Document) -> Iterator[_Silence]:
    """What `ignore` at the top says, as far as it is right."""
    node = document.root.get("ignore")
    for each in node.items if isinstance(node, ListNode) else ():
        if isinstance(each, ScalarNode) and isinstance(each.scalar, str):
            yield _Silence(each.scalar, each.place, None)


def _of_lines(document: Document, findings: list[Finding]) -> Iterator[_Silence]:
    """What comments say, in the file itself and in every file that something was found in."""
    sources = dict.fromkeys([document.file.source])
    for finding in findings:
        sources |= dict.fromkeys(place.source for place in (finding.place, *finding.place.used_at))
    for source in sources:
        if "netspec:" not in source.text:
            continue
        texts: list[ScalarNode] | None = None
        for number, line in enumerate(source.lines, 1):
            match = _COMMENT.search(line) if "#" in line else None
            if match is None:
                continue
            if texts is None:
                texts = [*_texts(document.file), *_texts(document.text)]
            if not _within(texts, source, number, match.start()):
                yield from _of_comment(source, number, line, match)


def _of_comment(source: Source, number: int, line: str, match: re.Match[str]) -> Iterator[_Silence]:
    """The codes that a comment names, or the comment itself where it names none."""
    start = match.start(1)
    said = _REASON.split(match[1], maxsplit=1)[0]
    column = start
    names = 0
    for part in _SEPARATOR.split(said):
        if not part:
            continue
        column = line.index(part, column)
        names += 1
        place = source.place(number, column + 1, width=len(part))
        yield _Silence(part, place, (source, number))
        column += len(part)
    if not names:
        at = line.index("#", match.start())
        yield _Silence("", source.place(number, at + 1, width=len(line) - at), (source, number))


def _texts(node: Node) -> Iterator[ScalarNode]:
    """Every scalar of a tree, keys among them: a text in quotes or in several lines may hold a `#`."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ScalarNode):
            yield node
        elif isinstance(node, ListNode):
            waiting += node.items
        elif isinstance(node, MapNode):
            for entry in node.entries.values():
                waiting += (entry.key, entry.node)


def _within(texts: list[ScalarNode], source: Source, line: int, column: int) -> bool:
    """Whether a place is within a text: there `#` begins no comment."""
    return any(
        text.source is source
        and (text.line, text.column) <= (line, column + 1)
        and (line, column + 1) < (text.end_line, text.end_column)
        for text in texts
    )


def _stands_alone(source: Source, number: int) -> bool:
    """Whether a line holds a comment and nothing else."""
    return source.lines[number - 1].lstrip().startswith("#")


def _unused(silences: list[_Silence], document: Document, *, sure: bool) -> Iterator[Finding]:
    """The silences of the file itself that silence nothing; those of a base may be for other files.

    Args:
        silences: All of them.
        document: The spec.
        sure: Whether every rule has spoken: they keep silent about what has an error.
    """
    if any(silence.code == CODE and silence.line is None for silence in silences):
        return
    for silence in silences:
        # What only a look at the data finds, `data check` may find.
        used = silence.used or silence.code in OF_DATA - _ERRORS
        if used or silence.place.source is not document.file.source:
            continue
        code = silence.code
        is_wrong = code not in _SILENCEABLE and not _OF_PLUGIN.fullmatch(code)
        if is_wrong and silence.line is None:  # told where the section is read
            continue
        if not code:
            message = "this silence names no code"
            hint = "write `# netspec: ignore NS601 -- the reason`"
        elif is_wrong and code in _ERRORS:
            message = f"{code} is an error, and only its repair silences it"
            hint = f"`netspec explain {code}` says what to do about it"
        elif is_wrong:
            message = f"there is no code '{short(code)}' to silence"
            hint = nearest_code(code, sorted(_SILENCEABLE)) or "`netspec explain` lists them"
        elif not sure:
            continue
        else:
            where = "in this spec" if silence.line is None else "on this line"
            message = f"nothing is found {where} that {short(code)} would silence"
            hint = "remove it"
            if silence.line is not None and _stands_alone(*silence.line):
                hint = "put it at the end of the line that it is for"
        yield Finding(CODE, message, silence.place, hint)
