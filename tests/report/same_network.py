"""Whether two specs mean the same: what a network is but for the names of its layers, and every section."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.fields.difference import plain
from netspec.graph.graph import Graph
from netspec.graph.placed import WIRING
from netspec.layers.base import ArgumentLayer
from netspec.spec.freezing import trained_layers

if TYPE_CHECKING:
    from netspec.spec.document import Document

SECTIONS = ("seed", "data", "augmentation", "compile", "training", "callbacks")


def form(graph: Graph) -> dict[str, Any]:
    """Everything of a network, with its layers numbered in the order of the text."""
    numbers: dict[str, str] = {name: name for name in graph.inputs}

    def numbered(tensor: str) -> str:
        name, colon, index = tensor.partition(":")
        return f"{numbers[name]}{colon}{index}"

    layers = []
    for number, node in enumerate(graph.nodes.values()):
        numbers[node.name] = f"#{number}"
        assert node.inference is not None
        assert node.layer is not None
        taken = [numbered(tensor) for tensor in node.inputs]
        fields = without_names(plain(node.layer))
        nested = node.inference.nested
        layers.append(
            {
                "kind": node.kind,
                "fields": fields[node.kind] if isinstance(fields, dict) else {},
                "takes": node.layer.by_argument(taken)
                if isinstance(node.layer, ArgumentLayer)
                else taken,
                "gives": node.inference.output_shapes,
                "outputs": len(node.outputs),
                "weights": node.inference.weights,
                "trains": node.trains,
                "macs": node.macs,
                "shares": numbered(node.shares) if node.shares else None,
                "nested": form(nested) if isinstance(nested, Graph) else None,
            }
        )
    return {
        "inputs": graph.inputs,
        "input types": graph.input_types,
        "layers": layers,
        "outputs": [numbered(tensor) for tensor in graph.outputs.values()],
        "keys": None if graph.single_output else list(graph.outputs),
        "parameters": (graph.parameters, graph.trainable_parameters, graph.macs),
    }


def without_names(value: Any) -> Any:
    """A layer's plain fields, without wiring; a block inside it by what it became, not by its name."""
    if isinstance(value, dict):
        return {
            kind: {} if kind == "Functional" else without_names(fields)
            for kind, fields in value.items()
            if kind not in WIRING
        }
    return [without_names(item) for item in value] if isinstance(value, list) else value


def sections(document: Document) -> dict[str, Any]:
    """The sections besides the network, with those splits that the text names itself."""
    spec = document.spec
    assert spec is not None
    named = spec.data.wishes & spec.data.model_fields_set if spec.data is not None else ()
    found = {name: plain(getattr(spec, name)) for name in SECTIONS}
    for stage in (found["training"] or {}).get("stages", ()):
        stage.pop("trainable", None)  # by names: `trained` compares them
    return {**found, "name": document.name, "splits": sorted(named)}


def trained(document: Document, graph: Graph) -> list[list[int]]:
    """The layers that each stage changes, numbered in the order of the text."""
    numbers = {name: number for number, name in enumerate(graph.nodes)}
    stages = document.training.phases if document.training is not None else ()
    return [[numbers[node.name] for node in trained_layers(graph, stage)] for stage in stages]
