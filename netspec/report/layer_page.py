"""A layer's page, made of what the layer says of itself: docstring, fields, and an example that is computed."""

from __future__ import annotations

import inspect
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from netspec.fields import Choice, Nullable
from netspec.fields.base import field_types
from netspec.fields.difference import plain, spelled
from netspec.fields.scalars import alternatives
from netspec.fields.things import ThingOf
from netspec.layers.base import Argument, CallOf, Layer
from netspec.layers.registry import CELLS
from netspec.layers.shapes import Shape  # noqa: TC001 - pydantic reads it
from netspec.spec.layout import node_of, yaml_text

if TYPE_CHECKING:
    from netspec.fields import Fields, FieldType, Registry

_INPUT_NAMES = "xyzuvw"


@dataclass(frozen=True)
class FieldEntry:
    """A field, or a constant argument of a layer's call.

    Attributes:
        name: Its name.
        takes: What it takes, in words.
        required: Whether it must be given.
        default: Its default as YAML, None where it must be given.
        description: What it is for.
    """

    name: str
    takes: str
    required: bool
    default: str | None
    description: str


@dataclass(frozen=True)
class InputEntry:
    """A tensor that a layer's call takes.

    Attributes:
        name: Its name in the call, None where the layer takes but one sort.
        required: Whether the layer cannot be called without it.
        many: Whether it is several tensors.
    """

    name: str | None
    required: bool
    many: bool


@dataclass(frozen=True)
class ExampleEntry:
    """A layer in use.

    Attributes:
        text: How it stands among the layers, as YAML.
        inputs: The shapes it is given, without the batch, by name.
        outputs: The shapes it gives.
        parameters: How many numbers its weights hold.
        trainable_parameters: How many of them training changes.
        macs: Multiply-accumulates for one sample, None where a size is unknown.
    """

    text: str
    inputs: dict[str, Shape]
    outputs: tuple[Shape, ...]
    parameters: int
    trainable_parameters: int
    macs: int | None


@dataclass(frozen=True)
class ArchitectureEntry:
    """A network of `keras.applications`.

    Attributes:
        name: Its name.
        size: The height and width that it was made for.
        least: The least that it takes.
        parameters: How many it has without its classifier.
        fields: The fields of `Application` that it has besides those of all.
    """

    name: str
    size: int
    least: int
    parameters: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """Everything that there is to say of a layer.

    Attributes:
        name: Keras's class name.
        family: The family it belongs to.
        aliases: Its other names.
        summary: One sentence of what it does.
        notes: What else is to be known.
        source: Where Keras has it, and who proposed it.
        inputs: What its call takes.
        fields: Its own fields, those first that must be given.
        common: The fields that every layer has.
        call: The constant arguments of its call.
        example: The layer in use, None where a plugin's gives none.
        architectures: Of Application, the networks that there are.
    """

    name: str
    family: str
    aliases: tuple[str, ...]
    summary: str
    notes: tuple[str, ...]
    source: str | None
    inputs: tuple[InputEntry, ...]
    fields: tuple[FieldEntry, ...]
    common: tuple[FieldEntry, ...]
    call: tuple[FieldEntry, ...]
    example: ExampleEntry | None
    architectures: tuple[ArchitectureEntry, ...]

    def record(self) -> dict[str, Any]:
        """The page as plain values, as ``netspec layers NAME --format json`` prints it."""
        return asdict(self)


