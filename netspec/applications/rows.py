"""The layers of one network of `keras.applications`, with its options put in.

A table's tokens, each a mapping of one key:

- ``{"$option": "classes"}``: what the option says.
- ``{"$is": "v0"}``: a value that the table has once for many rows.
- ``{"$share": ["drop_connect_rate", 3, 16]}``: the option times 3, by 16.
- ``{"$int": 512}``: ``int(512 * alpha)``.
- ``{"$divisible": [16, 4.5, 0.25]}``: from alpha, times each number in turn, each time rounded to a multiple of 8.
- ``{"$divisible_int": [16, 6]}``: the same, the first product cut to a whole number before it is rounded.
- ``{"$divisible_from_1": [1280]}``: the same as ``$divisible``, with an alpha of at least 1.
- ``{"$correct_pad": 3}``: the padding that Keras's ``correct_pad`` gives a window of 3, from the input's size.

A row's conditions, all of which must hold:

- ``if_equal``: it is left out, its last input flowing on, unless its inputs' shapes are equal.
- ``if_above_zero``: it is left out, its input flowing on, unless the option is above 0.
- ``if_imagenet``: it belongs to Keras's own ImageNet weights.
- ``if_preprocessing``: it belongs to the preprocessing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from netspec.applications.table import TableRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netspec.applications.table import Architecture, Preprocessing
    from netspec.layers.shapes import Shape

Part = Literal["preprocessing", "body", "pooling", "top"]
# Keras's, of imagenet_utils.py: means of red, green and blue, and for `caffe` of blue, green and red.
_TORCH = {"mean": [0.485, 0.456, 0.406], "variance": [0.229**2, 0.224**2, 0.225**2]}
_CAFFE = {"mean": [103.939, 116.779, 123.68], "variance": [1.0, 1.0, 1.0]}
_POOLING = {"avg": "GlobalAveragePooling2D", "max": "GlobalMaxPooling2D"}
_DIVISOR = 8


@dataclass(frozen=True)
class CorrectPad:
    """A padding that depends on the input's size.

    Attributes:
        kernel: The size of the window that follows.
    """

    kernel: int


@dataclass(frozen=True)
class Row:
    """One layer of a network.

    Attributes:
        name: Keras's own name.
        kind: The layer's kind.
        fields: The layer's fields as a spec writes them; a `CorrectPad` stands where only the input's size decides.
        inputs: The names of the rows it takes; None for the first, which takes the images.
        part: What it belongs to.
        if_equal: Whether it is left out, its last input flowing on, where its inputs' shapes differ.
    """

    name: str
    kind: str
    fields: Mapping[str, Any]
    inputs: tuple[str, ...] | None
    part: Part
    if_equal: bool = False

    def fields_for(self, shape: Shape) -> dict[str, Any]:
        """The fields as a spec writes them, for an input of this shape."""
        return {
            field: resolved_padding(value.kernel, shape) if isinstance(value, CorrectPad) else value
            for field, value in self.fields.items()
        }


def resolved_padding(kernel: int, shape: Shape) -> list[list[int]]:
    """The padding that lets a window of stride 2 stand as TensorFlow's `same` does.

    Args:
        kernel: The window's size.
        shape: ``(height, width, channels)``; an unknown size counts as even, as with Keras.

    Returns:
        ``[[top, bottom], [left, right]]``.
    """
    half = kernel // 2
    return [[half - (1 if size is None else 1 - size % 2), half] for size in shape[:2]]


def rows(  # noqa: PLR0913 - each is a field of the layer
    architecture: Architecture,
    *,
    include_top: bool = True,
    pooling: Literal["avg", "max"] | None = None,
    options: Mapping[str, Any] | None = None,
    imagenet: bool = False,
    preprocessing: bool = True,
) -> list[Row]:
    """The layers of a network, in an order in which each takes only earlier ones.

    Args:
        architecture: The network's table.
        include_top: With the classifier or without.
        pooling: What stands at the end where there is no classifier.
        options: `classes`, `classifier_activation` and the family's own, where they are not Keras's defaults.
        imagenet: Whether it is to hold Keras's own ImageNet weights.
        preprocessing: Whether it takes pixels from 0 to 255.
    """
    said = {
        "classes": 1000,
        "classifier_activation": "softmax",
        **architecture.options,
        **(options or {}),
    }
    if said["classifier_activation"] is None:
        said["classifier_activation"] = "linear"  # which every layer takes
    known = {
        "if_imagenet": imagenet,
        "if_preprocessing": preprocessing,
        "shared": architecture.shared,
        **said,
    }
    found = _Written(known)
    if preprocessing and architecture.preprocessing:
        for row in _preprocessing(architecture.preprocessing):
            found.add(row, "preprocessing")
    for row in architecture.body:
        found.add(row, "preprocessing" if "if_preprocessing" in row.conditions else "body")
    if include_top:
        for row in architecture.top:
            found.add(row, "top")
        return found.rows
    if pooling:
        found.add(_after_last(architecture.pooling[pooling], _POOLING[pooling]), "pooling")
    for row in architecture.after_pooling:
        found.add(row, "pooling")
    return found.rows


class _Written:
    """Rows as they are put one after another; those that are left out let their last input flow on."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self.rows: list[Row] = []
        self._known = known
        self._instead: dict[str, str | None] = {}
        self._last: str | None = None

    def add(self, row: TableRow, part: Part) -> None:
        """Puts a row, or notes what flows on instead."""
        named = [self._instead.get(name, name) for name in row.inputs or ()] or [self._last]
        inputs = tuple(name for name in named if name is not None) or None
        self._last = row.name
        if not self._there(row.conditions):
            self._last = self._instead[row.name] = inputs[-1] if inputs else None
            return
        fields = {field: self._resolved(value) for field, value in row.fields.items()}
        if_equal = "if_equal" in row.conditions
        self.rows.append(Row(row.name, row.kind, fields, inputs, part, if_equal))

    def _there(self, conditions: Mapping[str, Any]) -> bool:
        option = conditions.get("if_above_zero")
        return (
            (option is None or self._known[option] > 0)
            and ("if_imagenet" not in conditions or self._known["if_imagenet"])
            and ("if_preprocessing" not in conditions or self._known["if_preprocessing"])
        )

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._resolved(each) for each in value]
        if not isinstance(value, dict) or not value:
            return value
        kind, argument = next(iter(value.items()))
        if kind.startswith("$"):
            return token(kind, argument, self._known)
        return {key: self._resolved(each) for key, each in value.items()}


