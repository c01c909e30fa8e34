"""The catalogue of layers and their pages, for a terminal and as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from netspec.layers.shapes import spell
from netspec.report.escape import printable
from netspec.report.prose import cell, hanging, paragraph, sentence, verbatim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netspec.report.catalogue import Catalogue
    from netspec.report.layer_page import ArchitectureEntry, ExampleEntry, FieldEntry, Page

_COLUMN = 28  # where what is told of a name begins
_KERAS = "https://github.com/keras-team/keras/blob/master/"

_HEAD = """\
# Layers

Made by `netspec layers --write` from the layers' own definitions. `netspec layers NAME` shows one of them.

Names and fields are Keras's. Every layer also takes
"""


def catalogue_text(catalogue: Catalogue, width: int) -> Text:
    """The catalogue for a terminal.

    Args:
        catalogue: The layers.
        width: How many columns there are.
    """
    text = Text()
    for family, lines in catalogue.families.items():
        text.append(f"{family}\n", style="bold")
        for line in lines:
            also = f" Also {', '.join(line.aliases)}." if line.aliases else ""
            text.append_text(hanging(line.name, line.summary + also, width, column=_COLUMN))
        text.append("\n")
    text.append("Refused\n", style="bold")
    for reason, names in catalogue.refused.items():
        text.append_text(paragraph(", ".join(names), width))
        text.append_text(paragraph(sentence(reason), width, indent=4, style="dim"))
    text.append("\n`netspec layers NAME` shows one of them.")
    return text


def page_text(page: Page, width: int) -> Text:
    """A layer's page for a terminal."""
    text = Text()
    text.append(page.name, style="bold")
    text.append(f"  {page.family}\n", style="dim")
    for told in (page.summary, *page.notes):
        text.append_text(paragraph(told, width, indent=0))
    if page.aliases:
        text.append_text(paragraph(f"Also called {', '.join(page.aliases)}.", width, indent=0))
    if page.example is not None:
        text.append("\n")
        for line in page.example.text.splitlines():
            text.append(f"    {printable(line)}\n", style="cyan")
        text.append("\n")
        text.append_text(paragraph(_told(page.example), width, indent=0))
    text.append("\ninputs\n", style="bold")
    text.append_text(paragraph(sentence("; ".join(_inputs(page))), width))
    for title, fields in (("fields", page.fields), ("call", page.call)):
        if fields:
            text.append(f"\n{title}\n", style="bold")
            for field in fields:
                default = "" if field.required else f": {field.default}"
                text.append_text(
                    hanging(field.name, _field(field), width, column=_COLUMN, beside=default)
                )
    if page.common:
        text.append("\nfields of every layer\n", style="bold")
        text.append_text(paragraph(", ".join(field.name for field in page.common), width))
    text.append_text(_architectures_text(page, width))
    if page.source is not None:
        text.append("\nmore\n", style="bold")
        text.append_text(paragraph(page.source, width))
    text.rstrip()
    return text


def _architectures_text(page: Page, width: int) -> Text:
    text = Text()
    for number, each in enumerate(page.architectures):
        text.append("" if number else "\narchitectures\n", style="bold")
        text.append_text(hanging(each.name, _architecture(each), width, column=_COLUMN))
    return text


def catalogue_markdown(catalogue: Catalogue) -> str:
    """The catalogue as Markdown."""
    lines = []
    for family, layers in catalogue.families.items():
        lines += [
            f"## {family}",
            "",
            "| layer | what it does | other names |",
            "| --- | --- | --- |",
        ]
        lines += [
            f"| `{layer.name}` | {cell(layer.summary)} | {', '.join(layer.aliases)} |"
            for layer in layers
        ]
        lines.append("")
    return "\n".join([*lines, *_refused_markdown(catalogue)])


def page_markdown(page: Page, *, level: int = 1) -> str:
    """A layer's page as Markdown.

    Args:
        page: The page.
        level: How many `#` its title has.
    """
    lines = [f"{'#' * level} {page.name}", "", _prose(page.summary), ""]
    for note in page.notes:
        lines += [_prose(note), ""]
    if page.aliases:
        lines += [f"Also called {', '.join(f'`{alias}`' for alias in page.aliases)}.", ""]
    if page.example is not None:
        lines += ["```yaml", verbatim(page.example.text), "```", "", _told(page.example), ""]
    if page.inputs[0].name is not None or page.inputs[0].many:
        lines += [f"Inputs: {'; '.join(_inputs(page))}.", ""]
    for title, fields in (("field", page.fields), ("in `call`", page.call)):
        lines += _table(title, fields)
    lines += _architectures(page.architectures)
    if page.source is not None:
        lines += [f"More: {_linked(page.source)}.", ""]
    return "\n".join(lines)


