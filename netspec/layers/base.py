"""What every layer has in common: shapes in, a shape, weights and a cost out."""

# Annotations are not postponed here: pydantic would evaluate those of class variables anew for each class below.

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from netspec.diagnostics import Code
from netspec.fields import (
    Fields,
    FieldType,
    Flag,
    JsonSchema,
    ListOf,
    Nullable,
    Thing,
    optional,
    read_model,
)
from netspec.fields.base import fields_schema
from netspec.layers.attachments import activity_misfit, misfit
from netspec.layers.reach import SAME, Reach
from netspec.layers.shapes import Inference, Shape, ShapeError, Weight, only, spell
from netspec.layers.wiring import INPUTS, NAME, REPEAT, InputNames
from netspec.wording import short


@dataclass(frozen=True)
class Example:
    """Fields that a layer takes and input shapes that fit: its page shows them, its tests start from them.

    Attributes:
        fields: The fields as a spec writes them.
        shapes: The inputs' shapes without batch; sizes that must agree are equal, others differ.
    """

    fields: Mapping[str, Any]
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Argument:
    """A tensor that a layer's Keras call takes.

    Attributes:
        name: Its name there.
        required: Whether the layer cannot be called without it.
        many: Whether it is a list of tensors.
    """

    name: str
    required: bool = True
    many: bool = False


@dataclass(frozen=True)
class CallOf(FieldType):
    """`call`: constant arguments of a layer's call, a closed list for each layer."""

    model: type[Fields]

    @property
    def words(self) -> str:
        """What it takes."""
        return "a mapping of call arguments to values"

    def read(self, value: object) -> Fields:
        """The arguments."""
        return read_model(self.model, value, noun="call")

    def schema(self) -> JsonSchema:
        """The arguments'."""
        return fields_schema(self.model)


class Layer(Thing):
    """A layer: Keras's constructor fields, and where it stands in the network.

    Attributes:
        wiring: The fields that are netspec's and not the Keras constructor's.
        takes: How Keras is called: with one tensor, with a list of them, or with one an argument.
        arguments: The call's tensors in their order, where there can be several of different meaning.
        example: Fields and shapes that it takes.
    """

    wiring: ClassVar[frozenset[str]] = frozenset({"inputs", "outputs", "call", "repeat", "when"})
    takes: ClassVar[Literal["one", "list", "arguments"]] = "one"
    arguments: ClassVar[tuple[Argument, ...]] = ()
    example: ClassVar[Example]

    name: Annotated[str | None, Nullable(NAME)] = optional(
        None, "The layer's name; without one it is called after its kind."
    )
    inputs: Annotated[InputNames | None, Nullable(INPUTS)] = optional(
        None, "What the layer takes, by name; without it, the previous layer's output."
    )
    outputs: Annotated[
        tuple[str, ...] | None, Nullable(ListOf(NAME, minimum=1, what="a list of names"))
    ] = optional(None, "Names of what a layer with several outputs gives, in Keras's order.")
    repeat: Annotated[int | None, REPEAT] = optional(
        None, "How many of it follow one another, called name.0, name.1 …; `${index}` counts them."
    )
    when: Annotated[bool, Flag()] = optional(
        True,  # noqa: FBT003 - a default, not a call
        "Whether the layer is there; else the previous output flows on.",
    )
    trainable: Annotated[bool, Flag()] = optional(
        True,  # noqa: FBT003 - a default, not a call
        "Whether training changes the layer's weights.",
    )

    def spelled_out(self) -> "Layer":
        """The same layer, with the layers inside it that Keras would make and name by itself."""
        return self

    @abstractmethod
    def infer(self, shapes: Sequence[Shape]) -> Inference:
        """Output shape, weights and cost for the inputs' shapes.

        Raises:
            ShapeError: The layer cannot take them.
        """

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:  # noqa: ARG002 - for those that know
        """How far the output's positions look at the input's, axis by axis.

        None, or an axis that is missing, is one whose positions come from all of the input, or from no place of it.
        What normalization, softmax and the like take from the whole map, a mean or a sum, does not count.
        """
        return ()

    def for_keras(self) -> Mapping[str, object]:
        """What Keras's constructor is told otherwise than the fields say; nothing for most."""
        return {}

    def check_attachments(self, weights: Sequence[Weight], output_shape: Shape) -> None:
        """Initializers, regularizers and constraints fit what they are given for."""
        for weight in weights:
            for part in ("initializer", "regularizer", "constraint"):
                field = f"{weight.prefix or weight.name}_{part}"
                thing = getattr(self, field, None)
                if problem := misfit(thing, weight.shape):
                    where = f" on its {weight.name}, {spell(weight.shape)}"
                    raise _attachment_error(field, f"{where}: {problem}")
        thing = getattr(self, "activity_regularizer", None)
        if problem := activity_misfit(thing, output_shape):
            raise _attachment_error("activity_regularizer", f": {problem}")


