"""`netspec init [NAME]`."""

from __future__ import annotations

import os
import re
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None)

DEFAULT = "quickstart"
_ENDING = ".yaml"
_SCHEMA = "netspec-1.schema.json"


@app.command()
def init(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="What the spec is called: NAME.yaml is written. Without it, as its template.",
        ),
    ] = None,
    template: Annotated[
        str, typer.Option(help="What it starts from; --list lists them.")
    ] = DEFAULT,
    list_them: Annotated[  # noqa: FBT002 - Typer's way to declare a flag
        bool, typer.Option("--list", help="List the templates and write nothing.")
    ] = False,
) -> None:
    """Write a commented spec to start from; it validates as it stands. Nothing is ever overwritten.

    Exit status: 0, 2 when there is a file already, or no such template.
    """
    if list_them:
        width = max(map(len, templates()))
        for each, text in templates().items():
            typer.echo(f"{each:<{width}}  {_described(text)}")
        return
    text = _template(template)
    path = _path(template if name is None else name)
    schema = _schema_near(path)
    _write(path, made(text, template, path, schema))
    typer.echo(f"wrote {path}; next:")
    typer.echo(f"    netspec validate {path}")
    typer.echo(f"    netspec run {path}")
    if schema is None:
        typer.echo(
            f"An editor completes and checks it with `netspec schema > {_SCHEMA}` beside it."
        )


def templates() -> dict[str, str]:
    """The templates' texts by name."""
    folder = resources.files(__package__) / "templates"
    files = sorted(
        folder.iterdir(), key=lambda file: (not file.name.startswith(DEFAULT), file.name)
    )
    return {
        file.name.removesuffix(_ENDING): file.read_text(encoding="utf-8")
        for file in files
        if file.name.endswith(_ENDING)
    }


def made(text: str, template: str, path: Path, schema: str | None = None) -> str:
    """A template as a spec of its own.

    Args:
        text: The template's text.
        template: Its name.
        path: Where the spec is to lie.
        schema: Where the language's schema lies from there, if it does.
    """
    from netspec.spec.layout import text_of

    text = text.replace(f"{template}{_ENDING}", str(path))
    text = re.sub("^name: .*$", lambda _: f"name: {text_of(path.stem)}", text, flags=re.MULTILINE)
    return text if schema is None else text.replace(f"$schema={_SCHEMA}", f"$schema={schema}", 1)


def _described(text: str) -> str:
    """What a template's first comment says."""
    return text.splitlines()[2].removeprefix("# ")


def _template(name: str) -> str:
    from netspec.errors import UsageError
    from netspec.wording import nearest, short

    known = templates()
    if name not in known:
        hint = nearest(name, list(known)) or f"there are {', '.join(known)}"
        raise UsageError(f"there is no template '{short(name)}'", hint=hint)
    return known[name]


def _path(name: str) -> Path:
    """Where a spec of this name is written."""
    from netspec.errors import UsageError
    from netspec.fields import Mismatch
    from netspec.spec.spec import SPEC_NAME
    from netspec.wording import short

    path = Path(name if name.endswith((_ENDING, ".yml")) else f"{name}{_ENDING}")
    try:
        SPEC_NAME.read(path.stem)
    except Mismatch:
        message = f"a spec cannot be called '{short(path.stem)}'"
        raise UsageError(message, hint=f"it takes {SPEC_NAME.words}") from None
    return path


def _schema_near(path: Path) -> str | None:
    """The language's schema as seen from a spec, where a folder around it has it."""
    folder = Path(os.path.abspath(path)).parent  # noqa: PTH100 - links stay as they are written
    for above in (folder, *folder.parents):
        for found in (above / _SCHEMA, above / "schema" / _SCHEMA):
            if found.is_file():
                relative = Path(os.path.relpath(found, folder)).as_posix()
                return relative if re.fullmatch(r"[\w./-]+", relative) else None
        if (above / ".git").exists():
            break
    return None


def _write(path: Path, text: str) -> None:
    from netspec.errors import UsageError

    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        free = path.with_name(f"{path.stem}-2{path.suffix}")
        message = f"there is a file {path} already, and nothing is overwritten"
        raise UsageError(message, hint=f"name another one, such as {free}, or remove it") from None
    except FileNotFoundError:
        message = f"there is no folder {path.parent}"
        raise UsageError(message, hint=f"make it first: mkdir -p {path.parent}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no path"
        raise UsageError(f"cannot write {path}: {reason}") from None
