"""What the pictures of an evaluation share: SVG that needs nothing else, in colours that everybody can tell apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from netspec.report.escape import printable
from netspec.report.html.markup import Markup, element

if TYPE_CHECKING:
    from netspec.report.html.markup import Child

# Red, green and blue, from 0 to 255.
Colour = tuple[int, int, int]

PAPER: Colour = (255, 255, 255)
INK: Colour = (28, 28, 28)
FAINT: Colour = (95, 99, 104)
EDGE: Colour = (208, 213, 219)
# Blue and orange differ for every kind of colour blindness, and dark and light ones of each without any colour.
BLUES: tuple[Colour, Colour] = ((232, 240, 250), (8, 64, 129))
ORANGES: tuple[Colour, Colour] = ((254, 240, 225), (166, 54, 3))
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
# The width of half a wide letter, as a share of the letters' size; a little more than most letters take.
_LETTER = 0.58
# Dark and light text: one of the two has a contrast of at least 4.5 to any colour (WCAG 2.2, 1.4.3).
_LIGHT = 0.179


def picture(width: float, height: float, title: str, *children: Child) -> Markup:
    """A whole SVG on paper of its own, so that it looks the same on any page.

    Args:
        width: In pixels, as all lengths here.
        height: The same.
        title: What is told of it to those who do not see it.
        children: What it shows.
    """
    return element(
        "svg",
        element("title", title),
        element("rect", width="100%", height="100%", fill=hexadecimal(PAPER)),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_short(width)} {_short(height)}",
        width=_short(width),
        height=_short(height),
        role="img",
        aria_label=title,
        font_family=_FONT,
    )


def rectangle(  # noqa: PLR0913 - each has a name
    x: float,
    y: float,
    width: float,
    height: float,
    *children: Child,
    fill: Colour | None,
    edge: Colour | None = None,
    faint: float | None = None,
) -> Markup:
    """A rectangle; what is in it is told where a mouse rests on it."""
    return element(
        "rect",
        *children,
        x=_short(x),
        y=_short(y),
        width=_short(width),
        height=_short(height),
        fill="none" if fill is None else hexadecimal(fill),
        stroke=None if edge is None else hexadecimal(edge),
        fill_opacity=None if faint is None else _short(faint),
    )


def line(
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    colour: Colour = FAINT,
    width: float = 1,
    dashes: str | None = None,
) -> Markup:
    """A straight line."""
    return element(
        "line",
        x1=_short(start[0]),
        y1=_short(start[1]),
        x2=_short(end[0]),
        y2=_short(end[1]),
        stroke=hexadecimal(colour),
        stroke_width=_short(width),
        stroke_dasharray=dashes,
    )


def words(  # noqa: PLR0913 - each has a name
    x: float,
    y: float,
    said: str,
    *children: Child,
    size: float = 12,
    colour: Colour = INK,
    anchor: str = "start",
    turned: float | None = None,
    bold: bool = False,
) -> Markup:
    """A line of text.

    Args:
        x: Where it begins, ends, or has its middle, as `anchor` says.
        y: Where its letters stand.
        said: The text.
        children: What is told where a mouse rests on it.
        size: The letters' size.
        colour: The letters'.
        anchor: `start`, `middle` or `end`.
        turned: By how many degrees it is turned around its place, clockwise.
        bold: Whether it is bold.
    """
    turning = None if turned is None else f"rotate({_short(turned)} {_short(x)} {_short(y)})"
    return element(
        "text",
        said,
        *children,
        x=_short(x),
        y=_short(y),
        font_size=_short(size),
        fill=hexadecimal(colour),
        text_anchor=None if anchor == "start" else anchor,
        transform=turning,
        font_weight="600" if bold else None,
    )


def told(text: str) -> Markup:
    """What is shown where a mouse rests on something."""
    return element("title", text)


def width_of(text: str, size: float) -> float:
    """About how wide a line of text is."""
    return cell_len(printable(text)) * _LETTER * size


def cut(text: str, width: float, size: float) -> str:
    """The text as it fits a width, with three dots in one where it is cut."""
    shown = printable(text)
    cells = max(2, int(width / (_LETTER * size)))
    return shown if cell_len(shown) <= cells else f"{set_cell_size(shown, cells - 1).rstrip()}…"


def between(ends: tuple[Colour, Colour], share: float) -> Colour:
    """The colour at a share of the way between two."""
    red, green, blue = (round(low + (high - low) * share) for low, high in zip(*ends, strict=True))
    return red, green, blue


def readable_on(colour: Colour) -> Colour:
    """Dark or light, whichever is easier to read on a colour."""
    return (0, 0, 0) if luminance(colour) > _LIGHT else (255, 255, 255)


def luminance(colour: Colour) -> float:
    """How bright a colour is, from 0 to 1. Source: WCAG 2.2, relative luminance."""
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - the standard's
        for share in (value / 255 for value in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def hexadecimal(colour: Colour) -> str:
    """A colour as SVG has it."""
    return f"#{bytes(colour).hex()}"


def _short(value: float) -> str:
    """A length with at most two places after the point."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
