"""`--set path=value` and `patch`: values of the text replaced, before anything is read from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding
from netspec.source.nodes import Entry, ListNode, MapNode, Node, ScalarNode, Source
from netspec.source.parse import MAX_DEPTH, parse
from netspec.wording import nearest, short

if TYPE_CHECKING:
    from netspec.source.nodes import Place

MAX_PATCHES = 100
MAX_LISTED = 12  # of a list's elements, in a hint

# Keys whose value is a list, and so nothing that a path could begin.
_LISTS = frozenset({"augmentation", "callbacks", "layers"})


_KIND = re.compile("[A-Z][A-Za-z0-9]*")
_STRING_NAME = re.compile("[a-z][a-z0-9_]*")


def override(root: Node, assignments: tuple[str, ...]) -> tuple[Node, list[Finding]]:
    """Applies assignments in order; one that cannot be applied is a finding at ``--set[n]``.

    A path is names joined by dots. An element of a list is addressed by its ``name``, or by its kind where
    that is the only one of its kind. The value is YAML.
    """
    findings: list[Finding] = []
    for number, assignment in enumerate(assignments, start=1):
        source = Source(f"--set[{number}]", assignment)
        try:
            root = _assign(root, source)
        except _Refused as refused:
            findings += refused.findings
    return root, findings


def patch(root: Node, patches: MapNode) -> tuple[Node, list[Finding]]:
    """Applies a mapping of paths to values in order; the paths are those of `override`."""
    findings: list[Finding] = []
    if len(patches.entries) > MAX_PATCHES:
        message = f"a patch has at most {MAX_PATCHES} entries, not {len(patches.entries):,}"
        return root, [Finding(Code.OVERRIDE, message, patches.place, "write a file of its own")]
    for text, entry in patches.entries.items():
        try:
            path = _Path(text.split("."), entry.key.place)
            path.check()
            root = _replace(root, path, 0, entry.node)
        except _Refused as refused:
            findings += refused.findings
    return root, findings


class _Refused(Exception):  # noqa: N818 - findings to be, not an error of the program
    def __init__(self, *findings: Finding) -> None:
        super().__init__()
        self.findings = findings


@dataclass(frozen=True)
class _Path:
    """Where a value goes, and where that is written."""

    steps: list[str]
    place: Place

    def check(self) -> None:
        """Refuses what is no path."""
        if not all(self.steps):
            raise _Refused(
                Finding(
                    Code.OVERRIDE,
                    f"'{short('.'.join(self.steps))}' is no path",
                    self.place,
                    "names are joined by dots, such as training.epochs",
                )
            )
        if self.steps[0] in {"extends", "patch"}:
            message = f"'{self.steps[0]}' says what the text is made of, and cannot be set"
            raise _Refused(Finding(Code.OVERRIDE, message, self.place, "write it into a file"))
        if len(self.steps) > MAX_DEPTH:
            message = f"a path has at most {MAX_DEPTH} steps, not {len(self.steps):,}"
            raise _Refused(Finding(Code.OVERRIDE, message, self.place))

    def __len__(self) -> int:
        return len(self.steps)

    def step(self, depth: int) -> Place:
        """Where one step is written."""
        place = self.place
        length = sum(map(len, self.steps)) + len(self.steps) - 1
        quotes = place.end_column - place.column - length
        if place.line != place.end_line or quotes not in {0, 2}:
            return place
        column = place.column + quotes // 2 + sum(len(step) + 1 for step in self.steps[:depth])
        return place.source.place(place.line, column, width=len(self.steps[depth]))

    def refuse(self, depth: int, message: str, hint: str | None) -> _Refused:
        """The finding that a step cannot be taken."""
        return _Refused(Finding(Code.OVERRIDE, message, self.step(depth), hint))

    def key(self, depth: int) -> ScalarNode:
        """A step as a key."""
        place, text = self.step(depth), self.steps[depth]
        return ScalarNode(place.source, *_span(place), scalar=text, text=text)

    def empty(self, depth: int) -> MapNode:
        """A mapping that the text does not have yet."""
        place = self.step(min(depth, len(self.steps) - 1))
        return MapNode(place.source, *_span(place), entries={})


def _assign(root: Node, source: Source) -> Node:
    text, equals, _ = source.text.partition("=")
    steps = text.strip().split(".")
    if not equals or not all(steps):
        message = "an assignment is written path=value"
        hint = "such as --set training.epochs=3"
        raise _Refused(Finding(Code.OVERRIDE, message, source.place(1, 1), hint))
    column = len(text) - len(text.lstrip()) + 1
    path = _Path(steps, source.place(1, column, width=len(text.strip())))
    path.check()
    return _replace(root, path, 0, _value(source, len(text) + 1))


def _value(source: Source, offset: int) -> Node:
    node, findings = parse(source, skip=offset)
    if node is None and findings[0].code is Code.EMPTY:
        end = (1, offset + 1)
        return ScalarNode(source, end, end, scalar=None, text="")
    if findings or node is None:
        raise _Refused(*findings)
    return node


def _replace(node: Node, path: _Path, depth: int, value: Node) -> Node:
    if depth == len(path):
        return value
    step = path.steps[depth]
    if isinstance(node, MapNode):
        return _replace_entry(node, path, depth, value)
    if isinstance(node, ListNode):
        index = _element(node, path, depth)
        items = list(node.items)
        items[index] = _replace_item(items[index], path, depth, value)
        return ListNode(node.source, _start(node), _end(node), items=items)
    if isinstance(node, ScalarNode) and node.scalar is None:
        return _replace(path.empty(depth), path, depth, value)
    if isinstance(node, ScalarNode) and _is_kind(step, node):  # it has no fields yet
        return _replace(_without_fields(path.key(depth), path, depth), path, depth, value)
    raise _single(node, path, depth)


def _single(node: Node, path: _Path, depth: int) -> _Refused:
    """The finding that a path goes on below a single value."""
    step, above = path.steps[depth], ".".join(path.steps[:depth])
    text = node.text if isinstance(node, ScalarNode) else ""
    if _KIND.fullmatch(text) and step[:1].islower():
        return _below_kind(path, depth, text)
    rest = "".join(f"{{{each}: " for each in path.steps[depth:])
    whole = f"{rest}…{'}' * rest.count('{')}" if step[:1].isupper() else "…"
    hint = above and f"set it as a whole: {above}={whole}"
    if depth > 1 and _STRING_NAME.fullmatch(text) and step[:1].islower():
        hint = f"name the kind in between, as in {above}.Kind.{step}; or {hint}"
    message = f"{above or 'the spec'} is a single value and has no '{step}'"
    return path.refuse(depth, message, hint)


def _below_kind(path: _Path, depth: int, kind: str) -> _Refused:
    """The finding that a field is looked for beside a kind."""
    above = path.steps[:depth]
    meant = ".".join([*above, kind, *path.steps[depth:]])
    message = f"'{'.'.join(above)}' is {kind}, whose fields stand below that"
    return path.refuse(depth, message, f"write {short(meant)}")


def _is_kind(step: str, node: ScalarNode) -> bool:
    """Whether a step is the kind that stands there alone, or whose name in Keras's strings does: `Adam` for `adam`."""
    if not isinstance(node.scalar, str):
        return False
    return node.text == step or (
        _KIND.fullmatch(step) is not None and node.text.replace("_", "") == step.lower()
    )


