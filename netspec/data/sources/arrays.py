"""Images, or features, and labels in arrays: an `.npz` file, or a folder of `.npy` files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.data.source import ImageSource, Reports
from netspec.data.sources.classes import TRAIN
from netspec.errors import DataError
from netspec.spec.facts import DataFacts
from netspec.wording import short, spoken_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from netspec.data.images import Images
    from netspec.data.sources.npy import ArrayFile
    from netspec.data.sources.place import Place
    from netspec.things.sources import Arrays

# What arrays' names say of their splits.
_WORDS = {TRAIN: ("train",), "validation": ("validation", "val", "valid"), "test": ("test",)}
_AXES = 4
_CHANNELS = (1, 3)
_AT_ONCE = 1024
_SHOWN = 8
_AS_BYTES = 'save them with pixels from 0 to 255, best as x.astype("uint8")'


def open_arrays(thing: Arrays, find: Callable[[str], Place]) -> ImageSource:
    """The arrays that a spec names, looked at; labels are read, and no pixels."""
    return ArraysSource(thing, find(thing.path))


class ArraysSource(ImageSource):
    """Images and labels in arrays."""

    def __init__(self, thing: Arrays, place: Place) -> None:
        """Looks at the arrays.

        Raises:
            DataError: Some are missing, damaged, or not those of images and their labels.
        """
        from netspec.data.sources.npy import arrays_in
        from netspec.data.sources.numbered import ArrayLabels

        self._name = place.path
        at = _archive_or_folder(place)
        held = arrays_in(at)
        labels = thing.all_labels()
        splits = _splits(self._name, held, thing.images, [each.array for each in labels.values()])
        self._holds_images = thing.holds_images
        look = _with_image_shape if thing.holds_images else _with_features
        self._images = {
            split: look(_look(place, at, names[thing.images]), self._name)
            for split, names in splits.items()
        }
        counts = {split: array.shape[0] for split, array in self._images.items()}
        self._labels = {
            name: ArrayLabels.read(
                {split: _look(place, at, names[label.array]) for split, names in splits.items()},
                counts,
                label,
                where=self._name,
                name=name,
            )
            for name, label in labels.items()
        }
        self.title = self._name
        self.facts = DataFacts(
            name=self._name,
            labels={name: each.facts for name, each in self._labels.items()},
            image_shape=(_image_shape if thing.holds_images else _feature_shape)(
                self._images, self._name
            ),
            splits=counts,
            are_images=thing.holds_images,
        )
        self.record = {"source": "Arrays", "root": str(place.root), "path": self._name}

    def load(self, reports: Reports, *, offline: bool) -> dict[str, Images]:
        """The images, mapped into memory where they are not compressed."""
        del offline
        from netspec.data.images import ArrayImages

        packed = sum(array.size for array in self._images.values() if array.offset is None)
        if packed:
            reports.notice(
                f"{self._name} is compressed, and {spoken_bytes(packed)} of images are read into memory"
            )
        return {
            split: ArrayImages(
                (_checked if self._holds_images else _finite)(
                    array.values(), array.name, self._name
                ),
                {name: each.values[split] for name, each in self._labels.items()},
            )
            for split, array in self._images.items()
        }


def _archive_or_folder(place: Place) -> Path:
    if place.at.is_dir():
        return place.at
    if place.at.suffix == ".npy":
        raise DataError(
            f"{place.path} is one array, and images need their labels too",
            hint="name the folder that both are in, as `path`, and the arrays with `images` and `label`",
        )
    return place.file


def _look(place: Place, at: Path, name: str) -> ArrayFile:
    """An array by its header.

    Raises:
        DataError: It is damaged, or its file is a link that leads out of the place.
    """
    from netspec.data.sources.npy import ENDING, look

    if at.is_dir():
        place.beside(f"{name}{ENDING}")
    return look(at, name)


def _splits(
    where: str, held: tuple[str, ...], images: str, labels: Iterable[str]
) -> dict[str, dict[str, str]]:
    """For each split the arrays of the images and of every label, by their names without a split."""
    wanted = dict.fromkeys((images, *labels))
    splits = {}
    for split in _WORDS:
        found = {name: _array_of(where, held, name, split) for name in wanted}
        if any(found.values()) or split == TRAIN:
            splits[split] = found
    if not splits[TRAIN][images]:
        some = ", ".join(held[:_SHOWN])
        raise DataError(
            f"{where} has no array {images}_{TRAIN}, nor {images}",
            hint=f"it has {short(some)}: say which are the images with `images`, and which the labels with `label`"
            if held
            else "it has no arrays at all",
        )
    whole: dict[str, dict[str, str]] = {}
    for split, found in splits.items():
        there = next(array for array in found.values() if array)
        for name, array in found.items():
            if array is None:
                raise DataError(
                    f"{where} has {there}, and no {_like(there, found, name)} beside it",
                    hint=f"it has {short(', '.join(held[:_SHOWN]))}",
                )
            whole.setdefault(split, {})[name] = array
    return whole


def _array_of(where: str, held: tuple[str, ...], name: str, split: str) -> str | None:
    """The array of a split: `x_train`, or `train_x`, or for training `x`; None where there is none."""
    words = _WORDS[split]
    called = [each for word in words for each in (f"{name}_{word}", f"{word}_{name}")]
    if split == TRAIN:
        called.append(name)
    there = [each for each in called if each in held]
    if len(there) > 1:
        raise DataError(
            f"{where} has {there[0]} and {there[1]}, which are both called as the {split} images' are",
            hint="rename or remove one of them",
        )
    return there[0] if there else None


def _like(there: str, found: dict[str, str | None], name: str) -> str:
    """What an array would be called beside one that is there."""
    own = next(known for known, array in found.items() if array == there)
    return there.replace(own, name) if own in there else name


def _with_image_shape(array: ArrayFile, where: str) -> ArrayFile:
    """The array, if its header is that of images."""
    shape, dtype = array.shape, array.dtype
    of = f"{array.name} of {where}"
    if len(shape) not in {_AXES - 1, _AXES} or not all(shape):
        raise DataError(
            f"{of} has the shape {shape}, which is not that of images",
            hint="images are (images, height, width), or (images, height, width, channels)",
        )
    if len(shape) == _AXES and shape[-1] not in _CHANNELS:
        raise DataError(
            f"{of} has {shape[-1]} channels, and images have 3, or 1 in gray",
            hint="save it with the channels last: numpy.moveaxis(x, 1, -1)"
            if shape[1] in _CHANNELS
            else "save the channels that count, such as x[..., :3]",
        )
    if dtype != "uint8" and dtype.kind != "f":
        raise DataError(f"{of} is {dtype}, and pixels are uint8, or floats", hint=_AS_BYTES)
    if not dtype.isnative:
        raise DataError(f"{of} is of another kind of machine, {dtype.str}", hint=_AS_BYTES)
    return array


def _image_shape(images: dict[str, ArrayFile], where: str) -> tuple[int, int, int]:
    shapes = {split: (*array.shape[1:], 1)[: _AXES - 1] for split, array in images.items()}
    height, width, channels = shapes[TRAIN]
    for split, shape in shapes.items():
        if shape != shapes[TRAIN]:
            raise DataError(
                f"the {split} images of {where} are {shape}, and those of {TRAIN} {shapes[TRAIN]}",
                hint="bring them to one size",
            )
    return height, width, channels


def _with_features(array: ArrayFile, where: str) -> ArrayFile:
    """The array, if its header is that of features."""
    of = f"{array.name} of {where}"
    if len(array.shape) < 2 or not all(array.shape):  # noqa: PLR2004 - images, and numbers of each
        raise DataError(
            f"{of} has the shape {array.shape}, which is not that of features",
            hint="features are (images, numbers), or (images, height, width, channels) and so on",
        )
    if array.dtype.kind != "f" or not array.dtype.isnative:
        raise DataError(
            f"{of} is {array.dtype.str}, and features are floats", hint='save x.astype("float32")'
        )
    return array


def _feature_shape(arrays: dict[str, ArrayFile], where: str) -> tuple[int, ...]:
    own: tuple[int, ...] = arrays[TRAIN].shape[1:]
    for split, array in arrays.items():
        if array.shape[1:] != own:
            raise DataError(
                f"the {split} features of {where} are {array.shape[1:]}, and those of {TRAIN} {own}",
                hint="make them with the same network",
            )
    return own


def _finite(features: NDArray[Any], name: str, where: str) -> NDArray[Any]:
    """The features, if all of them are numbers."""
    import numpy as np

    for begin in range(0, len(features), _AT_ONCE):
        wrong = np.flatnonzero(
            ~np.isfinite(features[begin : begin + _AT_ONCE].reshape(-1, features[0].size)).all(
                axis=1
            )
        )
        if len(wrong):
            raise DataError(
                f"{name} of {where} has features of image {begin + wrong[0]} that are no numbers: NaN, or infinite",
                hint="make them anew, or take the image out",
            )
    return features


def _checked(pixels: NDArray[Any], name: str, where: str) -> NDArray[Any]:
    """The images with a channel axis, if their pixels are from 0 to 255."""
    if pixels.dtype.kind == "f":
        _check_range(pixels, f"{name} of {where}")
    return pixels[..., None] if pixels.ndim == _AXES - 1 else pixels


def _check_range(pixels: NDArray[Any], of: str) -> None:
    """Refuses floats that are no raw pixels."""
    import numpy as np

    low, high = float("inf"), float("-inf")
    for begin in range(0, len(pixels), _AT_ONCE):
        part = pixels[begin : begin + _AT_ONCE]
        least, most = float(part.min()), float(part.max())
        if not np.isfinite([least, most]).all():
            raise DataError(
                f"{of} has pixels that are no numbers: NaN, or infinite", hint=_AS_BYTES
            )
        low, high = min(low, least), max(high, most)
    if low < 0 or high > 255:  # noqa: PLR2004 - the range of a pixel
        raise DataError(
            f"{of} has pixels from {low:g} to {high:g}, and pixels are from 0 to 255",
            hint=_AS_BYTES,
        )
    if high <= 1:
        raise DataError(
            f"{of} has pixels from {low:g} to {high:g}, as if they were divided by 255 already",
            hint="the network scales the pixels, so that it takes pictures as they are: save x * 255 as uint8",
        )
