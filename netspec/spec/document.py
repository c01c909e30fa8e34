"""A tree becomes a spec: every section read, every mistake given its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netspec.diagnostics import Code, Finding
from netspec.fields import Mismatch, Nullable, read_model
from netspec.layers.registry import LAYERS
from netspec.source.nodes import ListNode, MapNode, Node, Place, ScalarNode, find
from netspec.spec.data import facts_of
from netspec.spec.model import OUTPUT, Inputs, read_item
from netspec.spec.spec import LISTS, SECTIONS, WholeSpec
from netspec.wording import short, spoken

if TYPE_CHECKING:
    from netspec.fields import Problem, Thing
    from netspec.layers.base import Layer, Shape
    from netspec.spec.data import DataFacts, DataSection
    from netspec.spec.training import CompileSection, TrainingSection


@dataclass(frozen=True)
class Item:
    """One item of ``model.layers``: where it stands, and its layer unless it has mistakes."""

    node: Node
    layer: Layer | None

    @property
    def kind(self) -> str | None:
        """The key as it is written."""
        if isinstance(self.node, MapNode):
            return next(iter(self.node), None)
        return self.node.text if isinstance(self.node, ScalarNode) else None

    @property
    def keras_kind(self) -> str | None:
        """Keras's class name, or None where there is no such layer."""
        kind = self.kind or ""
        kind = LAYERS.strings.get(kind, kind)
        return kind if kind in LAYERS.modules else None

    @property
    def name(self) -> str | None:
        """The name that the text gives it, even where the layer has mistakes."""
        name = self._field("name")
        return name.scalar if isinstance(name, ScalarNode) and type(name.scalar) is str else None

    def place(self, field: str | None = None, *, element: int | None = None) -> Place:
        """Where a field's value stands; the item's kind where the text does not give the field.

        Args:
            field: The field, or None for the kind.
            element: Which element, if the value is a list.
        """
        node = None if field is None else self._field(field)
        if isinstance(node, ListNode) and element is not None:
            node = node.items[element]
        if node is not None:
            return node.place
        if isinstance(self.node, MapNode) and self.node.entries:
            return next(iter(self.node.entries.values())).key.place
        return self.node.place

    def _field(self, field: str) -> Node | None:
        fields = self.node.get(self.kind or "") if isinstance(self.node, MapNode) else None
        return fields.get(field) if isinstance(fields, MapNode) else None


@dataclass(frozen=True)
class Document:
    """What could be read of a spec, with the tree it came from.

    Attributes:
        root: The tree.
        spec: The whole spec, or None where anything has a mistake.
        name: What the network is called: the spec's name, or the file's.
        inputs: The model's inputs by name, or None where they have a mistake.
        items: The model's items, those with mistakes among them.
        output: The model's output as written, None where it is not, `()` where it has a mistake.
        data, compile, training: The sections, None where they are absent or have a mistake.
        augmentation, callbacks: The lists, empty where they are absent, None where they have a mistake.
        facts: What is known of the images, None where `data` is.
    """

    root: MapNode
    spec: WholeSpec | None
    name: str
    inputs: dict[str, Shape] | None
    items: tuple[Item, ...]
    output: Any
    data: DataSection | None
    compile: CompileSection | None
    training: TrainingSection | None
    augmentation: tuple[Thing, ...] | None
    callbacks: tuple[Thing, ...] | None
    facts: DataFacts | None

    def place(self, *path: str | int, key: bool = False) -> Place:
        """Where a path's value stands, or its key; the deepest part of the path that is there."""
        node, key_node = find(self.root, path)
        return key_node.place if key and key_node is not None else node.place

    def has(self, section: str) -> bool:
        """Whether the text has a section, right or wrong."""
        return section in self.root


def read_document(root: Node, default_name: str) -> tuple[Document | None, list[Finding]]:
    """Reads a tree.

    Returns:
        What could be read, None where the tree is no mapping at all, and a finding for each mistake.
    """
    if not isinstance(root, MapNode):
        message = f"a spec is a mapping of sections, not {spoken(root.value())}"
        return None, [Finding(Code.VALUE, message, root.place, "start with `netspec: 1`")]
    value = {key: root.entries[key].node.value() for key in root if not key.startswith("x-")}
    problems: tuple[Problem, ...] = ()
    spec = None
    try:
        spec = read_model(WholeSpec, value, noun="a spec")
    except Mismatch as mismatch:
        problems = mismatch.problems
    findings = [_finding(root, problem) for problem in problems]
    return _document(root, value, spec, default_name), findings


def _document(
    root: MapNode,
    value: dict[str, Any],
    spec: WholeSpec | None,
    default_name: str,
) -> Document:
    model = root.get("model")
    section = model if isinstance(model, MapNode) else None
    layers = section.get("layers") if section is not None else None
    nodes = layers.items if isinstance(layers, ListNode) else []
    whole: tuple[Layer | None, ...] | None = spec.model.layers if spec is not None else None
    read = whole or tuple(read_item(node.value()) for node in nodes)
    sections = {
        name: getattr(spec, name) if spec else _partial(field_type, value.get(name))
        for name, field_type in SECTIONS.items()
        if name != "model"
    }
    lists: dict[str, Any] = {
        name: _partial(field_type, value[name]) if name in value else ()
        for name, field_type in LISTS.items()
    }
    written = value.get("model")
    fields = written if isinstance(written, dict) else {}
    name = value.get("name")
    data = sections["data"]
    return Document(
        root=root,
        spec=spec,
        name=name if isinstance(name, str) else default_name,
        inputs=_partial(Inputs(), fields.get("input")),
        items=tuple(Item(node, layer) for node, layer in zip(nodes, read, strict=True)),
        output=_output(fields.get("output")),
        **sections,
        **lists,
        facts=facts_of(data) if data is not None else None,
    )


def _output(written: object) -> Any:
    try:
        return Nullable(OUTPUT).read(written)
    except Mismatch:
        return ()


def _partial(field_type: Any, value: object) -> Any:
    try:
        return Nullable(field_type).read(value)
    except Mismatch:
        return None


def _finding(root: MapNode, problem: Problem) -> Finding:
    node, _ = find(root, problem.path)
    expression = None if problem.at_key else _expression(node)
    if expression is None:
        return Finding(problem.code, problem.message, _place(root, problem), problem.hint)
    message = f"the expression {short(expression.text)} is not in this version of netspec yet"
    return Finding(Code.NOT_YET, message, expression.place, "write the value")


def _expression(node: Node) -> ScalarNode | None:
    """The ``${…}`` that a node is, or that an element of a list is."""
    for item in node.items if isinstance(node, ListNode) else [node]:
        if isinstance(item, ScalarNode) and isinstance(item.scalar, str) and "${" in item.scalar:
            return item
    return None


def _place(root: MapNode, problem: Problem) -> Place:
    node, key = find(root, problem.path)
    alone = isinstance(node, ScalarNode) and node.scalar is not None
    if key is not None and (problem.at_key or (problem.code is Code.MISSING_FIELD and not alone)):
        return key.place
    if isinstance(node, MapNode) and node.entries and problem.code is Code.MISSING_FIELD:
        return next(iter(node.entries.values())).key.place
    return node.place
