"""The script beside an export, which says what is on pictures and needs no netspec."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.report.escape import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from netspec.data.form import ImageForm
    from netspec.evaluation.output import Output
    from netspec.exporting.network import Network

SCRIPT = "predict.py"
_BEST = 5

_PICTURE = """\
    picture = ImageOps.exif_transpose(Image.open(file)).convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    picture = Image.alpha_composite(white, picture).convert("{mode}")
{box}
    how = (({width}, {height}), Image.Transform.EXTENT, box, Image.Resampling.BILINEAR)
    bands = [band.convert("F").transform(*how) for band in picture.split()]
    pixels = np.rint(np.stack(bands, axis=-1))[np.newaxis]
"""
# Which part of the picture, in its own pixels, becomes the whole of what the network takes.
_BOXES = {
    "stretch": """\
    box = (0, 0, *picture.size)""",
    "crop": """\
    width, height = picture.size
    box_width = max(1, min(width, height * {width} // {height}))
    box_height = max(1, min(height, width * {height} // {width}))
    left, top = (width - box_width) // 2, (height - box_height) // 2
    picture = picture.crop((left, top, left + box_width, top + box_height))
    box = (0, 0, *picture.size)""",
    "pad": """\
    width, height = picture.size
    part_width = max(1, min({width}, {height} * width // height))
    part_height = max(1, min({height}, {width} * height // width))
    across, down = width / part_width, height / part_height
    left, top = ({width} - part_width) // 2, ({height} - part_height) // 2
    box = (-left * across, -top * down, ({width} - left) * across, ({height} - top) * down)""",
}
_SHARES = (
    "values = np.clip(values, 0, None)",
    "values = values / values.sum() if values.any() else np.ones_like(values) / len(values)",
)
_SOFTMAX = ("values = np.exp(values - values.max())", "values = values / values.sum()")
_SIGMOID = "values = 0.5 + 0.5 * np.tanh(values / 2)"
_HALVES = "values = np.clip((values + 1) / 2, 0, 1)"


@dataclass(frozen=True)
class Opening:
    """How a script opens what was exported.

    Attributes:
        packages: What is to be installed for it, beside Pillow and NumPy.
        imports: The lines that import it.
        lines: The lines that make `network`; `here` is the export's folder.
        call: Of the input's name and the outputs' keys, what is given for `pixels`.
        item: Of an output's place among them, and of its key or None where the network gives one tensor, what of
            `given` is its.
    """

    packages: str
    imports: tuple[str, ...]
    lines: tuple[str, ...]
    call: Callable[[str, list[str]], str]
    item: Callable[[int, str | None], str]


@dataclass(frozen=True)
class Use:
    """How a program opens what was exported; a format gives it, and a plugin's may.

    Attributes:
        packages: What is to be installed for it, beside NumPy.
        lines: Python that makes `network` and asks it of `pixels`, run in the export's folder.
    """

    packages: str
    lines: tuple[str, ...]


def quoted(value: object) -> str:
    """A text, or texts in a list or dict, as Python has them."""
    return json.dumps(value)


def write_script(network: Network, folder: Path, opening: Opening) -> Use:
    """Writes the script and, for each output, the names that it says.

    Args:
        network: The network.
        folder: The export's folder.
        opening: How the script opens what lies there.

    Returns:
        How another program opens it.
    """
    single = len(network.outputs) == 1
    files = {key: "classes.txt" if single else f"classes-{key}.txt" for key in network.outputs}
    for key, output in network.outputs.items():
        names = "\n".join(map(printable, output.target.names))
        (folder / files[key]).write_text(f"{names}\n", encoding="utf-8")
    (folder / SCRIPT).write_text(
        "\n".join(_script(network, opening, files)) + "\n", encoding="utf-8"
    )
    return Use(opening.packages, tuple(_program(network, opening)))


def _program(network: Network, opening: Opening) -> Iterator[str]:
    """The lines that open the network and ask it, without a picture's file."""
    height, width = network.form.size
    shape = f"(1, {height}, {width}, {network.form.channels})"
    yield from ("from pathlib import Path", "")
    yield from sorted(("import numpy as np", *opening.imports), key=_by_name)
    yield from ("", "here = Path.cwd()  # the folder of this card", *opening.lines)
    yield f"pixels = np.zeros({shape}, np.float32)  # pictures, height, width, channels; from 0 to 255"
    yield f"given = {opening.call(network.input, list(network.outputs))}"


def _script(network: Network, opening: Opening, files: dict[str, str]) -> Iterator[str]:
    yield (
        f'"""Says what is on pictures: python {SCRIPT} PICTURE…   It needs {opening.packages}, '
        'NumPy and Pillow."""'
    )
    yield from ("", "import sys", "from pathlib import Path", "")
    yield from sorted(("import numpy as np", *opening.imports), key=_by_name)
    yield from ("from PIL import Image, ImageOps", "", "here = Path(__file__).parent")
    yield from opening.lines
    yield from ("", "for file in sys.argv[1:]:")
    yield _picture(network.form).rstrip("\n")
    yield f"    given = {opening.call(network.input, list(network.outputs))}"
    for position, (key, output) in enumerate(network.outputs.items()):
        yield f"    values = np.ravel({opening.item(position, key if network.by_key else None)})"
        yield f'    names = (here / {quoted(files[key])}).read_text("utf-8").split("\\n")'
        prefix = f"{key} " if len(files) > 1 else ""
        units = network.values[key].shape[-1]
        yield from (f"    {line}" for line in _said(output, units, prefix))


def _by_name(line: str) -> tuple[bool, str]:
    """The order in which imports stand: modules before what is taken from them."""
    return line.startswith("from"), line


def _picture(form: ImageForm) -> str:
    """The lines that bring a picture to the form in which the network takes it, as `netspec predict` does."""
    height, width = form.size
    box = _BOXES[form.resize].format(width=width, height=height)
    mode = "RGB" if form.channels > 1 else "L"
    return _PICTURE.format(mode=mode, box=box, width=width, height=height)


def _said(output: Output, units: int, prefix: str) -> Iterator[str]:
    """The lines that print what an output's values say."""
    kind = output.target.kind
    if kind == "class":
        yield from _as_shares(output, single=units == 1)
        yield f"for best in np.argsort(-values)[:{_BEST}]:"
        yield f'    print(f"{{file}}: {prefix}{{names[best]}} {{values[best]:.2%}}")'
        return
    if kind == "multi_label":
        yield from _as_flags(output)
    yield "for name, value in zip(names, values):"
    form = ".2%" if kind == "multi_label" else ".6g"
    yield f'    print(f"{{file}}: {prefix}{{name}} {{value:{form}}}")'


def _as_shares(output: Output, *, single: bool) -> Iterator[str]:
    """What makes probabilities of classes of the values, as `netspec.evaluation.probabilities` does."""
    from netspec.evaluation.probabilities import HINGES, LOG_SOFTMAX

    loss = output.loss
    each_for_itself = single or getattr(loss, "labels", None) == "binary"
    if getattr(loss, "from_logits", False):
        yield from (_SIGMOID,) if each_for_itself else _SOFTMAX
    elif loss.kind() in HINGES:
        yield from (_HALVES,) if single else _SOFTMAX
    elif output.activation == LOG_SOFTMAX:
        yield "values = np.exp(values)"
    elif each_for_itself:
        yield "values = np.clip(values, 0, 1)"
    elif output.activation != "softmax":
        yield from _SHARES
    if single:
        yield "values = np.array([1 - values[0], values[0]])"


def _as_flags(output: Output) -> Iterator[str]:
    from netspec.evaluation.probabilities import HINGES

    if getattr(output.loss, "from_logits", False):
        yield _SIGMOID
    elif output.loss.kind() in HINGES:
        yield _HALVES
