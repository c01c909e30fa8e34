"""What is shown of what `netspec look` has kept, as plain data; of each picture that is not there, why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netspec.report.html.document import Absent


@dataclass(frozen=True)
class LayerPicture:
    """What one layer made of an image, a tile for each feature map.

    Attributes:
        layer: The layer's name.
        what: What is to be seen, in words: how many tiles, and of what size.
        picture: A PNG.
    """

    layer: str
    what: str
    picture: bytes | Absent


@dataclass(frozen=True)
class Look:
    """One image, and what the network made of it.

    Attributes:
        name: The folder's name.
        image: The image, as the user named it.
        answers: What the network says of it, a sentence an output.
        picture: A PNG of the image as the network saw it.
        grad_cam: A PNG of where it looked.
        grad_cam_of: What Grad-CAM's picture shows, or why there is none, in words; None where nothing is said.
        layers: What chosen layers made of it.
        outdated: Why it may be of other weights than the run has now; None where nothing says so.
    """

    name: str
    image: str
    answers: tuple[str, ...]
    picture: bytes | Absent
    grad_cam: bytes | Absent
    grad_cam_of: str | None
    layers: tuple[LayerPicture, ...]
    outdated: Absent | None = None


@dataclass(frozen=True)
class Looks:
    """What `netspec look` has kept.

    Attributes:
        filters: The filters of the first layer that has some to be seen.
        each: The images, by their folders' names.
        outdated: Why the filters may be others now; None where nothing says so.
    """

    filters: LayerPicture | Absent
    each: tuple[Look, ...]
    outdated: Absent | None = None
