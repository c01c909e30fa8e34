"""Bars of text, an eighth of a character exact."""

from __future__ import annotations

_EIGHTHS = " ▏▎▍▌▋▊▉█"


def bar(part: float, *, width: int, encoding: str = "utf-8") -> str:
    """A bar for a part of a whole, from 0 to 1; of whole ``#`` where the encoding has no finer blocks.

    Args:
        part: The part.
        width: How many characters the whole has.
        encoding: That of the stream.
    """
    try:
        _EIGHTHS.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return f"{'#' * max(round(part * width), part > 0):<{width}}"
    whole, rest = divmod(max(round(part * width * 8), int(part > 0)), 8)
    return f"{'█' * whole + (_EIGHTHS[rest] if rest else ''):<{width}}"
