"""What a look at data gave, as text and as JSON."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Literal

from rich.table import Table
from rich.text import Text
from typing_extensions import TypedDict  # the one that pydantic reads on Python 3.11

from netspec.report.console import aligned
from netspec.report.escape import json_text, printable
from netspec.report.findings import COLOURS, FindingRecord, excerpt_text, tally
from netspec.wording import spoken_bytes, times

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from netspec.diagnostics import Finding

_MOST_CLASSES = 50
_MOST_OF_A_CODE = 10
_MOST_KINDS = 6
_CHANNELS = {1: ("gray",), 3: ("red", "green", "blue")}
# What others call the images that are watched in training.
_VALIDATION = {"val", "valid", "dev"}
# How many times as many images one class has as another before it is said.
_TOLD_FROM = 1.5


class ImageFindingRecord(FindingRecord):
    """One finding, and the images that it is of: none where it is of all, or of a folder."""

    images: list[str]


class ClassCountRecord(TypedDict):
    """How many images of a class each split has."""

    label: str
    images: dict[str, int]


class NumberRecord(TypedDict):
    """How one number of a label is spread among the training images."""

    name: str
    minimum: float
    mean: float
    maximum: float


class LabelRecord(TypedDict):
    """One label: its classes in label order, or its numbers; `none` counts images that have none of several classes."""

    name: str
    kind: Literal["class", "multi_label", "number"]
    classes: list[ClassCountRecord]
    none: dict[str, int]
    numbers: list[NumberRecord]


class WeightsRecord(TypedDict):
    """How much the training images count; `zero` of them count nothing."""

    smallest: float
    largest: float
    zero: int


class SizesRecord(TypedDict):
    """How large images are, `[height, width]` as they are seen.

    `smallest` and `largest` are by their pixels, `median` each side by itself; `images` have the commonest size.
    """

    smallest: list[int]
    median: list[int]
    largest: list[int]
    common: list[int]
    images: int
    different: int


class PixelsRecord(TypedDict):
    """How the training images' pixels are spread as the network gets them, 0 to 255, channel by channel."""

    size: list[int]
    images: int
    mean: list[float]
    deviation: list[float]
    variance: list[float]
    normalization: str


class DataCheckDocument(TypedDict):
    """What ``netspec data check --format json`` prints.

    `splits` are those of a run; `unused` those of the data that serve for nothing. `bytes` is null where the images are
    no files, `sizes` and `pixels` where none can be read, `weights` where all images count alike.
    """

    data: str
    splits: dict[str, int]
    unused: dict[str, int]
    labels: list[LabelRecord]
    weights: WeightsRecord | None
    sizes: SizesRecord | None
    formats: dict[str, int]
    modes: dict[str, int]
    bytes: int | None
    pixels: PixelsRecord | None
    seconds: float
    findings: list[ImageFindingRecord]


def data_check_json(document: DataCheckDocument) -> str:
    """The document as text."""
    return json_text(document, ascii_only=True)


def data_check_text(document: DataCheckDocument) -> list[RenderableType]:
    """What there is: counts, sizes, formats and how pixels are spread."""
    images = sum(document["splits"].values())
    size = "" if document["bytes"] is None else f", {spoken_bytes(document['bytes'])}"
    head = Text.assemble(
        (f"{printable(document['data'])}  ", "bold"),
        f"{_images(images)}{size}, looked at in {document['seconds']:.1f} s",
    )
    parts: list[RenderableType] = [head, Text()]
    for label in document["labels"]:
        parts += [*_label(label, document), Text()]
    parts.append(aligned(_facts(document)))
    pixels = document["pixels"]
    if pixels is not None:
        parts += [Text(), *_pixels(pixels)]
    return parts


def data_findings_text(findings: Sequence[Finding], *, width: int) -> Text:
    """Findings of one place: the place once, then at most ten of each code, and how many more there are.

    Args:
        findings: The findings, those of one code together.
        width: How many columns an excerpt may take.
    """
    place = findings[0].place
    text = Text.assemble((f"{printable(place.source.name)}:{place.line}:{place.column}:\n", "bold"))
    text.append_text(excerpt_text(place, width))
    kinds = groupby(findings, key=lambda finding: (finding.severity, finding.code, finding.hint))
    shown: dict[str, int] = {}
    left: dict[str, int] = {}
    for (severity, code, hint), of_kind in kinds:
        told = False
        for finding in of_kind:
            if shown.get(code, 0) >= _MOST_OF_A_CODE:
                left[code] = left.get(code, 0) + 1
                continue
            shown[code] = shown.get(code, 0) + 1
            told = True
            text.append(f"{severity}[{code}]", style=COLOURS[severity])
            text.append(f" {printable(finding.message)}\n")
        if told and hint:
            text.append("   hint: ", style="bold")
            text.append(f"{printable(hint)}\n")
    for code, count in left.items():
        more = f"and {count:,} more of {code}; `--format json` lists all"
        text.append(f"{more}\n", style="dim")
    gravest = findings[0].code
    text.append("\n")
    text.append(tally(findings), style="bold")
    return text.append(f" (more: netspec explain {gravest})", style="dim")


