"""The table of one network, made from what Keras builds with different options."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import keras
from keras.src.applications import imagenet_utils

from tests.applications.keras_rows import Build, KerasRow, build, module_of
from tests.applications.widths import ALPHAS, with_alpha
from tests.applications.written import Written, lines, shared, short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MINIMALISTIC = "Minimalistic"
# What the functions behind a family take and those of the family do not.
OF_FAMILY = {
    "efficientnet": {"dropout_rate": None, "drop_connect_rate": 0.2},
    "efficientnet_v2": {"dropout_rate": None, "drop_connect_rate": 0.2},
}
OWN = ("alpha", "depth_multiplier", "dropout", "dropout_rate", "minimalistic")
# Sizes of square images that the ImageNet files of these are for.
SIZES = {"mobilenet": (128, 160, 192, 224), "mobilenet_v2": (96, 128, 160, 192, 224)}
PUBLISHED = {
    "mobilenet": (0.25, 0.5, 0.75, 1.0),
    "mobilenet_v2": (0.35, 0.5, 0.75, 1.0, 1.3, 1.4),
    "mobilenet_v3": (0.75, 1.0),
    "mobilenet_v3_minimalistic": (1.0,),
}


def document(name: str) -> dict[str, Any]:
    """The table of a network, as it is written."""
    function = name.removesuffix(MINIMALISTIC)
    fixed = {"minimalistic": True} if name.endswith(MINIMALISTIC) else {}
    family = module_of(function).__name__.rpartition(".")[2]
    maker = _Maker(function, family, fixed)
    full = maker.build()
    sizes = full.sizes or {"default_size": 224, "min_size": 32}
    maker.shape = (sizes["default_size"], sizes["default_size"], 3)
    bare = maker.build(include_top=False)
    without_top = [row.name for row in bare.rows]
    body = next(
        (
            index
            for index, row in enumerate(full.rows)
            if without_top[index : index + 1] != [row.name]
        ),
        len(without_top),
    )
    assert bare.rows[:body] == full.rows[:body]
    after = [Written(r.name, r.kind, r.fields, r.inputs, {}) for r in bare.rows[body:]]
    rows = maker.rows(full)
    first_of_top = next(i for i, row in enumerate(rows) if row.name == full.rows[body].name)
    shared_values = shared(rows)
    rows = [
        Written(r.name, r.kind, short(r.fields, shared_values), r.inputs, r.conditions)
        for r in rows
    ]
    return {
        "name": name,
        "family": family,
        "keras": keras.__version__,
        "preprocessing": mode_of(function),
        "default_size": sizes["default_size"],
        "min_size": sizes["min_size"],
        "needs_size": family == "nasnet",
        "top_sizes": _top_sizes(full, family),
        "options": maker.defaults,
        "shared": shared_values,
        "downloads": list(maker.downloads()),
        "pooling": {mode: maker.pooling(mode, body) for mode in ("avg", "max")},
        "body": list(lines(rows[:first_of_top], None)),
        "after_pooling": list(lines(after, after[0].inputs[0] if after else None)),
        "top": list(lines(rows[first_of_top:], rows[first_of_top].inputs[0])),
    }


def mode_of(function: str) -> str | None:
    """What a network's `preprocess_input` does; None where it does nothing."""
    seen: list[str] = []
    original = imagenet_utils.preprocess_input
    imagenet_utils.preprocess_input = lambda *_, mode, **__: seen.append(mode)
    try:
        module_of(function).preprocess_input(None)
    finally:
        imagenet_utils.preprocess_input = original
    return seen[0] if seen else None


