"""What the models say of a plain value: its sections, and the items of its layers and blocks one by one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from netspec.diagnostics import Code
from netspec.fields import Mismatch, Problem, read_model
from netspec.graph.blocks import UseFields
from netspec.layers.wiring import NAME_PATTERN
from netspec.spec.application import APPLICATION, Application
from netspec.spec.backbone import BACKBONE, Backbone
from netspec.spec.model import Reuse, read_layer
from netspec.spec.spec import WholeSpec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.fields import Fields

# Items that are neither layers nor blocks.
_ITEMS: dict[str, type[Fields]] = {
    "Reuse": Reuse,
    APPLICATION: Application,
    BACKBONE: Backbone,
}


def problems(spec: object) -> list[Problem]:
    """Every problem of a spec without expressions; none where it is right."""
    if not isinstance(spec, dict):
        return [Problem("no mapping")]
    found: list[Problem] = []
    sections = {key: value for key, value in spec.items() if not key.startswith("x-")}
    try:
        read_model(WholeSpec, sections, noun="a spec")
    except Mismatch as mismatch:
        whole = "extends" not in spec and spec.get("abstract") is not True
        found += [p for p in mismatch.problems if whole or p.code is not Code.MISSING_FIELD]
    for path, item in _items(spec.get("model")):
        try:
            _read(item)
        except Mismatch as mismatch:
            found += [problem.below("model", *path) for problem in mismatch.problems]
    return found


def _items(model: object) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if not isinstance(model, dict):
        return
    blocks = model.get("blocks")
    lists: list[tuple[tuple[str | int, ...], Any]] = [(("layers",), model.get("layers"))]
    if isinstance(blocks, dict):
        lists += [
            (("blocks", name, "layers"), block.get("layers"))
            for name, block in blocks.items()
            if isinstance(block, dict)
        ]
    for path, items in lists:
        for index, item in enumerate(items if isinstance(items, list) else []):
            yield (*path, index), item


def _check_is_mapping(fields: object) -> None:
    if fields is not None and not isinstance(fields, dict):
        raise Mismatch(Problem("takes params by name"))


def _read(item: Any) -> None:
    if isinstance(item, str) and re.fullmatch(NAME_PATTERN.strip("^$"), item):
        return
    kind = next(iter(item)) if isinstance(item, dict) and len(item) == 1 else None
    if not isinstance(kind, str) or not (
        kind in _ITEMS or re.fullmatch(NAME_PATTERN.strip("^$"), kind)
    ):
        read_layer(item)
        return
    fields = item[kind]
    try:
        if kind in _ITEMS:
            read_model(_ITEMS[kind], fields, noun=kind)
        else:
            _check_is_mapping(fields)
            known = {
                key: value for key, value in (fields or {}).items() if key in UseFields.model_fields
            }
            read_model(UseFields, known, noun=kind)
    except Mismatch as mismatch:
        raise Mismatch(*(problem.below(kind) for problem in mismatch.problems)) from None
