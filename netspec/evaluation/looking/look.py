"""`look`: what a run's network makes of pictures, layer by layer, drawn and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.evaluation.looking.keeping import open_folder, refused
from netspec.evaluation.looking.maps import last_map, meant_maps, telling_maps
from netspec.evaluation.looking.questions import question_of
from netspec.runs.environment import require_tensorflow
from netspec.runs.saved import open_run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from netspec.evaluation.predict import Unreadable
    from netspec.report.look import LookDocument

_NO_MAP = "no layer that leads to the output '{}' gives a feature map, so that there is no Grad-CAM"
_NOT_BEFORE = "none of these layers leads to the output '{}', so that there is no Grad-CAM"
_NO_FILTERS = "the network has no convolution over height and width, so that no filters are drawn"


def look(  # noqa: PLR0913 - each has a default and a name
    path: Path,
    images: Sequence[str],
    *,
    unreadable: Unreadable,
    layers: Sequence[str] = (),
    asked: str | None = None,
    output_key: str | None = None,
    checkpoint: str | None = None,
    output: Path | None = None,
) -> LookDocument:
    """Draws feature maps, filters and Grad-CAM overlays, and keeps them.

    Args:
        path: The run directory.
        images: The pictures' files, as `netspec.evaluation.predict.predict_images` takes them.
        unreadable: Is told of each file that is left out, and why.
        layers: Names and patterns of the layers that are drawn; a telling few without.
        asked: The class, or the number, that Grad-CAM is made for; what the network says of each image without.
        output_key: The output that says it; the first that names a class without.
        checkpoint: Another file of the run than its model.
        output: Where all is kept; in the run's folder `look` without.

    Raises:
        UsageError: It is no run, it has no model, there is no such layer, class or output, nothing can be written, or
            TensorFlow is not installed.
    """
    require_tensorflow()
    run = open_run(path)
    run.weights(checkpoint)
    from netspec.data.form import picture_form
    from netspec.evaluation.looking.looker import Looker
    from netspec.evaluation.network import trained_network
    from netspec.evaluation.outputs import outputs_of
    from netspec.evaluation.predict import picture_batches

    document, graph = run.analysis.require()
    section, training = document.compile, document.training
    assert section is not None and training is not None  # noqa: S101, PT018 - a run has both
    form = picture_form(document, graph)
    outputs = outputs_of(run.targets, section=section, graph=graph)
    question = question_of(outputs, key=output_key, asked=asked)
    chosen = meant_maps(graph, layers) if layers else telling_maps(graph, question.key)
    at = last_map(graph, question.key, chosen if layers else None)
    with refused(path if output is None else output):
        folder = open_folder(path, output)
    looker = Looker(
        run=run,
        graph=graph,
        model=trained_network(run, checkpoint=checkpoint),
        outputs=outputs,
        question=question,
        maps=chosen,
        at=at,
        folder=folder,
        checkpoint=run.checkpoint_name(checkpoint),
    )
    with refused(folder):
        filters = looker.keep_filters()
        records = [
            record
            for names, pixels in picture_batches(images, form, training.batch_size, unreadable)
            for record in looker.look_at(names, pixels, training.batch_size)
        ]
    why = _NOT_BEFORE if layers else _NO_MAP
    notices = [why.format(question.key)] if at is None else []
    notices += [_NO_FILTERS] if filters is None else []
    return {
        "folder": str(folder),
        "checkpoint": looker.checkpoint,
        "filters": filters,
        "images": records,
        "notices": notices,
    }
