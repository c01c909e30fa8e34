"""What differs between two specs outside of their networks: data, training, seed, the variables that are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.fields.difference import ABSENT, FieldChange, differences
from netspec.source.nodes import MapNode
from netspec.spec.variables import names_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.spec.document import Document

# What a spec says of itself, and of its network.
_NOT_COMPARED = frozenset({"netspec", "name", "abstract", "extends", "patch", "vars", "model"})


def setting_changes(before: Document, after: Document) -> Iterator[FieldChange]:
    """Every setting that differs, by its path.

    Args:
        before: A spec without errors.
        after: Another one.
    """
    yield from differences(_variables(before), _variables(after), "vars")
    for name in type(after.spec).model_fields if after.spec is not None else ():
        if name not in _NOT_COMPARED:
            yield from differences(_section(before, name), _section(after, name), name)


def _section(document: Document, name: str) -> object:
    section = getattr(document.spec, name)
    return ABSENT if section is None else section


def _variables(document: Document) -> dict[str, Any]:
    """The variables that are of use, be it through others."""
    used: set[str] = set()
    for name, entry in document.text.entries.items():
        if name != "vars" and not name.startswith("x-"):
            used |= names_in(entry.node, bare="when")
    variables = document.text.get("vars")
    nodes = variables.entries if isinstance(variables, MapNode) else {}
    waiting = [name for name in used if name in nodes]
    while waiting:  # what a used variable follows from is used, too
        more = (names_in(nodes[waiting.pop()].node) & nodes.keys()) - used
        used |= more
        waiting += more
    return {name: value for name, value in document.variables.items() if name in used}
