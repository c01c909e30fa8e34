"""A tree becomes a spec: every section read, every mistake given its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from netspec.diagnostics import Code, Finding
from netspec.fields import Mismatch, Nullable, read_model
from netspec.layers.wiring import NAME_PATTERN
from netspec.source.nodes import Entry, ListNode, MapNode, Node, Place, ScalarNode, find
from netspec.spec.facts import facts_of
from netspec.spec.model import BLOCK, OF_EVERY_USE, OUTPUT, Inputs
from netspec.spec.spec import LISTS, SECTIONS, WholeSpec
from netspec.spec.training import BY_OUTPUT
from netspec.spec.variables import Resolver, is_free_name, is_unknown, read_variables
from netspec.wording import Meant, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from netspec.fields import Problem, Thing
    from netspec.layers.shapes import Shape
    from netspec.spec.around import Around
    from netspec.spec.data import DataSection
    from netspec.spec.facts import DataFacts
    from netspec.spec.repository import BudgetSection
    from netspec.spec.runtime import RuntimeSection
    from netspec.spec.training import CompileSection, TrainingSection


MAX_PARAMS = 100


@dataclass(frozen=True)
class Block:
    """A block's definition.

    Attributes:
        name: Its name.
        place: Where that stands.
        params: The defaults' nodes by name; one that is empty must be given.
        param_places: Where the params' names stand.
        inputs: What its inputs are called, None where it takes the previous output alone.
        input_places: Where their names stand.
        items: Its items; none where the definition has a mistake.
    """

    name: str
    place: Place
    params: dict[str, Node]
    param_places: dict[str, Place]
    inputs: tuple[str, ...] | None
    input_places: tuple[Place, ...]
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Document:
    """What could be read of a spec, with the tree it came from.

    Attributes:
        root: The tree, with the expressions of every section computed but for layers and blocks.
        text: The tree before that.
        file: The file's own tree, before anything was merged into it.
        spec: The sections, or None where anything in them has a mistake.
        name: What the network is called: the spec's name, or the file's.
        abstract: Whether the file is a base for others, and not whole.
        variables: The values of `vars`, UNKNOWN where one has a mistake.
        inputs: The model's inputs' shapes by name, or None where they have a mistake.
        input_types: The inputs' types by name.
        blocks: The blocks' definitions by name.
        misnamed: Those whose names are none, which is told where they stand: their uses are no mistakes besides.
        items: The model's items as they are written.
        output: The model's output as written, None where it is not, `()` where it has a mistake.
        budget, data, compile, training, runtime: The sections, None where they are absent or have a mistake.
        augmentation, callbacks: The lists, empty where they are absent, None where they have a mistake.
        facts: What is known of the images, None where `data` is.
        around: Where it lies; None of a text that lies nowhere.
    """

    root: MapNode
    text: MapNode
    file: Node
    spec: WholeSpec | None
    name: str
    abstract: bool
    variables: dict[str, Any]
    inputs: dict[str, Shape] | None
    input_types: dict[str, str]
    blocks: dict[str, Block]
    misnamed: dict[str, Block]
    items: tuple[Node, ...]
    output: Any
    budget: BudgetSection | None
    data: DataSection | None
    compile: CompileSection | None
    training: TrainingSection | None
    runtime: RuntimeSection | None
    augmentation: tuple[Thing, ...] | None
    callbacks: tuple[Thing, ...] | None
    facts: DataFacts | None
    around: Around | None = None

    def lying_in(self, around: Around) -> Document:
        """The document, which lies at a place."""
        return replace(self, around=around)

    def place(self, *path: str | int, key: bool = False) -> Place:
        """Where a path's value stands, or its key; the deepest part of the path that is there."""
        node, key_node = find(self.root, path)
        return key_node.place if key and key_node is not None else node.place

    def has(self, section: str) -> bool:
        """Whether the text has a section, right or wrong."""
        return section in self.root


