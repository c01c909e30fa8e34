"""The layers by family, and a page for each, made of what the layers say of themselves."""

from __future__ import annotations

import inspect
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from netspec.applications.table import architecture
from netspec.errors import UsageError
from netspec.fields import Choice, Nullable, read_model
from netspec.fields.base import field_types
from netspec.fields.difference import plain, spelled
from netspec.fields.scalars import alternatives
from netspec.fields.things import ThingOf
from netspec.layers.base import Argument, CallOf, Layer
from netspec.layers.registry import CELLS, LAYERS
from netspec.layers.shapes import Shape  # noqa: TC001 - pydantic reads it
from netspec.report import application_page
from netspec.report.application_page import ArchitectureEntry  # noqa: TC001 - pydantic reads it
from netspec.spec.application import APPLICATION, Application
from netspec.spec.layout import node_of, yaml_text
from netspec.wording import nearest, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.fields import Fields, FieldType, Registry

_PACKAGE = "netspec.layers."
# The modules of each family.
_FAMILIES = {
    "Dense layers": ("core", "einsum"),
    "Convolutions": ("convolution", "separable", "transposed"),
    "Pooling": ("pooling", "adaptive", "global_pooling"),
    "Normalizing": ("normalization", "spectral"),
    "Dropout, noise and penalties": ("regularization", "spatial_dropout", "noise"),
    "Activations": ("activation",),
    "Several inputs": ("merging",),
    "Shape and size": ("reshaping", "margins", "upsampling"),
    "Preparing what comes in": ("preprocessing", "intensity", "encoding", "audio"),
    "Sequences": ("recurrent", "convolutional_recurrent", "wrappers"),
    "Cells inside RNN": ("cells",),
    "Attention and embedding": ("attention", "heads", "embedding"),
}
_OF_PLUGINS = "From plugins"
_NETWORKS = "Whole networks"
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


@dataclass(frozen=True)
class Line:
    """A layer in the catalogue: its name, what it does in a sentence, and its other names."""

    name: str
    summary: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    """Every layer.

    Attributes:
        families: The layers of each family.
        refused: The names that Keras has and netspec does not take, by the reason.
    """

    families: dict[str, tuple[Line, ...]]
    refused: dict[str, tuple[str, ...]]

    def record(self) -> dict[str, Any]:
        """The catalogue as plain values, as ``netspec layers --format json`` prints it."""
        return asdict(self)


def catalogue() -> Catalogue:
    """All layers by family, and what is refused."""
    refused: dict[str, tuple[str, ...]] = {}
    for name, reason in LAYERS.refused.items():
        if name not in CELLS:
            refused[reason] = (*refused.get(reason, ()), name)
    lines = {
        family: tuple(
            Line(name, _paragraphs(_get(name))[0], _aliases(name)) for name in sorted(names)
        )
        for family, names in _families().items()
    }
    lines[_NETWORKS] = (Line(APPLICATION, application_page.SUMMARY, ()),)
    return Catalogue(lines, refused)


def page(name: str) -> Page:
    """A layer's page.

    Args:
        name: What a person calls it: its name, another one, or those in other letters.

    Raises:
        UsageError: There is no such layer, or it is refused.
    """
    return _application() if _folded(name) == APPLICATION.lower() else _page(_found(name))


def pages() -> Iterator[Page]:
    """The pages of all layers, family by family."""
    for names in _families().values():
        yield from map(_page, sorted(names))
    yield _application()


def _families() -> dict[str, list[str]]:
    """The names of each family's layers."""
    modules = {
        module.removeprefix(_PACKAGE): list(names)
        for registry in (LAYERS, CELLS)
        for module, names in registry.families.items()
    }
    found = {
        family: [name for module in each for name in modules.pop(module)]
        for family, each in _FAMILIES.items()
    }
    assert not modules, f"modules of no family: {modules}"  # noqa: S101 - a test has looked
    return {**found, _OF_PLUGINS: list(LAYERS.added)} if LAYERS.added else found


def _registry(name: str) -> Registry:
    return CELLS if name in CELLS else LAYERS


def _get(name: str) -> type[Layer]:
    layer = _registry(name).get(name)
    assert issubclass(layer, Layer)  # noqa: S101 - both tables hold nothing else
    return layer


