"""Variables, params and blocks that the file defines and nothing uses.

A name that nothing uses is often a misspelt one: `width` is defined, and the layers say `${widths}`, or a number stands
where the variable was meant. Only names of the file itself are told of; a base may define more than one of the
files that extend it uses, and an abstract file's variables are for those.

Failing:

    netspec: 1
    vars: {width: 32}  # NS601
    model:
      input: [28, 28, 1]
      layers: [Flatten, {Dense: {units: 64}}, {Dense: {units: 10}}]

Passing:

    netspec: 1
    vars: {width: 32}
    model:
      input: [28, 28, 1]
      layers: [Flatten, {Dense: {units: "${width}"}}, {Dense: {units: 10}}]
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding
from netspec.layers.wiring import NAME_PATTERN
from netspec.source.grammar import RESERVED
from netspec.source.nodes import ListNode, MapNode, ScalarNode
from netspec.spec.model import OF_EVERY_USE
from netspec.spec.variables import names_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.source.nodes import Entry, Node
    from netspec.spec.document import Document

CODE = Code.UNUSED_NAME


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Names of the file that nothing uses."""
    del graph
    model = document.text.get("model")
    blocks = model.get("blocks") if isinstance(model, MapNode) else None
    definitions = blocks.entries if isinstance(blocks, MapNode) else {}
    own = document.file.source
    if not document.abstract:
        yield from _variables(document, definitions)
    used = _block_names(model, set(definitions)) if isinstance(model, MapNode) else set()
    for name, entry in definitions.items():
        if entry.key.source is not own or not isinstance(entry.node, MapNode):
            continue
        if name not in used and not document.abstract and re.match(NAME_PATTERN, name):
            yield _unused("block", name, entry, "use it among the layers, or remove it")
        yield from _params(name, entry.node)


def _variables(document: Document, definitions: dict[str, Entry]) -> Iterator[Finding]:
    variables = document.text.get("vars")
    if not isinstance(variables, MapNode) or not variables.entries:
        return
    used: set[str] = set()
    for node in _outside_of_blocks(document.text):
        used |= names_in(node, bare="when")
    for definition in definitions.values():
        # A param shadows a variable in the block's layers; its own default still sees the variable.
        params = _entries(definition.node, "params")
        used |= names_in(definition.node, bare="when") - params.keys()
        for param in params.values():
            used |= names_in(param.node)
    for name, entry in variables.entries.items():
        known = name in document.variables and entry.key.source is document.file.source
        if known and name not in used:
            yield _unused(
                "variable", name, entry, f"write ${{{name}}} where it is meant, or remove it"
            )


def _outside_of_blocks(text: MapNode) -> Iterator[Node]:
    for key, entry in text.entries.items():
        if key == "model" and isinstance(entry.node, MapNode):
            yield from (part.node for name, part in entry.node.entries.items() if name != "blocks")
        else:
            yield entry.node


def _params(block: str, definition: MapNode) -> Iterator[Finding]:
    params = _entries(definition, "params")
    layers = definition.get("layers")
    if layers is None:  # which is the mistake
        return
    used = names_in(layers, bare="when") if layers is not None else frozenset()
    for param in params.values():
        used |= names_in(param.node)
    for name, entry in params.items():
        if name not in used and name not in RESERVED | {*OF_EVERY_USE}:
            message = f"the block '{block}' does not use its param '{name}'"
            yield _finding(message, entry, f"write ${{{name}}} where it is meant, or remove it")


def _entries(node: Node | None, key: str) -> dict[str, Entry]:
    below = node.get(key) if isinstance(node, MapNode) else None
    return below.entries if isinstance(below, MapNode) else {}


def _block_names(node: Node, blocks: set[str]) -> set[str]:
    """The blocks that are named anywhere as items, or inside layers."""
    if isinstance(node, ScalarNode):
        return {node.text} & blocks
    if isinstance(node, ListNode):
        return {name for item in node.items for name in _block_names(item, blocks)}
    assert isinstance(node, MapNode)  # noqa: S101 - there are three kinds of nodes
    found: set[str] = set()
    for key, entry in node.entries.items():
        if key == "blocks":  # definitions: the names there are keys, and no uses
            for definition in getattr(entry.node, "entries", {}).values():
                layers = (
                    definition.node.get("layers") if isinstance(definition.node, MapNode) else None
                )
                found |= _block_names(layers, blocks) if layers is not None else set()
        else:
            found |= {key} & blocks | _block_names(entry.node, blocks)
    return found


def _unused(what: str, name: str, entry: Entry, hint: str) -> Finding:
    return _finding(f"nothing uses the {what} '{name}'", entry, hint)


def _finding(message: str, entry: Entry, hint: str) -> Finding:
    return Finding(CODE, message, entry.key.place, hint)
