"""An `Application` becomes layers of the network: the rows of its table, called one after another."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from netspec.applications.rows import rows
from netspec.applications.table import architecture
from netspec.diagnostics import Code
from netspec.graph.graph import ApplicationUse
from netspec.graph.scope import Output, Scope
from netspec.layers.flip import Flip
from netspec.spec.application import IMAGENET
from netspec.spec.depth import Depth
from netspec.spec.freezing import named_by, reached
from netspec.spec.model import read_layer
from netspec.wording import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from netspec.applications.rows import Row
    from netspec.applications.table import Architecture
    from netspec.graph.item import Item
    from netspec.graph.network import Network
    from netspec.graph.wiring import Here
    from netspec.layers.base import Layer
    from netspec.layers.shapes import Shape
    from netspec.source.nodes import Place
    from netspec.spec.application import Application

_NORMALIZATION = "BatchNormalization"
_DROPOUT = "Dropout"
_COLOURS = 3


def expand_application(  # noqa: PLR0913 - each has a name
    network: Network,
    item: Item,
    fields: Application,
    here: Here,
    taken: str | None,
    *,
    shares: str | None,
) -> Output | None:
    """Calls the layers of an application; gives its output, whose names lead to its layers. None where it cannot.

    Args:
        network: Where the calls go, and the findings.
        item: Where it stands.
        fields: What it says.
        here: Where it is used.
        taken: The tensor that it takes, None where that is a mistake, which has been told.
        shares: What the name of the application begins with whose layers are called again; None for its own.
    """
    shape = None if taken is None else network.shape(taken)
    if shape is None or taken is None:
        return None
    known = architecture(fields.table)
    if not _takes(network, item, fields, known, shape):
        return None
    listed = _rows(known, fields)
    trained = _trained(network, item, fields, [row.name for row in listed])
    if trained is None:
        return None
    own = replace(item, used_at=(replace(item.place(), used_at=()), *item.used_at))
    calls = _Calls(network, own, fields, here, trained, shares)
    for row in listed:
        if not calls.add(row, taken):
            return None
    scope = Scope(prefix=f"{here.full}.", values={}, blocks=(*here.scope.blocks, known.name))
    scope.entries.update({name: Output(tensor, tensor) for name, tensor in calls.tensors.items()})
    if shares is None:
        own_layers = tuple(
            (tensor, row.name)
            for row in listed
            if (tensor := f"{here.full}.{row.name}") in network.nodes
        )
        network.applications[here.full] = ApplicationUse(
            here.full, fields, item, taken, own_layers, tuple(shape)
        )
    return Output(calls.last, calls.last, application=scope, named=item.name is not None)


def _rows(known: Architecture, fields: Application) -> list[Row]:
    """The layers that the fields make of a table."""
    return rows(
        known,
        include_top=fields.include_top,
        pooling=fields.pooling,
        options={
            **fields.options,
            "classes": fields.classes,
            "classifier_activation": fields.classifier_activation,
        },
        imagenet=fields.weights == IMAGENET,
        preprocessing=fields.preprocessing,
    )


class _Calls:
    """The calls of an application's layers."""

    def __init__(  # noqa: PLR0913, PLR0917 - its one maker's
        self,
        network: Network,
        item: Item,
        fields: Application,
        here: Here,
        trained: Collection[str],
        shares: str | None,
    ) -> None:
        self.tensors: dict[str, str] = {}
        self.last: str | None = None
        self._network, self._item, self._fields = network, item, fields
        self._here, self._trained, self._shares = here, trained, shares
        self._blocks = (*here.scope.blocks, fields.architecture)

    def add(self, row: Row, images: str) -> bool:
        """Calls a row's layer; whether that went well."""
        network = self._network
        inputs = row.inputs
        taken = (images,) if inputs is None else tuple(self.tensors[name] for name in inputs)
        shapes = [network.shape(tensor) or () for tensor in taken]
        if row.if_equal and len({*shapes}) > 1:  # Keras adds where the shapes are equal
            self.tensors[row.name] = self.last = taken[-1]
            return True
        written = json.dumps(row.fields_for(shapes[0]))
        is_frozen = row.name not in self._trained
        of_normalization = row.kind == _NORMALIZATION
        if of_normalization and self._fields.batch_normalization == "training":
            is_frozen = False
        layer = (_frozen if is_frozen else _layer)(row.kind, written)
        always = of_normalization and self._fields.batch_normalization == "inference"
        name = f"{self._here.full}.{row.name}"
        network.call(
            replace(self._item, layer=layer),
            name,
            taken,
            None if self._shares is None else network.owner(f"{self._shares}.{row.name}"),
            blocks=self._blocks,
            in_inference=always or (is_frozen and row.kind == _DROPOUT),
        )
        self.tensors[row.name] = self.last = name
        return network.nodes[name].inference is not None


