"""The form in which images reach the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from netspec.errors import UsageError
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
        are_images: Whether there are pixels; else features come as they are, of the shape `size`, in 0 channels.
    """

    size: tuple[int, int]
    channels: int
    resize: str
    training_size: tuple[int, int]
    are_images: bool = True


def image_form(document: Document, graph: Graph) -> ImageForm:
    """The form of a spec that can run; its text alone decides it."""
    data, facts = document.data, document.facts
    assert data is not None and facts is not None  # noqa: S101, PT018 - of a spec that can run
    (shape,) = graph.inputs.values()
    if not facts.are_images:
        # Rules have held it to be known; nothing asks for height and width of features.
        of_features = cast("tuple[int, int]", tuple(int(size or 0) for size in shape))
        return ImageForm(of_features, 0, data.resize, of_features, are_images=False)
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


def picture_form(document: Document, graph: Graph) -> ImageForm:
    """The form of a spec that can run, whose network takes pictures.

    Raises:
        UsageError: It takes features, of which no picture can be made.
    """
    form = image_form(document, graph)
    if not form.are_images:
        raise UsageError(
            "the network takes features, and no pictures",
            hint="say it of a network that takes pictures, such as the one that the features were made with",
        )
    return form
