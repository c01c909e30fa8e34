"""What a network computes, step by step, however its spec is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from netspec.graph.graph import Graph, LayerNode

# They say nothing of what is computed.
LEFT_OUT = {
    *("activation", "dtype", "inputs", "keepdims", "name", "outputs"),
    *("padding", "repeat", "seed", "trainable", "when"),
}
OTHER_NAMES = {"hard_swish": "hard_silu", "swish": "silu"}
AVERAGE = "GlobalAveragePooling2D"


class Step(NamedTuple):
    """Something that is computed.

    Attributes:
        kind: A layer's kind, or an activation's name.
        fields: The layer's fields.
        inputs: The numbers of the steps that it takes.
        padding: How many zeros it puts before and after each axis.
    """

    kind: str
    fields: str
    inputs: tuple[int, ...]
    padding: Any = ()


class Steps:
    """Steps and their numbers: networks that compute the same end in the same number."""

    def __init__(self) -> None:
        self._numbers: dict[Step, int] = {}
        self._steps: list[Step] = []

    def of(self, graph: Graph) -> dict[str, int]:
        """The number of what each tensor of a network holds, by its name."""
        found = {
            name: self._number(Step("input", str(shape), ()))
            for name, shape in graph.inputs.items()
        }
        for name, node in graph.nodes.items():
            taken = tuple(found[each.partition(":")[0]] for each in node.inputs)
            found[name] = self._after(node, taken, graph.shape(node.inputs[0]) or ())
        return found

    def _number(self, step: Step) -> int:
        if step not in self._numbers:
            self._numbers[step] = len(self._steps)
            self._steps.append(step)
        return self._numbers[step]

    def _after(self, node: LayerNode, taken: tuple[int, ...], shape: tuple[int | None, ...]) -> int:
        assert node.layer is not None
        fields = node.layer.model_dump()
        kind, (first, *_), activation = node.kind, taken, fields.get("activation")
        if kind == "ReLU":
            activation = {None: "relu", 6: "relu6"}[fields["max_value"]]
        flat = kind == "Reshape" and self._steps[first].kind == AVERAGE
        nothing = kind == "Dropout" and fields["rate"] == 0
        if kind in {"Activation", "ReLU"} or flat or nothing:
            number = first
        else:
            number = self._number(self._layer(kind, fields, taken, shape))
        if activation in {None, "linear"}:
            return self._hard_sigmoid(number)
        name = str(activation)
        return self._number(Step(OTHER_NAMES.get(name, name), "", (number,)))

    def _layer(
        self,
        kind: str,
        fields: dict[str, Any],
        taken: tuple[int, ...],
        shape: tuple[int | None, ...],
    ) -> Step:
        padding: Any = fields.get("padding", ())
        if "pool_size" in fields:
            fields["strides"] = fields["strides"] or fields["pool_size"]
        if "kernel_size" in fields:
            same = fields["padding"] == "same"
            sizes = zip(shape[:-1], fields["kernel_size"], fields["strides"], strict=True)
            missing = [max((-(-(n or 0) // s) - 1) * s + k - (n or 0), 0) for n, k, s in sizes]
            padding = tuple((each // 2, each - each // 2) if same else (0, 0) for each in missing)
            below = self._steps[taken[0]]
            if below.kind == "ZeroPadding2D":
                assert not any(map(any, padding))
                padding, taken = below.padding, below.inputs
        if "axis" in fields:  # of all layers here it is the channels
            fields["axis"] = -1
        if fields.get("variance") is not None:  # one is written as a square
            fields["variance"] = [round(each, 9) for each in fields["variance"]]
        left = {
            name: value
            for name, value in fields.items()
            if name not in LEFT_OUT and not name.endswith("_initializer")
        }
        return Step(kind, str(sorted(left.items())), taken, padding)

    def _hard_sigmoid(self, number: int) -> int:
        """An activation that Keras's own MobileNetV3 makes of three layers."""
        kinds, at = [], number
        for _ in range(3):
            step = self._steps[at]
            kinds.append((step.kind, step.fields))
            if not step.inputs:
                return number
            at = step.inputs[0]
        hard = [
            ("Rescaling", str([("offset", 0.0), ("scale", 1 / 6)])),
            ("relu6", ""),
            ("Rescaling", str([("offset", 3.0), ("scale", 1.0)])),
        ]
        return self._number(Step("hard_sigmoid", "", (at,))) if kinds == hard else number
