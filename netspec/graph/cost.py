"""What a network costs: floating-point operations, bytes of weights, memory to train it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.layers.base import product

if TYPE_CHECKING:
    from netspec.fields import Thing
    from netspec.graph.graph import Graph

BYTES = 4  # float32

# How many numbers of its own each optimizer keeps for a trainable one (keras/src/optimizers).
OPTIMIZER_SLOTS = {
    "Adadelta": 2,
    "Adafactor": 1,
    "Adagrad": 1,
    "Adam": 2,
    "AdamW": 2,
    "Adamax": 2,
    "Ftrl": 2,
    "Lamb": 2,
    "Lion": 1,
    "Muon": 2,
    "Nadam": 2,
    "RMSprop": 1,
    "SGD": 0,
    "ScheduleFreeAdamW": 2,
}


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

    Weights, their gradients and the optimizer's slots, and for every image of a batch each layer's output twice: once
    kept for the backward pass, once as the gradient that comes back. None where a size is unknown.
    """
    activations = activation_count(graph)
    if activations is None:
        return None
    slots = _slots(optimizer)
    kept = graph.parameters + graph.trainable_parameters * (1 + slots)
    return BYTES * (kept + 2 * batch_size * activations)


def _slots(optimizer: Thing | None) -> int:
    if optimizer is None:
        return OPTIMIZER_SLOTS["Adam"]
    if optimizer.kind() == "SGD" and getattr(optimizer, "momentum", None):
        return 1
    return OPTIMIZER_SLOTS.get(optimizer.kind(), 2)
