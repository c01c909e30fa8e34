"""A graph to a Keras model."""

from __future__ import annotations

import sys
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import keras

from netspec.lowering import layers, things
from netspec.lowering.names import keras_name
from netspec.lowering.precision import FULL, precisions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from netspec.graph.graph import Graph
    from netspec.spec.runtime import RuntimeSection
    from netspec.spec.training import CompileSection, Stage

# Frames that Keras's recursive graph builder may take for one layer of a chain.
_FRAMES_PER_LAYER = 12


def to_keras(
    graph: Graph, *, seed: int, precision: str = FULL, nested: bool = False
) -> keras.Model:
    """The functional Keras model of a complete graph.

    Its layers carry the graph's names and their initial weights follow from the seed and those names only. It takes one
    tensor, or a dict by input name where there are several; it gives one tensor, or a dict by the outputs' keys.

    Args:
        graph: The network.
        seed: The spec's seed.
        precision: What its layers compute in, as the section `runtime` says it; weights and outputs are float32.
        nested: Whether it stands inside a layer, all of which then computes in the one precision.
    """
    inputs = {
        name: keras.Input(shape=shape, name=name, dtype=graph.input_types.get(name, "float32"))
        for name, shape in graph.inputs.items()
    }
    tensors: dict[str, Any] = dict(inputs)
    built: dict[str, keras.layers.Layer] = {}
    computed_in = dict.fromkeys(graph.nodes, precision) if nested else precisions(graph, precision)
    with _deep_enough(len(graph.nodes)):
        for node in graph.nodes.values():
            # A complete graph has every layer.
            assert node.layer is not None and node.inference is not None  # noqa: S101, PT018
            if node.shares is None:
                built[node.name] = layers.to_keras(
                    node.layer,
                    name=node.name,
                    seed=seed,
                    nested=node.inference.nested,
                    precision=computed_in[node.name],
                )
            taken = [tensors[name] for name in node.inputs]
            given = layers.call(built[node.layer_name], node.layer, taken)
            tensors.update(zip(node.outputs, given, strict=False))
        outputs: Any = {key: tensors[name] for key, name in graph.outputs.items()}
        if graph.single_output:
            (outputs,) = outputs.values()
        return keras.Model(
            inputs=inputs if len(inputs) > 1 else next(iter(inputs.values())),
            outputs=outputs,
            name=keras_name(graph.name)
            if nested
            else graph.name.replace(".", "_").replace("-", "_"),
        )


def compile_model(
    model: keras.Model,
    section: CompileSection,
    *,
    stage: Stage | None = None,
    steps_per_epoch: int | None = None,
    runtime: RuntimeSection | None = None,
) -> None:
    """Gives a model its optimizer, loss and metrics.

    Args:
        model: The model.
        section: What it is compiled with; of a run, as `netspec.spec.shares.as_trained` has it.
        stage: The part of training that it is compiled for: its learning rate and warm-up.
        steps_per_epoch: The batches of an epoch, for what counts epochs.
        runtime: How its operations run; with Keras's defaults without.

    Raises:
        UsageError: A schedule or warm-up counts epochs, and the steps of one are not known.
    """
    keys = list(model.output) if isinstance(model.output, dict) else None
    optimizer = things.optimizer(section.optimizer, stage=stage, steps_per_epoch=steps_per_epoch)
    if runtime is not None and _needs_scaling(runtime, section):
        # Keras would do so by itself, but asks the process's policy and not the layers'.
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer, name="loss_scale")
    with warnings.catch_warnings():
        # `netspec.lowering.runtime.unheeded` says it of a run.
        warnings.filterwarnings("ignore", message="Model doesn't support `jit_compile=True`")
        model.compile(
            optimizer=optimizer,
            loss=_for_outputs(section.loss, keys, things.loss),
            loss_weights=_weights(section.loss_weights, keys),
            metrics=_for_outputs(
                section.metrics, keys, lambda metrics: [things.metric(metric) for metric in metrics]
            ),
            jit_compile="auto" if runtime is None else runtime.jit,
            auto_scale_loss=False,
        )


def _needs_scaling(runtime: RuntimeSection, section: CompileSection) -> bool:
    """Whether gradients would vanish in 5 bits of exponent; a factor of the optimizer's own scales them already."""
    factor = getattr(section.optimizer, "loss_scale_factor", None)
    return runtime.precision == "mixed_float16" and factor is None


def _for_outputs(value: Any, keys: Sequence[str] | None, lower: Callable[[Any], Any]) -> Any:
    """A value in the outputs' structure: Keras finds neither a weight nor a metric where structures differ.

    Args:
        value: What the spec gives for all outputs, or by key.
        keys: The outputs' keys, None where the model gives one tensor.
        lower: What makes Keras's object of one.
    """
    if keys is None:
        return lower(next(iter(value.values())) if isinstance(value, dict) else value)
    if isinstance(value, dict):
        return {key: lower(value[key]) for key in keys if key in value}
    return {key: lower(value) for key in keys}


def _weights(weights: dict[str, float] | None, keys: Sequence[str] | None) -> Any:
    return list(weights.values()) if weights and keys is None else weights or None


@contextmanager
def _deep_enough(layers_in_chain: int) -> Iterator[None]:
    """Raises Python's recursion limit for Keras, which walks a network recursively."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 1000 + _FRAMES_PER_LAYER * layers_in_chain))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
