"""The layers by family, and the page of each by what people call it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from netspec.errors import UsageError
from netspec.layers.base import Layer
from netspec.layers.registry import CELLS, LAYERS
from netspec.report.application_page import SUMMARY, application_page
from netspec.report.layer_page import layer_page, paragraphs
from netspec.spec.application import APPLICATION
from netspec.wording import nearest, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.fields import Registry
    from netspec.report.layer_page import Page

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
            Line(name, paragraphs(_get(name))[0], _aliases(name)) for name in sorted(names)
        )
        for family, names in _families().items()
    }
    lines[_NETWORKS] = (Line(APPLICATION, SUMMARY, ()),)
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


def _page(name: str) -> Page:
    return layer_page(
        _get(name),
        name,
        family=next(family for family, names in _families().items() if name in names),
        aliases=_aliases(name),
        registry=_registry(name),
    )


def _application() -> Page:
    return application_page(_NETWORKS)


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
