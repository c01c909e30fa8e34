"""The sections `compile` and `training`: what is minimised, and for how long."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from netspec.diagnostics import Code
from netspec.fields import (
    Choice,
    Fields,
    FieldType,
    Flag,
    JsonSchema,
    ListOf,
    MapOf,
    Mismatch,
    Nullable,
    OneOf,
    Problem,
    Real,
    Thing,
    ThingOf,
    Whole,
    optional,
    required,
)
from netspec.fields.collections import any_of
from netspec.fields.forms import FormOf
from netspec.layers.wiring import NAME
from netspec.spec.class_weights import BALANCED
from netspec.spec.depth import Depth, Trained
from netspec.things.base import RateOrSchedule
from netspec.things.labels import CLASS_NAME
from netspec.things.metric_field import METRIC
from netspec.things.registries import LOSSES, OPTIMIZERS
from netspec.things.spans import Span, SpanField

BY_OUTPUT = (
    "write a mapping of output names, such as `{digit: …, parity: …}`; "
    "so do loss, loss_weights and metrics for several outputs"
)


@dataclass(frozen=True)
class ForOutputs(FieldType):
    """A value for the one output, or a mapping of output names to such values.

    A thing's key is CamelCase and an output's name lower case, so the two never collide.
    """

    item: FieldType
    what: str

    @property
    def words(self) -> str:
        """What it takes."""
        return f"{self.item.words}, or a mapping of output names to {self.what}"

    def read(self, value: object) -> Any:
        """The value, or a dict of values."""
        if isinstance(value, dict) and value and not any(str(key)[:1].isupper() for key in value):
            return self._by_output().read(value)
        if self._is_by_position(value):
            raise self.mismatch(value, hint=BY_OUTPUT)
        return self.item.read(value)

    def _is_by_position(self, value: object) -> bool:
        """Whether a list has one value for each of several outputs."""
        if not isinstance(value, list) or len(value) < 2:  # noqa: PLR2004 - several
            return False
        return not isinstance(self.item, ListOf) or all(isinstance(each, list) for each in value)

    def schema(self) -> JsonSchema:
        """Either form; the keys of a mapping say which."""
        item, by_output = self.item.schema(), self._by_output().schema()
        if "object" not in item["type"]:
            return any_of(item, by_output)
        outputs = {"type": "object", "propertyNames": NAME.schema(), "minProperties": 1}
        return {"if": outputs, "then": by_output, "else": item}

    def _by_output(self) -> MapOf:
        return MapOf(self.item, NAME, what=f"a mapping of output names to {self.what}")


class _Weights(MapOf):
    """Numbers by output name."""

    def mismatch(self, value: object, *, hint: str | None = None) -> Mismatch:
        """The mismatch; a list is a mapping without its names."""
        return super().mismatch(value, hint=BY_OUTPUT if isinstance(value, list) else hint)


class CompileSection(Fields):
    """What is minimised and how, as Keras's `compile` takes it."""

    not_yet: ClassVar[frozenset[str]] = frozenset(
        {"weighted_metrics", "jit_compile", "run_eagerly"}
    )

    optimizer: Annotated[Thing, ThingOf(OPTIMIZERS)] = required("How the weights are changed.")
    loss: Annotated[Any, ForOutputs(ThingOf(LOSSES), "losses")] = required(
        "What is minimised; for several outputs a mapping of their names."
    )
    loss_weights: Annotated[
        dict[str, float] | None,
        Nullable(_Weights(Real(minimum=0), NAME, what="a mapping of output names to numbers")),
    ] = optional(None, "How much each output's loss counts.")
    metrics: Annotated[
        Any, ForOutputs(ListOf(METRIC, what="a list of metrics"), "lists of metrics")
    ] = optional((), "What is measured besides the loss.")


_CLASS_WEIGHTS = MapOf(
    Real(minimum=0),
    CLASS_NAME,
    what="a mapping of class indices or names to numbers of at least 0",
)
_CLASS_WEIGHT = OneOf(
    Choice(BALANCED), _CLASS_WEIGHTS, what=f"`{BALANCED}`, or {_CLASS_WEIGHTS.words}"
)


MAX_STAGES = 20
MAX_PATTERNS = 50  # with * or ?, in a stage


