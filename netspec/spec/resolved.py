"""The resolved spec: what the text says after every replacement, as a tree that stands by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.source.nodes import Entry, ListNode, MapNode, Node, ScalarNode, Source
from netspec.spec.backbone import BACKBONE
from netspec.spec.layout import scalar, yaml_text
from netspec.spec.spec import SECTIONS, WholeSpec
from netspec.spec.variables import names_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netspec.spec.document import Document

# Whose values no text has given.
DEFAULT = Source("default", "")
# In this order; `extends` and `patch` have been done by then.
_FIRST = ("netspec", "name", "abstract", "seed")
_ORDER = (
    *_FIRST,
    *(name for name in WholeSpec.model_fields if name not in {*_FIRST, "extends", "patch"}),
)


def resolved_yaml(
    document: Document, *, path: str | None = None, runs: Mapping[str, str] | None = None
) -> str:
    """The spec as YAML, with its name and seed written out; a run of it is the same run.

    Args:
        document: The spec.
        path: The path of its data source below the run's data root, which does not depend on where the spec lies.
        runs: Where the runs are kept that it builds on, by the paths that it gives of them.
    """
    tree = with_runs_at(resolved_tree(document), runs or {})
    return yaml_text(tree if path is None else _with_source_at(tree, path))


def _with_source_at(tree: MapNode, path: str) -> MapNode:
    """The tree with another path in its data source, if that is written with one."""
    data = tree.get("data")
    source = data.get("source") if isinstance(data, MapNode) else None
    if not isinstance(data, MapNode) or not isinstance(source, MapNode):
        return tree
    ((kind, entry),) = source.entries.items()
    if not isinstance(entry.node, MapNode) or "path" not in entry.node.entries:
        return tree
    source = with_entry(source, kind, with_entry(entry.node, "path", scalar(path)))
    return with_entry(tree, "data", with_entry(data, "source", source))


def with_runs_at(tree: MapNode, paths: Mapping[str, str]) -> MapNode:
    """A spec whose Backbones name other paths of their runs.

    Args:
        tree: The spec.
        paths: The paths by those that are written.
    """
    model = tree.get("model")
    if model is None or not paths:
        return tree
    return with_entry(tree, "model", _with_runs_at(model, paths))


def _with_runs_at(node: Node, paths: Mapping[str, str]) -> Node:
    if isinstance(node, ListNode):
        start, end = (node.line, node.column), (node.end_line, node.end_column)
        return ListNode(
            node.source, start, end, items=[_with_runs_at(item, paths) for item in node.items]
        )
    if not isinstance(node, MapNode):
        return node
    entries = {}
    for key, entry in node.entries.items():
        run = entry.node.get("run") if isinstance(entry.node, MapNode) else None
        if key == BACKBONE and isinstance(entry.node, MapNode) and isinstance(run, ScalarNode):
            instead = paths.get(str(run.scalar))
            new = entry.node if instead is None else with_entry(entry.node, "run", scalar(instead))
            entries[key] = Entry(entry.key, new)
        else:
            entries[key] = Entry(entry.key, _with_runs_at(entry.node, paths))
    return like(node, entries)


def resolved_tree(document: Document) -> MapNode:
    """The spec with bases, patches and assignments in it and the expressions of its sections computed.

    Layers and blocks stay as they are written, with the variables that they use. Of blocks, params and variables, those
    are left out that nothing uses. A base for others stays one, and computes nothing before it is used.

    Args:
        document: A spec without errors.
    """
    text = document.text if document.abstract else _computed(document)
    return like(text, {name: _in_order(name, text) for name in _ORDER if name in text.entries})


def _computed(document: Document) -> MapNode:
    root = document.root
    entries = dict(root.entries)
    entries.pop("abstract", None)
    name, seed = entries.get("name"), entries.get("seed")
    if name is None or name.node.value() is None:
        entries["name"] = Entry(scalar("name"), scalar(document.name, DEFAULT))
    if seed is None:
        entries["seed"] = Entry(scalar("seed"), scalar(0, DEFAULT))
    model = root.get("model")
    variables = entries.pop("vars", None)
    if isinstance(model, MapNode):
        model = _without_unused(model)
        entries["model"] = Entry(entries["model"].key, model)
        if variables is not None and isinstance(variables.node, MapNode):
            used = _used_variables(model, variables.node)
            kept = {key: entry for key, entry in variables.node.entries.items() if key in used}
            if kept:
                entries["vars"] = Entry(variables.key, like(variables.node, kept))
    return like(root, entries)


def _in_order(name: str, text: MapNode) -> Entry:
    """A part of the spec, with a section's fields in the order in which they are described."""
    entry = text.entries[name]
    if name not in SECTIONS or not isinstance(entry.node, MapNode):
        return entry
    fields = entry.node.entries
    known = {key: fields[key] for key in SECTIONS[name].model.model_fields if key in fields}
    return Entry(entry.key, like(entry.node, {**known, **fields}))


