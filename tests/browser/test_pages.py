"""What every page does in a browser: colours, places, tables, parts, printing, and what it does not let in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from netspec.report.html.markup import Markup, element, join
from netspec.report.html.page import Section, folded, page, table, tabs

expect = pytest.importorskip("playwright.sync_api").expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Opener

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"
LONG = element("div", style="height:1500px")


@pytest.fixture(scope="module")
def html() -> str:
    """A page of three long parts."""
    rows = [["b", "0.5"], [HOSTILE, "1,000"], ["a", "none"], ["c", "9"]]
    parts = [
        ("First", element("p", "one")),
        ("Second", element("p", "two")),
        ("Third", element("p", "three")),
    ]
    bodies = {
        "table": table(["class", "recall"], rows, right=[1], caption="Classes", sortable=True),
        "parts": tabs("ways", [(title, join(part)) for title, part in parts]),
        "more": join(folded("Details", element("p", "folded away")), element("h3", "w" * 80)),
    }
    return page(
        title=f"A run of {HOSTILE}",
        head=element("p", "what matters"),
        sections=[
            Section(name, name.title(), join(body, LONG if name != "more" else None))
            for name, body in bodies.items()
        ],
    )


def ground(page: Page) -> str:
    colour: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return colour


def test_colours_are_the_reader_s_until_the_button_changes_them(html: str, opened: Opener) -> None:
    light, dark = opened(html), opened(html, dark=True)
    assert (ground(light), ground(dark)) == ("rgb(255, 255, 255)", "rgb(20, 23, 28)")
    light.get_by_role("button", name="Show the page in dark colours").click()
    dark.get_by_role("button", name="Show the page in light colours").press("Enter")
    assert (ground(light), ground(dark)) == ("rgb(20, 23, 28)", "rgb(255, 255, 255)")
    assert light.locator("#theme").inner_text() == "Light"
    light.reload()
    assert ground(light) == "rgb(20, 23, 28)"


def test_what_draws_is_told_of_new_colours(html: str, opened: Opener) -> None:
    page = opened(html)
    page.evaluate("seen = []; netspec.onTheme(() => seen.push(netspec.colour('ground')))")
    page.locator("#theme").click()
    page.emulate_media(color_scheme="dark")
    page.locator("#theme").click()
    assert page.evaluate("[seen[0], seen.at(-1)]") == ["#14171c", "#ffffff"]


def test_a_click_on_a_head_sorts_and_another_turns_the_order(html: str, opened: Opener) -> None:
    page = opened(html)

    def first() -> list[str]:
        return page.locator("tbody td:first-child").all_inner_texts()

    recall = page.get_by_role("button", name="recall")
    recall.click()
    assert first() == ["b", "c", HOSTILE, "a"]
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"
    recall.press("Enter")
    assert first()[:3] == [HOSTILE, "c", "b"]
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    assert first() == [HOSTILE, "a", "b", "c"]
    assert page.locator("th[aria-sort]").all_inner_texts() == ["class"]


def test_parts_are_chosen_by_mouse_and_by_keyboard(html: str, opened: Opener) -> None:
    page = opened(html)
    parts = page.get_by_role("tabpanel")

    def chosen() -> tuple[list[str], str | None]:
        name = page.locator('[role="tab"][aria-selected="true"]')
        return parts.filter(visible=True).all_inner_texts(), name.inner_text()

    assert chosen() == (["one"], "First")
    page.get_by_role("tab", name="Second").click()
    assert chosen() == (["two"], "Second")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert chosen() == (["one"], "First")
    page.keyboard.press("ArrowLeft")
    assert chosen() == (["three"], "Third")
    page.keyboard.press("Home")
    assert chosen() == (["one"], "First")
    page.keyboard.press("End")
    assert chosen() == (["three"], "Third")
    assert page.evaluate("document.activeElement.textContent") == "Third"
    # The parts are one stop on the way through the page.
    assert page.locator('[role="tab"][tabindex="0"]').count() == 1


@pytest.mark.parametrize("width", [390, 1280])
def test_the_list_of_parts_marks_where_one_is(html: str, opened: Opener, width: int) -> None:
    page = opened(html, width=width)
    here = page.locator("nav [aria-current]")
    expect(here).to_have_text("Table")
    page.get_by_role("link", name="Parts").click()
    expect(here).to_have_text("Parts")
    heading = page.get_by_role("heading", name="Parts")
    expect(heading).to_be_in_viewport()
    # What stays on top of the window, where that is narrow, covers no heading.
    top, nav = heading.bounding_box(), page.locator("nav").bounding_box()
    assert top is not None
    assert nav is not None
    assert width > 900 or top["y"] >= nav["y"] + nav["height"]


def test_the_mark_is_seen_where_the_list_is_wider_than_the_window(opened: Opener) -> None:
    sections = [Section(f"part-{each}", f"The part number {each}", LONG) for each in range(8)]
    phone = opened(page(title="t", head=join(), sections=sections), width=390)
    last = phone.get_by_role("link", name="The part number 7")
    expect(last).not_to_be_in_viewport()
    phone.locator("#part-7").scroll_into_view_if_needed()
    expect(phone.locator("nav [aria-current]")).to_have_text("The part number 7")
    expect(last).to_be_in_viewport(ratio=1)


def test_nothing_is_wider_than_the_window(html: str, opened: Opener) -> None:
    page = opened(html)
    for width in (320, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_contents_are_reached_by_the_first_key(html: str, opened: Opener) -> None:
    page = opened(html)
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to the contents")
    assert link.evaluate("each => each === document.activeElement")
    link_box = link.bounding_box()
    assert link_box is not None
    assert link_box["x"] >= 0


def test_paper_is_white_however_the_page_was_shown(html: str, opened: Opener) -> None:
    page = opened(html, dark=True)
    page.evaluate("drawn = null; netspec.onTheme(() => (drawn = netspec.colour('ground')))")
    page.emulate_media(media="print")
    assert ground(page) == "rgb(255, 255, 255)"
    page.emulate_media(media="screen")
    for theme in (None, "dark"):
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate("drawn") == "#ffffff"
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.evaluate("drawn") == "#14171c"
        assert page.locator("html").get_attribute("data-theme") == theme
        page.locator("#theme").dblclick()


def test_print_shows_what_is_folded_and_every_part(html: str, opened: Opener) -> None:
    page = opened(html, dark=True)
    hidden = [page.get_by_text(each, exact=True) for each in ("two", "three", "folded away")]
    assert not any(each.is_visible() for each in hidden)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details").get_attribute("open") == ""
    page.emulate_media(media="print")
    for each in (*hidden, page.get_by_text("one", exact=True)):
        expect(each).to_be_visible()
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator("#theme")).to_be_hidden()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not any(each.is_visible() for each in hidden)


def test_without_scripts_everything_can_be_read(html: str, opened: Opener) -> None:
    page = opened(html, javascript=False)
    shown = page.locator("body").inner_text()
    for each in ("what matters", "one", "two", "three", "First", "Second", "1,000", HOSTILE):
        assert each in shown
    expect(page.locator("#theme")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.get_by_text("folded away")).to_be_visible()
    page.emulate_media(media="screen")
    page.get_by_text("Details").click()
    expect(page.get_by_text("folded away")).to_be_visible()


def test_what_got_into_a_page_all_the_same_runs_and_fetches_nothing(
    html: str, opened: Opener, faults: list[str]
) -> None:
    owns = "document.title = 'owned'"
    injected = [
        f"<script>{owns}</script>",
        f'<img src=x onerror="{owns}">',
        f'<svg onload="{owns}"></svg>',
        "<script src=https://example.org/x.js></script>",
        "<iframe src=https://example.org/></iframe>",
        "<link rel=stylesheet href=https://example.org/x.css>",
        "<base href=https://example.org/>",
    ]
    page = opened(html.replace("what matters", "".join(injected)))
    assert page.title() == f"A run of {HOSTILE}"
    expect(page.locator("#theme")).to_be_visible()
    assert len(faults) >= len(injected)
    assert [each for each in faults if "Content Security Policy" not in each] == []
    faults.clear()


def test_a_text_that_looks_like_markup_is_read_as_it_is(html: str, opened: Opener) -> None:
    page = opened(html)
    assert page.get_by_role("heading", level=1).inner_text() == f"A run of {HOSTILE}"
    assert page.locator("img").count() == 0


def test_data_reaches_a_script_as_it_was_given(opened: Opener) -> None:
    given: dict[str, Any] = {"</script><!--": [1.5, None, HOSTILE, "\u2028"], "é": {"\ud83d": 1}}
    text = page(title="t", head=Markup(), sections=[], data={"given": given})
    assert opened(text).evaluate("netspec.data('given')") == given