class Stage(Fields):
    """A part of training, with its own learning rate and its own trained layers."""

    name: Annotated[str | None, Nullable(NAME)] = optional(
        None, "What it is called; null: by its number."
    )
    epochs: Annotated[int, Whole(1)] = required("How often it sees every training image.")
    learning_rate: Annotated[float | Thing | None, Nullable(RateOrSchedule())] = optional(
        None, "How large its steps are: a number or a schedule; null: as the optimizer's."
    )
    warmup: Annotated[Span | None, Nullable(SpanField())] = optional(
        None,
        "How long the learning rate rises at its beginning, such as `2 epochs` or `500 steps`; null: not at all.",
    )
    trainable: Annotated[tuple[str, ...] | Depth | None, Nullable(Trained())] = optional(
        None,
        "The layers that it trains, by the names of layers and of blocks' instances; `*` stands for any letters, `?` "
        "for one. `{from: NAME}`: that layer and all after it; `{last: N}`: the last N layers. All others are frozen. "
        "null: every layer's own `trainable` holds.",
    )

    def contradictions(self) -> Iterator[Problem]:
        """Every pattern is held against every name, so that there are not too many."""
        names = self.trainable if isinstance(self.trainable, tuple) else ()
        patterns = [each for each in names if "*" in each or "?" in each]
        if len(patterns) > MAX_PATTERNS:
            yield Problem(
                f"{len(patterns)} patterns with * or ? are too many",
                f"{MAX_PATTERNS} are the limit; name blocks' instances, or layers",
                Code.VALUE,
                ("trainable",),
            )


class CheckpointSection(Fields):
    """How often a run's state is kept, besides at every epoch's end."""

    every: Annotated[Span, SpanField(times=True)] = required(
        "After what time, or how many steps or epochs, such as `5 min` or `500 steps`."
    )


_STAGE = FormOf(Stage, "a stage", "{epochs: 5, trainable: [head]}")
_CHECKPOINT = FormOf(CheckpointSection, "checkpoint", "{every: 5 min}")


class TrainingSection(Fields):
    """How long, in what portions and in which stages."""

    needed_without: ClassVar[Mapping[str, str]] = {"epochs": "stages"}

    epochs: Annotated[int | None, Whole(1)] = optional(
        None,
        "How often every training image is seen; needed, but for stages, which have their own.",
    )
    batch_size: Annotated[int, Whole(1)] = optional(32, "How many images one step takes.")
    shuffle: Annotated[bool, Flag()] = optional(
        default=True, description="Whether every epoch has its own order, from the seed."
    )
    warmup: Annotated[Span | None, Nullable(SpanField())] = optional(
        None,
        "How long the learning rate rises at the beginning, such as `2 epochs` or `500 steps`; null: not at all. In "
        "step i of n it is i/n of what it would be.",
    )
    stages: Annotated[
        tuple[Stage, ...], ListOf(_STAGE, minimum=1, maximum=MAX_STAGES, what="a list of stages")
    ] = optional(
        (),
        "Parts of training, one after another, instead of `epochs`: each with its own epochs, learning rate and "
        "trained layers. Each begins with a new optimizer.",
    )
    checkpoint: Annotated[CheckpointSection | None, Nullable(_CHECKPOINT)] = optional(
        None, "How often the run's state is kept, besides at every epoch's end."
    )
    class_weight: Annotated[dict[str, float] | str | None, Nullable(_CLASS_WEIGHT)] = optional(
        None,
        "How much an image counts in the loss, by its class's index or name; 1 where nothing is said. With `balanced`, "
        "all classes count alike: each image counts the training images, divided by the number of classes and by its "
        "class's images. For training alone, as in Keras's `fit`.",
    )

    @property
    def phases(self) -> tuple[Stage, ...]:
        """The stages; without any, the one that the whole training is."""
        if self.stages:
            return self.stages
        assert self.epochs is not None  # noqa: S101 - one of the two is there
        return (Stage.model_construct(epochs=self.epochs, warmup=self.warmup),)

    @property
    def total_epochs(self) -> int:
        """The epochs of all stages."""
        return sum(stage.epochs for stage in self.phases)

    def contradictions(self) -> Iterator[Problem]:
        """Epochs stand in the section or in its stages, and stages are told apart by their names."""
        if not self.stages:
            if self.epochs is None:
                yield Problem(
                    "training needs 'epochs'",
                    "How often every training image is seen, or `stages`, which have their own epochs.",
                    Code.MISSING_FIELD,
                )
            return
        if self.epochs is not None:
            yield Problem(
                "epochs and stages exclude each other: every stage has its own epochs",
                "take epochs out; one stage's are changed with --set training.stages.NAME.epochs=…",
                Code.CONTRADICTION,
                ("epochs",),
            )
        if self.warmup is not None:
            yield Problem(
                "warmup and stages exclude each other: every stage begins with a learning rate of its own",
                "write warmup in the stage that is to have it",
                Code.CONTRADICTION,
                ("warmup",),
            )
        names: set[str] = set()
        for index, stage in enumerate(self.stages):
            if stage.name is not None and stage.name in names:
                yield Problem(
                    f"two stages are called '{stage.name}'",
                    "give each a name of its own",
                    Code.DUPLICATE_NAME,
                    ("stages", index, "name"),
                )
            names.add(stage.name or "")
