"""`netspec render FILE`."""

from __future__ import annotations

from typing import Annotated

import typer

from netspec.cli.options import Overrides, SpecRoot  # noqa: TC001 - Typer reads it
from netspec.cli.output import findings_printed, print_findings

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def render(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The spec.")],
    overrides: Overrides = None,
    root: SpecRoot = None,
    expand: Annotated[  # noqa: FBT002 - Typer's way to declare a flag
        bool,
        typer.Option("--expand", help="Write out blocks, repeats and conditions layer by layer."),
    ] = False,
    provenance: Annotated[  # noqa: FBT002 - Typer's way to declare a flag
        bool,
        typer.Option(
            "--provenance", help="Say in comments where each value comes from; defaults, too."
        ),
    ] = False,
) -> None:
    """Print the resolved spec, which stands by itself.

    It is a YAML file that means the same. Bases are merged, `patch` and --set applied, and the expressions of sections
    computed. Paths in it are relative to where FILE lies.

    Exit status: 0, 1 when the spec has errors, 2 when it cannot be read.
    """
    from netspec.analysis import analyse
    from netspec.report.rendering import render_spec

    analysis = analyse(file, tuple(overrides or ()), root=root)
    print_findings(analysis.findings, to_stderr=True)
    if analysis.failed:
        raise typer.Exit(1)
    with findings_printed():
        text = render_spec(analysis, expand=expand, provenance=provenance)
    typer.echo(text, nl=False)
