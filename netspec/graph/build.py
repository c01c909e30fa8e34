"""A document's items become a graph: named, wired, and understood layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import MAX_FINDINGS, Code, Finding
from netspec.graph.graph import Graph, LayerNode
from netspec.layers.base import Inference, ShapeError, product
from netspec.wording import nearest, snake_case

if TYPE_CHECKING:
    from netspec.layers.base import Shape
    from netspec.source.nodes import Place
    from netspec.spec.document import Document, Item


def build_graph(document: Document) -> tuple[Graph, list[Finding]]:
    """The graph of everything that could be read, and what is wrong with its wiring and shapes."""
    builder = _Builder(document)
    return builder.build(), builder.findings


# Among how many names above the one that was meant is looked for.
_NEAR = 200

# More numbers than any machine holds: 4 TiB of float32.
MAX_NUMBERS = 2**40


class _Builder:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.findings: list[Finding] = []
        self.inputs: dict[str, Shape] = document.inputs or {}
        self.numbers: dict[str, int] = {}
        # Whether a mistake hides what an item is called, so that a name nobody has may be its.
        self.anonymous = any(item.layer is None and item.name is None for item in document.items)
        # Whether a mistake hides the kind of an item, so that only written names are sure.
        self.unsure = any(item.keras_kind is None for item in document.items)
        self.names = self._names()
        self.all_names = frozenset(self.names)
        self.known = list(self.inputs)
        self.lookups = 0
        self.nodes: dict[str, LayerNode] = {}

    def build(self) -> Graph:
        previous = next(iter(self.inputs), None) if len(self.inputs) == 1 else None
        for name, item in zip(self.names, self.document.items, strict=True):
            inputs = self._inputs(item, previous)
            self.nodes.setdefault(name, self._node(name, item, inputs))
            if not self.unsure or item.name == name:
                self.known.append(name)
            previous = name
        outputs = self._outputs(previous)
        complete = (
            not self.findings
            and bool(self.nodes)
            and bool(outputs)
            and all(node.inference for node in self.nodes.values())
        )
        if complete:
            self._find_unused(outputs)
        written = self.document.output
        return Graph(
            name=self.document.name,
            inputs=self.inputs,
            nodes=self.nodes,
            outputs=outputs,
            single_output=written is None or isinstance(written, str),
            complete=complete,
        )

    def _report(self, code: Code, message: str, place: Place, hint: str | None = None) -> None:
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(Finding(code, message, place, hint))

    def _names(self) -> list[str]:
        """Every item's name: its own, or its kind in snake case with the first free number."""
        taken = set(self.inputs)
        own: list[str | None] = []
        for item in self.document.items:
            own.append(None if item.name in taken else item.name)
            if item.name is not None and item.name in taken:
                self._report(
                    Code.DUPLICATE_NAME,
                    f"the name '{item.name}' is taken"
                    + (" by an input" if item.name in self.inputs else " by an earlier layer"),
                    item.place("name"),
                    "give every layer a name of its own",
                )
            elif item.name is not None:
                taken.add(item.name)
        return [
            name or self._free_name(item, taken)
            for name, item in zip(own, self.document.items, strict=True)
        ]

    def _free_name(self, item: Item, taken: set[str]) -> str:
        base = snake_case(item.keras_kind or "layer")
        number = self.numbers.get(base, 0)
        while (name := base if number == 0 else f"{base}_{number}") in taken:
            number += 1
        self.numbers[base] = number + 1
        taken.add(name)
        return name

    def _inputs(self, item: Item, previous: str | None) -> tuple[str, ...] | None:
        """What an item takes, or None where that is a mistake, here or above."""
        written = item.layer.inputs if item.layer is not None else None
        if written is None:
            if item.layer is not None and previous is None and len(self.inputs) > 1:
                self._report(
                    Code.FIRST_INPUTS,
                    "the first layer of a network with several inputs says which it takes",
                    item.place(),
                    f"write inputs: {next(iter(self.inputs))}",
                )
            return None if previous is None else (previous,)
        names = (written,) if isinstance(written, str) else tuple(written)
        found = [
            self._refer(name, item.place("inputs", element=index))
            for index, name in enumerate(names)
        ]
        return names if all(found) else None

    def _refer(self, name: str, place: Place) -> bool:
        """Whether a name is an input's or an earlier layer's."""
        if name in self.inputs or name in self.nodes:
            return True
        self.lookups += 1
        if self.lookups > MAX_FINDINGS:
            return False
        if name in self.all_names:
            self._report(
                Code.FORWARD_REFERENCE,
                f"'{name}' stands further down, or is this layer itself",
                place,
                "a layer takes what stands above it",
            )
        elif self.document.inputs is not None:
            hint = nearest(name, self.known[-_NEAR:])
            if hint is None and self.anonymous:
                return False
            self._report(
                Code.UNKNOWN_NAME,
                f"there is no layer or input '{name}' above",
                place,
                hint or f"known here: {', '.join(self.known[-5:])}",
            )
        return False

    def _node(self, name: str, item: Item, inputs: tuple[str, ...] | None) -> LayerNode:
        return LayerNode(name, item, item.layer, inputs or (), self._infer(name, item, inputs))

    def _infer(self, name: str, item: Item, inputs: tuple[str, ...] | None) -> Inference | None:
        if item.layer is None or inputs is None:
            return None
        shapes = [
            self.inputs[source] if source in self.inputs else self.nodes[source].output_shape
            for source in inputs
        ]
        known = [shape for shape in shapes if shape is not None]
        if len(known) < len(shapes):
            return None
        try:
            return _of_a_size_to_be_held(item.layer.infer(known))
        except ShapeError as error:
            message = f"{item.layer.kind()} '{name}' {error.message}"
            self._report(error.code, message, item.place(error.field), error.hint)
            return None

    def _outputs(self, last: str | None) -> dict[str, str]:
        written = self.document.output
        if written is None:
            return {} if last is None or last not in self.nodes else {last: last}
        if isinstance(written, str):
            named = {written: written}
        elif isinstance(written, dict):
            named = written
        else:
            named = {name: name for name in written}
        if isinstance(written, tuple) and len(named) < len(written):
            place = self.document.place("model", "output")
            self._report(Code.DUPLICATE_NAME, "an output is listed twice", place, "list it once")
        return {
            key: name
            for key, name in named.items()
            if self._refer(name, self._output_place(key, written))
        }

    def _output_place(self, key: str, written: str | tuple[str, ...] | dict[str, str]) -> Place:
        if isinstance(written, tuple):
            return self.document.place("model", "output", written.index(key))
        return self.document.place("model", "output", key)

    def _find_unused(self, outputs: dict[str, str]) -> None:
        # What only an unused layer uses is silent: it goes, or is of use, with that one.
        used = {name for node in self.nodes.values() for name in node.inputs} | {*outputs.values()}
        for node in self.nodes.values():
            if node.name not in used:
                self._report(
                    Code.UNUSED,
                    f"nothing uses {node.kind} '{node.name}', so Keras would leave it out",
                    node.item.place(),
                    "name it in another layer's inputs or in model.output, or remove it",
                )
        for name in self.inputs:
            if name not in used:
                place = self.document.place("model", "input", name, key=True)
                message = f"nothing uses the input '{name}'"
                self._report(Code.UNUSED, message, place, "name it in a layer's inputs")


def _of_a_size_to_be_held(inference: Inference) -> Inference:
    """The inference, unless no machine can hold what it speaks of.

    Raises:
        ShapeError: The output for one sample, or the weights, have too many numbers.
    """
    sizes = (
        ("gives", product(*inference.output_shape) or 0),
        ("has weights of", sum(weight.size for weight in inference.weights)),
    )
    for verb, numbers in sizes:
        if numbers > MAX_NUMBERS:
            raise ShapeError(
                f"{verb} more than {MAX_NUMBERS:,} numbers",
                code=Code.TOO_LARGE,
                hint="no machine can hold them; take smaller fields",
            )
    return inference