def like(node: MapNode, entries: dict[str, Entry]) -> MapNode:
    """A mapping that stands where another one does."""
    start, end = (node.line, node.column), (node.end_line, node.end_column)
    return MapNode(node.source, start, end, entries=entries)


def with_entry(node: MapNode, key: str, value: Node) -> MapNode:
    """A mapping with one of its values replaced, or with one more."""
    known = node.entries.get(key)
    entry = Entry(scalar(key) if known is None else known.key, value)
    return like(node, {**node.entries, key: entry})


def _without_unused(model: MapNode) -> MapNode:
    """The model without the blocks that its layers do not use, and without params that their blocks do not use."""
    while True:
        definitions = _definitions(model)
        used = _reached(model, definitions)
        unused = {name: _unused_params(definitions[name].node) for name in used}
        if len(used) == len(definitions) and not any(unused.values()):
            return model
        blocks = {
            name: Entry(entry.key, _stripped(entry.node, unused, own=unused[name]))
            for name, entry in definitions.items()
            if name in used
        }
        entries = {
            key: entry if key != "layers" else Entry(entry.key, _stripped(entry.node, unused))
            for key, entry in model.entries.items()
            if key != "blocks" or blocks
        }
        if blocks:
            old = entries["blocks"]
            assert isinstance(old.node, MapNode)  # noqa: S101 - it has definitions
            entries["blocks"] = Entry(old.key, like(old.node, blocks))
        model = like(model, entries)


def _definitions(model: MapNode) -> dict[str, Entry]:
    blocks = model.get("blocks")
    return blocks.entries if isinstance(blocks, MapNode) else {}


def _reached(model: MapNode, definitions: dict[str, Entry]) -> set[str]:
    """The blocks that the layers use, be it through others."""
    found: set[str] = set()
    waiting = [model.get("layers")]
    while waiting:
        node = waiting.pop()
        new = set() if node is None else {*_named(node)} & definitions.keys() - found
        found |= new
        for name in new:
            definition = definitions[name].node
            waiting.append(definition.get("layers") if isinstance(definition, MapNode) else None)
    return found


def _named(node: Node) -> Iterator[str]:
    """Every text and key below a node: a block is used by its name."""
    if isinstance(node, ScalarNode):
        yield node.text
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from _named(item)
    elif isinstance(node, MapNode):
        for key, entry in node.entries.items():
            yield key
            yield from _named(entry.node)


def _unused_params(definition: Node) -> frozenset[str]:
    params, layers = _params_and_layers(definition)
    used = names_in(layers, bare="when") if layers is not None else frozenset()
    for entry in params.values():
        used |= names_in(entry.node)
    return frozenset(params) - used


def _params_and_layers(definition: Node) -> tuple[dict[str, Entry], Node | None]:
    if not isinstance(definition, MapNode):
        return {}, None
    params = definition.get("params")
    return params.entries if isinstance(params, MapNode) else {}, definition.get("layers")


def _stripped(
    node: Node, unused: dict[str, frozenset[str]], own: frozenset[str] = frozenset()
) -> Node:
    """A definition or a list of items, without values for params that are not used.

    Args:
        node: The definition, or what stands below it.
        unused: The params that are not used, by block.
        own: Those of the definition itself.
    """
    if isinstance(node, ListNode):
        items = [_bare(_stripped(item, unused)) for item in node.items]
        span = (node.line, node.column), (node.end_line, node.end_column)
        return ListNode(node.source, *span, items=items)
    if not isinstance(node, MapNode):
        return node
    entries = {}
    for key, entry in node.entries.items():
        below = entry.node
        gone = own if key == "params" else unused.get(key, frozenset())
        if isinstance(below, MapNode) and gone:
            kept = {name: each for name, each in below.entries.items() if name not in gone}
            if not kept and key == "params":
                continue
            below = like(below, kept)
        entries[key] = Entry(entry.key, _stripped(below, unused))
    return like(node, entries)


def _bare(item: Node) -> Node:
    """An item that says nothing any more as its name alone."""
    if isinstance(item, MapNode) and len(item.entries) == 1:
        (entry,) = item.entries.values()
        if isinstance(entry.node, MapNode) and not entry.node.entries:
            return entry.key
    return item


def _used_variables(model: MapNode, variables: MapNode) -> set[str]:
    """The variables that layers and blocks use, be it through others."""
    layers = model.get("layers")
    used = set(names_in(layers, bare="when")) if layers is not None else set()
    for definition in _definitions(model).values():
        params, items = _params_and_layers(definition.node)
        # A param shadows a variable in the block's layers; its own default still sees the variable.
        used |= (names_in(items, bare="when") if items is not None else set()) - params.keys()
        for entry in params.values():
            used |= names_in(entry.node)
    found: set[str] = set()
    while waiting := (used & variables.entries.keys()) - found:
        found |= waiting
        for name in waiting:
            used |= names_in(variables.entries[name].node)
    return found
