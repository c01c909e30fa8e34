"""Text to tree, on PyYAML's event stream.

The tree is composed here and not by PyYAML, whose composer is recursive (50,000 open brackets end the process)
and knows neither limits nor YAML 1.2. Every limit is held on the stream, before anything is built.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml

from netspec.diagnostics import MAX_FINDINGS, Code, Finding
from netspec.source import decode
from netspec.source.nodes import Entry, ListNode, MapNode, Node, Place, ScalarNode, Source
from netspec.source.scalars import NumberError, resolve
from netspec.source.syntax import escape_finding, position, syntax_finding
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_DEPTH = 64
MAX_NODES = 500_000
MAX_ALIASES = 1_000

# libyaml's parser where PyYAML was built with it, the pure Python one elsewhere.
_LOADER: type = getattr(yaml, "CLoader", yaml.Loader)

_TAG_PREFIX = "tag:yaml.org,2002:"
_SCALAR_TAGS = {"str": str, "int": int, "float": float, "bool": bool, "null": type(None)}


class _Stop(Exception):  # noqa: N818 - ends the walk, is no error of the program
    """The text cannot be read further; carries the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def parse_file(path: Path | str, *, name: str | None = None) -> tuple[Node | None, list[Finding]]:
    """Reads and parses a file.

    Args:
        path: The file.
        name: What it is called in findings, if not by its path.

    Returns:
        The root of the tree, None where the text could not be read to its end, and the findings.

    Raises:
        UsageError: There is no such file, or it cannot be opened.
    """
    source, findings = decode.read(path, name=name)
    if findings:
        return None, findings
    return parse(source)


def parse(source: Source, *, skip: int = 0) -> tuple[Node | None, list[Finding]]:
    """Parses a text; the root is None where it could not be read to its end.

    Args:
        source: The text.
        skip: How many characters at its start are no YAML.
    """
    composer = _Composer(source, " " * skip + source.text[skip:])
    try:
        root = composer.compose()
    except _Stop as stop:
        return None, [*composer.findings, stop.finding]
    return root, composer.findings


@dataclass
class _Open:
    """A collection whose end has not come yet."""

    start: tuple[int, int]
    is_map: bool
    is_flow: bool
    anchor: str | None
    first_node: int
    children: list[Node] = field(default_factory=list)
    height: int = 0
    end: tuple[int, int] = (1, 1)  # of the last child as it is written, so of an alias itself


@dataclass(frozen=True)
class _Anchor:
    node: Node
    nodes: int
    height: int