def read_document(
    tree: Node, default_name: str, file: Node | None = None
) -> tuple[Document | None, list[Finding]]:
    """Reads a tree.

    Args:
        tree: The whole tree, with all that it inherits.
        default_name: What a network without a name is called.
        file: The file's own tree, where it inherits something.

    Returns:
        What could be read, None where the tree is no mapping at all, and a finding for each mistake.
    """
    if not isinstance(tree, MapNode):
        message = f"a spec is a mapping of sections, not {spoken(tree.value())}"
        return None, [Finding(Code.VALUE, message, tree.place, "start with `netspec: 1`")]
    findings: list[Finding] = []
    resolver = Resolver(findings.append)
    variables = read_variables(tree.get("vars"), resolver)
    root = _resolved(tree, variables, resolver)
    value = {key: _value(key, root.entries[key].node) for key in root if not key.startswith("x-")}
    abstract = value.get("abstract") is True
    spec = None
    try:
        spec = read_model(WholeSpec, value, noun="a spec")
    except Mismatch as mismatch:
        findings += [
            _finding(root, problem)
            for problem in _once(mismatch.problems)
            if not follows_from_unknown(root, problem)
            and not (abstract and problem.code is Code.MISSING_FIELD)
        ]
    document = _document(root, value, spec, default_name)
    for block in (*document.blocks.values(), *document.misnamed.values()):
        _check_names(block, findings.append)
    whole = replace(document, text=tree, file=file or tree, variables=variables, abstract=abstract)
    return whole, findings


def _resolved(tree: MapNode, variables: dict[str, Any], resolver: Resolver) -> MapNode:
    """The tree with its expressions computed, but for variables, layers and blocks."""

    def below(node: Node, kept: tuple[str, ...]) -> Node:
        if not isinstance(node, MapNode):
            return resolver.resolve(node, variables)
        entries = {
            key: entry
            if key in kept or key.startswith("x-")
            else Entry(entry.key, resolver.resolve(entry.node, variables))
            for key, entry in node.entries.items()
        }
        place = node.place
        start, end = (place.line, place.column), (place.end_line, place.end_column)
        return MapNode(node.source, start, end, entries=entries)

    root = below(tree, ("vars", "model", "name"))
    assert isinstance(root, MapNode)  # noqa: S101 - as the tree is
    model = tree.entries.get("model")
    if model is not None:
        root.entries["model"] = Entry(model.key, below(model.node, ("blocks", "layers")))
    return root


def _value(key: str, node: Node) -> Any:
    """A section's plain value, with the items of layers and blocks as nodes: they are read when they are expanded."""
    if key != "model" or not isinstance(node, MapNode):
        return node.value()
    value: dict[str, Any] = {
        name: _items(entry.node) if name == "layers" else entry.node.value()
        for name, entry in node.entries.items()
        if name != "blocks"
    }
    blocks = node.get("blocks")
    if blocks is not None:
        value["blocks"] = blocks.value()
    return value


def _items(node: Node) -> Any:
    return list(node.items) if isinstance(node, ListNode) else node.value()


def _document(
    root: MapNode, value: dict[str, Any], spec: WholeSpec | None, default_name: str
) -> Document:
    model = root.get("model")
    section = model if isinstance(model, MapNode) else None
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
    inputs = _partial(Inputs(), fields.get("input"))
    layers = section.get("layers") if section is not None else None
    blocks = _blocks(section.get("blocks") if section is not None else None)
    return Document(
        root=root,
        text=root,
        file=root,
        spec=spec,
        name=name if isinstance(name, str) else default_name,
        abstract=False,
        variables={},
        inputs=None if inputs is None else {each: form.shape for each, form in inputs.items()},
        input_types={each: form.dtype for each, form in (inputs or {}).items()},
        blocks={name: block for name, block in blocks.items() if re.match(NAME_PATTERN, name)},
        misnamed={
            name: block for name, block in blocks.items() if not re.match(NAME_PATTERN, name)
        },
        items=tuple(layers.items) if isinstance(layers, ListNode) else (),
        output=_output(fields.get("output")) if "outputs" not in fields else (),
        **sections,
        **lists,
        facts=facts_of(data) if data is not None else None,
    )


def _blocks(node: Node | None) -> dict[str, Block]:
    """The definitions, those with mistakes among them."""
    if not isinstance(node, MapNode):
        return {}
    return {name: _block(name, entry) for name, entry in node.entries.items()}


