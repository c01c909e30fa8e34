"""Items become calls of layers: blocks and repeats expanded, every layer named and wired."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from netspec.diagnostics import Code
from netspec.graph.applications import expand_application
from netspec.graph.backbones import expand_backbone
from netspec.graph.blocks import layered, values_of
from netspec.graph.graph import Graph
from netspec.graph.item import Item
from netspec.graph.naming import names_of
from netspec.graph.nested import block_layer, inner_blocks
from netspec.graph.reading import Reader, unknown_use
from netspec.graph.scope import Output, Scope, Use
from netspec.graph.wiring import Connections, Here
from netspec.layers.wiring import MAX_LAYERS
from netspec.spec.application import APPLICATION
from netspec.spec.backbone import BACKBONE, Backbone
from netspec.spec.model import unknown_item
from netspec.wording import with_article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.graph.network import Network
    from netspec.graph.wiring import Given
    from netspec.layers.shapes import Shape
    from netspec.source.nodes import Node, Place
    from netspec.spec.application import Application
    from netspec.spec.document import Block, Document

# Items that are neither layers nor blocks.
_OTHERS = ("Reuse", APPLICATION, BACKBONE)
# Blocks within blocks.
MAX_NESTING = 32
# So many copies with mistakes are looked at.
MAX_WRONG_COPIES = 100


class TooManyLayers(Exception):  # noqa: N818 - ends the expansion, is no error of the program
    """The limit is passed; the finding is made."""


class Expander:
    """Expands a document's items into a network."""

    def __init__(self, document: Document, network: Network) -> None:
        """Starts with nothing expanded.

        Args:
            document: The spec.
            network: Where the calls go, and the findings.
        """
        self.document = document
        self.network = network
        self.reader = Reader(network.found, tuple(document.blocks), frozenset(document.misnamed))
        self.connections = Connections(network)
        self.visited = 0
        self.within_layers = 0  # so many layers are around, which hold blocks
        self.expanded: set[str] = set()  # the blocks that are used

    def expand(self) -> tuple[Scope, str | None]:
        """Expands the model's items; gives their names, and what the last of them gives.

        Raises:
            TooManyLayers: There are too many.
        """
        document, inputs = self.document, self.network.inputs
        scope = Scope("", document.variables, given={name: name for name in inputs})
        scope.sure = document.inputs is not None
        last = self._items(document.items, scope, next(iter(inputs)) if len(inputs) == 1 else None)
        self._read_unused_blocks()
        return scope, last

    def _report(self, code: Code, message: str, place: Place, hint: str | None = None) -> None:
        self.network.report(code, message, place, hint)

    def _items(self, nodes: Sequence[Node], scope: Scope, previous: str | None) -> str | None:
        """Expands a list of items; gives the last one's output."""
        items = [Item(node, used_at=scope.used_at) for node in nodes]
        names = names_of(items, {} if scope.prefix else self.network.inputs, self.network.report)
        scope.own = frozenset(names)
        # A mistake can hide what an item is called, or of which kind it is.
        scope.sure = scope.sure and all(
            item.name is not None or item.keras_kind or item.kind in _OTHERS or item.is_block
            for item in items
        )
        for name, item in zip(names, items, strict=True):
            output = self._item(item, Here(name, scope, scope.values, previous))
            scope.entries.setdefault(name, output)
            if output is not None:
                previous = output.tensor
        return previous

    def _item(self, item: Item, here: Here) -> Output | None:
        """Expands an item with its copies; None where it is left out."""
        times = self._times(item, here.scope)
        if times is None:
            return self._once(item, here)
        copies: list[Output | None] = []
        last = None
        first, wrong = len(self.network.findings), 0
        for index in range(times):
            before = len(self.network.findings)
            copy = self._once(
                item,
                replace(
                    here,
                    name=f"{here.name}.{index}",
                    values=layered({"index": index}, here.values),
                    previous=here.previous if last is None else last.tensor,
                    first=last is None,
                ),
            )
            copies.append(copy)
            last = copy or last
            wrong += len(self.network.findings) > before
            self.network.tell_once(first, before)
            if wrong > MAX_WRONG_COPIES:  # the others are no better
                copies += [last] * (times - len(copies))
                break
        if last is None:
            return None
        return replace(last, copies=tuple(copies), named=item.name is not None)

    def _times(self, item: Item, scope: Scope) -> int | None:
        """How many copies an item has, None where it is not repeated."""
        node = item.field("repeat")
        value = None if node is None else self.reader.value(node, scope.values, item)
        if type(value) is int and 0 <= value <= MAX_LAYERS:
            return value
        # What cannot be counted is the field's mistake, or an expression's.
        return None if value is None else 1

    def _once(self, item: Item, here: Here) -> Output | None:
        """Expands one copy of an item."""
        self.visited += 1
        if self.visited > MAX_LAYERS:
            message = f"the network has more than {MAX_LAYERS:,} layers"
            place = item.used_at[-1] if item.used_at else item.place()
            self._report(Code.EXPANSION, message, place, "repeat fewer, or nest fewer blocks")
            raise TooManyLayers
        item = self.reader.resolved(item, here.values)
        here = replace(here, there=self.reader.is_there(item))
        is_misnamed = item.keras_kind is None and item.kind in self.document.misnamed
        if item.is_block or is_misnamed:
            output = self._use(item, here)
        elif item.kind == "Reuse":
            output = self._reuse(item, here)
        elif item.kind in {APPLICATION, BACKBONE}:
            output = self._elsewhere(item, here)
        else:
            output = self._own(item, here)
        if not here.there:
            return None
        return output or Output(None, named=item.name is not None)

    # Layers.

    def _own(self, item: Item, here: Here) -> Output | None:
        """A layer of its own, or of the block's use that is called again here."""
        uses = [
            (path, block, partial(self._nested, replace(item, node=node), block, here))
            for path, block, node in inner_blocks(item.node, self.document.blocks)
        ]
        inner = {path: block_layer(block, expand) for path, block, expand in uses}
        layer = self.reader.layer(item, inner)
        if layer is None and item.name is None:  # a mistake may hide what it is called
            here.scope.sure = False
        if not here.there:
            return None
        shared = here.scope.shared
        shares = None if shared is None else self.network.owner(f"{shared}{here.name}")
        output = self._call(replace(item, layer=layer), here, shares)
        taken = self.network.nodes[here.full].inputs
        if not taken or any(self.network.shape(tensor) is None for tensor in taken):
            for _, _, expand in uses:  # no shape reaches it; what is wrong without one is told
                expand(None)
        return output

    def _nested(self, use: Item, block_name: str, here: Here, shape: Shape | None) -> Graph | None:
        """The network that a block inside a layer becomes, None where it has mistakes."""
        block = self.document.blocks[block_name]
        here = replace(here, name=f"{here.name}.{block_name}")
        if self.reader.use(use, block, alone=True) is None:
            return None
        inputs = block.inputs or ("input",)
        if len(inputs) > 1:
            message = f"the block '{block_name}' takes {', '.join(inputs)}, and gets one input here"
            self._report(Code.INPUT_COUNT, message, use.place())
            return None
        before = len(self.network.findings)
        known = {} if shape is None else {"input": shape}
        with self.network.apart(known) as nodes:
            first = None if shape is None else "input"
            inner = self._inner_scope(use, block, here, {f"${inputs[0]}": first})
            self.within_layers += 1
            last = None if inner is None else self._items(block.items, inner, first)
            self.within_layers -= 1
        if last == "input":
            message = f"every layer of the block '{block_name}' is left out here"
            self._report(Code.LEFT_OUT, message, use.place(), "keep one of them")
        if shape is None or len(self.network.findings) > before:
            return None
        return Graph(
            name=here.full,
            inputs=known,
            nodes=nodes,
            outputs={str(last): str(last)},
            single_output=True,
            complete=True,
        )

    def _call(self, item: Item, here: Here, shares: str | None) -> Output:
        """Adds a layer's call to the network."""
        if item.layer is not None and not here.first:
            item = replace(item, layer=self.reader.without_inputs(item.layer))
        taken, blocks = self.connections.taken(item, here), here.scope.blocks
        tensors = self.network.call(item, here.full, taken, shares, blocks=blocks)
        written = item.layer.outputs if item.layer is not None else None
        for tensor, output in zip(tensors, written or (), strict=False):
            here.scope.entries[output] = Output(tensor, here.full)
        return Output(here.full, here.full, named=item.name is not None)

    # Blocks.

    def _use(self, item: Item, here: Here) -> Output | None:
        """Expands a use of a block."""
        kind = item.kind or ""
        block = self.document.blocks.get(kind)
        if block is None:
            if kind not in self.document.misnamed:
                problem = unknown_item(kind, self.document.blocks)
                self._report(problem.code, problem.message, item.place(), problem.hint)
            return None
        fields = self.reader.use(item, block)
        if fields is None or not here.there or not block.items:
            return None
        given = self.connections.given(item, block, fields.inputs, here)
        inner = self._inner_scope(item, block, here, given or {})
        if inner is None or given is None:
            return None
        if here.scope.shared is not None:
            inner.shared = f"{here.scope.shared}{here.name}."
        return self._expand(item, Use(block, inner.values, inner), given)

    def _expand(self, item: Item, use: Use, given: Given) -> Output:
        previous = next(iter(given.values())) if len(given) == 1 else None
        last = self._items(use.block.items, use.scope, previous)
        return Output(last, use=use, named=item.name is not None)

    def _inner_scope(self, item: Item, block: Block, here: Here, given: Given) -> Scope | None:
        """The names inside a use of a block, None where it cannot be expanded."""
        place, around = item.place(), here.scope.blocks
        self.expanded.add(block.name)
        if block.name in around:
            path = (*around[around.index(block.name) :], block.name)
            message = f"the block '{block.name}' uses itself: {' → '.join(path)}"
            self._report(Code.CYCLE, message, place, "a block is made of layers and other blocks")
            return None
        if len(around) >= MAX_NESTING:
            message = f"blocks are nested at most {MAX_NESTING} deep"
            self._report(Code.EXPANSION, message, place, "flatten this part")
            return None
        return Scope(
            prefix=f"{here.full}.",
            values=values_of(item, block, self.document.variables, self.reader),
            used_at=_uses(place),
            given=given,
            blocks=(*around, block.name),
            sure=bool(block.items),
        )

    def _read_unused_blocks(self) -> None:
        """Reads the blocks that nothing uses as they would be used, for the mistakes in them."""
        visited = self.visited
        blocks = (*self.document.blocks.values(), *self.document.misnamed.values())
        unused = [block for block in blocks if block.name not in self.expanded and block.items]
        with self.network.apart({}):
            for block in unused:
                if block.name in self.expanded:  # another of them uses it
                    continue
                item = Item(unknown_use(block.items[0], block.name, block.params))
                here = Here(block.name, Scope("", self.document.variables), {}, None)
                given: Given = {f"${each}": None for each in block.inputs or ("input",)}
                inner = self._inner_scope(item, block, here, given)
                assert inner is not None  # noqa: S101 - nothing is around it
                inner.used_at = ()
                self._items(block.items, inner, None)
        self.visited = visited

    # Networks that were made elsewhere: those of `keras.applications`, and of runs.

    def _elsewhere(self, item: Item, here: Here) -> Output | None:
        """Expands an application, or the first layers of a run's network."""
        read = self.reader.application if item.kind == APPLICATION else self.reader.backbone
        fields = read(item)
        if fields is None or not here.there:
            return None
        if self.within_layers:
            message = (
                f"{with_article(str(item.kind))} inside another layer comes in a later version"
            )
            hint = "put it among the model's layers, or into a block that stands among them"
            self._report(Code.NOT_YET, message, item.place(), hint)
            return None
        shared = here.scope.shared
        shares = None if shared is None else f"{shared}{here.name}"
        return self._expand_elsewhere(item, here, fields, fields.inputs, shares)

    def _expand_elsewhere(
        self,
        item: Item,
        here: Here,
        fields: Application | Backbone,
        inputs: Any,
        shares: str | None,
    ) -> Output | None:
        network = self.network
        given = self.connections.given_one(item, inputs, here)
        before = len(network.nodes)
        if isinstance(fields, Backbone):
            around = self.document.around
            output = expand_backbone(
                network, item, fields, here, given, around=around, shares=shares
            )
        else:
            output = expand_application(network, item, fields, here, given, shares=shares)
        self.visited += len(network.nodes) - before
        return output

    # Reuses.

    def _reuse(self, item: Item, here: Here) -> Output | None:
        """Calls an earlier layer, or use of a block, again."""
        reuse = self.reader.reuse(item)
        if reuse is None or not here.there:
            return None
        target = self.connections.look_up(reuse.layer, here.scope, item.place("layer"))
        if target is None:
            return None
        if target.use is not None:
            return self._use_again(item, here, target.use, reuse.inputs)
        if target.application is not None:
            name = target.application.prefix.removesuffix(".")
            first = self.network.backbones.get(name) or self.network.applications.get(name)
            if first is not None:
                return self._expand_elsewhere(item, here, first.fields, reuse.inputs, name)
        if target.node is None:
            if target.application is not None:
                message = f"'{reuse.layer}' is a part of a Backbone that is no single layer"
                hint = "call a layer of it, or all of it"
                self._report(Code.REUSE, message, item.place("layer"), hint)
            elif target.tensor is not None:
                message = f"'{reuse.layer}' is an input, and no layer"
                hint = "name a layer or block above"
                self._report(Code.REUSE, message, item.place("layer"), hint)
            return None
        owner = self.network.owner(target.node)
        layer = self.reader.called_again(item, self.network.nodes[owner].layer, reuse)
        return None if layer is None else self._call(replace(item, layer=layer), here, owner)

    def _use_again(self, item: Item, here: Here, use: Use, inputs: Any) -> Output | None:
        given = self.connections.given(item, use.block, inputs, here)
        if given is None:
            return None
        inner = Scope(
            prefix=f"{here.full}.",
            values=use.values,
            used_at=_uses(item.place()),
            given=given,
            shared=use.scope.shared or use.scope.prefix,
            blocks=use.scope.blocks,
        )
        return self._expand(item, Use(use.block, use.values, inner), given)


def _uses(place: Place) -> tuple[Place, ...]:
    """A place of use, and those of the blocks around it."""
    return (replace(place, used_at=()), *place.used_at)
