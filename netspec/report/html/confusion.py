"""The confusion matrix as a table with shaded cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.report.html.markup import Markup, element, join
from netspec.report.html.page import captioned
from netspec.report.html.said import percent, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# A page of more cells is slow; of more classes those are shown that are confused most.
_MOST_CLASSES = 120
_MOST_LEVEL = 12  # with so few classes the columns' names lie flat
_MOST_ON_PAPER = 25  # with more of them, cells are printed without numbers
_SHADES = 100
_LONGEST = 24


def confusion(
    name: str, labels: Sequence[str], matrix: Sequence[Sequence[int]], *, most: int = _MOST_CLASSES
) -> Markup:
    """The matrix with a row for each true class; a script switches it to shares, and chooses a pair by a click.

    Args:
        name: An id of its own.
        labels: What the classes are called, in label order.
        matrix: A row for each true class, a column for each predicted one.
        most: How many classes are shown at most.
    """
    chosen = _most_confused(matrix, most)
    shown = [labels[at] for at in chosen]
    part = [[matrix[row][column] for column in chosen] for row in chosen]
    sums = [sum(matrix[row]) for row in chosen]
    note = None
    if len(chosen) < len(labels):
        left = len(labels) - len(chosen)
        note = element(
            "p",
            f"The {len(chosen)} classes with the most mistakes; {left:,} more are in confusion.csv.",
            class_="faint",
        )
    return join(_tools(name), _table(name, shown, part, sums), note)


def _tools(name: str) -> Markup:
    hint = "Rows are true, columns predicted."
    shares = element(
        "button", "In percent", type="button", aria_pressed="false", class_="shares", hidden=True
    )
    return element(
        "div",
        shares,
        element("p", hint, class_="readout", aria_live="polite"),
        class_="tools",
        data_for=name,
    )


def _table(
    name: str, labels: Sequence[str], matrix: Sequence[Sequence[int]], sums: Sequence[int]
) -> Markup:
    wrong = max(
        (
            images / total
            for row, (counts, total) in enumerate(zip(matrix, sums, strict=True))
            for column, images in enumerate(counts)
            if row != column and total
        ),
        default=0.0,
    )
    steep = " steep" if len(labels) > _MOST_LEVEL else ""
    crowded = " crowded" if len(labels) > _MOST_ON_PAPER else ""
    heads = [
        element("th", element("span", _cut(label)), scope="col", title=label) for label in labels
    ]
    lines = [
        element(
            "tr",
            element("th", _cut(labels[row]), scope="row", title=labels[row]),
            list(_cells(counts, row, sums[row], wrong)),
            data_sum=sums[row],
        )
        for row, counts in enumerate(matrix)
    ]
    corner = element("td", element("span", "true ", "\\", " predicted"), class_="corner")
    table = element(
        "table",
        captioned("How many images of each class were taken for which"),
        element("thead", element("tr", corner, heads)),
        element("tbody", lines),
        class_=f"confusion{steep}{crowded}",
        id=name,
    )
    return element(
        "div", table, class_="scrolled", tabindex="0", role="region", aria_label="Confusion matrix"
    )


def _cells(counts: Sequence[int], row: int, total: int, wrong: float) -> Iterator[Markup]:
    """A row's cells: right answers are shaded by their share of the row, wrong ones by the largest share there is."""
    for column, (images, share) in enumerate(zip(counts, _shares(counts, total), strict=True)):
        is_right = row == column
        of = 1.0 if is_right else wrong
        shade = round(_SHADES * share / of) if of else 0
        if not images:
            yield element("td", class_="right" if is_right else None)
            continue
        classes = f"{'right' if is_right else 'wrong'}{' deep' if shade > _SHADES * 0.55 else ''}"
        yield element("td", f"{images:,}", class_=classes, style=f"--s:{max(shade, 4)}%")


def _shares(counts: Sequence[int], total: int) -> list[float]:
    return [images / total if total else 0.0 for images in counts]


def _most_confused(matrix: Sequence[Sequence[int]], most: int) -> list[int]:
    """The places of the classes that are shown: all, or those with the most mistakes in their row and column."""
    if len(matrix) <= most:
        return list(range(len(matrix)))
    columns = [sum(column) for column in zip(*matrix, strict=True)]
    mistakes = [sum(row) + columns[at] - 2 * row[at] for at, row in enumerate(matrix)]
    ranked = sorted(range(len(matrix)), key=lambda at: -mistakes[at])
    return sorted(ranked[:most])


def _cut(label: str) -> str:
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"


def sentence(labels: Sequence[str], matrix: Sequence[Sequence[int]]) -> str:
    """How many were right, in words."""
    images = sum(map(sum, matrix))
    right = sum(row[at] for at, row in enumerate(matrix))
    if not images:
        return "No image was judged."
    classes = plural(len(labels), "class", "classes")
    return f"{right:,} of {plural(images, 'image')} in {classes} were right, {percent(right / images)}."
