"""The plan of a run as data: all that is shown of it before the run starts."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict  # the one that pydantic reads on Python 3.11


class ImagesRecord(TypedDict):
    """How many images each split has, 0 where there is no such split."""

    train: int
    validation: int
    test: int


class OutputRecord(TypedDict):
    """What one output learns.

    `names` are what its classes or numbers are called, `own_names` what the data calls them; `labels` is the form in
    which they reach the loss, and `positive_class` the class that is 1 where one unit tells two apart.
    """

    output: str
    label: str
    kind: Literal["class", "multi_label", "number"]
    names: list[str]
    own_names: list[str]
    labels: Literal["integer", "one_hot", "binary", "flags", "numbers"]
    positive_class: str | None


class LookRecord(TypedDict):
    """How closely the files are looked at before training; `told` says it in words."""

    verify: Literal["decode", "header", "off"]
    files: int
    bytes: int
    known: int
    seconds: float
    told: str


class CacheRecord(TypedDict):
    """Where decoded images are kept after the first epoch, and how many bytes they take; `told` says it in words."""

    place: str
    bytes: int
    told: str


class MemoryRecord(TypedDict):
    """The bytes of memory that a run takes, by estimate, and those that are free; `told` says it in words.

    `batch_size_that_fits` is null where none would, and where the network is computed on a GPU, whose memory is not
    counted.
    """

    needed: int
    free: int
    fits: bool
    batch_size_that_fits: int | None
    on_gpu: bool
    told: str


class StageRecord(TypedDict):
    """A part of training: its learning rate, a number or a schedule's kind; `trainable` says what trains, or how deep.

    `warmup` says how long the rate rises; null where it does not. Where `trainable` is null, each layer's own flag
    holds.
    """

    name: str
    epochs: int
    learning_rate: float | str
    warmup: str | None
    trainable: list[str] | None
    trainable_parameters: int


class StartRecord(TypedDict):
    """Trained weights that the network begins with: of which network, and in which file.

    `imagenet` says whether the file is Keras's own, and `is_there` whether it is here already, or is to be fetched;
    `told` says it in words.
    """

    of: str
    file: str
    imagenet: bool
    is_there: bool
    told: str


class FeaturesRecord(TypedDict):
    """What is computed once for each image in a stage of training, and kept in the cache of features.

    `layers` are those that compute it, and `numbers` how many they give for an image; `splits` are those whose images
    are served so: training's are not where they are augmented anew in every epoch. Of each training image there are so
    many `versions`; `bytes` are those of all. Where nothing is computed once, `layers` is 0 and `reason` says why.
    `is_told` is false where nobody would expect it, as everything trains; `told` says it in words.
    """

    layers: int
    numbers: int
    splits: list[str]
    versions: int
    bytes: int
    reason: str | None
    is_told: bool
    told: str


class PlanRecord(TypedDict):
    """What a run will do.

    `class_weights` says how much an image of each class of the one output counts, in label order; where it follows from
    the training images (`balanced`), it is null until the data has been looked at. `unused` are the source's splits
    that serve for nothing; `stages` the parts of training, one where the spec has none. Sizes of the input that are not
    known are null. `weights` are those that the network begins with, and `features` has an entry for each stage.
    `slowed_by` says why the precision makes this machine slower, where it does.
    """

    data: str
    images: ImagesRecord
    weighted: bool
    unused: dict[str, int]
    input: list[int | None]
    augmentation: list[str]
    outputs: list[OutputRecord]
    parameters: int
    trainable_parameters: int
    epochs: int
    steps: int
    batch_size: int
    seed: int
    precision: str
    slowed_by: str | None
    stages: list[StageRecord]
    balanced: bool
    class_weights: list[float] | None
    verify: LookRecord | None
    cache: CacheRecord | None
    memory: MemoryRecord | None
    weights: list[StartRecord]
    features: list[FeaturesRecord]
