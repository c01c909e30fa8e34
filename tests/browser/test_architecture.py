"""A network's graph in a browser: folded, walked through, searched, moved, printed, and laid beside another."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from netspec.analysis import analyse
from netspec.report.diff import compare
from netspec.report.html import architecture
from netspec.report.html.diff_page import diff_page
from netspec.report.html.graph_data import graph_record
from netspec.report.html.markup import Markup
from netspec.report.html.page import Section, page
from netspec.report.html.summary_page import summary_page
from tests.report.html.networks import RESIDUAL, written
from tests.spec.corpora import VALID

expect = pytest.importorskip("playwright.sync_api").expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Opener

pytestmark = pytest.mark.browser

RESNET = Path(__file__).parents[2] / "specs" / "zoo" / "resnet50.yaml"
HOSTILE = "</script><img src=x onerror=alert(1)>"


def summary_of(path: Path) -> str:
    analysis = analyse(path)
    document, graph = analysis.require()
    return summary_page(graph, document, analysis.findings)


@pytest.fixture(scope="module")
def resnet() -> str:
    """A network of 176 layers, in blocks within blocks."""
    return summary_of(RESNET)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A stem, a residual block with a copy in it, and a head."""
    layers = (
        "Conv2D: {name: stem, filters: 4, kernel_size: 3, padding: same}",
        "residual: {name: block}",
        "Dense: {name: fixed, units: 4, trainable: false}",
        "Reuse: {layer: fixed, name: again}",
        "Flatten: {name: flat}",
    )
    folder = tmp_path_factory.mktemp("small")
    return summary_of(written(folder / "small.yaml", *layers, blocks=RESIDUAL))


def box(page: Page, name: str) -> Locator:
    """A layer's or a block's box, or an open block's head."""
    return page.locator(".box").filter(
        has=page.locator(".name", has_text=re.compile(rf"^\W*{name}$"))
    )


def boxes(page: Page) -> list[str]:
    """The names of all boxes that show, heads first."""
    return [re.sub(r"^\W+", "", name) for name in page.locator(".box .name").all_inner_texts()]


def focused(page: Page) -> str:
    label: str = page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''")
    return label.partition(",")[0]


def details(page: Page) -> str:
    return page.locator(".details").inner_text()


def scale(page: Page) -> str:
    return page.locator(".zoom").inner_text()


def wait(page: Page, until: Callable[[], bool]) -> None:
    """Waits for what the page's policy lets no script of Playwright wait for."""
    for _ in range(100):
        if until():
            return
        page.wait_for_timeout(20)
    raise AssertionError("it did not come true within two seconds")


def test_a_click_folds_and_unfolds_a_block(small: str, opened: Opener) -> None:
    page = opened(small)
    assert boxes(page).count("unit.1") == 1
    box(page, "block").click()
    assert boxes(page) == ["input", "stem", "block", "fixed", "again", "flat", "output flat"]
    folded = box(page, "block")
    assert folded.get_attribute("aria-expanded") == "false"
    expect(folded).to_contain_text("residual, 7 layers")
    expect(folded).to_contain_text("(16, 16, 4)")
    expect(folded).to_contain_text("328")
    folded.click()
    assert box(page, "block").get_attribute("aria-expanded") == "true"
    assert "unit.0" in boxes(page)


