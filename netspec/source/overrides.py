"""`--set path=value`: one value of the text replaced, before anything is read from it."""

from __future__ import annotations

from netspec.diagnostics import Code, Finding
from netspec.source.nodes import Entry, ListNode, MapNode, Node, ScalarNode, Source
from netspec.source.parse import MAX_DEPTH, parse
from netspec.wording import nearest


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


class _Refused(Exception):  # noqa: N818 - findings to be, not an error of the program
    def __init__(self, *findings: Finding) -> None:
        super().__init__()
        self.findings = findings


def _assign(root: Node, source: Source) -> Node:
    path, equals, _ = source.text.partition("=")
    steps = path.strip().split(".")
    if not equals or not all(steps):
        message = "an assignment is written path=value"
        hint = "such as --set training.epochs=3"
        raise _Refused(Finding(Code.OVERRIDE, message, source.place(1, 1), hint))
    if len(steps) > MAX_DEPTH:
        message = f"a path has at most {MAX_DEPTH} steps, not {len(steps):,}"
        raise _Refused(Finding(Code.OVERRIDE, message, source.place(1, 1)))
    value = _value(source, len(path) + 1)
    return _replace(root, steps, 0, value, source)


def _value(source: Source, offset: int) -> Node:
    node, findings = parse(source, skip=offset)
    if node is None and findings[0].code is Code.EMPTY:
        end = (1, offset + 1)
        return ScalarNode(source, end, end, scalar=None, text="")
    if findings or node is None:
        raise _Refused(*findings)
    return node


def _replace(node: Node, steps: list[str], depth: int, value: Node, source: Source) -> Node:
    if depth == len(steps):
        return value
    step = steps[depth]
    if isinstance(node, MapNode):
        return _replace_entry(node, steps, depth, value, source)
    if isinstance(node, ListNode):
        index = _element(node, steps, depth, source)
        items = list(node.items)
        items[index] = _replace_item(items[index], steps, depth, value, source)
        return ListNode(node.source, _start(node), _end(node), items=items)
    if isinstance(node, ScalarNode) and node.scalar is None:
        return _replace(_empty(source, steps, depth), steps, depth, value, source)
    if isinstance(node, ScalarNode) and node.text == step:  # a bare kind: it has no fields yet
        return _replace(_without_fields(node, source, steps, depth), steps, depth, value, source)
    above = ".".join(steps[:depth])
    message = f"{above or 'the spec'} is a single value and has no '{step}'"
    raise _refuse(source, steps, depth, message, above and f"set it as a whole: {above}=…")


def _replace_entry(
    node: MapNode, steps: list[str], depth: int, value: Node, source: Source
) -> MapNode:
    step = steps[depth]
    entry = node.entries.get(step)
    if entry is None:
        start, end = _span(steps, depth)
        key = ScalarNode(source, start, end, scalar=step, text=step)
        below = depth + 1
        new = value if below == len(steps) else _empty(source, steps, below)
        entry = Entry(key, new)
    replaced = Entry(entry.key, _replace(entry.node, steps, depth + 1, value, source))
    return MapNode(node.source, _start(node), _end(node), entries={**node.entries, step: replaced})


def _replace_item(item: Node, steps: list[str], depth: int, value: Node, source: Source) -> Node:
    """Below an element of a list, fields are addressed directly, without the kind between."""
    if depth + 1 == len(steps):
        return value
    if isinstance(item, ScalarNode):
        item = _without_fields(item, source, steps, depth + 1)
    kind = next(iter(item)) if isinstance(item, MapNode) and len(item.entries) == 1 else None
    if kind is None or steps[depth + 1] == kind:
        return _replace(item, steps, depth + 1, value, source)
    assert isinstance(item, MapNode)  # noqa: S101 - only a mapping has a kind
    entry = item.entries[kind]
    fields_node = _replace(entry.node, steps, depth + 1, value, source)
    return MapNode(
        item.source, _start(item), _end(item), entries={kind: Entry(entry.key, fields_node)}
    )


def _without_fields(kind: ScalarNode, source: Source, steps: list[str], depth: int) -> MapNode:
    """A bare kind as the mapping that it is short for."""
    entries = {kind.text: Entry(kind, _empty(source, steps, depth))}
    return MapNode(kind.source, _start(kind), _end(kind), entries=entries)


def _element(node: ListNode, steps: list[str], depth: int, source: Source) -> int:
    step = steps[depth]
    labels = [_labels(item) for item in node.items]
    for label in (0, 1):
        found = [index for index, item in enumerate(labels) if item[label] == step]
        if len(found) == 1:
            return found[0]
        if found:
            message = f"{len(found)} elements are called '{step}'"
            raise _refuse(source, steps, depth, message, "give the one you mean a `name`")
    known = [name for item in labels for name in item if name is not None]
    hint = nearest(step, known) or "an element is addressed by its name, or by its kind"
    raise _refuse(source, steps, depth, f"no element is called '{step}'", hint)


def _labels(item: Node) -> tuple[str | None, str | None]:
    """An element's name and kind."""
    if isinstance(item, ScalarNode):
        return None, item.text
    if not isinstance(item, MapNode) or not item.entries:
        return None, None
    kind, entry = next(iter(item.entries.items()))
    name = entry.node.get("name") if isinstance(entry.node, MapNode) else None
    return (name.text if isinstance(name, ScalarNode) else None), kind


def _refuse(
    source: Source, steps: list[str], depth: int, message: str, hint: str | None
) -> _Refused:
    start, end = _span(steps, depth)
    place = source.place(*start, width=end[1] - start[1])
    return _Refused(Finding(Code.OVERRIDE, message, place, hint))


def _empty(source: Source, steps: list[str], depth: int) -> MapNode:
    start, end = _span(steps, min(depth, len(steps) - 1))
    return MapNode(source, start, end, entries={})


def _span(steps: list[str], depth: int) -> tuple[tuple[int, int], tuple[int, int]]:
    column = sum(len(step) + 1 for step in steps[:depth]) + 1
    return (1, column), (1, column + len(steps[depth]))


def _start(node: Node) -> tuple[int, int]:
    return node.line, node.column


def _end(node: Node) -> tuple[int, int]:
    return node.end_line, node.end_column
