"""The page of a run, and of several, in a browser: charts, the confusion matrix, mistakes, the phone, paper, keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.report.html.comparison_page import comparison_page
from netspec.report.html.report_page import report_page
from netspec.runs.account import account_of
from netspec.runs.comparing.comparison import compare_runs
from tests.runs.written import write_run

expect = pytest.importorskip("playwright.sync_api").expect

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Opener

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("runs")
    return [write_run(folder / name) for name in ("first", "second")]


@pytest.fixture(scope="module")
def html(runs: list[Path]) -> str:
    return report_page(account_of(runs[0]))


@pytest.fixture(scope="module")
def compared(runs: list[Path]) -> str:
    return comparison_page(compare_runs(runs), [account_of(each) for each in runs])


def lines(chart: Locator) -> list[str]:
    """The paths of a chart's lines, as it draws them now."""
    paths: list[str] = chart.locator("svg path[fill=none]").evaluate_all(
        "each => each.map((path) => path.getAttribute('d'))"
    )
    return paths


def point_at(page: Page, chart: Locator, share: float) -> None:
    """Puts the pointer over a chart, so far from its left side."""
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2)


def test_charts_tell_the_epoch_that_pointer_or_keys_are_at(html: str, opened: Opener) -> None:
    page = opened(html)
    chart, readout = page.locator("#curve-1"), page.locator("#curves-readout")
    expect(chart.get_by_text("best, overfits after")).to_be_visible()
    point_at(page, chart, 0.9)
    expect(readout).to_have_text(
        "Epoch 8: loss training 0.1500, validation 1.2000. accuracy training 0.9700, validation 0.6300. "
    )
    expect(chart.locator(".tip")).to_contain_text("validation1.2000")
    expect(page.locator("#curve-2 .tip")).to_contain_text("validation0.6300")
    assert readout.get_attribute("aria-live") == "polite"
    page.mouse.move(0, 0)
    chart.focus()
    keys = {"Home": 1, "ArrowRight": 2, "End": 8, "ArrowLeft": 7}
    for key, epoch in keys.items():
        page.keyboard.press(key)
        expect(readout).to_contain_text(f"Epoch {epoch}: loss")
    expect(page.locator("#curve-2 .tip")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#curve-2 .tip")).to_be_hidden()


def test_charts_change_their_scale_and_their_colours(html: str, opened: Opener) -> None:
    page = opened(html)
    loss, accuracy = page.locator("#curve-1"), page.locator("#curve-2")
    before = lines(loss), lines(accuracy)
    button = page.get_by_role("button", name="Log scale")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert lines(loss) != before[0]
    assert lines(accuracy) == before[1]
    blue = loss.locator("svg path[stroke='#0072b2']")
    assert blue.count() > 0
    page.get_by_role("button", name="Show the page in dark colours").click()
    expect(blue).to_have_count(0)
    assert loss.locator("svg path[stroke='#4ea8f5']").count() > 0


def test_a_cell_of_the_matrix_chooses_its_mistakes(html: str, opened: Opener) -> None:
    page = opened(html)
    figures, readout = page.locator(".gallery figure"), page.locator(".mistakes .readout")
    expect(figures).to_have_count(4)
    page.locator("table.confusion").first.get_by_role("cell", name="8", exact=True).click()
    assert [each.is_visible() for each in figures.all()] == [True, True, False, False]
    expect(readout).to_contain_text("2 of the 4 mistakes")
    expect(readout).to_contain_text("cat taken for dog")
    every = page.get_by_role("button", name="All mistakes")
    every.click()
    assert all(each.is_visible() for each in figures.all())
    expect(every).to_be_hidden()
    first = figures.first
    shown = [first.locator("img.seen"), first.locator("img.looked")]
    assert [each.is_visible() for each in shown] == [True, False]
    page.get_by_role("button", name="Where it looked").click()
    assert [each.is_visible() for each in shown] == [False, True]


def test_the_matrix_is_walked_by_keys_and_switches_to_percent(html: str, opened: Opener) -> None:
    page = opened(html)
    told = page.locator(".tools[data-for] .readout")
    page.locator("table.confusion td[tabindex='0']").first.focus()
    expect(told).to_have_text("cat: right: 30 of 40 images, 75.0%")
    page.keyboard.press("ArrowDown")
    expect(told).to_have_text("dog taken for cat: 6 of 40 images, 15.0%")
    page.keyboard.press("Enter")
    expect(page.locator(".mistakes .readout")).to_contain_text("1 of the 4 mistakes")
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".mistakes .readout")).to_contain_text("owl taken for dog")
    row = page.locator("table.confusion tbody tr").first.locator("td")
    for shown in (["75", "20", "5"], ["30", "8", "2"]):
        page.get_by_role("button", name="In percent").click()
        assert row.all_inner_texts() == shown