def _label(label: LabelRecord, document: DataCheckDocument) -> list[RenderableType]:
    several = len(document["labels"]) > 1
    head = [Text(f"label {printable(label['name'])}", style="bold")] if several else []
    if label["kind"] == "number":
        told = f"of the {_images(document['splits']['train'], 'training ')}"
        return [*head, _numbers(label["numbers"]), Text(told, style="dim")]
    classes = label["classes"]
    splits = list(document["splits"])
    table = _table("class", *splits)
    for each in classes[:_MOST_CLASSES]:
        table.add_row(
            Text(printable(each["label"])), *(f"{each['images'][split]:,}" for split in splits)
        )
    if len(classes) > _MOST_CLASSES:
        table.add_row(Text(f"and {len(classes) - _MOST_CLASSES:,} more", style="dim"))
    if label["none"]:
        nothing = (f"{label['none'][split]:,}" for split in splits)
        table.add_row(
            Text("none of them", style="dim"), *(Text(each, style="dim") for each in nothing)
        )
    totals = (f"{document['splits'][split]:,}" for split in splits)
    table.add_row(Text("all", style="dim"), *(Text(total, style="dim") for total in totals))
    return [*head, table, *_imbalance(label)]


def _imbalance(label: LabelRecord) -> list[Text]:
    counts = [
        (each["images"].get("train", 0), printable(each["label"])) for each in label["classes"]
    ]
    (most, largest), (fewest, smallest) = max(counts), min(counts)
    if not fewest or label["kind"] != "class" or most < _TOLD_FROM * fewest:
        return []
    told = f"{largest} has {times(most, fewest)} as many training images as {smallest}"
    return [Text(told, style="dim")]


def _numbers(numbers: Sequence[NumberRecord]) -> Table:
    table = _table("number", "smallest", "mean", "largest")
    for each in numbers:
        table.add_row(
            Text(printable(each["name"])),
            f"{each['minimum']:g}",
            f"{each['mean']:g}",
            f"{each['maximum']:g}",
        )
    return table


def _facts(document: DataCheckDocument) -> list[tuple[str, str]]:
    rows = []
    if all(label["kind"] == "number" for label in document["labels"]):
        rows.append(("splits", _counts(document["splits"])))
    weights = document["weights"]
    if weights is not None:
        are = "is" if weights["zero"] == 1 else "are"
        zero = f"{weights['zero']:,} of them {are} 0" if weights["zero"] else "none of them is 0"
        rows.append(
            (
                "weights",
                f"{weights['smallest']:g} to {weights['largest']:g} in training; {zero}",
            )
        )
    sizes = document["sizes"]
    if sizes is not None:
        if sizes["different"] == 1:
            rows.append(("size", f"{_spell(sizes['smallest'])}, all of them"))
        else:
            rows += [
                ("sizes", f"{_spell(sizes['smallest'])} to {_spell(sizes['largest'])}"),
                ("median", f"{_spell(sizes['median'])}, each side by itself"),
                ("commonest", f"{_spell(sizes['common'])}, {_images(sizes['images'])}"),
            ]
    for name in ("formats", "modes"):
        counts = document["formats"] if name == "formats" else document["modes"]
        if counts:
            rows.append((name, _counts(counts)))
    rows += [("not used", told) for told in _unused(document)]
    return rows


def _unused(document: DataCheckDocument) -> list[str]:
    """The source's splits that serve for nothing, and what to write so that they do."""
    unused = [f"{printable(name)} ({count:,})" for name, count in document["unused"].items()]
    if not unused:
        return []
    more = [f"{len(unused) - _MOST_KINDS} more"] if len(unused) > _MOST_KINDS else []
    told = ", ".join([*unused[:_MOST_KINDS], *more])
    meant = [name for name in document["unused"] if name.lower() in _VALIDATION]
    if meant and "validation" not in document["splits"]:
        return [f"{told}: write `validation: {meant[0]}` in data"]
    return [f"{told}: name it in data.validation or data.test"]


def _pixels(pixels: PixelsRecord) -> list[RenderableType]:
    channels = len(pixels["mean"])
    names = _CHANNELS.get(channels, tuple(map(str, range(channels))))
    table = _table("pixels", *names)
    for row, values in (("mean", pixels["mean"]), ("deviation", pixels["deviation"])):
        table.add_row(row, *(f"{value:.2f}" for value in values))
    told = (
        f"of {_images(pixels['images'], 'training ')} as the network gets them, {_spell(pixels['size'])}, 0 to 255;\n"
        "brought to mean 0 and deviation 1 by the layer"
    )
    return [table, Text(told, style="dim"), Text(f"- {pixels['normalization']}")]


def _table(left: str, *right: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(left, no_wrap=True, overflow="ellipsis")
    for name in right:
        table.add_column(Text(printable(name)), justify="right", no_wrap=True, min_width=len(name))
    return table


def _images(count: int, before: str = "") -> str:
    return f"{count:,} {before}image{'s' * (count != 1)}"


def _spell(size: Sequence[int]) -> str:
    return " x ".join(map(str, size))


def _counts(counts: Mapping[str, int]) -> str:
    told = [f"{printable(name)} {count:,}" for name, count in counts.items()]
    more = [f"{len(told) - _MOST_KINDS} more"] if len(told) > _MOST_KINDS else []
    return ", ".join([*told[:_MOST_KINDS], *more])
