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
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from netspec.graph.graph import Graph, LayerNode
    from netspec.spec.runtime import RuntimeSection
    from netspec.spec.training import CompileSection, Stage

# Frames that Keras's recursive graph builder may take for one layer of a chain.
_FRAMES_PER_LAYER = 12


def to_keras(
    graph: Graph,
    *,
    seed: int,
    precision: str = FULL,
    nested: bool = False,
    tensors: dict[str, Any] | None = None,
) -> keras.Model:
    """The functional Keras model of a complete graph.

    Its layers carry the graph's names and their initial weights follow from the seed and those names only. It takes one
    tensor, or a dict by input name where there are several; it gives one tensor, or a dict by the outputs' keys.

    Args:
        graph: The network.
        seed: The spec's seed.
        precision: What its layers compute in, as the section `runtime` says it; weights and outputs are float32.
        nested: Whether it stands inside a layer, all of which then computes in the one precision.
        tensors: Is given Keras's symbolic tensors by the graph's names.
    """
    inputs = {
        name: keras.Input(shape=shape, name=name, dtype=graph.input_types.get(name, "float32"))
        for name, shape in graph.inputs.items()
    }
    tensors = {} if tensors is None else tensors
    tensors.update(inputs)
    built: dict[str, keras.layers.Layer] = {}
    computed_in = dict.fromkeys(graph.nodes, precision) if nested else precisions(graph, precision)
    with _deep_enough(len(graph.nodes)):
        for node in graph.nodes.values():
            # A complete graph has every layer.
            assert node.layer is not None and node.inference is not None  # noqa: S101, PT018
            # What is no layer in Keras is there anew in each call, under the call's name.
            own = node.layer_name if layers.is_layer(node.layer) else node.name
            if own not in built:
                built[own] = layers.to_keras(
                    node.layer,
                    name=own,
                    seed=seed,
                    nested=node.inference.nested,
                    precision=computed_in[own],
                )
                if node.in_inference:
                    layers.heed_inference(built[own])
            taken = [tensors[name] for name in node.inputs]
            further = {"training": False} if node.in_inference else {}
            given = layers.call(built[own], node.layer, taken, **further)
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


def rest_of(graph: Graph, model: keras.Model, tensors: Mapping[str, Any]) -> keras.Model:
    """What a graph's model does from some tensors inside it on, with its own layers.

    Keras can cut a model itself, but not behind a layer that is called again further on.

    Args:
        graph: The network.
        model: Its model.
        tensors: The symbolic tensors where it begins, by the graph's names; all that follow them follow from them.

    Returns:
        A model that takes the tensor, or a list where there are several, and gives what the whole one gives.
    """
    own = {layer.name: layer for layer in model.layers}
    # No layer is called so.
    given = [
        keras.Input(batch_shape=tensor.shape, dtype=tensor.dtype, name=f"features--{number}")
        for number, tensor in enumerate(tensors.values())
    ]
    known: dict[str, Any] = dict(zip(tensors, given, strict=True))
    with _deep_enough(len(graph.nodes)):
        for node in _leading_to_outputs(graph, known):
            assert node.layer is not None  # noqa: S101 - a complete graph has every layer
            if layers.is_layer(node.layer):
                built = own[keras_name(node.layer_name)]
            else:
                built = layers.to_keras(node.layer, name=node.name, seed=0)
            taken = [known[name] for name in node.inputs]
            further = {"training": False} if node.in_inference else {}
            made = layers.call(built, node.layer, taken, **further)
            known.update(zip(node.outputs, made, strict=False))
        outputs = {key: known[name] for key, name in graph.outputs.items()}
        return keras.Model(
            given if len(given) > 1 else given[0],
            next(iter(outputs.values())) if graph.single_output else outputs,
        )


def _leading_to_outputs(graph: Graph, known: Collection[str]) -> list[LayerNode]:
    """The layers that outputs follow from, without what is known, in the order of the text."""
    waiting, found = [*graph.outputs.values()], set()
    while waiting:
        tensor = waiting.pop()
        if tensor not in known and (name := tensor.partition(":")[0]) not in found:
            found.add(name)
            waiting += graph.nodes[name].inputs
    return [node for node in graph.nodes.values() if node.name in found]


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
