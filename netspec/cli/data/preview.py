"""`netspec data preview FILE`."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netspec.cli.options import DataRoot, Offline, Overrides, SpecRoot  # noqa: TC001 - Typer reads it

if TYPE_CHECKING:
    from PIL.Image import Image

app = typer.Typer(add_completion=False, rich_markup_mode=None)

_DEFAULT = Path("preview.png")


@app.command()
def preview(  # noqa: PLR0913 - one a flag
    file: Annotated[str, typer.Argument(metavar="FILE", help="The spec.")],
    *,
    overrides: Overrides = None,
    root: SpecRoot = None,
    data_root: DataRoot = None,
    output: Annotated[
        Path, typer.Option(metavar="PNG", help="The file that is written.")
    ] = _DEFAULT,
    images: Annotated[
        int,
        typer.Option(
            min=1, max=32, help="How many images of each class, or a row where there are none."
        ),
    ] = 8,
    classes: Annotated[
        list[str] | None,
        typer.Option(
            "--class", metavar="NAME", help="Only this class; may be given several times."
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            min=0, help="Draws other images; the spec's seed without. Augmentation stays."
        ),
    ] = None,
    epoch: Annotated[int, typer.Option(min=1, help="The epoch whose augmentation is shown.")] = 1,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file if it is there.")
    ] = False,
    offline: Offline = False,
) -> None:
    """Draw training images as the network gets them.

    It draws some of each class, and how augmentation varies them. What stands on the right is exactly what a run of the
    spec trains on in that epoch. The file's path is printed last.

    Exit status: 0, 1 findings, 2 usage (the file is there already, too), 3 data.
    """
    from netspec.analysis import analyse
    from netspec.cli.capture import Screen, hushed
    from netspec.cli.display import Display
    from netspec.cli.output import findings_printed, print_findings
    from netspec.errors import UsageError
    from netspec.runs.environment import require_tensorflow
    from netspec.training.events import reports_to

    if output.suffix.lower() != ".png":
        raise UsageError(f"{output} is no name of a PNG", hint="such as --output preview.png")
    if not force and os.path.lexists(output):
        raise UsageError(f"{output} is there already", hint="name another file, or add --force")
    analysis = analyse(file, tuple(overrides or ()), root=root)
    print_findings(analysis.findings, to_stderr=True)
    if analysis.failed:
        raise typer.Exit(1)
    require_tensorflow()
    gc.enable()
    stream = Screen(sys.stderr).stream
    display = Display(stream)
    with findings_printed(), hushed():
        from netspec.inspection import preview as previewing
        from netspec.inspection.sheet import draw_sheet

        try:
            sheet = draw_sheet(
                previewing.preview(
                    analysis,
                    reports=reports_to(display),
                    images=images,
                    seed=seed,
                    epoch=epoch,
                    classes=classes or (),
                    data_root=data_root,
                    offline=offline,
                )
            )
        finally:
            display.close()
            stream.close()
    _write(sheet, output)
    typer.echo(str(output))


def _write(sheet: Image, output: Path) -> None:
    """Writes the file whole, or not at all."""
    import tempfile

    from netspec.errors import UsageError

    beside: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(
            dir=output.parent, prefix=f".{output.name}-", delete=False
        ) as file:
            beside = Path(file.name)
            sheet.save(file, "PNG")
        beside.chmod(0o666 & ~_umask())
        beside.replace(output)
    except OSError as error:
        raise UsageError(
            f"cannot write {output}: {error.strerror or error}",
            hint="name another file with --output",
        ) from None
    finally:
        if beside is not None:
            beside.unlink(missing_ok=True)


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask
