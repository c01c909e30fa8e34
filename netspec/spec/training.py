"""The sections `compile` and `training`: what is minimised, and for how long."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

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
    Real,
    Thing,
    ThingOf,
    Whole,
    optional,
    required,
)
from netspec.fields.collections import any_of
from netspec.layers.wiring import NAME
from netspec.spec.class_weights import BALANCED
from netspec.things.labels import CLASS_NAME
from netspec.things.metric_field import METRIC
from netspec.things.registries import LOSSES, OPTIMIZERS

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


class TrainingSection(Fields):
    """How long and in what portions."""

    not_yet: ClassVar[frozenset[str]] = frozenset({"stages", "checkpoint"})

    epochs: Annotated[int, Whole(1)] = required("How often every training image is seen.")
    batch_size: Annotated[int, Whole(1)] = optional(32, "How many images one step takes.")
    shuffle: Annotated[bool, Flag()] = optional(
        default=True, description="Whether every epoch has its own order, from the seed."
    )
    class_weight: Annotated[dict[str, float] | str | None, Nullable(_CLASS_WEIGHT)] = optional(
        None,
        "How much an image counts in the loss, by its class's index or name; 1 where nothing is said. With `balanced`, "
        "all classes count alike: each image counts the training images, divided by the number of classes and by its "
        "class's images. For training alone, as in Keras's `fit`.",
    )
