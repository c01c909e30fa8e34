"""A contact sheet: images of each class in a row, and beside them the same ones augmented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from netspec.report.escape import printable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from netspec.inspection.preview import Preview, Row

# All in pixels.
_CELL = 112
_GAP, _BETWEEN, _MARGIN = 4, 28, 20
_WIDEST_NAME = 180
_NARROWEST = 420
_TITLE, _TEXT, _SMALL = 22, 15, 11
_PAPER, _INK, _FAINT, _EDGE = "white", "#1c1c1c", "#666666", "#d8d8d8"
_FONTS = {size: ImageFont.load_default(size) for size in (_TITLE, _TEXT, _SMALL)}


def draw_sheet(preview: Preview) -> Image.Image:
    """The sheet, of the size that its rows need."""
    return _Sheet(preview).drawn()


class _Sheet:
    """One sheet while it is drawn."""

    def __init__(self, preview: Preview) -> None:
        self._preview = preview
        self._factor, (self._height, self._width) = _cell(preview.form.size)
        self._columns = max((len(row.before) for row in preview.rows), default=1)
        self._has_after = any(row.after for row in preview.rows)
        below = [told for row in preview.rows for told in (*row.told, *row.captions)]
        self._lines = max(map(len, below), default=0)
        self._row = (
            self._height + _GAP + self._lines * (_SMALL + 2) + (_GAP * 2 if self._lines else 2)
        )
        names = (_width(printable(row.name), _TEXT) for row in preview.rows)
        self._names = min(_WIDEST_NAME, max(names, default=0))

    def drawn(self) -> Image.Image:
        """All of it."""
        heads = self._heads()
        block = self._columns * (self._width + _GAP) - _GAP
        # A heading is as wide as its longest word, however few images are below it.
        block = max([block, *(_width(word, _TEXT) for head in heads for word in head.split(" "))])
        left = _MARGIN + self._names + (_GAP * 3 if self._names else 0)
        right = left + block + _BETWEEN
        title = f"Training images of {printable(self._preview.title)}"
        width = (right + block if self._has_after else left + block) + _MARGIN
        width = max(width, _MARGIN * 2 + _width(title, _TITLE), _NARROWEST)
        notes = [
            line for note in self._notes() for line in _folded(note, width - 2 * _MARGIN, _TEXT)
        ]
        lines = max(len(_folded(head, block, _TEXT)) for head in heads)
        above = _MARGIN + _TITLE + _GAP * 4 + (len(notes) * (_TEXT + 5) + _GAP * 2 if notes else 0)
        top = above + lines * (_TEXT + 5) + _GAP * 2
        height = top + self._row * len(self._preview.rows) + _MARGIN
        sheet = Image.new("RGB", (width, height), _PAPER)
        pen = ImageDraw.Draw(sheet)
        pen.text((_MARGIN, _MARGIN), title, fill=_INK, font=_FONTS[_TITLE])
        at = _MARGIN + _TITLE + _GAP * 4
        for note in notes:
            pen.text((_MARGIN, at), note, fill=_FAINT, font=_FONTS[_TEXT])
            at += _TEXT + 5
        for start, head in zip((left, right), heads, strict=False):
            for number, line in enumerate(_folded(head, block, _TEXT)):
                pen.text((start, above + number * (_TEXT + 5)), line, fill=_INK, font=_FONTS[_TEXT])
        for number, row in enumerate(self._preview.rows):
            self._draw_row(sheet, pen, row, (left, right), top + number * self._row)
        return sheet

    def _draw_row(
        self,
        sheet: Image.Image,
        pen: ImageDraw.ImageDraw,
        row: Row,
        starts: tuple[int, int],
        top: int,
    ) -> None:
        middle = top + (self._height - _TEXT) // 2
        name = _cut(printable(row.name), self._names, _TEXT)
        pen.text((_MARGIN, middle), name, fill=_INK, font=_FONTS[_TEXT])
        for start, pictures in zip(starts, (row.before, row.after), strict=True):
            for column, picture in enumerate(pictures):
                at = start + column * (self._width + _GAP), top
                sheet.paste(self._fitted(picture), at)
                edge = (at[0] - 1, at[1] - 1, at[0] + self._width, at[1] + self._height)
                pen.rectangle(edge, outline=_EDGE)
        below = top + self._height + 2
        for start, captions in zip(starts, (row.captions, row.told), strict=True):
            for column, told in enumerate(captions):
                for number, line in enumerate(told):
                    at = (start + column * (self._width + _GAP), below + number * (_SMALL + 2))
                    text = _cut(printable(line), self._width, _SMALL)
                    pen.text(at, text, fill=_FAINT, font=_FONTS[_SMALL])

    def _fitted(self, picture: NDArray[np.uint8]) -> Image.Image:
        image = Image.fromarray(picture[..., 0] if picture.shape[-1] == 1 else picture)
        # Enlarged pixel by pixel, so that one sees each that the network sees.
        how = Image.Resampling.NEAREST if self._factor >= 1 else Image.Resampling.LANCZOS
        return image.convert("RGB").resize((self._width, self._height), how)

    def _heads(self) -> list[str]:
        preview = self._preview
        height, width = preview.form.size
        colours = "gray" if preview.form.channels == 1 else "RGB"
        resize = f", resize: {preview.form.resize}" if preview.resized else ""
        heads = [f"as the network gets them: {height} x {width}, {colours}{resize}"]
        if self._has_after:
            heads.append(
                f"as training gets them in epoch {preview.epoch}: {', '.join(preview.augmentation)}"
            )
        return heads

    def _notes(self) -> list[str]:
        """What is said below the title."""
        preview = self._preview
        notes = []
        if not preview.augmentation:
            notes.append("The spec has no augmentation: training gets them as they are here.")
        if preview.captioned:
            notes.append(f"Below each: {printable('; '.join(preview.captioned))}.")
        if any(row.told for row in preview.rows):
            notes.append("Mixed images have the labels of both, by the shares below them.")
        if 0 < len(preview.rows) < preview.classes:
            notes.append(f"{len(preview.rows)} of {preview.classes} classes; --class shows others.")
        return notes


def _cell(size: tuple[int, int]) -> tuple[float, tuple[int, int]]:
    """By what an image is enlarged, a whole number or less than 1, and its height and width then."""
    largest = max(size)
    factor: float = _CELL // largest if largest <= _CELL else _CELL / largest
    height, width = (max(1, round(side * factor)) for side in size)
    return factor, (height, width)


def _width(text: str, size: int) -> int:
    return int(_FONTS[size].getlength(text)) + 1


def _cut(text: str, width: int, size: int) -> str:
    if _width(text, size) <= width:
        return text
    while text and _width(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text}…"


def _folded(text: str, width: int, size: int) -> list[str]:
    """The text in lines of at most a width, broken between words."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".lstrip()
        if lines[-1] and _width(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return [_cut(line, width, size) for line in lines]
