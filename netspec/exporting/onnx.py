"""A file that ONNX Runtime opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.exporting.failing import handing_on, require_extra
from netspec.exporting.script import Opening, Use, quoted, write_script
from netspec.runs.environment import require_tensorflow

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.exporting.network import Network
    from netspec.runs.saved import SavedRun

MODEL = "model.onnx"
_BATCH = "batch"
_PICTURES = "pictures"


def onnx(run: SavedRun, folder: Path) -> Use:
    """The network's calculation, for any number of pictures at once."""
    require_tensorflow()
    require_extra("onnx", "tf2onnx", "onnx", "onnxruntime")
    from netspec.exporting.network import network_of

    network = network_of(run)
    import onnxruntime

    with handing_on("onnx"):
        _write(network, folder / MODEL)
        opened = onnxruntime.InferenceSession(folder / MODEL, providers=["CPUExecutionProvider"])
        keys = list(network.outputs)

        def say(pictures: Any) -> dict[str, Any]:
            return dict(zip(keys, opened.run(keys, {network.input: pictures}), strict=True))

        network.hold(say, form="onnx")
    return write_script(
        network,
        folder,
        Opening(
            packages="ONNX Runtime",
            imports=("import onnxruntime",),
            lines=(f'network = onnxruntime.InferenceSession(here / "{MODEL}")',),
            call=lambda name, keys: f"network.run({quoted(keys)}, {{{quoted(name)}: pixels}})",
            item=lambda position, _: f"given[{position}]",
        ),
    )


def _write(network: Network, path: Path) -> None:
    """Writes the file, with the outputs called by their keys.

    Keras's own way there (keras/src/export/onnx.py) makes inputs of constants that layers hold, leaves convolutions of
    several groups as they are, and calls outputs after TensorFlow's operations.
    """
    import onnx as library
    import tf2onnx

    graph, given = _frozen(network)
    model, _ = tf2onnx.convert.from_graph_def(
        graph,
        name=network.model.name,
        input_names=[f"{_PICTURES}:0"],
        output_names=list(given),
        tensors_to_rename={f"{_PICTURES}:0": network.input, **given},
        custom_op_handlers={"Erfc": (_without_erf, [])},
    )
    for each in (*model.graph.input, *model.graph.output):
        each.type.tensor_type.shape.dim[0].dim_param = _BATCH
    library.save(model, path)


def _frozen(network: Network) -> tuple[Any, dict[str, str]]:
    """The network as TensorFlow's graph with its numbers in it, and the keys of its outputs by their tensors' names."""
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    taken = network.model.input
    keys = list(network.outputs)

    @tf.function(  # type: ignore[untyped-decorator]
        input_signature=[tf.TensorSpec(taken.shape, taken.dtype, name=_PICTURES)]
    )
    def say(pictures: Any) -> Any:
        given = network.model(pictures, training=False)
        return [tf.identity(given[key] if network.by_key else given) for key in keys]

    before = tf.config.functions_run_eagerly()
    # What Keras has compiled by itself, such as convolutions of several groups, becomes part of this function.
    tf.config.run_functions_eagerly(run_eagerly=True)
    try:
        function = convert_variables_to_constants_v2(say.get_concrete_function())
    finally:
        tf.config.run_functions_eagerly(run_eagerly=before)
    names = {tensor.name: key for tensor, key in zip(function.outputs, keys, strict=True)}
    return function.graph.as_graph_def(), names


def _without_erf(graph: Any, node: Any, name: str, args: list[Any]) -> Any:
    """1 - erf(x), which is what TensorFlow's Erfc is and ONNX has not: Keras's exact gelu needs it."""
    del args
    import numpy as np

    kind = np.float64 if graph.get_dtype(node.input[0]) == 11 else np.float32  # noqa: PLR2004 - ONNX's double
    one = graph.make_const(f"{name}_one", np.array(1, kind)).output[0]
    erf = graph.make_node("Erf", [node.input[0]]).output[0]
    dtype, shape = graph.get_dtype(node.output[0]), graph.get_shape(node.output[0])
    outputs = list(node.output)
    graph.remove_node(node.name)
    return graph.make_node(
        "Sub", [one, erf], name=name, outputs=outputs, dtypes=[dtype], shapes=[shape]
    )