def whole_markdown(catalogue: Catalogue, pages: Iterable[Page]) -> str:
    """Every page in one document, with the catalogue's families as its parts."""
    found = list(pages)
    lines = [_HEAD]
    lines += [f"- `{field.name}`: {_prose(field.description)}" for field in found[0].common]
    lines += ["", "| family | layers |", "| --- | --- |"]
    for family, layers in catalogue.families.items():
        names = (f"[{layer.name}](#{layer.name.lower()})" for layer in layers)
        lines.append(f"| {family} | {', '.join(names)} |")
    lines.append("")
    family = ""
    for page in found:
        if page.family != family:
            family = page.family
            lines += [f"## {family}", ""]
        lines.append(page_markdown(page, level=3))
    lines += _refused_markdown(catalogue)
    return "\n".join(lines)


def _refused_markdown(catalogue: Catalogue) -> list[str]:
    lines = ["## Refused", "", "| layer | why |", "| --- | --- |"]
    for reason, names in catalogue.refused.items():
        listed = ", ".join(f"`{name}`" for name in names)
        lines.append(f"| {listed} | {cell(sentence(reason))} |")
    return [*lines, ""]


def _table(title: str, fields: tuple[FieldEntry, ...]) -> list[str]:
    if not fields:
        return []
    lines = [f"| {title} | takes | default | |", "| --- | --- | --- | --- |"]
    for field in fields:
        default = "must be given" if field.required else f"`{field.default}`"
        cells = (f"`{field.name}`", field.takes, default, field.description)
        lines.append(f"| {' | '.join(map(cell, cells))} |")
    return [*lines, ""]


def _architectures(found: tuple[ArchitectureEntry, ...]) -> list[str]:
    if not found:
        return []
    lines = [
        "| architecture | made for | at least | parameters without its classifier | own fields |",
        "| --- | --- | --- | --- | --- |",
    ]
    for each in found:
        own = ", ".join(f"`{field}`" for field in each.fields)
        sizes = f"{each.size} x {each.size} | {each.least} x {each.least}"
        lines.append(f"| `{each.name}` | {sizes} | {each.parameters:,} | {own} |")
    return [*lines, ""]


def _architecture(entry: ArchitectureEntry) -> str:
    own = f" Has {', '.join(entry.fields)}." if entry.fields else ""
    return (
        f"Made for {entry.size} x {entry.size}, takes {entry.least} x {entry.least} and more, "
        f"{entry.parameters:,} parameters without its classifier.{own}"
    )


def _told(example: ExampleEntry) -> str:
    """What becomes of an example's inputs."""
    shapes = [spell(shape) for shape in example.inputs.values()]
    if len(shapes) > 1:
        shapes = [f"{name} {shape}" for name, shape in zip(example.inputs, shapes, strict=True)]
    given = ", ".join(spell(shape) for shape in example.outputs)
    told = [f"takes {', '.join(shapes)}", f"gives {given}"]
    if example.parameters:
        frozen = example.parameters - example.trainable_parameters
        besides = f", {frozen:,} of them not trained" if frozen else ""
        told.append(f"has {example.parameters:,} parameters{besides}")
    if example.macs:
        told.append(f"costs {example.macs:,} MACs")
    return sentence(", ".join(told))


def _inputs(page: Page) -> Iterator[str]:
    for entry in page.inputs:
        if entry.name is None:
            yield "several tensors" if entry.many else "one tensor"
        else:
            many = "several tensors" if entry.many else "one tensor"
            needed = "" if entry.required else ", not needed"
            yield f"`{entry.name}`: {many}{needed}"


def _field(field: FieldEntry) -> str:
    needed = "Must be given. " if field.required else ""
    return f"{field.description} {needed}Takes {field.takes}."


def _linked(source: str) -> str:
    path, semicolon, others = source.partition(";")
    if not path.startswith("keras/src/") or " " in path:
        return _prose(source)
    return f"[`{path}`]({_KERAS}{path}){semicolon}{_prose(others)}"


def _prose(text: str) -> str:
    return printable(text)
