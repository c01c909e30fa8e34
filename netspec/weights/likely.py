"""Why the weights of a file likely do not fit a network, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.weights.match import Wanted
    from netspec.weights.stored import StoredLayer

    Shapes = list[tuple[tuple[int, ...], ...]]

# A classifier has at most so many layers with weights: VGG has three.
_LONGEST_TOP = 3


def likely_reason(layers: Sequence[StoredLayer], weighted: Sequence[Wanted]) -> str:
    """One sentence for a user.

    Args:
        layers: The file's layers.
        weighted: The network's layers that have weights.
    """
    have: Shapes = [tuple(weight.shape for weight in layer.weights) for layer in layers]
    want: Shapes = [layer.shapes for layer in weighted]
    more = len(have) - len(want)
    if have[: len(want)] == want and 0 < more <= _LONGEST_TOP:
        return "the file has a classifier that is not wanted here: say include_top: true, or give the file without top"
    if want[: len(have)] == have and 0 < -more <= _LONGEST_TOP:
        return "the file has no classifier: say include_top: false, or give the file with top"
    if more == 0 and have[:-1] == want[:-1] and _differ_in_width(have[-1], want[-1]):
        classes = have[-1][0][-1]
        return f"all but the last layer fit: say classes: {classes}, or give weights for {want[-1][0][-1]} classes"
    widths = _widths(have, want)
    if widths is not None and abs(more) <= _LONGEST_TOP:
        top = "" if more == 0 else f", {'with' if more > 0 else 'without'} a classifier"
        return (
            "it looks like the same architecture with another alpha or of another size"
            f"{top}: {widths[0]} channels where here are {widths[1]}"
        )
    return _ANOTHER


_ANOTHER = "the file holds another architecture or another size of it; give the one that was trained as this network is"


def _differ_in_width(one: tuple[tuple[int, ...], ...], other: tuple[tuple[int, ...], ...]) -> bool:
    """Whether two layers have the same weights but for the number of channels they give."""
    return [shape[:-1] for shape in one] == [shape[:-1] for shape in other] and all(one)


def _widths(have: Shapes, want: Shapes) -> tuple[int, int] | None:
    """The first width that differs, where nothing but widths does and all of them are smaller, or all larger."""
    found = []
    for given, wanted in zip(have, want, strict=False):
        if len(given) != len(wanted):
            return None
        for one, other in zip(given, wanted, strict=True):
            # The last two axes of a kernel count channels.
            if len(one) != len(other) or one[:-2] != other[:-2]:
                return None
            if one and one[-1] != other[-1]:
                found.append((one[-1], other[-1]))
    smaller = {one < other for one, other in found}
    return found[0] if len(smaller) == 1 else None
