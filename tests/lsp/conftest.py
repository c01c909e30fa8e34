"""An editor with its server, which the tests of a module share: each opens documents of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.lsp.client import Editor

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    with Editor(tmp_path_factory.mktemp("work").resolve()) as editor:
        yield editor


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A document's name that no other test has."""
    kept = "".join(letter if letter.isalnum() else "-" for letter in request.node.name)
    return f"{kept[:80]}-{abs(hash(request.node.name))}.yaml"