class _Maker:
    """Builds a network with different options, and sees what they change."""

    def __init__(self, function: str, family: str, fixed: Mapping[str, Any]) -> None:
        self._function, self._family, self._fixed = function, family, fixed
        self.shape: tuple[int, ...] | None = None
        self._takes = inspect.signature(getattr(keras.applications, function)).parameters
        defaults = {name: self._takes[name].default for name in OWN if name in self._takes}
        self.defaults: dict[str, Any] = {**defaults, **OF_FAMILY.get(family, {}), **fixed}
        if self.defaults.get("dropout_rate", 0) is None:
            rows = self.build().rows
            self.defaults["dropout_rate"] = next(
                row.fields["rate"] for row in rows if row.name == "top_dropout"
            )

    def build(self, **options: Any) -> Build:
        """The network with options of its own or of its family."""
        options = {**self._fixed, "input_shape": self.shape, **options}
        known = {name: value for name, value in options.items() if name in self._takes}
        others = {name: value for name, value in options.items() if name not in self._takes}
        return build(self._function, family=others, tokens=True, **known)

    def rows(self, full: Build) -> list[Written]:
        """The rows with tokens and conditions, for all options."""
        rows = [Written(row.name, row.kind, row.fields, row.inputs, {}) for row in full.rows]
        values: dict[str, Any] = {"classes": 7, "classifier_activation": "sigmoid"}
        for option in ("depth_multiplier", "dropout", "dropout_rate"):
            if option in self.defaults:
                values[option] = {"depth_multiplier": 2}.get(option, 0.625)
        for option, value in values.items():
            rows = _with_option(rows, self.build(**{option: value}).rows, option, value)
        if "dropout_rate" in self.defaults:
            rows = _unless_zero(rows, self.build(dropout_rate=0).rows, "dropout_rate")
        if "drop_connect_rate" in self.defaults:
            rows = _with_shares(rows, self.defaults["drop_connect_rate"])
            rows = _unless_zero(rows, self.build(drop_connect_rate=0).rows, "drop_connect_rate")
        if "include_preprocessing" in self._takes:
            plain = self.build(include_preprocessing=False).rows
            rows = _with_condition(rows, plain, {"if_preprocessing": True})
        rows = _with_extra(rows, self.build(weights="imagenet").rows)
        if "alpha" in self.defaults:
            least = 1 / 32 if self._family == "mobilenet" else 0  # below it, no filter is left
            builds = {alpha: self.build(alpha=alpha).rows for alpha in ALPHAS if alpha >= least}
            rows = [
                Written(name, kind, fields, inputs, conditions)
                for name, kind, fields, inputs, conditions in with_alpha(rows, builds)
            ]
        return rows

    def pooling(self, mode: str, body: int) -> str:
        """What Keras calls the layer of a pooling."""
        row = self.build(include_top=False, pooling=mode).rows[body]
        expected = {"avg": "GlobalAveragePooling2D", "max": "GlobalMaxPooling2D"}
        assert (row.kind, row.fields) == (expected[mode], {})
        return row.name

    def downloads(self) -> Iterator[list[Any]]:
        """Keras's files of weights: name, origin, hash, with the classifier, alpha, size."""
        minimalistic = "_minimalistic" if self._fixed else ""
        for include_top in (True, False):
            for alpha in PUBLISHED.get(f"{self._family}{minimalistic}", (None,)):
                for size in SIZES.get(self._family, (None,)):
                    options: dict[str, Any] = {} if alpha is None else {"alpha": alpha}
                    if size is not None:
                        options["input_shape"] = (size, size, 3)
                    seen = self.build(weights="imagenet", include_top=include_top, **options)
                    assert seen.download is not None
                    yield [*seen.download, include_top, alpha, size]


def _top_sizes(full: Build, family: str) -> list[int] | None:
    if not full.sizes:
        return None
    return [*SIZES.get(family, (full.sizes["default_size"],))]


def _with_option(
    rows: Sequence[Written], found: Sequence[KerasRow], option: str, value: Any
) -> list[Written]:
    """The rows, with a token in place of what an option changes."""
    assert [row.name for row in rows] == [row.name for row in found]
    result = []
    for row, other in zip(rows, found, strict=True):
        fields = {
            key: _put(row.fields.get(key), other.fields.get(key), option, value)
            for key in dict.fromkeys([*row.fields, *other.fields])
        }
        result.append(Written(row.name, row.kind, fields, row.inputs, row.conditions))
    return result


def _put(before: Any, after: Any, option: str, value: Any) -> Any:
    if before == after or (isinstance(before, dict) and set(before) & {"$option"}):
        return before
    if after == value:
        return {"$option": option}
    assert isinstance(before, list), (before, after, option)
    return [_put(old, new, option, value) for old, new in zip(before, after, strict=True)]


def _unless_zero(rows: Sequence[Written], found: Sequence[KerasRow], option: str) -> list[Written]:
    return _with_condition(rows, found, {"if_above_zero": option})


def _with_condition(
    rows: Sequence[Written], found: Sequence[KerasRow], condition: Mapping[str, Any]
) -> list[Written]:
    """The rows, with a condition on those that are not among the others."""
    there = {row.name for row in found}
    result = []
    for row in rows:
        more = {} if row.name in there else condition
        conditions = {**row.conditions, **more}
        result.append(Written(row.name, row.kind, row.fields, row.inputs, conditions))
    return result


def _with_extra(rows: Sequence[Written], found: Sequence[KerasRow]) -> list[Written]:
    """The rows and those that only Keras's own weights bring."""
    known = {row.name: row for row in rows}
    if len(found) == len(rows):
        return list(rows)
    result = []
    for row in found:
        mine = known.get(row.name)
        if mine is None:
            extra = Written(row.name, row.kind, row.fields, row.inputs, {"if_imagenet": True})
            result.append(extra)
        else:
            result.append(Written(mine.name, mine.kind, mine.fields, row.inputs, mine.conditions))
    assert {row.name for row in rows} <= {row.name for row in result}
    return result


def _with_shares(rows: Sequence[Written], rate: float) -> list[Written]:
    """The rows, with the share of the option in each block's Dropout."""
    blocks = list(dict.fromkeys(row.name.split("_")[0] for row in rows if row.name[:5] == "block"))
    result = []
    for row in rows:
        fields = row.fields
        if row.name.endswith("_drop"):
            before = blocks.index(row.name.split("_")[0])
            count = round(rate * before / row.fields["rate"])
            assert rate * before / count == row.fields["rate"]
            share = {"$share": ["drop_connect_rate", before, count]}
            fields = {**row.fields, "rate": share}
        result.append(Written(row.name, row.kind, fields, row.inputs, row.conditions))
    return result
