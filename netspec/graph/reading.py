"""Items read against the variables and params of the place where they are used."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from netspec.diagnostics import Code, Finding
from netspec.fields import Mismatch, Problem, read_model
from netspec.fields.base import field_types
from netspec.fields.keys import misspelt
from netspec.fields.things import written
from netspec.graph.blocks import UseFields, example_of
from netspec.graph.hints import hint_of
from netspec.graph.whole_networks import as_application
from netspec.layers.base import CallOf
from netspec.source.expressions import has_expression
from netspec.source.nodes import UNKNOWN, Entry, MapNode, Node, ScalarNode, find
from netspec.spec.application import Application
from netspec.spec.backbone import BACKBONE, Backbone
from netspec.spec.document import as_expression, follows_from_unknown, place_of
from netspec.spec.model import Reuse, read_layer
from netspec.spec.variables import Resolver, names_in
from netspec.wording import nearest, short, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from netspec.graph.item import Item
    from netspec.layers.base import Layer
    from netspec.spec.document import Block

_Model = TypeVar("_Model", Reuse, Application, Backbone)

# Fields of an item that hold names, and so no expressions.
_NAMES = frozenset({"name", "inputs", "outputs"})


class Reader:
    """Reads items. What several uses of a block share is read once."""

    def __init__(
        self,
        report: Callable[[Finding], None],
        blocks: tuple[str, ...],
        misnamed: frozenset[str] = frozenset(),
    ) -> None:
        """Has read nothing yet.

        Args:
            report: Is told of every mistake.
            blocks: The names of the spec's blocks.
            misnamed: What blocks are called that have no name a block can have.
        """
        self._blocks = blocks
        self._misnamed = misnamed
        self._defaults: dict[int, tuple[Node, bool, Any]] = {}
        self._plain: dict[int, tuple[Layer, Layer]] = {}
        self._report = report
        self._used_at: Item | None = None
        self._resolver = Resolver(self._found)
        self._uses: dict[int, tuple[Node, frozenset[str] | None]] = {}
        self._resolved: dict[object, tuple[Node, tuple[Any, ...]]] = {}
        self._layers: dict[int, tuple[Node, Layer | None]] = {}

    def _found(self, finding: Finding) -> None:
        if self._used_at is not None:
            finding = replace(finding, place=self._used_at.used(finding.place))
        self._report(finding)

    def resolved(self, item: Item, values: Mapping[str, Any]) -> Item:
        """The item with its expressions computed; the same node for the same values.

        Args:
            item: The item as it is written.
            values: The variables and params by name.
        """
        names = self._names(item)
        if names is None:
            return item
        used = tuple(values.get(name) for name in sorted(names))
        key = (id(item.node), *map(_key, used))
        if key not in self._resolved:
            self._used_at = item
            # The values are kept with the node, so that no others can get their ids.
            self._resolved[key] = self._compute(item, values), used
        return replace(item, node=self._resolved[key][0])

    def _names(self, item: Item) -> frozenset[str] | None:
        """The names that an item's expressions use, None where it has no expression."""
        node = item.node
        if id(node) not in self._uses:
            when = item.field("when")
            bare = isinstance(when, ScalarNode) and isinstance(when.scalar, str)
            names = names_in(node, bare="when") if bare or _has_expressions(node) else None
            self._uses[id(node)] = node, names
        return self._uses[id(node)][1]

    def _compute(self, item: Item, values: Mapping[str, Any]) -> Node:
        fields = item.fields
        if not isinstance(item.node, MapNode):
            return item.node
        if fields is None and item.kind != BACKBONE:  # all of them may be one expression
            return self._resolver.resolve(item.node, values)
        if fields is None:
            return item.node
        own = {"Reuse": {"layer"}, BACKBONE: {"run"}}
        kept = _NAMES | own.get(item.kind or "", set())
        entries = {
            name: entry if name in kept else Entry(entry.key, self._value(name, entry.node, values))
            for name, entry in fields.entries.items()
        }
        computed = _like(fields, entries)
        kind = item.kind or ""
        return _like(
            item.node,
            {**item.node.entries, kind: Entry(item.node.entries[kind].key, computed)},
        )

    def _value(self, name: str, node: Node, values: Mapping[str, Any]) -> Node:
        bare = name == "when" and isinstance(node, ScalarNode) and isinstance(node.scalar, str)
        if not bare or has_expression(getattr(node, "scalar", None)):
            return self._resolver.resolve(node, values)
        assert isinstance(node, ScalarNode)  # noqa: S101 - looked at just now
        value = self._resolver.evaluate(node, values, bare=True)
        start, end = (node.line, node.column), (node.end_line, node.end_column)
        return ScalarNode(node.source, start, end, scalar=value, text=node.text)

    def value(self, node: Node, values: Mapping[str, Any], item: Item) -> Any:
        """What a field of an item comes to."""
        self._used_at = item
        return self._resolver.resolve(node, values).value()

    def default(self, node: Node, values: Mapping[str, Any], item: Item) -> Any:
        """What a param's default comes to; one without an expression is read once."""
        if id(node) not in self._defaults:
            plain = not _has_expressions(node)
            self._defaults[id(node)] = node, plain, node.value() if plain else None
        _, plain, value = self._defaults[id(node)]
        return value if plain else self.value(node, values, item)

    def is_there(self, item: Item) -> bool:
        """Whether an item's `when` keeps it; so does one with a mistake.

        Args:
            item: The item with its expressions computed.
        """
        node = item.field("when")
        return node is None or node.value() is not False

    def layer(self, item: Item, inner: Mapping[tuple[str | int, ...], Layer]) -> Layer | None:
        """The layer of an item, None where it has mistakes.

        Args:
            item: The item with its expressions computed.
            inner: The layers that stand inside it already, by path.
        """
        known = self._layers.get(id(item.node))
        if known is not None and not inner:
            return known[1]
        value: Any = item.node.value()
        for path, layer in inner.items():
            place = value
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = layer
        found = None
        try:
            found = read_layer(value)
        except Mismatch as mismatch:
            self._report_all(item, mismatch)
        self._layers[id(item.node)] = item.node, found
        return found

    def without_inputs(self, layer: Layer) -> Layer:
        """The layer of a copy after the first, which takes what the copy before it gives."""
        if layer.inputs is None:
            return layer
        if id(layer) not in self._plain:
            self._plain[id(layer)] = layer, layer.model_copy(update={"inputs": None})
        return self._plain[id(layer)][1]

    def reuse(self, item: Item) -> Reuse | None:
        """What a reuse says, None where it has mistakes."""
        return self._whole(item, Reuse, "layer")

    def application(self, item: Item) -> Application | None:
        """What an application says, None where it has mistakes."""
        return self._whole(item, Application, "architecture")

    def backbone(self, item: Item) -> Backbone | None:
        """What a Backbone says, None where it has mistakes."""
        return self._whole(item, Backbone, "run")

    def _whole(self, item: Item, model: type[_Model], first: str) -> _Model | None:
        """The fields of an item that is no layer, None where they have mistakes.

        Args:
            item: The item.
            model: Its fields, called as it is.
            first: The field that it has always, for the example.
        """
        noun = model.__name__
        try:
            fields = self._fields(
                item, lambda value: f"write `{noun}: {{{first}: {written(value)}}}`"
            )
            return read_model(model, fields, noun=noun)
        except Mismatch as mismatch:
            self._report_all(item, mismatch, below=item.kind)
            return None

    def use(self, item: Item, block: Block, *, alone: bool = False) -> UseFields | None:
        """What a use of a block says besides values for its params, None where that has mistakes.

        Args:
            item: The use.
            block: Its block.
            alone: Whether it stands inside a layer, where it can say nothing else.
        """
        noun = f"the block '{block.name}'"
        try:
            fields = self._fields(item, partial(example_of, block))
            _check_params(fields, block, noun, () if alone else UseFields.model_fields)
            own = {name: value for name, value in fields.items() if name in UseFields.model_fields}
            return read_model(UseFields, own, noun=noun)
        except Mismatch as mismatch:
            self._report_all(item, mismatch, below=item.kind)
            return None

    def _fields(self, item: Item, example: Callable[[Any], str]) -> dict[str, Any]:
        """The fields of an item that is no layer.

        Args:
            item: The item.
            example: Says how they are written, by what stands there instead.
        """
        node = item.node
        if not isinstance(node, MapNode):
            return {}
        value = node.entries[item.kind or ""].node.value()
        if value is not None and not isinstance(value, dict):
            message = f"'{item.kind}' takes its fields by name, not {spoken(value)}"
            raise Mismatch(Problem(message, example(value), Code.ITEM_FORM))
        return value or {}

    def called_again(self, item: Item, layer: Layer | None, reuse: Reuse) -> Layer | None:
        """A layer with the arguments of another call, None where they have mistakes."""
        if layer is None:
            return None
        update: dict[str, Any] = {"inputs": reuse.inputs, "outputs": reuse.outputs}
        if reuse.call is not None:
            arguments = field_types(type(layer)).get("call")
            call = getattr(arguments, "item", arguments)
            if not isinstance(call, CallOf):
                message = f"{layer.kind()} has no call arguments that a spec gives"
                self._report(Finding(Code.UNKNOWN_KEY, message, item.place("call"), "remove them"))
                return None
            try:
                update["call"] = call.read(reuse.call)
            except Mismatch as mismatch:
                self._report_all(item, mismatch, below=item.kind, field="call")
                return None
        elif "call" in field_types(type(layer)):
            update["call"] = None
        return layer.model_copy(update=update)

    def report(
        self, item: Item, code: Code, message: str, place: Any, hint: str | None = None
    ) -> None:
        """Tells of a mistake of this use of an item."""
        self._report(Finding(code, message, item.used(place), hint))

    def _or_block(self, problem: Problem) -> Problem:
        """The problem of a layer inside a layer that is perhaps a block whose name is misspelt."""
        name = _unknown_kind(problem)
        hint = nearest(name, self._blocks) if name[:1].islower() else None
        return problem if hint is None else replace(problem, hint=hint)

    def _report_all(
        self, item: Item, mismatch: Mismatch, *, below: str | None = None, field: str | None = None
    ) -> None:
        steps = [step for step in (below, field) if step is not None]
        for problem in mismatch.problems:
            seen = self._or_block(problem.below(*steps))
            is_told = _unknown_kind(seen) in self._misnamed
            if not is_told and not follows_from_unknown(item.node, seen):
                place = item.used(place_of(item.node, seen))
                message = f"an item {seen.message}" if seen.of_field else seen.message
                value = find(item.node, seen.path)[0].value()
                hint = hint_of(seen, value, place) or as_expression(value)
                is_kind = bool(_unknown_kind(seen)) and len(seen.path) <= 1
                repair = as_application(item) if is_kind else None
                self._report(Finding(seen.code, message, place, hint, repair=repair))