class _Composer:
    def __init__(self, source: Source, text: str) -> None:
        self.source = source
        self.text = text
        self.findings: list[Finding] = []
        self.open: list[_Open] = []
        self.anchors: dict[str, _Anchor] = {}
        self.nodes = 0
        self.aliases = 0
        self.documents = 0
        self.root: Node | None = None

    def compose(self) -> Node | None:
        """Walks the events once; every node is built when its end is seen."""
        events = yaml.parse(self.text, Loader=_LOADER)
        while (event := self._next(events)) is not None:
            self._take(event)
        if self.root is None or (isinstance(self.root, ScalarNode) and not self.root.text):
            raise _Stop(
                Finding(
                    Code.EMPTY,
                    "this file is empty",
                    self.source.place(1, 1),
                    "a spec starts with `netspec: 1` and has a `model`",
                )
            )
        return self.root

    def _next(self, events: Iterator[yaml.Event]) -> yaml.Event | None:
        try:
            return next(events, None)
        except yaml.YAMLError as error:
            raise _Stop(syntax_finding(self.source, error)) from None
        except (OverflowError, ValueError):  # what chr() raises within the Python parser
            raise _Stop(escape_finding(self.source)) from None

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            scalar = self._scalar(event)
            self._add(scalar, (scalar.end_line, scalar.end_column), event.anchor, nodes=1, height=0)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._start(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise self._stop(
                    Code.DOCUMENTS, event, "a second document starts here", "one file is one spec"
                )

    def _stop(self, code: Code, event: yaml.Event, message: str, hint: str) -> _Stop:
        return _Stop(Finding(code, message, self._place(event), hint))

    def _report(self, code: Code, place: Place, message: str, hint: str) -> None:
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(Finding(code, message, place, hint))

    def _place(self, event: yaml.Event) -> Place:
        return Place(self.source, *position(event.start_mark), *position(event.end_mark))

    def _count(self, event: yaml.Event, nodes: int, depth: int) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise self._stop(
                Code.NODES, event, f"more than {MAX_NODES:,} nodes up to here", "split the file"
            )
        if depth > MAX_DEPTH:
            raise self._stop(
                Code.DEPTH, event, f"nested more than {MAX_DEPTH} levels deep", "flatten this part"
            )

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        self._count(event, 1, len(self.open) + 1)
        is_map = isinstance(event, yaml.MappingStartEvent)
        self._check_tag(event, "map" if is_map else "seq")
        start = position(event.start_mark)
        self.open.append(
            _Open(start, is_map, bool(event.flow_style), event.anchor, first_node=self.nodes)
        )
        if event.anchor is not None:
            self.anchors.pop(event.anchor, None)

    def _end(self, event: yaml.CollectionEndEvent) -> None:
        done = self.open.pop()
        # A block ends with its last child; the parsers put its end at whatever follows.
        end = position(event.end_mark) if done.is_flow else done.end
        node: Node
        if done.is_map:
            node = MapNode(self.source, done.start, end, entries=self._entries(done.children))
        else:
            node = ListNode(self.source, done.start, end, items=done.children)
        nodes = self.nodes - done.first_node + 1
        self._add(node, end, done.anchor, nodes=nodes, height=done.height)

    def _add(
        self, node: Node, end: tuple[int, int], anchor: str | None, *, nodes: int, height: int
    ) -> None:
        if anchor is not None:
            self.anchors[anchor] = _Anchor(node, nodes, height)
        if self.open:
            parent = self.open[-1]
            parent.children.append(node)
            parent.end = end
            parent.height = max(parent.height, height + 1)
        else:
            self.root = node

    def _alias(self, event: yaml.AliasEvent) -> None:
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            raise self._stop(
                Code.ALIAS, event, f"more than {MAX_ALIASES:,} aliases", "write the values out"
            )
        anchor = self.anchors.get(str(event.anchor))
        if anchor is None:
            name = short(str(event.anchor))
            inside = any(collection.anchor == event.anchor for collection in self.open)
            raise self._stop(
                Code.ALIAS,
                event,
                f"the alias *{name} stands inside its own anchor"
                if inside
                else f"the alias *{name} has no anchor &{name} above it",
                "an alias repeats a node that is complete and stands above it",
            )
        self._count(event, anchor.nodes, len(self.open) + anchor.height)
        end = position(event.end_mark)
        self._add(anchor.node, end, None, nodes=anchor.nodes, height=anchor.height)

    def _scalar(self, event: yaml.ScalarEvent) -> ScalarNode:
        self._count(event, 1, len(self.open))
        start, end = position(event.start_mark), position(event.end_mark)
        if start == end:
            start = end = self._after_colon(start)
        scalar: None | bool | float | str = event.value
        try:
            if event.tag is not None:
                scalar = self._tagged(event)
            elif not event.style:  # None from the Python parser, "" from the C one: plain
                scalar = resolve(event.value)
        except NumberError as error:
            self._report(Code.NUMBER, self._place(event), str(error), "write a smaller number")
        if event.style == '"' and (reason := decode.forbidden(event.value)) is not None:
            self._report(
                Code.CHARACTER,
                self._place(event),
                f"the escaped character {reason}",
                "remove it",
            )
        return ScalarNode(self.source, start, end, scalar=scalar, text=event.value)

    def _after_colon(self, start: tuple[int, int]) -> tuple[int, int]:
        """Where a value that is not written stands: after its key's colon, wherever the parser puts it."""
        parent = self.open[-1] if self.open else None
        if parent is None or not parent.is_map or len(parent.children) % 2 == 0:
            return start
        line, column = parent.end
        colon = re.compile(r"\s*:").match(self.source.lines[line - 1], column - 1)
        return line, colon.end() + 1 if colon else column

    def _tagged(self, event: yaml.ScalarEvent) -> None | bool | float | str:
        if event.tag == "!":
            return str(event.value)
        tag = self._check_tag(event, *_SCALAR_TAGS)
        value = event.value if tag is None or tag == "str" else resolve(event.value)
        if tag == "float" and type(value) is int:
            value = float(value)
        if tag is not None and type(value) is not _SCALAR_TAGS[tag]:
            self._report(
                Code.TAG, self._place(event), f"this value is no !!{tag}", "remove the tag"
            )
        return value

    def _check_tag(
        self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, *known: str
    ) -> str | None:
        if event.tag in {None, "!"}:
            return None
        name = str(event.tag).removeprefix(_TAG_PREFIX)
        if name in known:
            return name
        self._report(
            Code.TAG,
            self._place(event),
            f"the tag !!{short(name)} does not fit here"
            if str(event.tag).startswith(_TAG_PREFIX)
            else f"unknown tag {short(name)}",
            "remove the tag: a spec never makes objects from tags",
        )
        return None

    def _entries(self, children: list[Node]) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        merged: list[MapNode] = []
        pairs = iter(children)
        for key, node in zip(pairs, pairs, strict=True):
            if not isinstance(key, ScalarNode):
                self._report(
                    Code.KEY, key.place, "a key must be plain text", "quote it if it is meant so"
                )
            elif key.text == "<<" and key.end_column - key.column == len("<<"):
                merged += self._merged(key, node)
            elif key.text in entries:
                first = entries[key.text].key
                self._report(
                    Code.DUPLICATE_KEY,
                    key.place,
                    f"the key '{short(key.text)}' stands twice; the first is on line {first.line}",
                    "keep one of them",
                )
            else:
                entries[key.text] = Entry(key, node)
        for mapping in merged:
            for text, entry in mapping.entries.items():
                entries.setdefault(text, entry)
        return entries

    def _merged(self, key: ScalarNode, node: Node) -> list[MapNode]:
        candidates = node.items if isinstance(node, ListNode) else [node]
        mappings = [candidate for candidate in candidates if isinstance(candidate, MapNode)]
        if len(mappings) < len(candidates):
            self._report(
                Code.MERGE,
                key.place,
                "`<<` merges a mapping or a list of mappings",
                "give it the alias of a mapping, `<<: *name`",
            )
        return mappings