def token(kind: str, argument: Any, known: Mapping[str, Any]) -> Any:
    """What a token stands for, with the options."""
    if kind == "$is":
        return known["shared"][argument]
    if kind == "$option":
        return known[argument]
    if kind == "$share":
        option, times, by = argument
        return known[option] * times / by
    if kind == "$correct_pad":
        return CorrectPad(argument)
    alpha = known["alpha"]
    if kind == "$int":
        return int(argument * alpha)
    if kind == "$divisible_int":
        first, *rest = argument
        return _chain(_divisible(int(first * alpha)), rest)
    if kind == "$divisible_from_1":
        alpha = max(alpha, 1.0)
    return _chain(alpha, argument)


def _chain(start: float, factors: Iterable[float]) -> int:
    value = start
    for factor in factors:
        value = _divisible(factor * value)
    return int(value)


def _divisible(value: float) -> int:
    """The next multiple of 8, at least 8 and at least nine tenths of the value.

    Source: ``_make_divisible``, keras/src/applications/mobilenet_v2.py.
    """
    rounded = max(_DIVISOR, int(value + _DIVISOR / 2) // _DIVISOR * _DIVISOR)
    return rounded + _DIVISOR if rounded < 0.9 * value else rounded


def _preprocessing(mode: Preprocessing) -> Iterator[TableRow]:
    """The layers that do what Keras's `preprocess_input` does."""
    if mode == "tf":
        yield _after_last("rescaling", "Rescaling", {"scale": 1 / 127.5, "offset": -1.0})
    elif mode == "torch":
        yield _after_last("rescaling", "Rescaling", {"scale": 1 / 255})
        yield _after_last("normalization", "Normalization", _TORCH)
    else:
        yield _after_last("flip", "Flip", {})
        yield _after_last("normalization", "Normalization", _CAFFE)


def _after_last(name: str, kind: str, fields: Mapping[str, Any] | None = None) -> TableRow:
    return TableRow(name, kind, fields or {}, None, {})
