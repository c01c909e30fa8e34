"""One network that pictures are shown to, and what is drawn and kept of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from netspec.errors import UsageError
from netspec.evaluation.keeping import as_name
from netspec.evaluation.looking.colours import overlaid, shown
from netspec.evaluation.looking.filters import first_filters
from netspec.evaluation.looking.grad_cam import heat
from netspec.evaluation.looking.keeping import (
    GRAD_CAM,
    PICTURE,
    RECORD,
    file_name,
    free_name,
    place_of,
    replacing_folder,
)
from netspec.evaluation.looking.questions import foremost
from netspec.evaluation.looking.sheets import map_sheet, varied_channels
from netspec.evaluation.looking.values import value_of
from netspec.evaluation.looking.walk import look_inside
from netspec.evaluation.outputs import values_by_output
from netspec.report.escape import json_text
from netspec.runs.directory import RunDirectory
from netspec.runs.listed.untrusted import number
from netspec.runs.saved import MODEL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import keras
    from numpy.typing import NDArray

    from netspec.evaluation.looking.colours import Picture
    from netspec.evaluation.looking.maps import FeatureMap
    from netspec.evaluation.looking.questions import Question
    from netspec.evaluation.output import Floats, Output
    from netspec.graph.graph import Graph
    from netspec.report.look import FiltersRecord, GradCamRecord, LookRecord, MapRecord
    from netspec.runs.saved import SavedRun

# Of a picture's longer side, in pixels: to it a tiny one is enlarged, and a huge one made smaller.
_LARGEST = 320
_TOP = 5
_NOTHING = "nothing at {} speaks for {}"


@dataclass(frozen=True, eq=False, kw_only=True)
class Looker:
    """One network, and what is asked of it.

    Attributes:
        run: The run.
        graph: Its network as netspec knows it.
        model: The same with its weights.
        outputs: What its outputs say, by key.
        question: Which class of which output Grad-CAM is made for.
        maps: The layers that are drawn.
        at: The layer on which Grad-CAM is made; None without.
        folder: Where all is kept.
        checkpoint: The file of the run that the weights are from.
    """

    run: SavedRun
    graph: Graph
    model: keras.Model
    outputs: Mapping[str, Output]
    question: Question
    maps: Sequence[FeatureMap]
    at: FeatureMap | None
    folder: Path
    checkpoint: str

    def keep_filters(self) -> FiltersRecord | None:
        """Draws the first convolution's filters; None where there is none."""
        filters = first_filters(self.model, self.graph)
        if filters is None:
            return None
        height, width, inputs, count = filters.kernels.shape
        name = f"filters{self._ending}"
        record: FiltersRecord = {
            "layer": filters.layer,
            "kind": filters.kind,
            "kernel": [height, width],
            "inputs": inputs,
            "filters": count,
            "shown": filters.shown,
            "drawn": filters.drawn,
            "checkpoint": self.checkpoint,
            "picture": f"{name}.png",
        }
        directory = RunDirectory.of(self.folder)
        directory.write_with(record["picture"], filters.sheet().save)
        directory.write_text(f"{name}.json", json_text(record) + "\n")
        return record

    def look_at(
        self, names: Sequence[str], pixels: Sequence[NDArray[Any]], size: int
    ) -> list[LookRecord]:
        """Looks at some pictures, and keeps what was seen.

        Args:
            names: The pictures' files.
            pixels: Each as uint8 `(height, width, channels)`.
            size: How many the network saw at once as it trained.
        """
        given = self.model.predict(np.stack(pixels), batch_size=size, verbose=0)
        values = values_by_output(given, self.outputs)
        if not all(np.isfinite(each).all() for each in values.values()):
            raise UsageError(
                f"the network of {self.run.path} gives no numbers",
                hint="its training failed; choose another state with --checkpoint",
            )
        return [
            self._keep(name, np.asarray(picture), {key: values[key][[row]] for key in values})
            for row, (name, picture) in enumerate(zip(names, pixels, strict=True))
        ]

    def _keep(self, name: str, picture: NDArray[Any], values: Mapping[str, Floats]) -> LookRecord:
        """Draws what was seen of one picture, and keeps it.

        Args:
            name: Its file.
            picture: Its pixels.
            values: What the network gave for it, `(1, values)` by the outputs' keys.
        """
        own = free_name(self.folder, Path(name), self._ending)
        height, width, channels = picture.shape
        with replacing_folder(self.folder, own) as folder:
            Image.fromarray(shown(picture, _size(picture))).save(folder / PICTURE)
            grad_cam, maps = self._draw(folder, picture, values[self.question.key])
            record: LookRecord = {
                "name": own,
                "image": name,
                "place": place_of(Path(name)),
                "checkpoint": self.checkpoint,
                "height": height,
                "width": width,
                "channels": channels,
                "picture": PICTURE,
                "said": {
                    key: next(iter(each.answers(values[key], top=_TOP)))
                    for key, each in self.outputs.items()
                },
                "grad_cam": grad_cam,
                "maps": maps,
            }
            (folder / RECORD).write_text(json_text(record) + "\n", encoding="utf-8")
        return record

    def _draw(
        self, folder: Path, picture: Picture, values: Floats
    ) -> tuple[GradCamRecord | None, list[MapRecord]]:
        """Draws the layers, and the part of a picture that speaks for what is asked.

        Args:
            folder: Where the pictures go.
            picture: The picture's pixels.
            values: What the network gave for it at the output that is asked, `(1, values)`.
        """
        target = self.outputs[self.question.key].target
        said = foremost(target, values)
        index = said if self.question.index is None else self.question.index
        value = value_of(self.graph, target, index)
        at = self.at
        seen = look_inside(
            self.model,
            self.graph,
            picture[np.newaxis],
            maps=list(dict.fromkeys([*self.maps, *([at] if at else [])])),
            values=[value] if at else (),
            at=at,
        )
        taken = [PICTURE, GRAD_CAM]
        records = []
        for each in self.maps:
            name = file_name(each.name, taken)
            taken.append(name)
            records.append(_keep_map(folder / name, each, seen.maps[each.name][0]))
        if at is None or seen.gradients is None or seen.values is None:
            return None, records
        hot = heat(seen.maps[at.name], seen.gradients)[0]
        if hot.any():
            Image.fromarray(overlaid(picture, hot, _size(picture))).save(folder / GRAD_CAM)
        return {
            "output": target.output,
            "kind": target.kind,
            "name": target.names[index],
            "predicted": index == said,
            "value": number(float(seen.values[0])),
            "before_activation": value.is_before,
            "layer": at.name,
            "height": hot.shape[0],
            "width": hot.shape[1],
            "picture": GRAD_CAM if hot.any() else None,
            "reason": None if hot.any() else _NOTHING.format(at.name, target.names[index]),
        }, records

    @property
    def _ending(self) -> str:
        """What names end with, so that another checkpoint's stand beside those of the run's own model."""
        return "" if self.checkpoint == MODEL else f"-{as_name(self.checkpoint)}"


def _keep_map(file: Path, each: FeatureMap, values: Floats) -> MapRecord:
    """Draws what a layer gave, `(height, width, channels)`."""
    channels = varied_channels(values)
    # No two of so few colours look alike, and the file is half as large.
    map_sheet(values, channels).quantize(256).save(file, optimize=True)
    height, width, count = values.shape
    return {
        "layer": each.name,
        "kind": each.kind,
        "height": height,
        "width": width,
        "channels": count,
        "shown": [
            {"channel": one.number, "low": number(one.low), "high": number(one.high)}
            for one in channels
        ],
        "picture": file.name,
    }


def _size(picture: Picture) -> tuple[int, int]:
    """The width and height in which a picture is looked at."""
    height, width = picture.shape[:2]
    longer = max(height, width)
    if longer > _LARGEST:
        return max(1, round(width * _LARGEST / longer)), max(1, round(height * _LARGEST / longer))
    factor = _LARGEST // longer
    return width * factor, height * factor
