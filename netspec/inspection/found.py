"""What is found in data: findings that name the images they are of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.diagnostics import Severity
    from netspec.source.nodes import Place

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ImageFinding(Finding):
    """A finding that only a look at the data can give.

    Attributes:
        images: The images that it is of, as lists call them; none where it is of all, or of a folder.
    """

    images: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finder:
    """Makes findings at one place of a spec: where it names the data's source."""

    place: Place

    def found(
        self,
        code: Code,
        message: str,
        hint: str,
        *,
        images: Sequence[str] = (),
        level: Severity | None = None,
    ) -> ImageFinding:
        """One finding."""
        return ImageFinding(code, message, self.place, hint, level, images=tuple(images))


def some(names: Sequence[str]) -> str:
    """A few of some names, and how many more there are."""
    shown = [*names[:_SHOWN]]
    more = len(names) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more:,} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
