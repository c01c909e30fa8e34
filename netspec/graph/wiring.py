"""What an item takes: the names in its `inputs`, or what stands before it, as tensors of the graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netspec.diagnostics import MAX_FINDINGS, Code
from netspec.graph.scope import NoSuchName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netspec.graph.item import Item
    from netspec.graph.network import Network, Tensors
    from netspec.graph.scope import Output, Scope
    from netspec.source.nodes import Place
    from netspec.spec.document import Block

# What a use of a block is given, by ``$name``.
Given = dict[str, "str | None"]


@dataclass(frozen=True)
class Here:
    """Where an item is used.

    Attributes:
        name: What it is called within its scope.
        scope: The names it can use.
        values: The variables and params that its expressions can use.
        previous: What the item before it gives.
        first: Whether it takes the `inputs` that are written: a copy after the first takes the one before.
        there: Whether its `when` keeps it.
    """

    name: str
    scope: Scope
    values: Mapping[str, Any]
    previous: str | None
    first: bool = True
    there: bool = True

    @property
    def full(self) -> str:
        """Its name in the graph."""
        return self.scope.prefix + self.name


class Connections:
    """Finds the tensors that items take, and tells where there are none."""

    def __init__(self, network: Network) -> None:
        """Starts with nothing told.

        Args:
            network: Where the findings go.
        """
        self.network = network
        self.lookups = 0  # those that found nothing

    def refer(self, name: str, scope: Scope, place: Place) -> str | None:
        """The tensor that a reference stands for, None where it stands for none, which is told."""
        output = self.look_up(name, scope, place)
        return None if output is None else output.tensor

    def look_up(self, name: str, scope: Scope, place: Place) -> Output | None:
        """What a name stands for, None where it stands for nothing, which is told."""
        try:
            return scope.find(name)
        except NoSuchName as problem:
            self.lookups += 1
            if problem.message and self.lookups <= MAX_FINDINGS:
                self.network.report(problem.code, problem.message, place, problem.hint)
            return None

    def taken(self, item: Item, here: Here) -> Tensors | None:
        """The tensors that an item takes, or None where that is a mistake, here or above."""
        if item.layer is None:
            return None
        written = item.layer.inputs if here.first else None
        if isinstance(written, dict) and not item.layer.arguments:
            message = f"{item.layer.kind()} takes its inputs in order, not by argument"
            hint = "write inputs: name, or a list of names"
            self.network.report(Code.INPUT_COUNT, message, item.place("inputs"), hint)
            return None
        if written is None:
            self._need_inputs(item, here)
            return None if here.previous is None else (here.previous,)
        found = [self.refer(name, here.scope, place) for name, place in _references(item, written)]
        return tuple(name for name in found if name is not None) if all(found) else None

    def given(self, item: Item, block: Block, written: Any, here: Here) -> Given | None:
        """What a use of a block takes, by ``$name``; None where that is a mistake."""
        inputs = block.inputs or ("input",)
        if written is None or not here.first:
            if len(inputs) == 1:
                self._need_inputs(item, here)
                return {f"${inputs[0]}": here.previous}
            listed = ", ".join(inputs)
            field, hint = "inputs", f"write inputs: [{listed}]"
            message = f"the block '{block.name}' takes several inputs, {listed}"
            if not here.first:
                field, hint = "repeat", "write the uses out"
                message += ", and a copy gets one from the copy before it"
            self.network.report(Code.INPUT_COUNT, message, item.place(field), hint)
            return None
        references = _references(item, written)
        names = tuple(written) if isinstance(written, dict) else inputs
        if len(references) != len(inputs) or {*names} != {*inputs}:
            takes = ", ".join(inputs) if block.inputs else "one input"
            message = f"the block '{block.name}' takes {takes}"
            self.network.report(
                Code.INPUT_COUNT,
                message,
                item.place("inputs"),
                "name one" if len(inputs) == 1 else "name as many, in this order",
            )
            return None
        return {
            f"${name}": self.refer(reference, here.scope, place)
            for name, (reference, place) in zip(names, references, strict=True)
        }

    def given_one(self, item: Item, written: Any, here: Here) -> str | None:
        """The one tensor that an item takes; None where that is a mistake, which is told."""
        if written is None or not here.first:
            self._need_inputs(item, here)
            return here.previous
        references = _references(item, written)
        if len(references) != 1 or isinstance(written, dict):
            message = f"{item.kind} takes one input"
            self.network.report(Code.INPUT_COUNT, message, item.place("inputs"), "name one")
            return None
        ((name, place),) = references
        return self.refer(name, here.scope, place)

    def _need_inputs(self, item: Item, here: Here) -> None:
        """The first item of several inputs says which it takes."""
        scope = here.scope
        first = not any(scope.entries.values())
        if here.previous is None and first and len(scope.given) > 1:
            what = f"the block '{scope.blocks[-1]}'" if scope.blocks else "a network"
            self.network.report(
                Code.FIRST_INPUTS,
                f"the first layer of {what} with several inputs says which it takes",
                item.place(),
                f"write inputs: {next(iter(scope.given))}",
            )


def _references(item: Item, written: Any) -> list[tuple[str, Place]]:
    """Every name in `inputs`, each with where it is written."""
    field = "inputs"
    if isinstance(written, str):
        return [(written, item.place(field))]
    if isinstance(written, dict):
        found = []
        for argument, names in written.items():
            place = item.place(field, element=argument)
            found += [(name, place) for name in ((names,) if isinstance(names, str) else names)]
        return found
    return [(name, item.place(field, element=index)) for index, name in enumerate(written)]
