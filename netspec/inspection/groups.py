"""Images that belong together and are on two sides all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.data.images import ArrayImages
from netspec.diagnostics import Code
from netspec.fields.patterns import found
from netspec.inspection.found import some
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.inspection.found import Finder, ImageFinding
    from netspec.inspection.population import Population


def check_groups(population: Population, pattern: str, finder: Finder) -> Iterator[ImageFinding]:
    """The groups of which images are in several splits, as a source's own splits may have them.

    A pattern that finds nothing in some names is told of, too: where images are held out, a run stops for it.
    """
    places: dict[str, list[int]] = {}
    without = []
    place = 0
    for part in population.parts:
        for index in part.indices.tolist():
            has_name = not isinstance(part.images, ArrayImages)
            group = found(pattern, part.images.name(index)) if has_name else None
            if group is not None:
                places.setdefault(group, []).append(place)
            else:
                without.append(place)
            place += 1
    if without:
        names = [population.name(each) for each in without]
        yield finder.found(
            Code.DATA_LAYOUT,
            f"data.group: `{short(pattern)}` finds nothing in {len(names):,} of {len(population):,} names: "
            f"{some(names)}",
            "every image needs a group; the pattern is searched in the whole name, folders and all",
            images=names,
            level="warning",
        )
    sides = population.sides()
    for group, members in places.items():
        splits = list(dict.fromkeys(name for member in members for name in sides[member]))
        # Where one split serves as two, an image is in both by itself.
        if len({sides[member] for member in members}) > 1:
            names = [population.name(member) for member in members]
            yield finder.found(
                Code.GROUP_IN_TWO_SPLITS,
                f"images of the group '{short(group)}' are in {some(splits)}: {some(names)}",
                "divide the images anew by group, or let netspec hold out what judges the network",
                images=names,
            )
