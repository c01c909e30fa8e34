"""What of a network is to be computed once for each image, known before a run starts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from netspec.data import room
from netspec.data.features.entries import VARIABLE, default_folder, default_limit, entries
from netspec.errors import DataError
from netspec.graph.steady import NoPart, SteadyPart, steady_part
from netspec.spec.freezing import trainable_names
from netspec.wording import spoken_bytes

if TYPE_CHECKING:
    from netspec.data.counts import SplitCounts
    from netspec.graph.graph import Graph
    from netspec.spec.runtime import RuntimeSection
    from netspec.spec.training import Stage, TrainingSection

_BYTES = {"float32": 4, "mixed_bfloat16": 2, "mixed_float16": 2}
_MOST_NAMES = 3


@dataclass(frozen=True)
class FeaturePlan:
    """What is computed once for each image in a stage of training, and for which images.

    Attributes:
        part: The part of the network; None where there is none.
        trains_on: Whether training takes its features; else validation and test alone do, because training's images
            are augmented anew in every epoch.
        versions: How many augmented versions of each training image there are.
        size: Bytes of all images' features.
        reason: Why not, where there is no part.
        splits: Whose images' features are computed: `train`, `validation`, `test`.
        is_told: Whether people are told of it: something is frozen in the stage, or of `keras.applications`.
    """

    part: SteadyPart | None
    trains_on: bool = True
    versions: int = 1
    size: int = 0
    reason: str = ""
    splits: tuple[str, ...] = ()
    is_told: bool = True

    def __str__(self) -> str:
        """One line for people."""
        if self.part is None:
            return f"not cached: {self.reason}"
        layers, numbers = len(self.part.nodes), self.part.numbers or 0
        own = tuple(dict.fromkeys(node.name.partition(".")[0] for node in self.part.nodes))
        called = f" ({', '.join(own)})" if len(own) <= _MOST_NAMES else ""
        whose = (
            f"each {' and '.join(self.splits[-2:])} image" if not self.trains_on else "each image"
        )
        line = (
            f"{layers:,} frozen layer{'s' * (layers != 1)}{called} computed once for {whose}: "
            f"{numbers:,} number{'s' * (numbers != 1)}, {spoken_bytes(self.size)} in the cache"
        )
        if self.versions > 1:
            line += f" with {self.versions} versions of each training image"
        if not self.trains_on:
            line += "; in every step for training images, which are augmented anew in every epoch"
        return line


def plan_features(  # noqa: PLR0913 - each has a name
    graph: Graph,
    *,
    training: TrainingSection,
    runtime: RuntimeSection,
    augmented: bool,
    counts: SplitCounts,
    precision: str,
) -> tuple[FeaturePlan, ...]:
    """What is computed once in each stage of training.

    Args:
        graph: The network.
        training: The section.
        runtime: The section.
        augmented: Whether training images are varied.
        counts: Images of each split.
        precision: What layers compute in.

    Raises:
        UsageError: The environment says no size for the cache.
    """
    versions = runtime.augmentation_versions if augmented else None
    # Of an image that is varied in no known number of ways, there is nothing to keep.
    train = counts.train * (versions or 1) if not augmented or versions is not None else 0
    images = {"train": train, "validation": counts.validation, "test": counts.test or 0}
    plans = []
    for stage in training.phases:
        plan = _plan(steady_part(graph, stage), runtime, images, versions or 1, precision)
        plans.append(plan if _is_told(graph, stage) else _silent(plan))
    return tuple(plans)


def _plan(
    part: SteadyPart | NoPart,
    runtime: RuntimeSection,
    images: dict[str, int],
    versions: int,
    precision: str,
) -> FeaturePlan:
    if isinstance(part, NoPart):
        return FeaturePlan(None, reason=part.reason)
    if runtime.feature_cache == "off":
        return FeaturePlan(None, reason="runtime.feature_cache is off")
    numbers = part.numbers
    if numbers is None:
        return FeaturePlan(None, reason="the features' size is known only when images arrive")
    splits = tuple(name for name, count in images.items() if count)
    if not splits:
        return FeaturePlan(
            None,
            reason="training images are augmented anew in every epoch, and there are no others",
        )
    size = sum(images.values()) * numbers * _BYTES[precision]
    limit = default_limit()
    if size > limit:
        return FeaturePlan(
            None,
            reason=f"{spoken_bytes(size)} are needed, and the cache may take {spoken_bytes(limit)} (see {VARIABLE})",
        )
    folder = room.cache_folder()
    barred = next((each for each in (folder, *folder.parents) if each.is_file()), None)
    if barred is not None:
        reason = f"the cache cannot be in {folder}, because {barred} is a file (see XDG_CACHE_HOME)"
        return FeaturePlan(None, reason=reason)
    free = _free()
    if size > free:
        return FeaturePlan(
            None,
            reason=f"{spoken_bytes(size)} are needed, and the disk has {spoken_bytes(free)} free",
        )
    return FeaturePlan(part, "train" in splits, versions, size, splits=splits)


def _free() -> int:
    """Bytes that features may take: what is free, and what others of them take or these have already."""
    try:
        kept = sum(entry.size for entry in entries(default_folder()))
    except DataError:  # it will be told when they are to be kept
        kept = 0
    return room.free_disk(room.cache_folder()) + kept


def _silent(plan: FeaturePlan) -> FeaturePlan:
    return plan if plan.part is not None else replace(plan, is_told=False)


def _is_told(graph: Graph, stage: Stage) -> bool:
    """Whether something could be computed once in a stage that nobody would expect to train."""
    if graph.applications:
        return True
    trained = None if stage.trainable is None else trainable_names(graph, stage.trainable)
    return any(
        any(weight.trainable for weight in node.inference.weights)
        for node in graph.nodes.values()
        if node.inference is not None
        and not (node.trains if trained is None else node.layer_name in trained)
    )
