"""`netspec lsp`."""

from __future__ import annotations

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def lsp() -> None:
    """Speak to an editor, as a language server.

    It uses standard input and output. The plugins and settings are those of the workspace's pyproject.toml.

    Exit status: 0 when the editor has said goodbye, 1 when it is merely gone, 2 when pygls is not installed.
    """
    import gc
    import importlib.util

    from netspec.errors import MissingExtraError

    if importlib.util.find_spec("pygls") is None:
        raise MissingExtraError(
            "this needs pygls, which is not installed", hint="pip install 'netspec-keras[lsp]'"
        )
    gc.enable()  # a command that is over soon does without
    from netspec.lsp.server import serve

    raise typer.Exit(serve())