def _check_names(block: Block, report: Callable[[Finding], None]) -> None:
    for index, place in enumerate(block.input_places):
        if block.inputs is not None and block.inputs[index] in block.inputs[:index]:
            message = f"the block '{block.name}' has two inputs called '{block.inputs[index]}'"
            report(Finding(Code.DUPLICATE_NAME, message, place, "give each a name of its own"))
    if len(block.params) > MAX_PARAMS:
        message = f"the block '{block.name}' has more than {MAX_PARAMS} params"
        report(Finding(Code.BLOCK, message, block.place, "use a list, or variables"))
    for name, place in block.param_places.items():
        if name in OF_EVERY_USE:
            message = f"a param cannot be called '{name}', which every use of a block has"
            report(Finding(Code.BLOCK, message, place, "choose another name"))
        else:
            is_free_name(name, "a param", place, report)


def _block(name: str, entry: Entry) -> Block:
    fields = _partial(BLOCK, entry.node.value())
    if fields is None or not isinstance(entry.node, MapNode):
        return Block(name, entry.key.place, {}, {}, None, (), ())
    params, layers = entry.node.get("params"), entry.node.get("layers")
    entries = params.entries if isinstance(params, MapNode) else {}
    if len(entries) > MAX_PARAMS:
        entries = dict(islice(entries.items(), MAX_PARAMS + 1))
    return Block(
        name=name,
        place=entry.key.place,
        params={key: below.node for key, below in entries.items()},
        param_places={key: below.key.place for key, below in entries.items()},
        inputs=fields.inputs,
        input_places=tuple(each.place for each in getattr(entry.node.get("inputs"), "items", ())),
        items=tuple(layers.items) if isinstance(layers, ListNode) else (),
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
    hint = problem.hint
    if problem.code is Code.UNKNOWN_KEY and not isinstance(hint, Meant):
        hint = _in_another_section(problem) or hint
    value = find(root, problem.path)[0].value()
    hint = hint or as_expression(value)
    return Finding(problem.code, problem.message, place_of(root, problem), hint)


def _once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems, of lists where mappings by output name stand the first alone: its hint is for all of them."""
    is_told = False
    for problem in problems:
        if problem.hint != BY_OUTPUT or not is_told:
            yield problem
        is_told = is_told or problem.hint == BY_OUTPUT


def _in_another_section(problem: Problem) -> str | None:
    """The hint for a field that stands in a section which is not its own."""
    if len(problem.path) != 2:  # noqa: PLR2004 - a section and its field
        return None
    section, field = problem.path
    if (section, field) == ("training", "validation_split"):
        return "it is a part of the data: write `validation` in the section data"
    own = [name for name, each in SECTIONS.items() if field in each.model.model_fields]
    if len(own) != 1 or section not in SECTIONS:
        return None
    return f"it is a field of {own[0]}: move it there"


def as_expression(value: object) -> str | None:
    """The hint for a text such as ``$width``, which was meant to be an expression."""
    if not isinstance(value, str) or not re.fullmatch(r"\$[a-z][a-z0-9_]*", value):
        return None
    instead = f"${{{value[1:]}}}"
    return Meant(f'write "{instead}"', wrong=value, instead=instead, is_text=True)


def follows_from_unknown(root: Node, problem: Problem) -> bool:
    """Whether a value is wrong only because an expression in it has a mistake, which has been told."""
    if problem.at_key or problem.code in {Code.MISSING_FIELD, Code.UNKNOWN_KEY}:
        return False
    return is_unknown(find(root, problem.path)[0].value())


def place_of(root: Node, problem: Problem) -> Place:
    """Where a problem of what stands below a node is to be shown."""
    node, key = find(root, problem.path)
    alone = isinstance(node, ScalarNode) and node.scalar is not None
    if key is not None and (problem.at_key or (problem.code is Code.MISSING_FIELD and not alone)):
        return key.place
    if isinstance(node, MapNode) and node.entries and problem.code is Code.MISSING_FIELD:
        return next(iter(node.entries.values())).key.place
    return node.place
