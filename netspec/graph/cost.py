"""What a network costs: floating-point operations, bytes of weights and activations, memory to train it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.graph.backward import kept
from netspec.graph.graph import Graph
from netspec.layers.shapes import product, total
from netspec.spec.freezing import trained_by_stage
from netspec.things.base import Optimizer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netspec.fields import Thing
    from netspec.graph.graph import LayerNode
    from netspec.spec.training import TrainingSection

BYTES = 4  # float32

# What a spec without an optimizer is reckoned with: Adam's two running means.
DEFAULT_STATE = 2

# What comes on top of what is kept for the backward pass, as a part of it: gradients on their way, what kernels
# lay out anew while they compute, and gaps that the allocator leaves. Measured: benchmarks/memory.py.
_UNDER_WAY = 0.5

# What TensorFlow takes to trace and plan a training step of any network. Measured: benchmarks/memory.py.
_TRACING = 40 * 2**20


def flops(graph: Graph) -> int | None:
    """Floating-point operations for one sample: a multiplication and an addition for each MAC."""
    return None if graph.macs is None else 2 * graph.macs


def weight_bytes(graph: Graph) -> int:
    """Bytes of all weights in float32."""
    return BYTES * graph.parameters


def repeats(node: LayerNode) -> int | None:
    """How often the network inside a layer is called for one sample: TimeDistributed calls it at every step."""
    return node.output_shape[0] if node.output_shape else 1


def activations(node: LayerNode) -> int | None:
    """How many numbers a layer gives for one sample, those of a network inside it too; None where a size is unknown."""
    if node.inference is None:
        return None
    given = total(*(product(*shape) for shape in node.inference.output_shapes))
    nested = node.inference.nested
    if not isinstance(nested, Graph):
        return given
    inside = total(*(activations(each) for each in nested.nodes.values()))
    return total(given, product(inside, repeats(node)))


def most_training_bytes(
    graph: Graph, *, batch_size: int, optimizer: Thing | None, training: TrainingSection | None
) -> int | None:
    """`training_bytes` of the stage that takes most; without stages, of the whole training."""
    stages = trained_by_stage(graph, training).values() or (None,)
    sizes = (
        training_bytes(graph, batch_size=batch_size, optimizer=optimizer, trained=trained)
        for trained in stages
    )
    known = [size for size in sizes if size is not None]
    return max(known) if len(known) == len(stages) else None


def training_bytes(
    graph: Graph,
    *,
    batch_size: int,
    optimizer: Thing | None,
    trained: Mapping[str, int] | None = None,
) -> int | None:
    """An estimate of the memory that training takes beyond the program itself, in bytes, on a CPU in float32.

    It is the sum of

    - the weights, a gradient for each that trains, and the optimizer's state,
    - what an update computes on its way: as much again for the largest weight, since weights are updated one by one,
    - what the backward pass needs of the forward one (``netspec.graph.backward``), for every sample of a batch, and
      half as much again for what is under way,
    - what TensorFlow takes to trace the step.

    None where a size is unknown. `trained` says how many parameters of which layers train (`trained_by_stage`); without
    it, the layers' own flags do.
    """
    if trained is None:
        trained = {node.name: node.trainable_parameters for node in graph.nodes.values()}
    trained = {name: count for name, count in trained.items() if count}
    numbers = kept(graph, trained)
    if numbers is None:
        return None
    state = optimizer.state_per_parameter() if isinstance(optimizer, Optimizer) else DEFAULT_STATE
    weights = graph.parameters + sum(trained.values()) * (1 + state)
    updating = (2 + state) * _largest_weight(graph, trained)
    under_way = int(_UNDER_WAY * numbers)
    return BYTES * (weights + updating + batch_size * (numbers + under_way)) + _TRACING


def _largest_weight(graph: Graph, trained: Mapping[str, int]) -> int:
    sizes = (
        weight.size
        for node in graph.nodes.values()
        if node.name in trained and node.inference is not None
        for weight in node.inference.weights
        if weight.trainable
    )
    return max(sizes, default=0)