def test_calibration_tells_a_bin_and_a_command_is_copied(html: str, opened: Opener) -> None:
    page = opened(html)
    chart = page.locator("#judged-1-1-calibration")
    point_at(page, chart, 0.93)
    expect(chart.locator(".tip")).to_contain_text("images12")
    button = page.locator("#repeat .copy").first
    button.click()
    expect(button).to_have_text("Copied")


def test_nothing_is_wider_than_a_phone(html: str, compared: str, opened: Opener) -> None:
    for text, chart in ((html, "#curve-1"), (compared, "#comparison")):
        page = opened(text, width=1280)
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        place = page.locator(chart).bounding_box()
        assert place is not None
        expect(page.locator(f"{chart} svg")).to_have_attribute("width", str(round(place["width"])))


def test_on_a_phone_captions_are_whole_and_no_overview_hides_the_graph(
    html: str, opened: Opener
) -> None:
    page = opened(html, width=390, height=844)
    captions = page.locator("caption > span:visible")
    assert captions.count() > 0
    for caption in captions.all():
        box = caption.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 390
    expect(page.locator(".overview").first).to_be_hidden()


def test_paper_has_everything_and_the_screen_comes_back(html: str, opened: Opener) -> None:
    page = opened(html, dark=True)
    chart = page.locator("#curve-1 svg")
    width = chart.get_attribute("width")
    assert width is not None
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1000})
    assert chart.get_attribute("viewBox") is not None
    assert chart.locator("path[stroke='#0072b2']").count() > 0
    expect(page.get_by_text("What each epoch gave")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 703
    box = chart.bounding_box()
    assert box is not None
    assert 200 < box["width"] < 703
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(chart).to_have_attribute("width", width)
    assert page.locator("html").get_attribute("data-theme") is None


def test_without_scripts_everything_can_be_read(html: str, opened: Opener) -> None:
    page = opened(html, javascript=False)
    shown = page.locator("main").inner_text()
    for told in ("It overfits", "97 of 120 images", "cat → dog", "netspec evaluate", "conv2d"):
        assert told in shown
    assert page.locator("button:visible").count() == 0
    assert page.locator(".chart:visible, .charted:visible").count() == 0
    assert "Choose a cell" not in shown
    page.get_by_text("Table of epochs").click()
    expect(page.get_by_role("cell", name="4 (best)")).to_be_visible()


def test_runs_are_laid_over_each_other_and_the_metric_is_chosen(
    compared: str, opened: Opener
) -> None:
    page = opened(compared)
    chart = page.locator("#comparison")
    before = lines(chart)
    assert len(before) > 4
    page.get_by_label("Metric").select_option("accuracy")
    assert lines(chart) != before
    assert page.get_by_role("button", name="Log scale").is_disabled()
    chart.focus()
    page.keyboard.press("End")
    expect(page.locator("#curves-readout")).to_contain_text(
        "Epoch 8: accuracy first, validation 0.6300"
    )
    page.get_by_label("Metric").select_option("loss")
    coloured = chart.locator("svg path[stroke='#d55e00'][fill=none]")
    count = coloured.count()
    assert count > 0
    chart.get_by_text("second", exact=True).click()
    expect(coloured).not_to_have_count(count)
