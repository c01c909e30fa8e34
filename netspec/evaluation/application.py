"""A network of keras.applications with Keras's ImageNet weights, ready to say what is on pictures."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.analysis import analyse
from netspec.applications.table import architecture, names
from netspec.data.form import ImageForm
from netspec.data.named.fetch import Progress, ignore_progress
from netspec.errors import UsageError
from netspec.report.escape import printable
from netspec.runs.environment import require_tensorflow
from netspec.runs.starts import finder, plan_starts
from netspec.weights.imagenet import class_names, find
from netspec.wording import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.analysis import Analysis
    from netspec.evaluation.with_model import PictureModel
    from netspec.runs.starts import StartPlan

_SPEC = """netspec: 1
name: {name}
model:
  input: [{size}, {size}, 3]
  layers:
    - Application: {{architecture: {name}, weights: imagenet}}
"""


def open_application(
    name: str,
    *,
    offline: bool = False,
    notify: Callable[[str], None] | None = None,
    progress: Progress = ignore_progress,
) -> PictureModel:
    """Builds a network at its own size, with ImageNet's weights and class names.

    Args:
        name: As `keras.applications` calls it.
        offline: Fetches nothing.
        notify: Is given a line at each step worth telling a user.
        progress: Is told how far a download is.

    Raises:
        UsageError: There is no network of that name, or TensorFlow is not installed.
        DataError: Its weights or the classes' names are not to be had, or are damaged.
    """
    if name not in names():
        raise UsageError(
            f"keras.applications has no network {printable(name)!r}",
            hint=nearest(name, names()) or f"the names are {', '.join(names())}",
        )
    require_tensorflow()
    classes = class_names(offline=offline, notify=notify)
    size = architecture(name).default_size
    analysis, start = _planned(name, size)
    assert start.download is not None  # noqa: S101 - Keras has weights of each at its own size
    weights = find(start.download, offline=offline, notify=notify, progress=progress)
    from netspec.evaluation.with_model import PictureModel
    from netspec.lowering import model as lowering
    from netspec.lowering.pretrained import put_file

    _, graph = analysis.require()
    model = lowering.to_keras(graph, seed=0)
    put_file(model, weights, layers=start.layers, wanted=start.wanted, title=start.title)
    form = ImageForm(size=(size, size), channels=3, resize="stretch", training_size=(size, size))
    return PictureModel(model=model, form=form, names=classes)


def _planned(name: str, size: int) -> tuple[Analysis, StartPlan]:
    """A spec that is nothing but the network, and what it begins with."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "application.yaml"
        path.write_text(_SPEC.format(name=name, size=size), encoding="utf-8")
        analysis = analyse(path)
        (start,) = plan_starts(analysis, find=finder(path))
    return analysis, start
