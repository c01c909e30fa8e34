"""What a network costs: floating-point operations, bytes of weights, memory to train it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.layers.base import product
from netspec.things.base import Optimizer

if TYPE_CHECKING:
    from netspec.fields import Thing
    from netspec.graph.graph import Graph

BYTES = 4  # float32

# What a spec without an optimizer is reckoned with: Adam's two running means.
DEFAULT_STATE = 2


def flops(graph: Graph) -> int | None:
    """Floating-point operations for one sample: a multiplication and an addition for each MAC."""
    return None if graph.macs is None else 2 * graph.macs


def weight_bytes(graph: Graph) -> int:
    """Bytes of all weights in float32."""
    return BYTES * graph.parameters


def activation_count(graph: Graph) -> int | None:
    """How many numbers all layers' outputs hold together for one sample; None where a size is unknown."""
    sizes = [product(*shape) for shape in graph.inputs.values()]
    sizes += [product(*(node.output_shape or (None,))) for node in graph.nodes.values()]
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None


def training_bytes(graph: Graph, *, batch_size: int, optimizer: Thing | None) -> int | None:
    """An estimate of the memory that training takes beyond the program itself, in bytes.

    Weights, their gradients and the optimizer's state, and for every image of a batch each layer's output twice: once
    kept for the backward pass, once as the gradient that comes back. None where a size is unknown.
    """
    activations = activation_count(graph)
    if activations is None:
        return None
    state = optimizer.state_per_parameter() if isinstance(optimizer, Optimizer) else DEFAULT_STATE
    kept = graph.parameters + graph.trainable_parameters * (1 + state)
    return BYTES * (kept + 2 * batch_size * activations)