@lru_cache(maxsize=4096)
def _layer(kind: str, fields: str) -> Layer:
    """A layer of a table; the same for the same fields."""
    return Flip.model_construct() if kind == "Flip" else read_layer({kind: json.loads(fields)})


@lru_cache(maxsize=4096)
def _frozen(kind: str, fields: str) -> Layer:
    """The same, not trained."""
    return _layer(kind, fields).model_copy(update={"trainable": False})


def names_inside(fields: Application) -> tuple[str, ...]:
    """The names of an application's layers, Keras's own."""
    return tuple(row.name for row in _rows(architecture(fields.table), fields))


def preprocessing_of(fields: Application) -> Iterator[tuple[str, Layer]]:
    """The layers that stand before an application's own where it takes pixels from 0 to 255, each with its name."""
    listed = rows(architecture(fields.table), imagenet=fields.weights == IMAGENET)
    for row in listed:
        if row.part == "preprocessing":
            yield row.name, _layer(row.kind, json.dumps(row.fields_for(())))


def _takes(
    network: Network, item: Item, fields: Application, known: Architecture, shape: Shape
) -> bool:
    """Whether it takes images of a shape; if not, that is told."""
    name, place = fields.architecture, item.place("inputs")
    if len(shape) != 3:  # noqa: PLR2004 - height, width, channels
        message = f"{name} takes images (height, width, channels), and gets {_spell(shape)}"
        network.report(Code.RANK, message, place, "put it before what makes lists of numbers")
        return False
    *sizes, channels = shape
    if channels != _COLOURS and (
        fields.weights == IMAGENET or fields.preprocessing or channels is None
    ):
        message = f"{name} takes images of 3 channels, and gets {_spell(shape)}"
        hint = (
            "give it images in colour: data.color: rgb and a last size of 3 in model.input"
            if channels in {1, 4}
            else "give it the images"
        )
        network.report(Code.FIELD_AGAINST_INPUT, message, place, hint)
        return False
    if None in sizes and known.needs_size:
        message = f"{name} needs images of a known size, and gets {_spell(shape)}"
        network.report(
            Code.FIELD_AGAINST_INPUT, message, place, "write height and width in model.input"
        )
        return False
    least = known.min_size
    if any(size is not None and size < least for size in sizes):
        message = f"{name} takes images of at least {least} x {least}, and gets {_spell(shape)}"
        hint = f"enlarge them, with `image_size: [{least}, {least}]` in data and `input: [{least}, {least}, 3]`"
        network.report(Code.FIELD_AGAINST_INPUT, message, place, hint)
        return False
    default = known.default_size
    if fields.include_top and fields.weights == IMAGENET and not known.takes_size(tuple(sizes)):
        message = (
            f"the classifier of ImageNet stands on images of {default} x {default}, "
            f"and {name} gets {_spell(shape)}"
        )
        hint = f"write `input: [{default}, {default}, 3]`, or include_top: false"
        network.report(Code.FIELD_AGAINST_INPUT, message, place, hint)
        return False
    return True


def _trained(
    network: Network, item: Item, fields: Application, names: Sequence[str]
) -> frozenset[str] | None:
    """The layers that train, by Keras's names; None where one is named that is not there, which is told."""
    wanted = fields.trainable
    if isinstance(wanted, bool):
        return frozenset(names) if wanted else frozenset()
    if isinstance(wanted, Depth):
        found = reached(names, wanted, {name: (name,) for name in names})
        if not found:
            _tell_missing(network, item, fields, wanted.first or "", names, element="from")
            return None
        return frozenset(found)
    trained: set[str] = set()
    for index, pattern in enumerate(wanted):
        matching = named_by(names, pattern)
        if not matching:
            _tell_missing(network, item, fields, pattern, names, element=index)
            return None
        trained.update(matching)
    return frozenset(trained)


def _tell_missing(  # noqa: PLR0913 - each has a name
    network: Network,
    item: Item,
    fields: Application,
    name: str,
    names: Sequence[str],
    *,
    element: int | str,
) -> None:
    place: Place = item.place("trainable", element=element)
    hint = nearest(name, names) or f"`netspec summary --depth 2` lists them, from {names[0]} on"
    message = f"{fields.architecture} has no layer called '{name}'"
    network.report(Code.UNKNOWN_NAME, message, place, hint)


def _spell(shape: Shape) -> str:
    return " x ".join("?" if size is None else str(size) for size in shape)
