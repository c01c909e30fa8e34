"""Whether a run's memory is there, and the batch size that fits where it is not."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.data.room import free_memory
from netspec.graph.cost import training_bytes
from netspec.runs.hardware import has_gpu
from netspec.spec.freezing import trained_by_stage

if TYPE_CHECKING:
    from netspec.data.decoded import CachePlan
    from netspec.fields import Thing
    from netspec.graph.graph import Graph
    from netspec.spec.training import TrainingSection

# What Python takes with TensorFlow and Keras imported, and a step of a small network traced.
_TENSORFLOW = 2**29

_MEBIBYTE, _GIBIBYTE = 2**20, 2**30


@dataclass(frozen=True)
class MemoryPlan:
    """The memory that a run takes and has. All numbers of bytes are estimates.

    Attributes:
        needed: Bytes that it takes beyond what the process has; on a GPU, of the machine's memory.
        free: Bytes that are free; in a container, of what that may have.
        batch_size_that_fits: The largest power of 2 below the batch size with which it would fit; None where none does,
            and where the batch is on a GPU.
        on_gpu: Whether the network is computed on a GPU, whose memory is not counted.
    """

    needed: int
    free: int
    batch_size_that_fits: int | None = None
    on_gpu: bool = False

    @property
    def fits(self) -> bool:
        """Whether the memory is there."""
        return self.needed <= self.free

    def __str__(self) -> str:
        """One line for people."""
        what = f"about {_spelled(self.needed)} are needed, and {_spelled(self.free)} are free"
        if self.fits:
            return what
        if self.on_gpu:
            return f"{what} beside the GPU's"
        if self.batch_size_that_fits is None:
            return f"{what}: nothing fits, not even one image a step"
        return f"{what}: batch size {self.batch_size_that_fits} would fit"


def plan_memory(  # noqa: PLR0913 - each has a name
    graph: Graph,
    *,
    batch_size: int,
    optimizer: Thing | None,
    precision: str,
    cache: CachePlan | None,
    training: TrainingSection | None = None,
) -> MemoryPlan | None:
    """The memory of a run, held against what is free now; nothing of TensorFlow is imported.

    Args:
        graph: The network.
        batch_size: Images a step.
        optimizer: What changes its weights.
        precision: What its layers compute in; in half of the bits, what they give takes half.
        cache: Where images are kept decoded.
        training: How it is trained: of its stages, the one that takes most decides.

    Returns:
        The plan; None where a size of the network is unknown.
    """
    stages: list[tuple[int, int]] = []  # bytes of a step without images, and of each of them
    for trained in trained_by_stage(graph, training).values() or (None,):
        first, second = (
            training_bytes(graph, batch_size=size, optimizer=optimizer, trained=trained)
            for size in (0, 1)
        )
        if first is None or second is None:
            return None
        stages.append((first, (second - first) // (1 if precision == "float32" else 2)))
    is_loaded = "tensorflow" in sys.modules
    host = (0 if is_loaded else _TENSORFLOW) + (
        cache.size if cache is not None and cache.place == "memory" else 0
    )
    free = free_memory()
    if has_gpu():
        return MemoryPlan(host, free, on_gpu=True)
    fitting = [(free - host - first) // image for first, image in stages if image]
    most = min([batch_size, *fitting])
    return MemoryPlan(
        needed=host + max(first + batch_size * image for first, image in stages),
        free=free,
        batch_size_that_fits=1 << (most.bit_length() - 1) if most >= 1 else None,
    )


def _spelled(size: int) -> str:
    if size >= _GIBIBYTE:
        return f"{size / _GIBIBYTE:,.1f} GiB"
    return f"{max(0, round(size / _MEBIBYTE)):,} MiB"
