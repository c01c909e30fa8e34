"""What is known of each network of `keras.applications`: its rows, its options, its files of weights."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

    from netspec.layers.shapes import Shape

Preprocessing = Literal["tf", "torch", "caffe"]


@dataclass(frozen=True)
class TableRow:
    """One layer as the table has it: its fields may be tokens, and conditions may leave it out.

    Attributes:
        name: Keras's own name of the layer.
        kind: The layer's kind, netspec's and Keras's.
        fields: Those that differ from the layer's defaults; tokens stand where options decide.
        inputs: The names of the rows it takes, None for the row before it.
        conditions: When it is there; see `netspec.applications.rows`.
    """

    name: str
    kind: str
    fields: Mapping[str, Any]
    inputs: tuple[str, ...] | None
    conditions: Mapping[str, Any]


@dataclass(frozen=True)
class Download:
    """One of Keras's own files of weights.

    Attributes:
        file: Its name in Keras's cache.
        origin: Where Keras takes it from.
        hash: What Keras checks, an MD5 or a SHA-256; None where it checks nothing.
        include_top: Whether it is for the network with its classifier.
        alpha: The width it is for, None where the network has one width.
        size: The images' size it was trained with, None where there is one file for all sizes.
    """

    file: str
    origin: str
    hash: str | None
    include_top: bool
    alpha: float | None
    size: int | None


@dataclass(frozen=True)
class Architecture:
    """One network of `keras.applications`.

    Attributes:
        name: Keras's name, such as `ResNet50V2`.
        family: The networks of one family take the same options.
        keras: The version of Keras that the table was generated from.
        preprocessing: What Keras's `preprocess_input` does; None where the network does it itself.
        default_size: Height and width that the network was made for.
        min_size: The least height and width that Keras takes.
        needs_size: Whether height and width must be known when the network is built.
        top_sizes: Heights of the square images that Keras's classifier of ImageNet takes, None for any size.
        options: The family's own options with Keras's defaults.
        shared: Values that many rows have, by the names that stand there instead.
        downloads: Keras's files of weights.
        pooling: What Keras calls the layers of `pooling: avg` and `pooling: max`.
        body: The rows without the classifier.
        after_pooling: Those that follow the pooling where there is no classifier.
        top: The classifier's.
    """

    name: str
    family: str
    keras: str
    preprocessing: Preprocessing | None
    default_size: int
    min_size: int
    needs_size: bool
    top_sizes: tuple[int, ...] | None
    options: Mapping[str, float]
    shared: Mapping[str, Any]
    downloads: tuple[Download, ...]
    pooling: Mapping[str, str]
    body: tuple[TableRow, ...]
    after_pooling: tuple[TableRow, ...]
    top: tuple[TableRow, ...]

    @property
    def optional_preprocessing(self) -> bool:
        """Whether the network can be had without its preprocessing; those of EfficientNet B0 to B7 cannot."""
        return self.preprocessing is not None or any(
            "if_preprocessing" in row.conditions for row in self.body
        )

    @property
    def flattens(self) -> bool:
        """Whether the classifier has weights for each place of the last map, so that the size must be known."""
        return bool(self.top) and self.top[0].kind == "Flatten"

    def takes_size(self, sizes: Shape) -> bool:
        """Whether Keras's classifier of ImageNet takes images of this height and width."""
        return self.top_sizes is None or (len({*sizes}) == 1 and sizes[0] in self.top_sizes)

    def download(
        self, *, include_top: bool, options: Mapping[str, Any], shape: Shape
    ) -> Download | None:
        """Keras's file of ImageNet weights for these options.

        Args:
            include_top: With the classifier or without.
            options: Those that are said; the others are Keras's defaults.
            shape: ``(height, width, channels)``; where there are files for several sizes, a square image of one of
                these has its own, and any other that of the default size.

        Returns:
            None where Keras has no weights for the options.
        """
        said = {**self.options, **options}
        if said.get("depth_multiplier", 1) != 1:
            return None
        fitting = [
            download
            for download in self.downloads
            if download.include_top == include_top and download.alpha in {None, said.get("alpha")}
        ]
        height, width = shape[:2]
        square = height if height == width else None
        sizes = {download.size for download in fitting}
        size = square if square in sizes else self.default_size
        return next((each for each in fitting if each.size in {None, size}), None)


def names() -> tuple[str, ...]:
    """The networks by the names of Keras's functions, sorted; a minimalistic one is an option of another."""
    return tuple(sorted(name for name in _tables() if not name.endswith("Minimalistic")))


@cache
def architecture(name: str) -> Architecture:
    """The table of one network.

    Raises:
        KeyError: There is none of this name.
    """
    document = json.loads(_tables()[name].read_text(encoding="utf-8"))
    for part in ("body", "after_pooling", "top"):
        document[part] = tuple(map(_row, document[part]))
    document["downloads"] = tuple(Download(*each) for each in document["downloads"])
    sizes = document["top_sizes"]
    document["top_sizes"] = sizes and tuple(sizes)
    return Architecture(**document)


@cache
def _tables() -> Mapping[str, Traversable]:
    folder = files("netspec.applications") / "tables"
    return {
        path.name.removesuffix(".json"): path
        for path in folder.iterdir()
        if path.name.endswith(".json")
    }


def _row(written: list[Any]) -> TableRow:
    name, kind, *rest = written
    missing: list[Any] = [{}, None, {}]  # what a row does not have is not written at its end
    fields, inputs, conditions = rest + missing[len(rest) :]
    return TableRow(name, kind, fields, None if inputs is None else tuple(inputs), conditions)
