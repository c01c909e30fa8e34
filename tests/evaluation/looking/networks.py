"""Small networks, made from a few lines of a spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.analysis import analyse
from netspec.spec.labels import LabelEncoding, Target

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.graph.graph import Graph
    from netspec.spec.labels import LabelForm
    from netspec.things.labels import LabelKind


def graph_of(folder: Path, layers: str, *, shape: str = "[8, 8, 3]", more: str = "") -> Graph:
    """A network whose layers stand one below the other, each as YAML."""
    text = f"netspec: 1\nmodel:\n  input: {shape}\n  layers:\n"
    path = folder / "net.yaml"
    path.write_text(text + "".join(f"    - {line}\n" for line in layers.splitlines()) + more)
    _, graph = analyse(path).require()
    return graph


def model_of(graph: Graph) -> Any:
    """The Keras model, with first weights that are always the same."""
    import keras

    from netspec.lowering import model as lowering

    keras.backend.clear_session()
    return lowering.to_keras(graph, seed=3)


def target_of(
    graph: Graph,
    *names: str,
    kind: LabelKind = "class",
    form: LabelForm = "one_hot",
    middle: float = 0.5,
) -> Target:
    """What the one output learned."""
    (key,) = graph.outputs
    return Target(key, key, kind, names, names, LabelEncoding(form, len(names), middle))