def layer_page(
    layer: type[Layer], name: str, *, family: str, aliases: tuple[str, ...], registry: Registry
) -> Page:
    """A layer's page.

    Args:
        layer: Its class.
        name: What it is called.
        family: The family it belongs to.
        aliases: Its other names.
        registry: The table that has it.
    """
    summary, *notes = paragraphs(layer)
    sources = [note for note in notes if note.startswith("Source:")]
    own = [each for each in layer.model_fields if each not in Layer.model_fields and each != "call"]
    entries = [field_entry(layer, each) for each in own]
    return Page(
        name=name,
        family=family,
        aliases=aliases,
        summary=summary,
        notes=tuple(note for note in notes if note not in sources),
        source=sources[0].removeprefix("Source:").strip().rstrip(".") if sources else None,
        inputs=_inputs(layer),
        fields=(
            *sorted((each for each in entries if each.required), key=partial(_distance, layer)),
            *(each for each in entries if not each.required),
        ),
        common=tuple(field_entry(layer, each) for each in Layer.model_fields),
        call=_call(layer),
        example=_example(layer, name, registry),
        architectures=(),
    )


def paragraphs(layer: type[Layer]) -> list[str]:
    """What a layer's docstring says: the first is what it does."""
    text = inspect.cleandoc(vars(layer).get("__doc__") or layer.__name__)
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


def field_entry(model: type[Fields], name: str) -> FieldEntry:
    """What there is to say of a model's field."""
    info = model.model_fields[name]
    required = info.is_required()
    return FieldEntry(
        name=name,
        takes=_words(field_types(model)[name]),
        required=required,
        default=None if required else _default(info.default),
        description=info.description or "",
    )


def _distance(layer: type[Layer], field: FieldEntry) -> int:
    """How far from the layer its field is defined: what is its own stands first."""
    classes = enumerate(layer.__mro__)
    return next(
        place for place, each in classes if field.name in vars(each).get("__annotations__", ())
    )


def _words(field_type: FieldType) -> str:
    """What a field takes; of many names all."""
    if isinstance(field_type, Nullable):
        return f"{_words(field_type.item)}, or null"
    return alternatives(field_type.options) if isinstance(field_type, Choice) else field_type.words


def _default(value: object) -> str:
    """A default as a spec would say it; one for all dimensions alike once."""
    value = plain(value)
    if isinstance(value, list) and value and all(part == value[0] for part in value):
        (value,) = value[:1]
        return _default(value)
    return spelled(value)


def _inputs(layer: type[Layer]) -> tuple[InputEntry, ...]:
    if layer.arguments:
        return tuple(
            InputEntry(argument.name, argument.required, argument.many)
            for argument in layer.arguments
        )
    return (InputEntry(None, required=True, many=layer.takes == "list"),)


def _call(layer: type[Layer]) -> tuple[FieldEntry, ...]:
    """The constant arguments of a layer's call."""
    field_type: Any = field_types(layer).get("call")
    call = getattr(field_type, "item", field_type)
    if not isinstance(call, CallOf):
        return ()
    return tuple(field_entry(call.model, name) for name in call.model.model_fields)


def _example(layer: type[Layer], name: str, registry: Registry) -> ExampleEntry | None:
    example = getattr(layer, "example", None)
    if example is None:
        return None
    fields = dict(example.fields)
    built: Layer = ThingOf(registry).read({name: fields})
    inference = built.infer(example.shapes)
    names = _names(layer.arguments, len(example.shapes))
    inputs = {"inputs": names} if len(names) > 1 else {}
    item: object = {name: {**inputs, **fields}} if inputs or fields else name
    if name in CELLS:
        item = {"RNN": {"cell": item}}
    trainable = [weight.size for weight in inference.weights if weight.trainable]
    return ExampleEntry(
        text=yaml_text(node_of([item])).rstrip("\n"),
        inputs=dict(zip(names, example.shapes, strict=True)),
        outputs=inference.output_shapes,
        parameters=sum(weight.size for weight in inference.weights),
        trainable_parameters=sum(trainable),
        macs=inference.macs,
    )


def _names(arguments: tuple[Argument, ...], count: int) -> list[str]:
    """What an example's inputs are called."""
    if count == 1:
        return ["input"]
    if arguments:
        return [argument.name for argument in arguments][:count]
    return list(_INPUT_NAMES[:count])
