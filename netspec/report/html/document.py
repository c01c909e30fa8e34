"""What is shown of a run, as plain data; of each part that is not there, why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netspec.graph.graph import Graph
    from netspec.report.html.judged import Evaluation
    from netspec.report.html.looked import Looks
    from netspec.report.runs import BestRecord, Status
    from netspec.spec.document import Document


@dataclass(frozen=True)
class Absent:
    """What is not there to be shown.

    Attributes:
        why: Why, in a few words that end without a full stop.
        todo: A command that would bring it, None where none would.
    """

    why: str
    todo: str | None = None


@dataclass(frozen=True)
class Stage:
    """A part of training.

    Attributes:
        name: What it is called; `stage 2` where it has no name.
        first: Its first epoch, from 1.
    """

    name: str
    first: int


@dataclass(frozen=True)
class Training:
    """What was logged after each epoch.

    Attributes:
        epochs: The epochs' numbers, from 1.
        metrics: The values of each loss and metric, one an epoch; None where there was no number. Those of validation
            begin with `val_`.
        better: Of each of them, whether less (`min`) or more (`max`) of it is better, as far as that is known.
        learning_rate: That of each epoch; None where it was not logged.
        seconds: How long each epoch took; None where that is not known.
        planned: How many epochs there were to be.
        best: The best epoch; None without one.
        model_epoch: The epoch whose weights `model.keras` holds; None where that is not known.
        stages: The parts of training, in order; one or none where there are no stages.
        more: The command that gives it more epochs: those that it still has to do, or, where it has done all, twice as
            many in its last stage; None where there is none, or the spec is not known.
        has_ended: Whether it has done all that it had to do; it was not killed, say.
    """

    epochs: tuple[int, ...]
    metrics: Mapping[str, tuple[float | None, ...]]
    better: Mapping[str, str]
    learning_rate: tuple[float | None, ...] | None
    seconds: tuple[float | None, ...] | None
    planned: int | None
    best: BestRecord | None
    model_epoch: int | None
    stages: tuple[Stage, ...]
    more: str | None = None
    has_ended: bool = True


@dataclass(frozen=True)
class DataAccount:
    """What was trained on.

    Attributes:
        source: A data set's name, or the kind of source.
        path: A folder or file, as the spec names it; None where there is none.
        root: The folder that the path begins at; None where that is not known.
        splits: How many images each split has, by its name.
        came_from: The source's split that the validation and the test images were taken from, as far as that is known;
            `train` where they were held back from the images to learn from.
        fingerprint: A hash of all images and labels; None where it is not known.
        skipped: How many images could not be read and were left out.
        classes: The classes in label order; empty where no output names a class.
        labels: What other outputs learned, by the outputs' keys.
    """

    source: str
    path: str | None
    root: str | None
    splits: Mapping[str, int]
    came_from: Mapping[str, str]
    fingerprint: str | None
    skipped: int
    classes: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]

    def is_held_back(self, name: str) -> bool:
        """Whether a split's images were taken out of those to learn from."""
        return name != "train" and self.came_from.get(name) == "train"

    @property
    def divided(self) -> int | None:
        """How many images there were to learn from before some were held back; None where none were."""
        held = [count for name, count in self.splits.items() if self.is_held_back(name)]
        return sum(held, self.splits.get("train", 0)) if any(held) else None


@dataclass(frozen=True)
class Size:
    """How large the network is.

    Attributes:
        parameters: All its parameters.
        trainable: Those that training changes: of its stages, the one that changes most.
        macs: Multiply-accumulates for one sample; None where a size is unknown.
        stages: How many each stage changes; empty where training has none, or it is not known.
    """

    parameters: int
    trainable: int | None
    macs: int | None
    stages: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Network:
    """The network of the resolved spec, analysed anew."""

    document: Document
    graph: Graph


@dataclass(frozen=True)
class Surroundings:
    """Where a run happened.

    Attributes:
        versions: Of Python and of packages, by their names.
        platform: The operating system.
        hardware: Processor, cores, memory and devices: names with texts.
        runtime: Precision, determinism, threads and the like: names with texts.
        commit: The commit of the repository that held the spec; None outside of one.
        is_dirty: Whether files differed from that commit; None where nobody knows.
        plugins: Those that took part, each with its version.
        peak_memory: The most bytes of memory that it took; None where that is not known.
    """

    versions: Mapping[str, str]
    platform: str | None
    hardware: Mapping[str, str]
    runtime: Mapping[str, str]
    commit: str | None
    is_dirty: bool | None
    plugins: Mapping[str, str]
    peak_memory: int | None


@dataclass(frozen=True)
class RunAccount:
    """All that a run's directory says of it.

    Attributes:
        name: The directory's name.
        path: The directory, as the user named it.
        status: How the run ended.
        reason: What more is to be said of that.
        notices: What the reader is to know first, such as that a newer netspec wrote it.
        spec_name: The network's name; None where it is not known.
        started: When it began, with its offset from UTC.
        seconds: How long it took.
        seed: Its seed.
        command: What the user typed, word by word.
        resumed: When it was continued, and from where, a sentence each.
        metrics: The metrics of the test split at the run's end.
        size: How large the network is.
        data: What was trained on.
        training: What was logged after each epoch.
        evaluations: How it was judged: on the test split first, then by the files' names.
        looks: What `netspec look` has kept.
        network: The network, analysed anew from the resolved spec.
        written: The spec as it was written.
        resolved: The spec with every value spelled out.
        summary: The network's layers as a table, in text.
        surroundings: Where it happened.
        warnings: The warnings in its log, each once.
        models: The files of the run that hold trained weights, by their paths inside the run.
    """

    name: str
    path: str
    status: Status
    reason: str | None
    notices: tuple[str, ...]
    spec_name: str | None
    started: str | None
    seconds: float | None
    seed: int | None
    command: tuple[str, ...] | Absent
    resumed: tuple[str, ...]
    metrics: Mapping[str, float | None]
    size: Size | Absent
    data: DataAccount | Absent
    training: Training | Absent
    evaluations: tuple[Evaluation, ...] | Absent
    looks: Looks | Absent
    network: Network | Absent
    written: str | Absent
    resolved: str | Absent
    summary: str | Absent
    surroundings: Surroundings | Absent
    warnings: tuple[str, ...] | Absent
    models: tuple[str, ...]