class UnaryLayer(Layer):
    """A layer of one input."""

    def infer(self, shapes: Sequence[Shape]) -> Inference:
        """Checks that there is one input, then asks the layer."""
        shape = only(shapes)
        output_shape = self.output_shape(shape)
        weights = tuple(self.variables(shape))
        self.check_attachments(weights, output_shape)
        return Inference(output_shape, weights, self.macs(shape))

    def output_shape(self, shape: Shape) -> Shape:
        """The shape given for a shape taken; the same unless the layer says otherwise."""
        return shape

    def variables(self, shape: Shape) -> Iterable[Weight]:  # noqa: ARG002 - for those that have some
        """The layer's variables in Keras's order; none unless the layer says otherwise."""
        return ()

    def reach(self, shapes: Sequence[Shape]) -> Sequence[Reach | None]:
        """Each position looks at itself where the shape stays, unless the layer says otherwise."""
        shape = only(shapes)
        return (SAME,) * len(shape) if self.output_shape(shape) == shape else ()

    def macs(self, shape: Shape) -> int | None:  # noqa: ARG002 - for those that multiply
        """Multiply-accumulates for one sample; 0 unless the layer says otherwise."""
        return 0


class MergeLayer(Layer):
    """A layer of several inputs and no weights."""

    takes = "list"

    def infer(self, shapes: Sequence[Shape]) -> Inference:
        """Checks that there are several inputs, then asks the layer for the merged shape."""
        if len(shapes) < 2:  # noqa: PLR2004 - Keras merges one into itself, which nobody means
            raise ShapeError(
                "joins several inputs, and gets one",
                code=Code.INPUT_COUNT,
                field="inputs",
                hint="name them: `inputs: [a, b]`",
            )
        return Inference(self.output_shape(shapes), (), 0)

    @abstractmethod
    def output_shape(self, shapes: Sequence[Shape]) -> Shape:
        """The shape given for the shapes taken."""


class ArgumentLayer(Layer):
    """A layer whose inputs mean different things, such as query and value."""

    takes: ClassVar[Literal["one", "list", "arguments"]] = "arguments"

    def infer(self, shapes: Sequence[Shape]) -> Inference:
        """Sorts the shapes by argument, then asks the layer.

        Args:
            shapes: In the order in which `inputs` names them.
        """
        found = self.by_argument(shapes)
        for argument in self.arguments:
            if argument.required and argument.name not in found:
                raise self._miscalled(f"is called without its {argument.name}")
        return self.infer_call(found)

    def by_argument(self, given: Sequence[Any]) -> dict[str, tuple[Any, ...]]:
        """What is given for each argument, a tuple each.

        Raises:
            ShapeError: `inputs` names an argument that the call has not, or too many.
        """
        known = {argument.name: argument for argument in self.arguments}
        if not isinstance(self.inputs, dict):
            return self._in_order(given)
        each = iter(given)
        found = {}
        for name, names in self.inputs.items():
            if name not in known:
                raise self._miscalled(f"has no call argument '{short(name)}'")
            if isinstance(names, tuple) and not known[name].many:
                raise self._miscalled(f"takes one tensor for its {name}, not a list")
            found[name] = tuple(
                next(each) for _ in (names if isinstance(names, tuple) else (names,))
            )
        return found

    def _in_order(self, given: Sequence[Any]) -> dict[str, tuple[Any, ...]]:
        """The first of them, one after another; the last argument takes all that are left if it takes a list."""
        found: dict[str, tuple[Any, ...]] = {}
        for argument in self.arguments:
            taken = len(given) if argument.many else 1
            if given:
                found[argument.name], given = tuple(given[:taken]), given[taken:]
        if given:
            raise self._miscalled(f"takes {len(self.arguments)} inputs at most")
        return found

    def given(self, argument: Argument, tensors: Sequence[Any]) -> Any:
        """What Keras is given for an argument: a tensor, or a list of them."""
        return list(tensors) if argument.many else tensors[0]

    def _miscalled(self, message: str) -> ShapeError:
        names = ", ".join(argument.name for argument in self.arguments)
        needed = ", ".join(argument.name for argument in self.arguments if argument.required)
        return ShapeError(
            message,
            code=Code.INPUT_COUNT,
            field="inputs",
            hint=f"its call takes {names}: write `inputs: [{needed}]`, each the name of a layer",
        )

    @abstractmethod
    def infer_call(self, shapes: Mapping[str, tuple[Shape, ...]]) -> Inference:
        """Output shapes, weights and cost.

        Args:
            shapes: The shapes given for each argument; those that `arguments` requires are there.

        Raises:
            ShapeError: The layer cannot take them.
        """


def _attachment_error(field: str, problem: str) -> ShapeError:
    return ShapeError(
        f"cannot use this {field}{problem}", code=Code.FIELD_AGAINST_INPUT, field=field
    )
