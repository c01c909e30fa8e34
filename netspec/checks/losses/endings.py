"""What rules ask of an output's values: which layers made them, and what range their last activation gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netspec.checks.wiring import ACTIVATION_LAYERS, SHAPE_ONLY

if TYPE_CHECKING:
    from netspec.checks.losses.outputs import Output
    from netspec.graph.graph import Graph, LayerNode

# Activations, and layers, that give numbers below 0.
NEGATIVE = frozenset(
    {
        "celu",
        "elu",
        "gelu",
        "hard_shrink",
        "hard_silu",
        "hard_swish",
        "hard_tanh",
        "leaky_relu",
        "linear",
        "log_sigmoid",
        "log_softmax",
        "mish",
        "prelu",
        "selu",
        "silu",
        "soft_shrink",
        "softsign",
        "swish",
        "tanh",
        "tanh_shrink",
    }
)
# Those that give no probabilities, and nothing that a loss would make some of. `exponential` and `softplus` are not
# among them: a loss that divides by the sum makes probabilities of what is positive.
RAW = NEGATIVE | {"relu", "relu6"}
# What gives each unit a probability of its own.
SIGMOIDS = frozenset({"sigmoid", "hard_sigmoid", "sparse_sigmoid"})
# What gives units that sum to 1.
SOFTMAXES = frozenset({"softmax", "sparsemax"})
# What never is below 0 and may be above 1, and what lies between -1 and 1.
POSITIVE = frozenset({"exponential", "relu", "relu6", "softplus", "sparse_plus", "squareplus"})
WITHIN_ONE = frozenset({"hard_tanh", "softsign", "tanh"})
# Losses that do not divide by the sum, so that the least loss is that of 1 everywhere.
OF_SUMS = frozenset({"CategoricalGeneralizedCrossEntropy", "KLDivergence"})
# The losses that part yes and no at 0.
SINGLE_LOGITS = frozenset({"Hinge", "SquaredHinge"})

_KEEP = SHAPE_ONLY | {
    "ActivityRegularization",
    "Dropout",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
}
# What makes probabilities others than they were, and leaves raw values raw.
_MIX = frozenset(
    {
        "Add",
        "AdaptiveAveragePooling1D",
        "AdaptiveAveragePooling2D",
        "AdaptiveAveragePooling3D",
        "AdaptiveMaxPooling1D",
        "AdaptiveMaxPooling2D",
        "AdaptiveMaxPooling3D",
        "AlphaDropout",
        "Average",
        "AveragePooling1D",
        "AveragePooling2D",
        "AveragePooling3D",
        "CenterCrop",
        "Concatenate",
        "GaussianDropout",
        "GaussianNoise",
        "GlobalAveragePooling1D",
        "GlobalAveragePooling2D",
        "GlobalAveragePooling3D",
        "GlobalMaxPooling1D",
        "GlobalMaxPooling2D",
        "GlobalMaxPooling3D",
        "MaxPooling1D",
        "MaxPooling2D",
        "MaxPooling3D",
        "Maximum",
        "Minimum",
        "Resizing",
        "Subtract",
        "UpSampling1D",
        "UpSampling2D",
        "UpSampling3D",
        "ZeroPadding1D",
        "ZeroPadding2D",
        "ZeroPadding3D",
    }
)
_END_IN_ACTIVATION = frozenset(
    {
        "Activation",
        "Conv1D",
        "Conv1DTranspose",
        "Conv2D",
        "Conv2DTranspose",
        "Conv3D",
        "Conv3DTranspose",
        "Dense",
        "DepthwiseConv1D",
        "DepthwiseConv2D",
        "EinsumDense",
        "SeparableConv1D",
        "SeparableConv2D",
    }
)
# Their activation is followed by products with what gates give.
RECURRENT = frozenset({"ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "GRU", "LSTM", "SimpleRNN"})
_NORMALIZING = frozenset(
    {"BatchNormalization", "GroupNormalization", "LayerNormalization", "RMSNormalization"}
)


@dataclass(frozen=True)
class Ending:
    """A layer that made an output's values.

    Attributes:
        node: The layer.
        activation: What the values went through last, ``linear`` where that is nothing.
    """

    node: LayerNode
    activation: str

    def __str__(self) -> str:
        layer = f"{self.node.kind} '{self.node.name}'"
        if self.node.kind in _NORMALIZING:
            return f"{layer} gives any numbers"
        if self.node.kind in ACTIVATION_LAYERS:
            return f"{layer} comes last"
        if self.activation == "linear":
            return f"{layer} has no activation"
        return f"{layer} ends in {self.activation}"


@dataclass(frozen=True)
class Values:
    """An output's values, as far as the layers say.

    Attributes:
        endings: The layers that made them, none where they are not known.
        direct: Whether there is one, and nothing came after it that changes a value.
    """

    endings: tuple[Ending, ...]
    direct: bool

    @property
    def activation(self) -> str | None:
        """What they went through last, where that is one thing."""
        return self.endings[0].activation if self.direct and self.endings else None

    @property
    def are_probabilities(self) -> bool:
        """Whether they are known to lie between 0 and 1, as a softmax or a sigmoid gives them."""
        return self.activation in SIGMOIDS | SOFTMAXES

    @property
    def is_one_whole(self) -> bool:
        """Whether they are a softmax over one value: `softmax_of_one` tells of that, and of nothing else."""
        return self.activation in SOFTMAXES and self.endings[0].node.output_shape == (1,)

    def all_in(self, activations: frozenset[str]) -> bool:
        """Whether every layer that made them ends in one of some activations."""
        return bool(self.endings) and all(
            ending.activation in activations for ending in self.endings
        )


def values_of(graph: Graph, output: Output) -> Values:
    """The values of an output."""
    found: list[Ending] = []
    direct = True
    waiting = [graph.outputs[output.key]]
    seen = set(waiting)
    while waiting:
        node = graph.nodes.get(waiting.pop())  # none for the network's input, or a layer's state
        if node is None or node.layer is None:
            return Values((), direct=False)
        mixes = node.kind in _MIX
        if mixes or node.kind in _KEEP or _is_linear(node):
            direct = direct and not mixes
            waiting += [tensor for tensor in dict.fromkeys(node.inputs) if tensor not in seen]
            seen.update(node.inputs)
            continue
        activation = last_activation(node.layer)
        if activation is None:
            return Values((), direct=False)
        found.append(Ending(graph.nodes.get(node.layer_name, node), activation))
    shape = graph.shape(found[0].node.name) if found else None
    same = shape is not None and output.shape is not None and shape[-1:] == output.shape[-1:]
    return Values(tuple(found), direct=direct and len(found) == 1 and same)


def takes_logits(output: Output, values: Values) -> bool:
    """Whether the loss takes numbers on both sides of 0, and nothing contradicts that it gets them."""
    if output.loss.kind() in SINGLE_LOGITS:
        return values.all_in(RAW) and values.activation not in POSITIVE
    is_bounded = values.are_probabilities or values.activation in POSITIVE | WITHIN_ONE
    return bool(getattr(output.loss, "from_logits", False)) and not is_bounded


def last_activation(layer: Any) -> str | None:
    """The activation that a layer's values went through last, ``linear`` for none; None where that is not known."""
    kind = layer.kind()
    if kind in _NORMALIZING:
        return "linear"
    if kind in ACTIVATION_LAYERS:
        is_bounded = kind == "ReLU" and layer.max_value is not None and layer.max_value <= 1
        is_other = kind == "Softmax" and layer.axis != -1
        return None if is_bounded or is_other else ACTIVATION_LAYERS[kind]
    if kind in {"Bidirectional", "TimeDistributed"}:
        return last_activation(layer.layer)
    if kind in _END_IN_ACTIVATION:
        return layer.activation or "linear"
    if kind in RECURRENT:
        activation = layer.activation or "linear"
        return activation if activation in RAW else None
    return None


def _is_linear(node: LayerNode) -> bool:
    return node.kind == "Activation" and getattr(node.layer, "activation", None) in {None, "linear"}
