"""The page of `Application`, which is a whole network and no layer: its fields, and the networks that there are."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.applications.table import architecture, names
from netspec.diagnostics import in_order
from netspec.errors import SpecError
from netspec.fields import read_model
from netspec.graph.applications import expand_application
from netspec.graph.item import Item
from netspec.graph.network import Network
from netspec.graph.scope import Scope
from netspec.graph.wiring import Here
from netspec.layers.shapes import total
from netspec.report.layer_page import (
    ArchitectureEntry,
    ExampleEntry,
    InputEntry,
    Page,
    field_entry,
)
from netspec.source.nodes import Entry, MapNode, ScalarNode, Source
from netspec.spec.application import APPLICATION, Application
from netspec.spec.layout import node_of, yaml_text

if TYPE_CHECKING:
    from netspec.layers.shapes import Shape

SUMMARY, *_NOTES = (
    " ".join(part.split()) for part in inspect.cleandoc(Application.__doc__ or "").split("\n\n")
)
_SOURCE = "keras/src/applications"


@dataclass(frozen=True)
class _Expanded:
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


def application_page(family: str) -> Page:
    """The page.

    Args:
        family: The family that it stands in.
    """
    entries = [field_entry(Application, each) for each in Application.model_fields]
    given = {"architecture": "MobileNet", "include_top": False, "pooling": "avg"}
    size = architecture("MobileNet").default_size
    found = _expanded(read_model(Application, given, noun=APPLICATION))
    return Page(
        name=APPLICATION,
        family=family,
        aliases=(),
        summary=SUMMARY,
        notes=tuple(_NOTES),
        source=_SOURCE,
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
        architectures=_architectures(),
    )


def _architectures() -> tuple[ArchitectureEntry, ...]:
    """Every network."""
    return tuple(map(_entry, names()))


def _expanded(fields: Application) -> _Expanded:
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
    return _Expanded(
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
        name, known.default_size, known.min_size, _expanded(fields).parameters, (*known.options,)
    )


def _item() -> Item:
    """An item that stands nowhere."""
    source = Source("", "")
    start = (1, 1)
    key = ScalarNode(source, start, start, scalar=APPLICATION, text=APPLICATION)
    fields = MapNode(source, start, start, entries={})
    return Item(MapNode(source, start, start, entries={APPLICATION: Entry(key, fields)}))
