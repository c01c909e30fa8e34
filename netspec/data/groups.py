"""Which group each image is of, by its name. A plan can ask it, without NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.errors import DataError
from netspec.fields.patterns import found
from netspec.report.escape import printable
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHOWN = 3


def groups_of(names: Sequence[str], pattern: str, *, some_go: bool = False) -> list[str]:
    """What a pattern finds in each image's name.

    Args:
        names: What the images are called.
        pattern: Read by `Pattern`.
        some_go: Whether images may be among them that will be left out, and need no group; none is given for these.

    Raises:
        DataError: It finds nothing in some; where some may go, in any.
    """
    keys = [found(pattern, name) for name in names]
    without = [index for index, key in enumerate(keys) if key is None]
    if without and (not some_go or len(without) == len(keys)):
        shown = ", ".join(printable(short(names[index])) for index in without[:_SHOWN])
        more = " …" if len(without) > _SHOWN else ""
        raise DataError(
            f"data.group: `{short(pattern)}` finds nothing in {len(without):,} of {len(keys):,} names: {shown}{more}",
            hint="every image needs a group; the pattern is searched in the whole name, folders and all",
        )
    return [key for key in keys if key is not None]
