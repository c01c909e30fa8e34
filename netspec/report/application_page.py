"""The page of `Application`: its fields, and the networks that there are."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.applications.table import architecture, names
from netspec.diagnostics import in_order
from netspec.errors import SpecError
from netspec.graph.applications import expand_application
from netspec.graph.item import Item
from netspec.graph.network import Network
from netspec.graph.scope import Scope
from netspec.graph.wiring import Here
from netspec.layers.shapes import total
from netspec.source.nodes import Entry, MapNode, ScalarNode, Source
from netspec.spec.application import APPLICATION, Application

if TYPE_CHECKING:
    from netspec.layers.shapes import Shape

SUMMARY, *NOTES = (
    " ".join(part.split()) for part in inspect.cleandoc(Application.__doc__ or "").split("\n\n")
)
SOURCE = "keras/src/applications"


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
class Expanded:
    """What becomes of an application.

    Attributes:
        shape: The shape that it gives.
        parameters: How many numbers its weights hold.
        trainable: How many of them training changes.
        macs: Multiply-accumulates for one image.
    """

    shape: Shape
    parameters: int
    trainable: int
    macs: int | None


def architectures() -> tuple[ArchitectureEntry, ...]:
    """Every network."""
    return tuple(map(_entry, names()))


def expanded(fields: Application) -> Expanded:
    """What becomes of an application for images of the size that it was made for.

    Raises:
        SpecError: It has a mistake.
    """
    size = architecture(fields.table).default_size
    network = Network({"input": (size, size, 3)})
    here = Here("application", Scope("", {}), {}, "input")
    output = expand_application(network, _item(), fields, here, "input", shares=None)
    if output is None or output.tensor is None:
        raise SpecError(in_order(network.findings))
    nodes = network.nodes.values()
    return Expanded(
        network.shape(output.tensor) or (),
        sum(node.parameters for node in nodes),
        sum(node.trainable_parameters for node in nodes),
        total(*(node.macs for node in nodes)),
    )


def _entry(name: str) -> ArchitectureEntry:
    known = architecture(name)
    fields = Application.model_construct(
        architecture=name, weights=None, include_top=False, pooling="avg"
    )
    return ArchitectureEntry(
        name, known.default_size, known.min_size, expanded(fields).parameters, (*known.options,)
    )


def _item() -> Item:
    """An item that stands nowhere."""
    source = Source("", "")
    start = (1, 1)
    key = ScalarNode(source, start, start, scalar=APPLICATION, text=APPLICATION)
    fields = MapNode(source, start, start, entries={})
    return Item(MapNode(source, start, start, entries={APPLICATION: Entry(key, fields)}))
