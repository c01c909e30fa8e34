"""The form in which images reach the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netspec.spec.data import CHANNELS

if TYPE_CHECKING:
    from netspec.graph.graph import Graph
    from netspec.spec.document import Document


@dataclass(frozen=True)
class ImageForm:
    """What images are brought to.

    Attributes:
        size: Height and width that the network takes.
        channels: 3, or 1 for gray.
        resize: `stretch`, `crop` or `pad`.
        training_size: Height and width before augmentation, which may crop to `size`.
    """

    size: tuple[int, int]
    channels: int
    resize: str
    training_size: tuple[int, int]


def image_form(document: Document, graph: Graph) -> ImageForm:
    """The form of a spec that can run; its text alone decides it."""
    data, facts = document.data, document.facts
    assert data is not None and facts is not None  # noqa: S101, PT018 - of a spec that can run
    (shape,) = graph.inputs.values()
    before = after = facts.size(data, shape)
    crop: Any
    for crop in document.augmentation or ():
        if crop.kind() == "RandomCrop":
            after = (crop.height, crop.width)
    # Rules have held every size to be known where it is needed.
    return ImageForm(
        size=(int(after[0] or 0), int(after[1] or 0)),
        channels=facts.channels(data) or shape[2] or CHANNELS["rgb"],
        resize=data.resize,
        training_size=(int(before[0] or 0), int(before[1] or 0)),
    )
