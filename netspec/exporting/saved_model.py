"""A folder that TensorFlow opens, and what serves networks with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.exporting.failing import handing_on
from netspec.exporting.script import Opening, Use, quoted, write_script
from netspec.runs.environment import require_tensorflow

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.exporting.network import Network
    from netspec.runs.saved import SavedRun

MODEL = "model"


def savedmodel(run: SavedRun, folder: Path) -> Use:
    """The network's calculation, as `tf.saved_model.load` opens it; `serve` is what it is called by."""
    require_tensorflow()
    from netspec.exporting.network import network_of

    network = network_of(run)
    import tensorflow as tf

    with handing_on("savedmodel"):
        write_saved_model(network, folder / MODEL)
        opened = tf.saved_model.load(str(folder / MODEL))
        network.hold(opened.serve, form="savedmodel")
    return write_script(
        network,
        folder,
        Opening(
            packages="TensorFlow",
            imports=("import tensorflow as tf",),
            lines=(f'network = tf.saved_model.load(str(here / "{MODEL}"))',),
            call=lambda _, __: "network.serve(pixels)",
            item=lambda _, key: "given" if key is None else f"given[{quoted(key)}]",
        ),
    )


def write_saved_model(network: Network, path: Path) -> None:
    """Writes a network as TensorFlow's SavedModel, for any number of pictures at once."""
    network.model.export(str(path), format="tf_saved_model", verbose=False)
