"""The growing graph: calls of layers, each understood as soon as its inputs are."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from netspec.diagnostics import MAX_FINDINGS, Code, Finding, Step
from netspec.graph.graph import LayerNode
from netspec.graph.inference import Inferrer
from netspec.layers.shapes import ShapeError, spell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.graph.graph import ApplicationUse, BackboneUse
    from netspec.graph.item import Item
    from netspec.layers.shapes import Inference, Shape
    from netspec.source.nodes import Place

Tensors = tuple[str, ...]
# How far back a shape is followed, and of how many inputs.
MAX_STEPS = 200
MAX_WAYS = 8


class Network:
    """Layers that have been called so far, and what was wrong on the way.

    Attributes:
        inputs: The inputs' shapes by name.
        nodes: The calls by name.
        applications: The networks of `keras.applications` among them, by name.
        backbones: The networks of runs among them, by name.
        findings: The mistakes.
    """

    def __init__(self, inputs: dict[str, Shape]) -> None:
        """Begins with the inputs.

        Args:
            inputs: Their shapes by name.
        """
        self.inputs = inputs
        self.nodes: dict[str, LayerNode] = {}
        self.applications: dict[str, ApplicationUse] = {}
        self.backbones: dict[str, BackboneUse] = {}
        self.findings: list[Finding] = []
        self._inferrer = Inferrer()
        self._steps: dict[str, tuple[Step, str | None]] = {}

    def found(self, finding: Finding) -> None:
        """Takes a finding, unless there are too many."""
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(finding)

    def report(self, code: Code, message: str, place: Place, hint: str | None = None) -> None:
        """Makes a finding."""
        self.found(Finding(code, message, place, hint))

    def tell_once(self, first: int, last: int) -> None:
        """Takes back what a copy of an item repeats.

        Args:
            first: How many findings there were before the first copy.
            last: How many there were before the last one.
        """
        if len(self.findings) > last > first:
            told = {(finding.code, finding.place) for finding in self.findings[first:last]}
            new = self.findings[last:]
            self.findings[last:] = [
                finding for finding in new if (finding.code, finding.place) not in told
            ]

    @contextmanager
    def apart(self, inputs: dict[str, Shape]) -> Iterator[dict[str, LayerNode]]:
        """Calls layers in a network of their own for a while.

        Args:
            inputs: That network's inputs.

        Yields:
            Its calls, which grow.
        """
        before = self.inputs, self.nodes, self._steps
        self.inputs, self.nodes, self._steps = inputs, {}, {}
        try:
            yield self.nodes
        finally:
            self.inputs, self.nodes, self._steps = before

    def owner(self, name: str) -> str:
        """The call whose layer a call shares: its own, unless it calls one again."""
        node = self.nodes.get(name)
        return name if node is None else node.layer_name

    def call(  # noqa: PLR0913 - each has a name
        self,
        item: Item,
        name: str,
        taken: Tensors | None,
        shares: str | None,
        *,
        blocks: tuple[str, ...] = (),
        in_inference: bool = False,
    ) -> Tensors:
        """Adds a call of a layer; gives the names of what it gives.

        Args:
            item: The item, with its layer unless that has mistakes.
            name: The call's name in the graph.
            taken: What it takes, None where that is a mistake.
            shares: The call whose layer it calls again, None for a layer of its own.
            blocks: The blocks that it stands in, from the outermost.
            in_inference: Whether it is called as in inference also while the network trains.
        """
        inference = self._infer(name, item, taken, shares)
        written = item.layer.outputs if item.layer is not None else None
        if inference is not None and written is not None:
            given = len(inference.output_shapes)
            if len(written) != given:
                outputs = "output" if given == 1 else "outputs"
                self.report(
                    Code.OUTPUT_COUNT,
                    f"{item.kind} '{name}' gives {given} {outputs}, and {len(written)} are named",
                    item.place("outputs"),
                )
                inference = None
        tensors = (name, *(f"{name}:{index}" for index in range(1, len(written or ()))))
        node = LayerNode(
            name,
            item,
            item.layer,
            taken or (),
            inference,
            tensors,
            shares,
            blocks,
            in_inference,
        )
        self.nodes.setdefault(name, node)
        return tensors

    def _infer(
        self, name: str, item: Item, taken: Tensors | None, shares: str | None
    ) -> Inference | None:
        if item.layer is None or taken is None:
            return None
        shapes = [self.shape(tensor) for tensor in taken]
        known = tuple(shape for shape in shapes if shape is not None)
        if len(known) < len(shapes):
            return None
        try:
            inference = self._inferrer.infer(item.layer, known)
        except ShapeError as error:
            if error.message:
                message = f"{item.layer.kind()} '{name}' {error.message}"
                place = item.place(error.field)
                ways = tuple(self._way(tensor) for tensor in taken[:MAX_WAYS])
                self.found(Finding(error.code, message, place, error.hint, shapes=ways))
            return None
        first = self.nodes[shares].inference if shares is not None else None
        if first is not None and first.weights != inference.weights:
            self.report(
                Code.REUSE,
                f"'{name}' calls '{shares}' again on {_spelled(known)}, "
                "and that has weights for another shape",
                item.place("inputs"),
                "give it an input of the same channels, or make a layer of its own",
            )
            return None
        return inference

    def _way(self, tensor: str) -> tuple[Step, ...]:
        """How a tensor's shape came about, from an input on; where layers were merged, along the first."""
        way: list[Step] = []
        above: str | None = tensor
        while above is not None and len(way) < MAX_STEPS:
            if above not in self._steps:
                self._steps[above] = self._step(above)
            step, above = self._steps[above]
            way.append(step)
        return tuple(reversed(way))

    def _step(self, tensor: str) -> tuple[Step, str | None]:
        """The step that a tensor is, and what it is made of; None of an input."""
        shape = self.shape(tensor) or ()
        if tensor in self.inputs:
            return Step(tensor, "Input", shape, None), None
        node = self.nodes[tensor.partition(":")[0]]
        step = Step(tensor, node.kind, shape, node.item.place())
        return step, node.inputs[0] if node.inputs else None

    def shape(self, tensor: str) -> Shape | None:
        """The shape of an input or of what a call gives, None where it is not known."""
        if tensor in self.inputs:
            return self.inputs[tensor]
        name, _, index = tensor.partition(":")
        inference = self.nodes[name].inference
        return None if inference is None else inference.output_shapes[int(index or 0)]


def _spelled(shapes: Sequence[Shape]) -> str:
    return ", ".join(spell(shape) for shape in shapes)
