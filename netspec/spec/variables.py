"""Variables, and the tree with its expressions computed."""

from __future__ import annotations

import re
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from netspec.diagnostics import Code, Finding
from netspec.layers.wiring import NAME_PATTERN
from netspec.source.expressions import Template, expression, has_expression, template
from netspec.source.grammar import RESERVED
from netspec.source.nodes import UNKNOWN, Entry, ListNode, MapNode, Node, Place, ScalarNode
from netspec.source.parse import MAX_DEPTH
from netspec.source.terms import ExpressionError
from netspec.wording import short, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Report = Callable[[Finding], None]

# As many values as a text may have nodes, and as one variable may hold.
MAX_MADE = 500_000
MAX_VALUES = 10_000


def read_variables(node: Node | None, resolver: Resolver) -> dict[str, Any]:
    """The values of `vars` by name; UNKNOWN for one that has a mistake.

    Args:
        node: The section, None where there is none.
        resolver: Computes what follows from others.
    """
    report = resolver.report
    if not isinstance(node, MapNode):
        return {}  # a section of another form is the section's mistake
    nodes = {}
    for name, entry in node.entries.items():
        if is_free_name(name, "a variable", entry.key.place, report):
            nodes[name] = entry.node
    values: dict[str, Any] = {}
    for name in _in_order(node, nodes, values, report):
        before = resolver.made
        value: Any = resolver.resolve(nodes[name], values).value()
        if resolver.made - before > MAX_VALUES and not resolver.stopped:
            message = f"the variable '{name}' becomes more than {MAX_VALUES:,} values"
            report(Finding(Code.EXPANSION, message, nodes[name].place, "use shorter lists"))
            value = UNKNOWN
        values[name] = UNKNOWN if is_unknown(value) else value
    return {name: values[name] for name in nodes}


def _in_order(
    node: MapNode, nodes: dict[str, Node], values: dict[str, Any], report: Report
) -> tuple[str, ...]:
    """The variables, each after those that it follows from; those that follow from themselves become UNKNOWN."""
    uses = {name: names_in(value) & nodes.keys() for name, value in nodes.items()}
    while True:
        try:
            return tuple(TopologicalSorter(uses).static_order())
        except CycleError as error:
            cycle = error.args[1]
            message = f"variables that follow from each other: {' → '.join(reversed(cycle))}"
            place = node.entries[cycle[0]].node.place
            report(Finding(Code.CYCLE, message, place, "give one of them a value"))
            values.update(dict.fromkeys(cycle, UNKNOWN))
            uses = {name: used - values.keys() for name, used in uses.items() if name not in values}


def is_free_name(name: str, what: str, place: Place, report: Report) -> bool:
    """Whether a variable or a param can be called so; a name of another form is its section's mistake."""
    if name in RESERVED:
        message = f"{what} cannot be called '{name}', which means something in expressions"
        report(Finding(Code.VALUE, message, place, "choose another name"))
    return name not in RESERVED and re.fullmatch(NAME_PATTERN.strip("^$"), name) is not None


def names_in(node: Node, *, bare: str | None = None) -> frozenset[str]:
    """Every name that the expressions below a node use; those that are no expressions use none.

    Args:
        node: The node.
        bare: The key whose text is an expression without ``${``.
    """
    names: set[str] = set()
    for key, scalar in _scalars(node, None):
        text = scalar.scalar
        try:
            if has_expression(text):
                names |= template(str(text)).names
            elif bare is not None and key == bare and isinstance(text, str):
                names |= expression(text).names
        except ExpressionError:
            continue
    return frozenset(names)


def _scalars(node: Node, key: str | None) -> Iterator[tuple[str | None, ScalarNode]]:
    if isinstance(node, ScalarNode):
        yield key, node
    elif isinstance(node, MapNode):
        for name, entry in node.entries.items():
            yield None, entry.key  # no expression may stand there, and what one uses is not unused
            yield from _scalars(entry.node, name)
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from _scalars(item, None)


