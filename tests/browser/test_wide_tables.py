"""Tables on narrow windows: names stay whole between their dots, and what goes on beside the window shows it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from netspec.analysis import analyse
from netspec.report.diff import compare
from netspec.report.html.diff_page import diff_page

if TYPE_CHECKING:
    from tests.browser.conftest import Opener

pytestmark = pytest.mark.browser

SPECS = Path(__file__).parents[2] / "specs"


@pytest.fixture(scope="module")
def difference() -> str:
    """A network, and another with augmentation and a training of its own."""
    old = analyse(SPECS / "mnist.yaml").require()
    new = analyse(SPECS / "cifar10_augmented.yaml").require()
    return diff_page(old, new, compare(old, new, files=("a.yaml", "b.yaml")))


@pytest.mark.parametrize("width", [390, 1280])
def test_keys_break_at_their_dots_alone(difference: str, opened: Opener, width: int) -> None:
    page = opened(difference, width=width)
    keys = page.locator("code.key").all()
    assert any((key.text_content() or "").count(".") for key in keys)
    for key in keys:
        parts = len((key.text_content() or "").split("."))
        assert key.evaluate("each => each.getClientRects().length") <= parts
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_table_that_goes_on_shows_it_until_its_end(difference: str, opened: Opener) -> None:
    page = opened(difference, width=390, height=844)
    table = page.locator("#changes .scrolled").first
    assert table.evaluate("each => each.scrollWidth > each.clientWidth")
    table.scroll_into_view_if_needed()

    def edge() -> bytes:
        box = table.bounding_box()
        assert box is not None
        return page.screenshot(
            clip={"x": box["x"] + box["width"] - 6, "y": box["y"] + 1, "width": 6, "height": 4}
        )

    goes_on = edge()
    table.evaluate("each => { each.scrollLeft = each.scrollWidth; }")
    assert edge() != goes_on