def _unknown_kind(problem: Problem) -> str:
    """What a problem says that there is no layer of, else an empty text."""
    if problem.code is not Code.UNKNOWN_KIND:
        return ""
    return problem.message.partition("'")[2].rstrip("'")


def _key(value: Any) -> object:
    """What tells a value from others: true from 1, and 1 from 1.0."""
    return id(value) if isinstance(value, list | dict) else (type(value), value)


def _check_params(fields: dict[str, Any], block: Block, noun: str, others: Iterable[str]) -> None:
    known = [*block.params, *others]
    unknown = [name for name in fields if name not in known] if block.items else []
    takes = ", ".join(block.params) or "no params"
    if unknown:
        raise Mismatch(
            *(
                Problem(
                    f"{noun} has no param '{short(name)}'",
                    misspelt(name, known, fields) or f"it has {takes}",
                    Code.UNKNOWN_KEY,
                    (name,),
                    at_key=True,
                )
                for name in unknown
            )
        )


def unknown_use(kind: Node, name: str, params: Mapping[str, Node]) -> MapNode:
    """A use of a block whose params are not known, standing where the block is defined."""
    span = (kind.line, kind.column), (kind.end_line, kind.end_column)

    def scalar(value: Any, text: str) -> ScalarNode:
        return ScalarNode(kind.source, *span, scalar=value, text=text)

    fields = {each: Entry(scalar(each, each), scalar(UNKNOWN, "?")) for each in params}
    inner = MapNode(kind.source, *span, entries=fields)
    return MapNode(kind.source, *span, entries={name: Entry(scalar(name, name), inner)})


def _has_expressions(node: Node) -> bool:
    if isinstance(node, ScalarNode):
        return has_expression(node.scalar)
    if isinstance(node, MapNode):
        return any(_has_expressions(entry.node) for entry in node.entries.values())
    return any(_has_expressions(item) for item in getattr(node, "items", ()))


def _like(node: MapNode, entries: dict[str, Entry]) -> MapNode:
    start, end = (node.line, node.column), (node.end_line, node.end_column)
    return MapNode(node.source, start, end, entries=entries)
