"""The accuracy over images that were moved, as a table with shaded cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.report.html.document import Absent
from netspec.report.html.markup import Markup, element, join
from netspec.report.html.page import captioned
from netspec.report.html.said import NOTHING, percent, plural

if TYPE_CHECKING:
    from netspec.report.html.judged import Shifts

# So far from the best shades reach, that small differences do not look like large ones.
_LEAST_RANGE = 0.1


def shifted(told: Shifts | Absent) -> Markup | None:
    """A row for each number of pixels down, a column for each to the right; nothing where it was not tried."""
    if isinstance(told, Absent):
        return None
    known = [value for row in told.accuracy for value in row if value is not None]
    high = max(known, default=0.0)
    low = min([*known, max(0.0, high - _LEAST_RANGE)])
    heads = [element("th", _pixels(each), scope="col") for each in told.pixels]
    lines = [
        element(
            "tr",
            element("th", _pixels(down), scope="row"),
            [_cell(value, low, high) for value in row],
        )
        for down, row in zip(told.pixels, told.accuracy, strict=True)
    ]
    corner = element("td", element("span", "down \\ right"), class_="corner")
    table = element(
        "table",
        captioned("Accuracy in percent over images moved by so many pixels"),
        element("thead", element("tr", corner, heads)),
        element("tbody", lines),
        class_="confusion heat",
    )
    return join(
        element("p", sentence(told)),
        element(
            "div",
            table,
            class_="scrolled",
            tabindex="0",
            role="region",
            aria_label="Accuracy over moved images",
        ),
    )


def sentence(told: Shifts) -> str:
    """How much is lost by moving the images, in words."""
    known = [
        (value, down, right)
        for down, row in zip(told.pixels, told.accuracy, strict=True)
        for right, value in zip(told.pixels, row, strict=True)
        if value is not None
    ]
    if not known:
        return "There is no number."
    value, down, right = min(known)
    of = "" if told.images is None else f" over {plural(told.images, 'image')}"
    middle = next((each for each, *place in known if place == [0, 0]), None)
    still = "" if middle is None else f"{percent(middle)} with the images where they are, and "
    place = f"{_said(down, 'down', 'up')} and {_said(right, 'right', 'left')}"
    return f"The accuracy{of} is {still}{percent(value)} at the worst, moved by {place}."


def _cell(value: float | None, low: float, high: float) -> Markup:
    if value is None:
        return element("td", NOTHING)
    share = (value - low) / (high - low) if high > low else 1.0
    # Even the lowest has a colour, for it is no zero.
    shade = round(12 + 88 * share)
    deep = " deep" if shade > 55 else ""  # noqa: PLR2004 - as in the confusion matrix
    return element("td", f"{100 * value:.1f}", class_=f"right{deep}", style=f"--s:{shade}%")


def _pixels(each: int) -> str:
    return f"{each:+d}" if each else "0"


def _said(pixels: int, forwards: str, backwards: str) -> str:
    return f"{plural(abs(pixels), 'pixel')} {forwards if pixels >= 0 else backwards}"
