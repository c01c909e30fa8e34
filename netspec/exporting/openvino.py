"""Files that OpenVINO opens, Intel's runtime."""

from __future__ import annotations

import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspec.exporting.failing import handing_on, require_extra
from netspec.exporting.saved_model import write_saved_model
from netspec.exporting.script import Opening, Use, quoted, write_script
from netspec.runs.environment import require_tensorflow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.runs.saved import SavedRun

MODEL = "model.xml"
_TELEMETRY = "openvino_telemetry"
# On processors that have them, OpenVINO would compute in half the digits.
_FULL = {"INFERENCE_PRECISION_HINT": "f32"}


def openvino(run: SavedRun, folder: Path) -> Use:
    """The network's calculation, for any number of pictures at once: operations in one file, numbers in another."""
    require_tensorflow()
    require_extra("openvino", "openvino")
    from netspec.exporting.network import network_of

    network = network_of(run)
    with _telling_nobody():
        import openvino as library

    with handing_on("openvino"):
        core = library.Core()
        with tempfile.TemporaryDirectory(dir=folder) as place:
            write_saved_model(network, Path(place) / "model")
            library.serialize(core.read_model(Path(place) / "model"), folder / MODEL)
        opened = core.compile_model(folder / MODEL, "CPU", _FULL)

        def say(pictures: Any) -> Any:
            given = opened(pictures)
            return {key: given[key] for key in network.outputs} if network.by_key else given[0]

        network.hold(say, form="openvino")
    return write_script(
        network,
        folder,
        Opening(
            packages="OpenVINO",
            imports=("import openvino",),
            lines=(
                f"full = {quoted(_FULL)}  # all digits of a float32",
                f'network = openvino.Core().compile_model(here / "{MODEL}", "CPU", full)',
            ),
            call=lambda _, __: "network(pixels)",
            item=lambda _, key: "given[0]" if key is None else f"given[{quoted(key)}]",
        ),
    )


@contextmanager
def _telling_nobody() -> Iterator[None]:
    """Keeps OpenVINO from telling its makers that it was imported, and from writing into the home for that.

    It does without the package that would, where that cannot be imported.
    """
    before = sys.modules.get(_TELEMETRY)
    sys.modules[_TELEMETRY] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[_TELEMETRY]
        if before is not None:
            sys.modules[_TELEMETRY] = before
