"""The calibration diagram as an SVG: how often a network is right, by how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.report.drawing import (
    BLUES,
    EDGE,
    FAINT,
    INK,
    Colour,
    between,
    line,
    picture,
    rectangle,
    told,
    width_of,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.report.evaluation import CalibrationBinRecord, CalibrationRecord
    from netspec.report.html.markup import Markup

# All in pixels.
_SIDE, _BELOW, _BETWEEN = 400, 110, 30
_LEFT, _TOP, _MARGIN = 76, 104, 20
_SMALL = 9  # letters
_RIGHT: Colour = (76, 132, 196)
_TOO_SURE: Colour = (217, 95, 2)
_TOO_UNSURE: Colour = (17, 119, 87)
_BARS: Colour = between(BLUES, 0.45)


def calibration_picture(record: CalibrationRecord) -> Markup:
    """Draws for each bin of probabilities how often the network was right, and how far that is from what it said.

    Args:
        record: The calibration.
    """
    return _Diagram(record).drawn()


class _Diagram:
    """One diagram while it is drawn."""

    def __init__(self, record: CalibrationRecord) -> None:
        self._record = record
        self._images = sum(each["images"] for each in record["bins"])
        self._most = max(each["images"] for each in record["bins"])
        self._floor = _TOP + _SIDE
        self._base = self._floor + _BETWEEN + _BELOW

    def drawn(self) -> Markup:
        """All of it."""
        record = self._record
        errors = (
            f"expected calibration error {record['error']:.3f}, largest gap {record['largest']:.3f}"
        )
        return picture(
            _LEFT + _SIDE + _MARGIN,
            self._base + 44,
            f"Calibration: {errors}",
            words(_MARGIN, _MARGIN + 16, "Calibration", size=18, bold=True),
            words(_MARGIN, _MARGIN + 34, f"{errors}; {self._images:,} images", colour=FAINT),
            self._key(),
            self._grid(),
            [each for one in record["bins"] for each in self._bar(one)],
            line(self._at(0, 0), self._at(1, 1), colour=INK, width=1.5, dashes="5 4"),
            self._histogram(),
            self._axes(),
        )

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return _LEFT + x * _SIDE, self._floor - y * _SIDE

    def _bar(self, one: CalibrationBinRecord) -> Iterator[Markup]:
        """A bin's accuracy, and its gap to how sure the network was."""
        accuracy, confidence = one["accuracy"], one["confidence"]
        if accuracy is None or confidence is None:
            return
        left, _ = self._at(one["low"], 0)
        width = (one["high"] - one["low"]) * _SIDE
        name = told(
            f"{one['images']:,} images with a probability from {one['low']:.2f} to {one['high']:.2f}: "
            f"on average {confidence:.3f}, right {accuracy:.3f}"
        )
        both = min(accuracy, confidence)
        _, middle = self._at(0, both)
        _, top = self._at(0, max(accuracy, confidence))
        yield rectangle(left + 1, middle, width - 2, both * _SIDE, name, fill=_RIGHT)
        colour = _TOO_SURE if confidence > accuracy else _TOO_UNSURE
        yield rectangle(
            left + 1, top, width - 2, middle - top, name, fill=colour, edge=colour, faint=0.35
        )

    def _histogram(self) -> Iterator[Markup]:
        """How many images each bin has: a gap of a few tells little."""
        for one in self._record["bins"]:
            if not one["images"]:
                continue
            left, _ = self._at(one["low"], 0)
            height = one["images"] / self._most * (_BELOW - _SMALL - 2)
            width = (one["high"] - one["low"]) * _SIDE
            name = told(f"{one['images']:,} images from {one['low']:.2f} to {one['high']:.2f}")
            yield rectangle(left + 1, self._base - height, width - 2, height, name, fill=FAINT)
            count = f"{one['images']:,}"
            if width_of(count, _SMALL) <= width + 5:  # digits are narrower
                above = self._base - height - 2
                yield words(left + width / 2, above, count, size=_SMALL, anchor="middle")

    def _grid(self) -> Iterator[Markup]:
        for tenth in range(0, 11, 2):
            share = tenth / 10
            yield line(self._at(0, share), self._at(1, share), colour=EDGE)
            yield line(self._at(share, 0), self._at(share, 1), colour=EDGE)
            x, y = self._at(0, share)
            yield words(x - 8, y + 4, f"{share:.1f}", size=11, anchor="end", colour=FAINT)
            x, _ = self._at(share, 0)
            yield words(x, self._base + 16, f"{share:.1f}", size=11, anchor="middle", colour=FAINT)

    def _axes(self) -> Iterator[Markup]:
        middle = _LEFT + _SIDE / 2
        yield line(self._at(0, 0), self._at(1, 0), colour=FAINT)
        yield line((_LEFT, self._base), (_LEFT + _SIDE, self._base), colour=FAINT)
        yield words(middle, self._base + 34, "probability of the predicted class", anchor="middle")
        upper = self._floor - _SIDE / 2
        yield words(_MARGIN + 12, upper, "share that is right", anchor="middle", turned=-90)
        lower = self._base - _BELOW / 2
        yield words(_MARGIN + 12, lower, "images", anchor="middle", turned=-90)

    def _key(self) -> Iterator[Markup]:
        x, y = float(_LEFT), _MARGIN + 50.0
        for name, colour, faint, width in (
            ("right", _RIGHT, None, 62),
            ("surer than right", _TOO_SURE, 0.35, 124),
            ("less sure than right", _TOO_UNSURE, 0.35, 142),
        ):
            edge = None if faint is None else colour
            yield rectangle(x, y, 12, 12, fill=colour, edge=edge, faint=faint)
            yield words(x + 18, y + 10, name)
            x += width + 12
