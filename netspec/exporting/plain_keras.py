"""Files that plain Keras opens: the whole network, or its structure and its weights apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.exporting.failing import handing_on
from netspec.exporting.script import Opening, Use, quoted, write_script
from netspec.runs.environment import require_tensorflow

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.exporting.network import Network
    from netspec.runs.saved import SavedRun

MODEL = "model.keras"
STRUCTURE = "model.json"
WEIGHTS = "model.weights.h5"


def keras(run: SavedRun, folder: Path) -> Use:
    """The whole network, as `keras.saving.load_model` opens it."""
    network = _network_of(run)
    import keras as library

    with handing_on("keras"):
        # Keras warns over a file whose optimizer was saved before it had its variables.
        if network.model.optimizer is not None:
            network.model.optimizer.build(network.model.trainable_variables)
        network.model.save(folder / MODEL)
        opened = library.saving.load_model(folder / MODEL, safe_mode=True)
        network.hold(_saying(opened), form="keras")
    return write_script(
        network, folder, _opening(f'network = keras.saving.load_model(here / "{MODEL}")')
    )


def weights(run: SavedRun, folder: Path) -> Use:
    """The numbers, as `load_weights` takes them, and the structure that they belong to."""
    network = _network_of(run)
    with handing_on("weights"):
        _write_apart(network, folder)
    return write_script(
        network, folder, _from_structure(f'network.load_weights(here / "{WEIGHTS}")')
    )


def structure(run: SavedRun, folder: Path) -> Use:
    """The network without its numbers, as `keras.models.model_from_json` takes it."""
    network = _network_of(run)
    with handing_on("structure"):
        _write_apart(network, folder)
    (folder / WEIGHTS).unlink()
    return write_script(
        network,
        folder,
        _from_structure(
            "# `netspec export RUN --format weights` writes them; put the file beside this one.",
            f'beside = [here / "{WEIGHTS}", here.parent / "weights" / "{WEIGHTS}"]',
            "network.load_weights(next(filter(Path.exists, beside), beside[0]))",
        ),
    )


def _network_of(run: SavedRun) -> Network:
    require_tensorflow()
    from netspec.exporting.network import network_of

    return network_of(run, full=False)


def _write_apart(network: Network, folder: Path) -> None:
    """Writes structure and weights, each in a file of its own, and holds what both make to the network."""
    import keras as library

    from netspec.lowering.saving import save_weights

    # As built, and not compiled: weights would hold the optimizer's too.
    bare = type(network.model).from_config(network.model.get_config())
    bare.set_weights(network.model.get_weights())
    (folder / STRUCTURE).write_text(bare.to_json(indent=2), encoding="utf-8")
    save_weights(bare, folder / WEIGHTS)
    opened = library.models.model_from_json((folder / STRUCTURE).read_text(encoding="utf-8"))
    opened.load_weights(folder / WEIGHTS)
    network.hold(_saying(opened), form="structure and weights")


def _saying(opened: Any) -> Any:
    return lambda pictures: opened.predict(pictures, verbose=0)


def _from_structure(*lines: str) -> Opening:
    return _opening(
        f'network = keras.models.model_from_json((here / "{STRUCTURE}").read_text("utf-8"))', *lines
    )


def _opening(*lines: str) -> Opening:
    return Opening(
        packages="Keras",
        imports=("import keras",),
        lines=lines,
        call=lambda _, __: "network.predict(pixels, verbose=0)",
        item=lambda _, key: "given" if key is None else f"given[{quoted(key)}]",
    )
