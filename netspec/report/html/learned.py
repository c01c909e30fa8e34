"""What a network looked at, and what its layers make of an image."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netspec.report.html import page
from netspec.report.html.document import Absent
from netspec.report.html.markup import Markup, element, join

if TYPE_CHECKING:
    from netspec.report.html.album import Album
    from netspec.report.html.looked import LayerPicture, Look, Looks


def learned(looks: Looks | Absent, album: Album) -> Markup:
    """The images that `netspec look` was shown, and the first layer's filters."""
    if isinstance(looks, Absent):
        return page.absent("Nothing to see", looks.why, looks.todo)
    images = [_look(each, album) for each in looks.each]
    filters = None
    if not isinstance(looks.filters, Absent):
        filters = join(
            element("h3", "Filters of the first layer"),
            _outdated(looks.outdated),
            _sheet(looks.filters, album),
        )
    return join(images, filters)


def _outdated(old: Absent | None) -> Markup | None:
    return None if old is None else page.absent("Older than the run", old.why, old.todo)


def _look(each: Look, album: Album) -> Markup:
    said = [element("p", one) for one in each.answers]
    seen = element(
        "figure",
        album.shown(each.picture, label=f"{_name(each.image)}, as the network saw it"),
        element("figcaption", "as the network saw it"),
    )
    cam = None
    if not isinstance(each.grad_cam, Absent):
        label = f"{_name(each.image)}: {each.grad_cam_of or 'where the network looked'}"
        cam = element(
            "figure",
            album.shown(each.grad_cam, label=label),
            element("figcaption", "Grad-CAM: ", each.grad_cam_of or "where the network looked"),
        )
    elif each.grad_cam_of is not None:
        cam = element(
            "p", each.grad_cam_of[:1].upper() + each.grad_cam_of[1:] + ".", class_="absent"
        )
    maps = [_sheet(one, album) for one in each.layers]
    return element(
        "article",
        element("h3", _name(each.image), title=each.image),
        _outdated(each.outdated),
        said,
        element("div", seen, cam, class_="looked-at"),
        page.folded(f"What its layers made of it ({len(maps)})", *maps) if maps else None,
        class_="look",
    )


def _name(image: str) -> str:
    """An image's file name, without the folders that the user named it by."""
    return re.split(r"[/\\]", image.rstrip("/\\"))[-1] or image


def _sheet(each: LayerPicture, album: Album) -> Markup:
    return element(
        "figure",
        album.shown(each.picture, label=f"{each.layer}: {each.what}"),
        element("figcaption", element("code", each.layer), " ", each.what),
        class_="sheet",
    )
