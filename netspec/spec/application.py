"""`Application`: a network of keras.applications among the layers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from netspec.applications.table import Architecture, architecture, names
from netspec.diagnostics import Code
from netspec.fields import (
    Choice,
    Fields,
    Flag,
    Nullable,
    Problem,
    Real,
    Whole,
    optional,
    required,
)
from netspec.layers.wiring import INPUTS, NAME, InputNames
from netspec.spec.backbone import SpecPath
from netspec.spec.depth import Depth, Trained
from netspec.wording import nearest

APPLICATION = "Application"
IMAGENET = "imagenet"
# Fields that some families have only, as their Keras functions do.
OF_FAMILIES = (
    "alpha",
    "depth_multiplier",
    "dropout",
    "dropout_rate",
    "drop_connect_rate",
    "minimalistic",
)


@dataclass(frozen=True)
class _Weights(SpecPath):
    """`imagenet`, or a file."""

    what: str = f"`{IMAGENET}`, or a path relative to the spec, of a file of weights (.h5, .weights.h5 or .keras)"
    pattern: str = rf"^({IMAGENET}|(?![~/]|[A-Za-z]:)[^\x00-\x1f\x7f\\]{{1,1000}}\.(h5|keras))$"
    special: ClassVar[tuple[str, ...]] = (IMAGENET,)

    def read(self, value: object) -> str:
        """The word or the path."""
        meant = nearest(value, self.special)
        if meant is not None and not re.match(self.pattern, str(value)):
            raise self.mismatch(value, hint=meant)
        return super().read(value)


_WEIGHTS = _Weights()
_POSITIVE = Real(minimum=0.04, maximum=10)  # below it, a layer of MobileNet has no map
_RATE = Real(minimum=0, below=1)
_ACTIVATIONS = ("softmax", "sigmoid", "linear")


class Application(Fields):
    """A network of `keras.applications`, with its own preprocessing: raw pixels go in.

    Its layers stand in the network one by one, called as Keras calls them: `block14_sepconv1` of one that is named
    `backbone` is `backbone.block14_sepconv1`.
    """

    architecture: Annotated[str, Choice(*names())] = required(
        "Which, as `keras.applications` calls it."
    )
    weights: Annotated[str | None, Nullable(_WEIGHTS)] = optional(
        IMAGENET,
        "What it begins with: `imagenet`, which Keras provides; a file; null: random weights.",
    )
    include_top: Annotated[bool, Flag()] = optional(
        default=True, description="Whether it ends with its own classifier."
    )
    pooling: Annotated[Literal["avg", "max"] | None, Nullable(Choice("avg", "max"))] = optional(
        None, "How its last maps become a list of numbers, where it has no classifier; null: not."
    )
    classes: Annotated[int, Whole(1)] = optional(1000, "How many classes its classifier has.")
    classifier_activation: Annotated[str | None, Nullable(Choice(*_ACTIVATIONS))] = optional(
        "softmax", "What its classifier ends with."
    )
    alpha: Annotated[float | None, Nullable(_POSITIVE)] = optional(
        None, "MobileNet, V2 and V3: how wide its layers are; null: 1."
    )
    depth_multiplier: Annotated[int | None, Nullable(Whole(1, 100))] = optional(
        None, "MobileNet: maps that a depthwise convolution makes of each; null: 1."
    )
    dropout: Annotated[float | None, Nullable(_RATE)] = optional(
        None, "MobileNet: the rate of the Dropout in its classifier; null: 0.001."
    )
    dropout_rate: Annotated[float | None, Nullable(_RATE)] = optional(
        None,
        "MobileNetV3 and EfficientNet: the rate of the Dropout in its classifier; null: Keras's, 0.2 to 0.5.",
    )
    drop_connect_rate: Annotated[float | None, Nullable(_RATE)] = optional(
        None, "EfficientNet: how often its last blocks are left out in training; null: 0.2."
    )
    minimalistic: Annotated[bool | None, Nullable(Flag())] = optional(
        None, "MobileNetV3: whether it is the one of plain layers; null: false."
    )
    preprocessing: Annotated[bool, Flag()] = optional(
        default=True,
        description="Whether it begins with what its `preprocess_input` does, so that it takes pixels from 0 to 255.",
    )
    batch_normalization: Annotated[str, Choice("auto", "inference", "training")] = optional(
        "auto",
        "auto: a frozen BatchNormalization uses its stored means, one that trains the batch's. inference: the stored "
        "ones, whatever trains. training: BatchNormalization trains although the rest is frozen.",
    )
    trainable: Annotated[bool | tuple[str, ...] | Depth, Trained(flag=True)] = optional(
        default=True,
        description="What of it trains: true, false, `{from: LAYER}`, `{last: N}`, or a list of names such as "
        "[block14*]; all by Keras's names.",
    )
    name: Annotated[str | None, Nullable(NAME)] = optional(
        None, "What it is called; without it, `application`."
    )
    inputs: Annotated[InputNames | None, Nullable(INPUTS)] = optional(
        None, "What it takes, by name; without it, the previous layer's output."
    )
    when: Annotated[bool, Flag()] = optional(default=True, description="Whether it is there.")

    @property
    def options(self) -> dict[str, Any]:
        """The fields of its family that are said."""
        return {name: value for name in OF_FAMILIES if (value := getattr(self, name)) is not None}

    @property
    def table(self) -> str:
        """The name of its table, which is another for a minimalistic one."""
        return f"{self.architecture}Minimalistic" if self.minimalistic else self.architecture

    def contradictions(self) -> Iterator[Problem]:
        """Fields belong to the family, and to a network with or without a classifier."""
        known = architecture(self.architecture)
        for name in OF_FAMILIES:
            if getattr(self, name) is not None and name not in known.options:
                has = ", ".join(known.options)
                hint = f"it has {has}" if has else "remove it"
                message = f"{self.architecture} has no {name}"
                yield Problem(message, hint, Code.CONTRADICTION, (name,), at_key=True)
        if not self.preprocessing and not known.optional_preprocessing:
            yield Problem(
                f"{self.architecture} cannot be had without its preprocessing",
                "remove it, and give the network pixels from 0 to 255",
                Code.CONTRADICTION,
                ("preprocessing",),
            )
        if self.include_top and self.pooling is not None:
            yield Problem(
                "pooling is for a network without its classifier",
                "write include_top: false, or remove pooling",
                Code.CONTRADICTION,
                ("pooling",),
            )
        yield from self._without_weights(known)
        if self.weights == IMAGENET and self.include_top and self.classes != 1000:  # noqa: PLR2004
            yield Problem(
                f"the classifier of ImageNet has 1000 classes, not {self.classes}",
                "write include_top: false and a Dense layer of your own after it",
                Code.CONTRADICTION,
                ("classes",),
            )

    def _without_weights(self, known: Architecture) -> Iterator[Problem]:
        """Keras has weights of ImageNet for some options only."""
        if self.weights != IMAGENET:
            return
        table = architecture(self.table) if "minimalistic" in known.options else known
        alphas = sorted({each.alpha for each in table.downloads if each.alpha is not None})
        there = ", ".join(f"{alpha:g}" for alpha in alphas)
        if self.alpha is not None and "alpha" in known.options and self.alpha not in alphas:
            yield Problem(
                f"Keras has no ImageNet weights of {self.architecture} for alpha: {self.alpha:g}",
                f"it has them for {there}; or write weights: null",
                Code.CONTRADICTION,
                ("alpha",),
            )
        if self.depth_multiplier not in {None, 1} and "depth_multiplier" in known.options:
            yield Problem(
                f"Keras has no ImageNet weights of {self.architecture} for depth_multiplier: {self.depth_multiplier}",
                "it has them for 1; or write weights: null",
                Code.CONTRADICTION,
                ("depth_multiplier",),
            )
