"""A resolved spec with comments that say where each value comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.fields.difference import plain
from netspec.report.escape import printable
from netspec.source.expressions import has_expression
from netspec.source.nodes import MapNode, ScalarNode, Source, find
from netspec.spec.layout import lines, node_of, spaced
from netspec.spec.resolved import DEFAULT, with_entry
from netspec.spec.spec import SECTIONS
from netspec.spec.variables import names_in
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netspec.analysis import Analysis
    from netspec.source.nodes import Node, Place
    from netspec.spec.document import Document
    from netspec.spec.layout import Line, Path

# Defaults that would mean something else if they were written.
_WISH = Source("default", "")
# Where comments begin, unless lines are longer.
_COLUMN = 72


def with_provenance(
    tree: MapNode, analysis: Analysis, used_at: Mapping[Path, tuple[Place, ...]]
) -> str:
    """The tree as YAML, with the defaults of its sections and a comment at each value.

    Args:
        tree: A resolved spec.
        analysis: What it came from, without errors.
        used_at: Where the blocks are used that a layer stands in, by its path in the tree.
    """
    document = analysis.document
    assert document is not None  # noqa: S101 - there are no errors
    comments = _Comments(document, analysis.patches, used_at)
    found = list(lines(_with_defaults(tree, document)))
    column = max((len(str(line)) for line in found if len(str(line)) <= _COLUMN), default=0)
    return "".join(
        f"{line if isinstance(line, str) else comments.line(line, column)}\n"
        for line in spaced(found)
    )


def _with_defaults(tree: MapNode, document: Document) -> MapNode:
    """The tree with the fields of its sections that no text gives."""
    for name in SECTIONS:
        section, node = getattr(document, name, None), tree.get(name)
        if section is None or not isinstance(node, MapNode):
            continue
        # Of fields that exclude each other one is there, and the other's default is not to be written.
        others = {*section.needed_without, *section.needed_without.values()}
        for field in type(section).model_fields:
            if field not in node and field not in others:
                wished = field in getattr(section, "wishes", ())
                value = node_of(plain(getattr(section, field)), _WISH if wished else DEFAULT)
                node = with_entry(node, field, value)
        tree = with_entry(tree, name, node)
    return tree


class _Comments:
    """Comments for lines."""

    def __init__(
        self,
        document: Document,
        patches: tuple[Place, ...],
        used_at: Mapping[Path, tuple[Place, ...]],
    ) -> None:
        self._document = document
        self._patches = patches
        self._used_at = used_at

    def line(self, line: Line, column: int) -> str:
        """A line with its comment; commented out as a whole where it must not be read."""
        if not line.values:
            return str(line)
        _, first = line.values[0]
        if first.source is _WISH:
            text = f"{' ' * line.indent}# {line.text}"
            return f"{text:<{column}}  # default, where the source has such a split"
        return f"{line!s:<{column}}  # {'; '.join(self._told(line))}"

    def _told(self, line: Line) -> Iterator[str]:
        """Where a line's first value comes from, and those of its others that come from elsewhere."""
        (path, first), *others = line.values
        yield self._origin(first) + self._computed(path)
        if line.path == ("name",) and first.source is DEFAULT:
            yield "the file's name"
        for use in self._used_at.get(line.path, ()):
            yield f"used at {self._place(use)}"
        for below, node in others:
            computed = self._computed(below)
            if computed or self._sort(node) != self._sort(first):
                yield f"{_name(below[len(line.path) :])}: {self._origin(node)}{computed}"
        yield from self._variables(path for path, _ in line.values)

    def _variables(self, paths: Iterable[Path]) -> Iterator[str]:
        """Where the variables stand that values are computed from."""
        variables = self._document.text.get("vars")
        known = variables.entries if isinstance(variables, MapNode) else {}
        used = {name: None for path in paths for name in sorted(self._names(path)) if name in known}
        for name in used:
            yield f"{name}: {self._origin(known[name].node)}"

    def _names(self, path: Path) -> frozenset[str]:
        node = self._expression(path)
        return names_in(node) if node is not None else frozenset()

    def _origin(self, node: Node) -> str:
        if node.source is DEFAULT or not node.source.name:
            return "default"
        patched = "patch, " if self._is_patched(node) else ""
        return f"{patched}{self._place(node.place)}"

    def _sort(self, node: Node) -> tuple[str, bool]:
        """What tells origins apart but for the line."""
        return node.source.name, self._is_patched(node)

    def _is_patched(self, node: Node) -> bool:
        return any(
            place.source is node.source and place.line <= node.line <= place.end_line
            for place in self._patches
        )

    def _place(self, place: Place) -> str:
        name = place.source.name
        if place.source is self._document.file.source:
            name = "this file"
        elif name.startswith("--set["):
            return printable(name)
        return f"{printable(name)}:{place.line}"

    def _computed(self, path: Path) -> str:
        node = self._expression(path)
        return "" if node is None else f" from {printable(short(str(node.scalar)))}"

    def _expression(self, path: Path) -> ScalarNode | None:
        """The expression that a value of a section comes from."""
        if path[:1] == ("vars",) or (path[:1] == ("model",) and path[1:2] != ("input",)):
            return None
        node, _ = find(self._document.text, path)
        return node if isinstance(node, ScalarNode) and has_expression(node.scalar) else None


def _name(path: Path) -> str:
    """A field's name below its line; the kind of a thing is not said."""
    steps = [str(step) for step in path]
    if len(steps) > 1 and not isinstance(path[1], int):
        del steps[0]
    return ".".join(steps)