class Resolver:
    """Computes the expressions of a tree.

    What an expression gives stands where the expression stood; one with a mistake gives UNKNOWN.
    """

    def __init__(self, report: Report) -> None:
        """Starts with nothing made.

        Args:
            report: Is told of every mistake.
        """
        self.report = report
        self.made = 0
        self.stopped = False

    def resolve(self, node: Node, names: Mapping[str, Any]) -> Node:
        """The tree below a node with its expressions computed; the node itself where it has none."""
        if isinstance(node, ScalarNode):
            if not has_expression(node.scalar):
                return node
            return self._as_node(self.evaluate(node, names), node.place, 0)
        if isinstance(node, ListNode):
            items = [self.resolve(item, names) for item in node.items]
            if all(new is old for new, old in zip(items, node.items, strict=True)):
                return node
            return ListNode(node.source, *_span(node.place), items=items)
        assert isinstance(node, MapNode)  # noqa: S101 - there are three kinds of nodes
        entries = {
            key: Entry(entry.key, self.resolve(entry.node, names))
            for key, entry in node.entries.items()
        }
        if all(entries[key].node is entry.node for key, entry in node.entries.items()):
            return node
        return MapNode(node.source, *_span(node.place), entries=entries)

    def evaluate(self, node: ScalarNode, names: Mapping[str, Any], *, bare: bool = False) -> Any:
        """What a scalar's text comes to.

        Args:
            node: The scalar.
            names: The values by name.
            bare: Whether the text is an expression without ``${``.
        """
        text = str(node.scalar)
        try:
            read: Template = expression(text) if bare else template(text)
            return read.evaluate(names)
        except ExpressionError as error:
            self.report(_finding(node, text, error))
            return UNKNOWN

    def _as_node(self, value: Any, place: Place, depth: int) -> Node:
        """A plain value as a tree, all of it at one place."""
        self.made += 1
        span = _span(place)
        if isinstance(value, list | dict) and (problem := self._too_much(depth)):
            if not self.stopped:  # what follows is the same mistake
                hint = "use shorter and flatter lists"
                self.report(Finding(Code.EXPANSION, problem, place, hint))
            self.stopped = True
            value = UNKNOWN
        if isinstance(value, list):
            items = [self._as_node(item, place, depth + 1) for item in value]
            return ListNode(place.source, *span, items=items)
        if isinstance(value, dict):
            entries = {
                key: Entry(
                    ScalarNode(place.source, *span, scalar=key, text=key),
                    self._as_node(item, place, depth + 1),
                )
                for key, item in value.items()
            }
            return MapNode(place.source, *span, entries=entries)
        text = spoken(value) if value is None or isinstance(value, bool) else str(value)
        return ScalarNode(place.source, *span, scalar=value, text=text)

    def _too_much(self, depth: int) -> str | None:
        """Why no further list is made, or None."""
        if depth > MAX_DEPTH:
            return f"expressions give lists nested more than {MAX_DEPTH} levels deep"
        if self.made > MAX_MADE:
            return f"expressions give more than {MAX_MADE:,} values"
        return None


def _finding(node: ScalarNode, text: str, error: ExpressionError) -> Finding:
    message = error.message
    if error.of_term:
        message = f"'{short(text[error.start : error.end])}' {message}"
    code = Code.UNKNOWN_VARIABLE if error.unknown else Code.EXPRESSION
    return Finding(code, message, _stretch(node, text, error), error.hint)


def _stretch(node: ScalarNode, text: str, error: ExpressionError) -> Place:
    """Where in a scalar's text a mistake stands, where the text stands there as it is."""
    place = node.place
    quotes = place.end_column - place.column - len(text)
    if place.line != place.end_line or quotes not in {0, 2}:
        return place
    column = place.column + quotes // 2
    end = max(error.end, error.start + 1)
    return replace(place, column=column + error.start, end_column=column + end)


def is_unknown(value: object) -> bool:
    """Whether anything within a value is UNKNOWN."""
    if isinstance(value, list):
        return any(map(is_unknown, value))
    if isinstance(value, dict):
        return any(map(is_unknown, value.values()))
    return value is UNKNOWN


def _span(place: Place) -> tuple[tuple[int, int], tuple[int, int]]:
    return (place.line, place.column), (place.end_line, place.end_column)