def _aliases(name: str) -> tuple[str, ...]:
    return tuple(alias for alias, main in LAYERS.strings.items() if main == name)


def _found(name: str) -> str:
    """A layer's name by what a person calls it."""
    names = {*LAYERS.names(), *CELLS.names(), *LAYERS.strings, *LAYERS.refused}
    folded = {_folded(each): each for each in names}
    found = name if name in names else folded.get(_folded(name), name)
    found = LAYERS.strings.get(found, found)
    if found in LAYERS or found in CELLS:
        return found
    if found in LAYERS.refused:
        message = f"the layer {found} is refused: {LAYERS.refused[found]}"
        raise UsageError(message, hint=LAYERS.instead.get(found))
    if _folded(name) == "reuse":
        message = "Reuse is no layer: it calls an earlier layer or block again, by `layer: name`"
        raise UsageError(message, hint="docs/language.md tells of it")
    hint = (
        LAYERS.offered(name)
        or LAYERS.meant.get(name)
        or nearest(name, sorted(names - LAYERS.refused.keys()))
    )
    hint = hint or LAYERS.offered()
    raise UsageError(
        f"there is no layer '{short(name)}'", hint=hint or "`netspec layers` lists all"
    )


def _folded(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _paragraphs(layer: type[Layer]) -> list[str]:
    text = inspect.cleandoc(vars(layer).get("__doc__") or layer.__name__)
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


def _page(name: str) -> Page:
    layer = _get(name)
    summary, *notes = _paragraphs(layer)
    sources = [note for note in notes if note.startswith("Source:")]
    own = [each for each in layer.model_fields if each not in Layer.model_fields and each != "call"]
    entries = [_field(layer, each) for each in own]
    family = next(family for family, names in _families().items() if name in names)
    return Page(
        name=name,
        family=family,
        aliases=_aliases(name),
        summary=summary,
        notes=tuple(note for note in notes if note not in sources),
        source=sources[0].removeprefix("Source:").strip().rstrip(".") if sources else None,
        inputs=_inputs(layer),
        fields=(
            *sorted((each for each in entries if each.required), key=partial(_distance, layer)),
            *(each for each in entries if not each.required),
        ),
        common=tuple(_field(layer, each) for each in Layer.model_fields),
        call=_call(layer),
        example=_example(layer, name),
        architectures=(),
    )


def _application() -> Page:
    """The page of what is a whole network, and no layer."""
    entries = [_field(Application, each) for each in Application.model_fields]
    given = {"architecture": "MobileNet", "include_top": False, "pooling": "avg"}
    size = architecture("MobileNet").default_size
    found = application_page.expanded(read_model(Application, given, noun=APPLICATION))
    return Page(
        name=APPLICATION,
        family=_NETWORKS,
        aliases=(),
        summary=application_page.SUMMARY,
        notes=tuple(application_page.NOTES),
        source=application_page.SOURCE,
        inputs=(InputEntry(None, required=True, many=False),),
        fields=tuple(entries),
        common=(),
        call=(),
        example=ExampleEntry(
            text=yaml_text(node_of([{APPLICATION: given}])).rstrip("\n"),
            inputs={"input": (size, size, 3)},
            outputs=(found.shape,),
            parameters=found.parameters,
            trainable_parameters=found.trainable,
            macs=found.macs,
        ),
        architectures=application_page.architectures(),
    )


def _distance(layer: type[Layer], field: FieldEntry) -> int:
    """How far from the layer its field is defined: what is its own stands first."""
    classes = enumerate(layer.__mro__)
    return next(
        place for place, each in classes if field.name in vars(each).get("__annotations__", ())
    )


def _field(model: type[Fields], name: str) -> FieldEntry:
    info = model.model_fields[name]
    required = info.is_required()
    return FieldEntry(
        name=name,
        takes=_words(field_types(model)[name]),
        required=required,
        default=None if required else _default(info.default),
        description=info.description or "",
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
    return tuple(_field(call.model, name) for name in call.model.model_fields)


def _example(layer: type[Layer], name: str) -> ExampleEntry | None:
    example = getattr(layer, "example", None)
    if example is None:
        return None
    fields = dict(example.fields)
    built: Layer = ThingOf(_registry(name)).read({name: fields})
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