def _replace_entry(node: MapNode, path: _Path, depth: int, value: Node) -> MapNode:
    step = path.steps[depth]
    entry = node.entries.get(step)
    if entry is None:
        _check_new(node, path, depth)
        below = depth + 1
        new = value if below == len(path) else path.empty(below)
        entry = Entry(path.key(depth), new)
    replaced = Entry(entry.key, _replace(entry.node, path, depth + 1, value))
    return MapNode(node.source, _start(node), _end(node), entries={**node.entries, step: replaced})


def _check_new(node: MapNode, path: _Path, depth: int) -> None:
    """Refuses a key that is not there and that nothing would be told of."""
    step, above = path.steps[depth], path.steps[:depth]
    kind = next(iter(node), "") if len(node.entries) == 1 else ""
    if above == ["vars"]:
        hint = nearest(step, list(node)) or f"it has {', '.join(node) or 'no variables'}"
        raise path.refuse(depth, f"there is no variable '{short(step)}'", hint)
    if kind[:1].isupper() and step[:1].islower():
        raise _below_kind(path, depth, kind)
    if step in _LISTS and depth + 1 < len(path):
        hint = f"set it as a whole: {'.'.join([*above, step])}=[…]"
        raise path.refuse(depth, f"there is no '{step}' to change something in", hint)


