"""The worst mistakes with their pictures, and the pairs of classes that are confused most."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from netspec.report.html import page
from netspec.report.html.document import Absent
from netspec.report.html.markup import Markup, element, join
from netspec.report.html.said import count, percent, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.report.html.album import Album
    from netspec.report.html.judged import Confused, Mistake


def mistakes(name: str, each: Sequence[Mistake] | Absent, album: Album) -> Markup:
    """A gallery, which a script cuts down to a pair of classes and switches to where the network looked.

    Args:
        name: The id of the matrix that chooses the pair.
        each: The mistakes, the most confident first.
        album: Takes the pictures.
    """
    if isinstance(each, Absent):
        return page.absent("No mistakes are shown", each.why, each.todo)
    if not each:
        return element("p", "There is no mistake.")
    lost = [one.picture for one in each if isinstance(one.picture, Absent)]
    # Where none is there, one note says why, and no empty place does.
    is_bare = len(lost) == len(each) > 1
    pictures = [
        None if is_bare else album.shown(one.picture, label=_label(one), class_="seen")
        for one in each
    ]
    note = None
    if len(lost) > 1:
        ((why, number),) = Counter(lost).most_common(1)
        left = f"{number} of {plural(len(each), 'picture')}"
        note = page.absent("No pictures" if is_bare else left, why.why, why.todo)
    looks = [
        None
        if isinstance(one.look, Absent)
        else album.shown(
            one.look, label=f"{_label(one)}: where the network looked", class_="looked"
        )
        for one in each
    ]
    has_looks = any(look is not None for look in looks)
    switch = element(
        "button",
        "Where it looked",
        type="button",
        aria_pressed="false",
        class_="looks",
        hidden=True,
    )
    whole = element("button", "All mistakes", type="button", class_="all", hidden=True)
    order = ", the most confident first" if len(each) > 1 else ""
    said = (
        f"{plural(len(each), 'mistake')}{order}: true class, what it was taken for, and how sure."
    )
    tools = element(
        "div",
        switch if has_looks else None,
        whole,
        element("p", said, class_="readout", aria_live="polite"),
        class_="tools",
    )
    figures = [
        _figure(one, picture, look)
        for one, picture, look in zip(each, pictures, looks, strict=True)
    ]
    return element(
        "div",
        tools,
        note,
        element("div", figures, class_="gallery"),
        class_="mistakes",
        data_matrix=name,
        data_said=said,
    )


def pairs(each: Sequence[Confused]) -> Markup | None:
    """The most confused pairs as a table."""
    if not each:
        return None
    rows = [[one.true, one.predicted, count(one.images)] for one in each]
    return page.table(
        ["true", "taken for", "images"], rows, right=(2,), caption="Confused most often"
    )


def _figure(one: Mistake, picture: Markup | None, look: Markup | None) -> Markup:
    sure = None if one.probability is None else element("b", percent(one.probability))
    true = None
    if one.true_probability is not None:
        true = element("small", f"{one.true}: {percent(one.true_probability)}", class_="faint")
    caption = element(
        "figcaption",
        element("span", one.true, " → ", one.predicted, class_="pair"),
        join(" ", sure),
        true,
        element(
            "small", element("bdi", one.image, dir="ltr"), class_="faint name", title=one.image
        ),
    )
    return element(
        "figure",
        picture,
        look,
        caption,
        data_true=one.true,
        data_predicted=one.predicted,
        class_="both" if look is not None else None,
    )


def _label(one: Mistake) -> str:
    return f"{one.true}, taken for {one.predicted}"
