"""A document becomes a graph: its items expanded, its outputs named, and what nothing uses told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code
from netspec.graph.expand import Expander, TooManyLayers
from netspec.graph.graph import Graph
from netspec.graph.item import Item
from netspec.graph.naming import are_clear
from netspec.graph.network import Network

if TYPE_CHECKING:
    from netspec.diagnostics import Finding
    from netspec.graph.scope import Scope
    from netspec.source.nodes import Place
    from netspec.spec.document import Document


def build_graph(document: Document) -> tuple[Graph, list[Finding]]:
    """The graph of everything that could be read, and what is wrong with its items, wiring and shapes."""
    network = Network(document.inputs or {})
    expander = Expander(document, network)
    outputs: dict[str, str] = {}
    try:
        scope, last = expander.expand()
        outputs = _outputs(document, expander, scope, last)
    except TooManyLayers:
        network.nodes.clear()
    nodes = network.nodes
    if document.items and not nodes and not network.findings and document.spec is not None:
        place = document.place("model", "layers", key=True)
        network.report(Code.LEFT_OUT, "every layer is left out", place, "keep one of them")
    known = all(node.inference for node in nodes.values())
    graph = Graph(
        name=document.name,
        inputs=network.inputs,
        nodes=nodes,
        outputs=outputs,
        single_output=document.output is None or isinstance(document.output, str),
        complete=not network.findings and bool(nodes) and bool(outputs) and known,
        input_types=document.input_types,
        applications=network.applications,
        backbones=network.backbones,
    )
    if graph.complete and not document.abstract:
        _find_unused(document, graph, network)
    return graph, network.findings


def _outputs(
    document: Document, expander: Expander, scope: Scope, last: str | None
) -> dict[str, str]:
    """The tensors that the network gives, by the outputs' keys."""
    written = document.output
    if written is None:
        return {} if last is None or last in expander.network.inputs else {last: last}
    if isinstance(written, str):
        named = {written: written}
    elif isinstance(written, dict):
        named = written
    else:
        named = {name: name for name in written}
    if isinstance(written, tuple) and len(named) < len(written):
        place = document.place("model", "output")
        expander.network.report(
            Code.DUPLICATE_NAME, "an output is listed twice", place, "list it once"
        )
    # An output that nobody is called may be a layer that was given another's name, which has been told.
    scope.sure = scope.sure and are_clear([Item(node) for node in document.items])
    found = {
        key: expander.connections.refer(name, scope, _output_place(document, key))
        for key, name in named.items()
    }
    return {key: tensor for key, tensor in found.items() if tensor is not None}


def _output_place(document: Document, key: str) -> Place:
    written = document.output
    if isinstance(written, tuple):
        return document.place("model", "output", written.index(key))
    return document.place("model", "output", key)


def _find_unused(document: Document, graph: Graph, network: Network) -> None:
    # What only an unused layer uses is silent: it goes, or is of use, with that one.
    used = {name for node in graph.nodes.values() for name in node.inputs}
    used |= {*graph.outputs.values()}
    for node in graph.nodes.values():
        if not used & {*node.outputs}:
            network.report(
                Code.UNUSED,
                f"nothing uses {node.kind} '{node.name}', so Keras would leave it out",
                node.item.place(),
                "name it in another layer's inputs or in model.output, or remove it",
            )
    for name in graph.inputs:
        if name not in used:
            place = document.place("model", "input", name, key=True)
            message = f"nothing uses the input '{name}'"
            network.report(Code.UNUSED, message, place, "name it in a layer's inputs")
