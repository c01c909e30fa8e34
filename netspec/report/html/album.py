"""The pictures of a page, as many as it has room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.report.html.document import Absent
from netspec.report.html.judged import ClassOutput
from netspec.report.html.markup import element
from netspec.report.html.page import picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netspec.report.html.document import RunAccount
    from netspec.report.html.judged import Mistake
    from netspec.report.html.markup import Markup

# Base64 makes four characters of three bytes, and the element around it has some, too.
_OF_BYTES = 4 / 3
_AROUND = 200


class Album:
    """Takes pictures into a page: those that matter most, for as long as there is room.

    Attributes:
        left_out: How many there was no room for.
    """

    def __init__(self, pictures: Iterable[bytes | Absent], room: int) -> None:
        """Chooses.

        Args:
            pictures: All pictures, those that matter most first.
            room: How many bytes of the page they may take.
        """
        self.left_out = 0
        self._chosen: set[int] = set()
        for content in pictures:
            if isinstance(content, Absent):
                continue
            needed = int(len(content) * _OF_BYTES) + _AROUND
            if needed > room:
                self.left_out += 1
                continue
            room -= needed
            self._chosen.add(id(content))

    @classmethod
    def of(cls, run: RunAccount, room: int) -> Album:
        """The album of a run: mistakes before what was looked at, and the layers' sheets, which are large, last."""
        return cls(_in_order(run), room)

    def shown(self, content: bytes | Absent, *, label: str, class_: str | None = None) -> Markup:
        """A picture, or why it is not there.

        Args:
            content: A PNG, one of those that the album was made of.
            label: What it shows, in words.
            class_: How it is styled.
        """
        if isinstance(content, Absent):
            return _instead(content.why, label, class_)
        if id(content) not in self._chosen:
            return _instead("there was no room for it in this page", label, class_)
        return picture(content, label=label, class_=class_)


def _in_order(run: RunAccount) -> Iterator[bytes | Absent]:
    """A run's pictures, those that matter most first."""
    mistakes = list(_mistakes(run))
    yield from (each.picture for each in mistakes)
    if not isinstance(run.looks, Absent):
        for look in run.looks.each:
            yield from (look.picture, look.grad_cam)
        if not isinstance(run.looks.filters, Absent):
            yield run.looks.filters.picture
    yield from (each.look for each in mistakes)
    if not isinstance(run.looks, Absent):
        yield from (sheet.picture for look in run.looks.each for sheet in look.layers)


def _mistakes(run: RunAccount) -> Iterator[Mistake]:
    for evaluation in run.evaluations if not isinstance(run.evaluations, Absent) else ():
        for output in evaluation.outputs:
            if isinstance(output, ClassOutput) and not isinstance(output.mistakes, Absent):
                yield from output.mistakes


def _instead(why: str, label: str, class_: str | None) -> Markup:
    classes = "missing" if class_ is None else f"missing {class_}"
    return element("div", element("span", why), class_=classes, role="img", aria_label=label)
