"""Numbers and moments as a page says them."""

from __future__ import annotations

from datetime import UTC, datetime

from netspec.report.html.markup import Markup, element
from netspec.report.spoken import spoken_number

_THOUSAND = 1000
_MANY = 10_000
NOTHING = "-"


def count(value: int | None) -> str:
    """A whole number with its thousands apart."""
    return NOTHING if value is None else f"{value:,}"


def large(value: int | None) -> str:
    """A number so large that its last digits say nothing: `1.25 M`."""
    if value is None:
        return NOTHING
    if value < _MANY:
        return f"{value:,}"
    size = float(value)
    for unit in ("k", "M", "G", "T", "P"):
        size /= _THOUSAND
        if size < _THOUSAND or unit == "P":
            break
    return f"{size:.3g} {unit}" if size < _THOUSAND else f"{size:.3g} P"


def percent(share: float | None) -> str:
    """A share in percent."""
    return NOTHING if share is None else f"{100 * share:.1f}%"


def metric(value: float | None) -> str:
    """A loss or a metric."""
    return NOTHING if value is None else spoken_number(value)


def size_in_bytes(value: int | None) -> str:
    """A number of bytes, in the unit that suits it."""
    if value is None:
        return NOTHING
    size = float(value)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024 or unit == "GiB":  # noqa: PLR2004 - bytes of a KiB
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    raise AssertionError  # pragma: no cover - the last unit takes any


def moment(text: str | None) -> str:
    """A moment to the minute, in UTC."""
    if text is None:
        return NOTHING
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def plural(number: int, one: str, many: str | None = None) -> str:
    """So many of something: `1 image`, `2,000 images`."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def badge(text: str, kind: str) -> Markup:
    """A word in a frame; `kind` is `good`, `bad`, `warn` or `faint`."""
    return element("span", text, class_=f"badge {kind}")
