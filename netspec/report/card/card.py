"""A model card: what was trained and handed on, on what, how well, and what only its author can add."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.report.card.header import header
from netspec.report.card.making import (
    data_lines,
    network_lines,
    repeat_lines,
    surroundings_lines,
    training_lines,
)
from netspec.report.card.results import result_lines, weaknesses
from netspec.report.escape import markdown
from netspec.report.html.document import Absent
from netspec.report.markdown import block, code, table
from netspec.report.spoken import spoken_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netspec.report.html.document import RunAccount
    from netspec.report.html.judged import Evaluation
    from netspec.spec.labels import Target

SCRIPT = "predict.py"
_MODEL = "model.keras"
_TEST = "test"
_BARE = "structure"
_MOST_NAMES = 200
_LEFT = "**To be written by the author.**"
# What no run knows of itself.
_OPEN = (
    ("What it is for", "who is to use it, on which pictures, and for what it must not be used"),
    ("Licence", "the terms under which the weights may be used; none was chosen"),
    ("The pictures", "where they come from, who is on them, who labelled them, and what they leave out"),
    ("Risks", "what an error does to whom, and which groups it meets more often"),
    ("Who made it", "names, how to reach them, how to cite it"),
)  # fmt: skip


@dataclass(frozen=True)
class Pixels:
    """The form in which pictures reach the network.

    Attributes:
        height, width, channels: Its size; 3 channels, or 1 for gray.
        resize: `stretch`, `crop` or `pad`.
    """

    height: int
    width: int
    channels: int
    resize: str


@dataclass(frozen=True)
class Says:
    """What an output of the network says.

    Attributes:
        target: What it learned.
        meaning: What its values are, in words.
    """

    target: Target
    meaning: str


@dataclass(frozen=True)
class HandedOn:
    """What is handed on of a run.

    Attributes:
        form: The format's name.
        library: The Hub's name of the library that opens it; None where the Hub finds that out by the files.
        checkpoint: The file of the run whose weights it has.
        files: What lies beside the card.
        packages: What opens it, in words; None where that is not known.
        lines: Python that opens it and asks it; none where that is not known.
        pixels: The form of its input; None where it takes features, and no pictures.
        outputs: What its outputs say.
    """

    form: str
    library: str | None
    checkpoint: str
    files: tuple[str, ...]
    packages: str | None
    lines: tuple[str, ...]
    pixels: Pixels | None
    outputs: tuple[Says, ...]


def model_card(account: RunAccount, handed: HandedOn) -> str:
    """The card's text: Markdown below the metadata that Hugging Face's Hub reads.

    Args:
        account: All that the run says of itself.
        handed: What is handed on of it.
    """
    judged = () if isinstance(account.evaluations, Absent) else account.evaluations
    known = [each for each in judged if each.unread is None and each.outdated is None]
    own = [each for each in known if each.checkpoint == handed.checkpoint]
    tested = next((each for each in own if each.split == _TEST and each.source is None), None)
    name = account.spec_name or account.name
    return header(
        account,
        tested,
        name=name,
        tags=("netspec", handed.form),
        library=handed.library,
        names_classes=any(each.target.kind != "number" for each in handed.outputs),
    ) + "\n".join(
        [
            "",
            f"# {markdown(name)}",
            "",
            *_about(account, handed),
            *_section("How to use it", _use(handed)),
            *_section("What it takes", _input(handed.pixels)),
            *_section("What it says", _outputs(handed.outputs)),
            *_section("What it was trained on", data_lines(account.data)),
            *_section("How it was trained", training_lines(account)),
            *_section("Results", _results(tested, own)),
            *_section("Limits", _limits(account, tested)),
            *_section("The network", network_lines(account)),
            *_section("Where it was trained", surroundings_lines(account.surroundings)),
            *_section("How to repeat it", repeat_lines(account)),
            *_section("What is still to be said", _open()),
        ]
    )


def _section(title: str, lines: Iterator[str]) -> list[str]:
    return [f"## {title}", "", *lines, ""]


def _about(account: RunAccount, handed: HandedOn) -> Iterator[str]:
    *first, last = map(_does, handed.outputs)
    does = f"{', '.join(first)} and {last}" if first else last
    yield f"A network that {does}. It was described, trained and handed on with netspec, and is a Keras network."
    yield ""
    yield "netspec has written this card from what the run kept. What only its author knows is marked."
    yield ""
    epoch = None if isinstance(account.training, Absent) else account.training.model_epoch
    if handed.form == _BARE:
        yield "This is the network's structure alone: what follows was measured with weights that are not beside it."
        yield ""
    elif handed.checkpoint != _MODEL:
        yield f"Its weights are those of the run's file {code(handed.checkpoint)}."
        yield ""
    elif epoch is not None:
        yield f"Its weights are those of epoch {epoch}."
        yield ""


def _does(output: Says) -> str:
    count = len(output.target.names)
    match output.target.kind:
        case "class":
            return f"says which of {count:,} classes a picture shows"
        case "multi_label":
            return f"says which of {count:,} labels a picture has"
    return f"gives {count:,} number{'' if count == 1 else 's'} for a picture"


def _use(handed: HandedOn) -> Iterator[str]:
    if SCRIPT in handed.files:
        needs = f" It needs {handed.packages}, NumPy and Pillow." if handed.packages else ""
        yield f"{code(SCRIPT)} beside this card says what is on pictures.{needs}"
        yield from ("", *block(f"python {SCRIPT} photo.jpg", "console"))
    if handed.lines:
        yield from ("", "In a program of one's own:", "", *block("\n".join(handed.lines), "python"))
        yield from ("", f"How a picture becomes {code('pixels')}, {code(SCRIPT)} shows.", "")
    yield from table(("file",), [[code(each)] for each in handed.files])


def _input(pixels: Pixels | None) -> Iterator[str]:
    if pixels is None:
        yield "Features that another network gives, and no pictures."
        return
    colours = "red, green and blue" if pixels.channels > 1 else "one channel of gray"
    yield (
        f"Pictures of {pixels.height} x {pixels.width} pixels (height, width), {colours}, as float32 "
        f"{code('(pictures, height, width, channels)')} with the raw values from 0 to 255: "
        "what scaling it needs is within it."
    )
    yield ""
    yield {
        "stretch": "Pictures of another size were stretched to it for training.",
        "crop": "Of pictures of another size the middle was cut out and scaled for training.",
        "pad": "Pictures of another size were scaled and padded with black for training.",
    }.get(pixels.resize, "")


def _outputs(outputs: Sequence[Says]) -> Iterator[str]:
    for number, output in enumerate(outputs):
        target = output.target
        yield from [""] if number else []
        if len(outputs) > 1:
            yield from (f"### {markdown(target.output)}", "")
        yield from (output.meaning, "")
        names = [f"{index}: {markdown(name)}" for index, name in enumerate(target.names)]
        shown = names[:_MOST_NAMES]
        more = f" … and {len(names) - len(shown):,} more" if len(names) > len(shown) else ""
        yield f"In this order: {', '.join(shown)}{more}."


def _results(tested: Evaluation | None, own: Sequence[Evaluation]) -> Iterator[str]:
    if tested is not None:
        yield from result_lines(tested)
    else:
        yield "These weights were not judged on a test split."
    others = [each for each in own if each is not tested]
    if others:
        yield from ("", "Judged besides:", "", *_compared(others))


def _compared(evaluations: Sequence[Evaluation]) -> list[str]:
    """The lines of a table of what was measured, a row an evaluation."""
    names = sorted({name for each in evaluations for name in each.metrics})
    rows = []
    for each in evaluations:
        values = [each.metrics.get(name) for name in names]
        place = f" of {markdown(each.source)}" if each.source else ""
        images = "-" if each.images is None else f"{each.images:,}"
        told = ["-" if value is None else spoken_number(value) for value in values]
        rows.append([f"{markdown(each.split)}{place}", images, *told])
    titles = ("judged on", "images", *map(markdown, names))
    return table(titles, rows, right=range(1, len(titles)))


def _limits(account: RunAccount, tested: Evaluation | None) -> Iterator[str]:
    yield from (f"- {each}" for each in weaknesses(account, tested))
    yield "- It has an answer to every picture, also to one that is like none of those it was trained on."


def _open() -> Iterator[str]:
    for what, told in _OPEN:
        yield f"- {what}: {told}. {_LEFT}"