def _replace_item(item: Node, path: _Path, depth: int, value: Node) -> Node:
    """Below an element of a list, fields are addressed directly, without the kind between."""
    if depth + 1 == len(path):
        return value
    if isinstance(item, ScalarNode):
        kind_node = item if item.text == path.steps[depth] else path.key(depth)
        item = _without_fields(kind_node, path, depth + 1)
    kind = next(iter(item)) if isinstance(item, MapNode) and len(item.entries) == 1 else None
    if kind is None or path.steps[depth + 1] == kind:
        return _replace(item, path, depth + 1, value)
    assert isinstance(item, MapNode)  # noqa: S101 - only a mapping has a kind
    entry = item.entries[kind]
    fields_node = _replace(entry.node, path, depth + 1, value)
    return MapNode(
        item.source, _start(item), _end(item), entries={kind: Entry(entry.key, fields_node)}
    )


def _without_fields(kind: ScalarNode, path: _Path, depth: int) -> MapNode:
    """A bare kind as the mapping that it is short for."""
    entries = {kind.text: Entry(kind, path.empty(depth))}
    return MapNode(kind.source, _start(kind), _end(kind), entries=entries)


def _element(node: ListNode, path: _Path, depth: int) -> int:
    step = path.steps[depth]
    labels = [_labels(item) for item in node.items]
    for label in (0, 1):
        found = [index for index, item in enumerate(labels) if item[label] == step]
        if len(found) == 1:
            return found[0]
        if found:
            message = f"{len(found)} elements are called '{step}'"
            raise path.refuse(depth, message, "give the one you mean a `name`")
    written = [
        index
        for index, item in enumerate(node.items)
        if isinstance(item, ScalarNode) and _is_kind(step, item)
    ]
    if len(written) == 1:
        return written[0]
    known = [name for item in labels for name in item if name is not None]
    hint = nearest(step, known) or _addressed(labels, ".".join(path.steps[:depth]))
    raise path.refuse(depth, f"no element is called '{step}'", hint)


def _addressed(labels: list[tuple[str | None, str | None]], above: str) -> str:
    """The hint that lists what the elements of a list are called.

    Args:
        labels: The elements' names and kinds.
        above: The path of the list.
    """
    kinds = [kind for _, kind in labels]
    names = [name or (kind if kinds.count(kind) == 1 else None) for name, kind in labels]
    called = [short(name) for name in names if name is not None]
    if not any(kinds):
        return f"set it as a whole: {above}=[…]"
    more = " …" if len(called) > MAX_LISTED else ""
    by_name = "an element is addressed by its name, or by its kind"
    hint = f"{by_name}: {', '.join(called[:MAX_LISTED])}{more}" if called else by_name
    return hint if len(called) == len(names) else f"{hint}; others need a `name`"


def _labels(item: Node) -> tuple[str | None, str | None]:
    """An element's name and kind."""
    if isinstance(item, ScalarNode):
        return None, item.text if isinstance(item.scalar, str) else None
    if not isinstance(item, MapNode) or not item.entries:
        return None, None
    own = item.get("name")
    if isinstance(own, ScalarNode) and len(item.entries) > 1:  # fields without a kind: a stage
        return own.text, None
    kind, entry = next(iter(item.entries.items()))
    name = entry.node.get("name") if isinstance(entry.node, MapNode) else None
    return (name.text if isinstance(name, ScalarNode) else None), kind


def _span(place: Place) -> tuple[tuple[int, int], tuple[int, int]]:
    return (place.line, place.column), (place.end_line, place.end_column)


def _start(node: Node) -> tuple[int, int]:
    return node.line, node.column


def _end(node: Node) -> tuple[int, int]:
    return node.end_line, node.end_column
