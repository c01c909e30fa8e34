"""A file that LiteRT, once TensorFlow Lite, opens on telephones and small computers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.exporting.failing import handing_on, require_extra
from netspec.exporting.script import Opening, Use, quoted, write_script
from netspec.runs.environment import require_tensorflow

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.runs.saved import SavedRun

MODEL = "model.tflite"
_ONLY = "output_0"


def litert(run: SavedRun, folder: Path) -> Use:
    """The network's calculation in LiteRT's own operations, for any number of pictures at once."""
    require_tensorflow()
    require_extra("litert", "ai_edge_litert")
    from netspec.exporting.network import network_of

    network = network_of(run)
    import tensorflow as tf
    from ai_edge_litert.interpreter import Interpreter

    with handing_on("litert"):
        network.model.export(
            str(folder / MODEL),
            format="litert",
            verbose=False,
            # LiteRT alone does not have TensorFlow's operations, which Keras would let in.
            target_spec={"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS]},
        )
        opened = Interpreter(model_path=str(folder / MODEL)).get_signature_runner()

        def say(pictures: Any) -> Any:
            given = opened(**{network.input: pictures})
            return given if network.by_key else given[_ONLY]

        network.hold(say, form="litert")
    return write_script(
        network,
        folder,
        Opening(
            packages="ai-edge-litert",
            imports=("from ai_edge_litert.interpreter import Interpreter",),
            lines=(
                f'network = Interpreter(model_path=str(here / "{MODEL}")).get_signature_runner()',
            ),
            call=lambda name, _: f"network(**{{{quoted(name)}: pixels}})",
            item=lambda _, key: f"given[{quoted(key or _ONLY)}]",
        ),
    )