def test_all_is_folded_unfolded_and_shown_to_a_depth(resnet: str, opened: Opener) -> None:
    page = opened(resnet)
    first = len(boxes(page))
    assert first <= 40 + 4
    page.get_by_role("button", name="Fold all blocks", exact=True).click()
    folded = boxes(page)
    assert len(folded) == 14
    expect(page.get_by_role("button", name="Unfold 0 levels of blocks")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.get_by_role("button", name="Unfold 1 level of blocks").click()
    assert len(folded) < len(boxes(page)) <= first
    page.get_by_role("button", name="Unfold all blocks").click()
    layers = page.locator(".box.layer")
    assert layers.count() == 176
    # No box lies on another.
    overlaps = page.evaluate(
        """() => {
          const areas = [...document.querySelectorAll(".box:not(.head)")].map((each) => each.getBoundingClientRect());
          return areas.some((a, at) => areas.slice(at + 1).some((b) =>
            a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1));
        }"""
    )
    assert overlaps is False
    # Of more than a browser draws at once, only so much is unfolded.
    graph = "netspec.architecture.views.architecture.graph"
    assert page.evaluate(f"[{graph}.openTo(9, 100), {graph}.count()]") == [4, 98]


def test_a_layer_says_all_that_is_known_of_it(small: str, opened: Opener) -> None:
    page = opened(small)
    box(page, "stem").click()
    told = details(page)
    for said in (
        "Conv2D",
        "filters: 4",
        "input (16, 16, 4)",
        "(16, 16, 4)",
        "148",
        "36,864",
        "4.0 KiB",
        "small.yaml:17",
    ):
        assert said in told
    page.locator(".details").get_by_role("button", name="block.unit.0.conv2d").click()
    assert focused(page) == "block.unit.0.conv2d"
    assert details(page).startswith("block.unit.0.conv2d")
    page.locator(".details").get_by_role("button", name="block", exact=True).click()
    assert "a block: residual, 7 layers" in details(page)
    box(page, "again").click()
    assert "weights of" in details(page)
    expect(box(page, "again")).to_contain_text("shared")
    expect(box(page, "fixed").locator(".frozen")).to_be_visible()


def test_a_layer_that_a_stage_trains_is_frozen_but_for_that(tmp_path: Path, opened: Opener) -> None:
    layers = (
        "residual: {name: block}",
        "Dense: {name: fixed, units: 4, trainable: false}",
        "Dense: {name: head, units: 4}",
    )
    path = written(tmp_path / "staged.yaml", *layers, blocks=RESIDUAL)
    stages = "{name: first, epochs: 1, trainable: [head]}, {name: tune, epochs: 1, trainable: ['block.unit.1', head]}"
    path.write_text(f"{path.read_text()}training:\n  stages: [{stages}]\n")
    page = opened(summary_of(path))
    page.get_by_role("button", name="Fold all blocks", exact=True).click()
    box(page, "block").click()
    for name, said in (
        ("block", "156 of them trainable"),
        ("block", "frozen but for the stage tune"),
        ("fixed", "frozen: training leaves the weights as they are"),
    ):
        if name != "block":
            box(page, name).click()
        assert said in details(page)
    expect(box(page, "head").locator(".frozen")).to_have_count(0)
    expect(box(page, "block").locator(".frozen")).to_have_text("(❄)")


def test_the_line_of_a_layer_is_shown_and_a_layer_of_the_table(small: str, opened: Opener) -> None:
    page = opened(small)
    box(page, "stem").click()
    page.locator(".details a").click()
    expect(page.locator("#L17")).to_be_in_viewport()
    expect(page.locator("#L17")).to_contain_text("Conv2D")
    page.get_by_role("button", name="Show block.unit.1.re_lu in the graph").click()
    assert focused(page) == "block.unit.1.re_lu"
    expect(page.locator(".box.chosen")).to_be_in_viewport()


def test_the_keyboard_walks_folds_and_asks(small: str, opened: Opener) -> None:
    page = opened(small)
    page.get_by_role("button", name="Fold all blocks", exact=True).click()
    page.locator(".box[tabindex='0']").focus()
    assert page.locator(".box[tabindex='0']").count() == 1
    walked = []
    for key in (
        "ArrowDown",
        "ArrowDown",
        "Enter",
        "ArrowDown",
        "ArrowDown",
        "ArrowUp",
        "Escape",
        "ArrowUp",
        "End",
        "Home",
    ):
        page.keyboard.press(key)
        walked.append(focused(page))
    assert walked == [
        *("stem", "block", "block", "block.unit.0", "block.unit.1"),
        *("block.unit.0", "block", "stem", "flat", "input"),
    ]  # fmt: skip
    assert details(page).startswith("block")
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    assert details(page).startswith("flat")
    expect(page.locator(".box:focus")).to_be_in_viewport(ratio=1)


def test_keys_go_to_what_stands_beside(opened: Opener, tmp_path: Path) -> None:
    layers = (
        "Conv2D: {name: left, filters: 4, kernel_size: 1}",
        "Conv2D: {name: right, filters: 4, kernel_size: 1, inputs: input}",
        "Add: {name: sum, inputs: [left, right]}",
    )
    page = opened(summary_of(written(tmp_path / "a.yaml", *layers)))
    page.locator(".box[tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    seen = {focused(page)}
    for key in ("ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
        seen.add(focused(page))
    assert seen == {"left", "right"}


def test_a_search_finds_unfolds_and_goes_there(resnet: str, opened: Opener) -> None:
    page = opened(resnet)
    page.locator(".box[tabindex='0']").focus()
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Find a layer by name or type")
    expect(field).to_be_focused()
    field.press_sequentially("stage_3.residual.1 conv2d")
    options = page.get_by_role("option")
    assert options.count() == 3
    field.press("ArrowDown")
    assert options.nth(1).get_attribute("aria-selected") == "true"
    field.press("Enter")
    assert focused(page) == "stage_3.residual.1.bottleneck.convolution_1.conv2d"
    expect(page.locator(".box.chosen")).to_be_in_viewport(ratio=1)
    field.fill("nothing at all")
    expect(page.get_by_text("nothing has this in its name or type")).to_be_visible()


def test_the_picture_is_moved_and_zoomed_and_the_wheel_is_the_page_s(
    resnet: str, opened: Opener
) -> None:
    page = opened(resnet)
    view = page.locator(".view")
    view.scroll_into_view_if_needed()
    area = view.bounding_box()
    assert area is not None

    def top() -> float:
        place = box(page, "zero_padding2d").bounding_box()
        assert place is not None
        return place["y"] + float(page.evaluate("scrollY"))

    before = top()
    page.mouse.move(area["x"] + 40, area["y"] + 300)
    page.mouse.down()
    page.mouse.move(area["x"] + 40, area["y"] + 100, steps=4)
    page.mouse.up()
    assert top() == pytest.approx(before - 200, abs=2)
    scrolled, scaled = page.evaluate("scrollY"), scale(page)
    page.mouse.wheel(0, 60)
    wait(page, lambda: page.evaluate("scrollY") > scrolled)
    assert scale(page) == scaled
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    wait(page, lambda: scale(page) != scaled)
    page.get_by_role("button", name="Show all of it").click()
    expect(box(page, "output head")).to_be_visible()
    assert int(scale(page).removesuffix(" %")) < 60
    expect(page.locator(".overview")).to_be_hidden()


def test_the_overview_leads_to_the_end(resnet: str, opened: Opener) -> None:
    page = opened(resnet)
    overview = page.locator(".overview svg").first
    area = overview.bounding_box()
    assert area is not None
    overview.click(position={"x": area["width"] / 2, "y": area["height"] - 2})
    view, last = page.locator(".view").bounding_box(), box(page, "output head").bounding_box()
    assert view is not None
    assert last is not None
    assert view["y"] < last["y"] < view["y"] + view["height"] - last["height"]


def test_a_line_for_each_layer_saves_room(resnet: str, opened: Opener) -> None:
    page = opened(resnet)
    before = page.locator(".canvas").evaluate("each => each.offsetHeight")
    page.get_by_role("button", name="Show one line of each layer").click()
    assert page.locator(".canvas").evaluate("each => each.offsetHeight") < 0.8 * before


def test_three_hundred_layers_without_a_name_are_drawn_in_parts(
    opened: Opener, tmp_path: Path
) -> None:
    layers = ["Conv2D: {filters: 4, kernel_size: 3, padding: same}", "ReLU", "Dropout: {rate: 0.1}"]
    page = opened(summary_of(written(tmp_path / "a.yaml", *layers * 100)))
    assert len(boxes(page)) <= 42
    page.get_by_role("button", name="Unfold all blocks").click()
    assert page.locator(".box.layer").count() == 300


@pytest.mark.parametrize("dark", [False, True])
def test_a_phone_shows_boxes_that_can_be_read(resnet: str, opened: Opener, *, dark: bool) -> None:
    page = opened(resnet, width=390, height=844, dark=dark)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert scale(page) == "100 %"
    stem = box(page, "conv2d")
    stem.scroll_into_view_if_needed()
    stem.click()
    expect(page.locator(".details")).to_contain_text("118,013,952")
    colours = "each => [getComputedStyle(each).color, getComputedStyle(each).backgroundColor]"
    ink, ground = stem.evaluate(colours)
    assert (ink == "rgb(230, 233, 237)") is dark
    assert ink != ground


def test_a_long_path_breaks_on_a_phone(opened: Opener, tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*["a-project-whose-name-says-everything-that-can-be-said"] * 2)
    folder.mkdir(parents=True)
    path = Path(shutil.copy(RESNET, folder / "resnet50_of_the_second_attempt.yaml"))
    page = opened(summary_of(path), width=390, height=844)
    expect(page.get_by_text(f"{path}:").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_scripts_the_layers_stand_in_a_table(small: str, opened: Opener) -> None:
    page = opened(small, javascript=False)
    expect(page.get_by_text("The graph: it is drawn by a script")).to_be_visible()
    expect(page.get_by_role("cell", name="block.unit.0.conv2d", exact=True).first).to_be_visible()


def test_paper_shows_all_of_the_graph_as_wide_as_it_is(resnet: str, opened: Opener) -> None:
    page = opened(resnet, dark=True)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 720, "height": 1000})
    expect(page.locator(".tools").first).to_be_hidden()
    expect(page.locator(".details")).to_be_hidden()
    view, last = page.locator(".view").bounding_box(), box(page, "output head").bounding_box()
    assert view is not None
    assert last is not None
    assert last["y"] + last["height"] <= view["y"] + view["height"] + 20
    assert page.evaluate("document.documentElement.scrollWidth") <= 720


def hostile(value: Any) -> Any:
    """All names and texts of a record made hostile, but for those that say what something is."""
    if isinstance(value, dict):
        kept = {"kind", "family", "anchor", "change"}
        return {key: each if key in kept else hostile(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [hostile(each) for each in value]
    return f"{value} {HOSTILE}" if isinstance(value, str) else value


def test_a_hostile_name_stays_text(opened: Opener) -> None:
    path = next(path for path in VALID if path.stem == "language-block-in-a-layer")
    document, graph = analyse(path).require()
    record: Any = hostile(graph_record(graph, document))
    place, _ = architecture.architecture(graph, document, table=False)
    text = page(
        title="t",
        head=Markup(),
        sections=[Section("network", "Network", place)],
        styles=architecture.STYLES,
        scripts=architecture.SCRIPTS,
        data={"architecture-data": record},
    )
    shown = opened(text)
    shown.get_by_role("button", name="Unfold all blocks").click()
    for each in shown.locator(".box.layer").all()[:3]:
        each.focus()
        shown.keyboard.press("Enter")
    shown.get_by_role("combobox").fill("dense")
    assert shown.locator("img").count() == 0
    assert HOSTILE in details(shown)
    assert HOSTILE in shown.get_by_role("option").first.inner_text()


@pytest.fixture(scope="module")
def difference(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A kernel of another size within a block that is used in two, a block more, and a layer less."""
    folder = tmp_path_factory.mktemp("diff")
    layers = (
        "residual: {name: one}",
        "residual: {name: two}",
        "Dropout: {name: gone, rate: 0.5}",
        "Flatten",
    )
    changed = ("residual: {name: one}", "residual: {name: second}", "unit: {name: new}", "Flatten")
    old = analyse(written(folder / "a.yaml", *layers, blocks=RESIDUAL)).require()
    other = RESIDUAL.replace("kernel_size: 3", "kernel_size: 5")
    new = analyse(written(folder / "b.yaml", *changed, blocks=other)).require()
    return diff_page(old, new, compare(old, new, files=("a.yaml", "b.yaml")))


def test_a_change_is_shown_in_both_networks(difference: str, opened: Opener) -> None:
    page = opened(difference, width=1400)
    rows = page.locator("[data-change] button")
    rows.first.click()
    for side in ("#before", "#after"):
        chosen = page.locator(f"{side} .box.chosen")
        expect(chosen).to_be_in_viewport()
        expect(chosen).to_contain_text("± changed")
        expect(page.locator(f"{side} .details")).to_contain_text("kernel_size: [3, 3] → [5, 5]")
        assert page.locator(f"{side} .box.picked").count() == 4
    assert "is-changed" in (page.locator("#after .box.chosen").get_attribute("class") or "")


def test_what_is_chosen_in_one_network_is_chosen_in_the_other(
    difference: str, opened: Opener
) -> None:
    page = opened(difference, width=1400)
    for side in ("#before", "#after"):
        page.locator(side).get_by_role("button", name="Fold all blocks", exact=True).click()
    before, after = page.locator("#before"), page.locator("#after")
    after.get_by_role("combobox").fill("second.add")
    after.get_by_role("combobox").press("Enter")
    expect(before.locator(".details h4")).to_have_text("two.add")
    expect(before.locator(".box.chosen")).to_contain_text("add")
    before.locator(".box", has_text="gone").click()
    expect(after.locator(".box.chosen")).to_have_count(0)
    expect(before.locator(".details")).to_contain_text("not there")
    expect(before.locator(".box", has_text="gone")).to_contain_text("removed")
    expect(after.locator(".box.closed", has_text="new")).to_contain_text("+3")


def test_networks_stand_below_each_other_on_a_phone(difference: str, opened: Opener) -> None:
    page = opened(difference, width=390, height=844)
    before, after = (page.locator(side).bounding_box() for side in ("#before", "#after"))
    assert before is not None
    assert after is not None
    assert after["y"] >= before["y"] + before["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
