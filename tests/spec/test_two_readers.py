"""A spec read by its field types and by pydantic's own validator comes to the same verdict and the same model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from netspec.fields import Mismatch, read_model
from netspec.source.parse import parse_file
from netspec.spec.spec import WholeSpec
from tests.spec.corpora import INVALID, SHIPPED, VALID

if TYPE_CHECKING:
    from pathlib import Path


def by_types(value: Any) -> WholeSpec | None:
    try:
        return read_model(WholeSpec, value, noun="a spec")
    except Mismatch:
        return None


def by_pydantic(value: Any) -> WholeSpec | None:
    try:
        return WholeSpec.model_validate(value)
    except ValidationError:
        return None


@pytest.mark.parametrize("path", [*SHIPPED, *VALID, *INVALID], ids=lambda path: path.stem)
def test_both_readers_say_the_same(path: Path) -> None:
    root, _ = parse_file(path)
    value = root.value() if root is not None else None
    if not isinstance(value, dict):
        pytest.skip("the text is no mapping, and neither reader sees it")
    spec = {key: item for key, item in value.items() if not key.startswith("x-")}

    assert by_types(spec) == by_pydantic(spec)
