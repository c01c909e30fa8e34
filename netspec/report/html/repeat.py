"""How a run is repeated, continued and used: the exact commands."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from netspec.report.html.document import Absent
from netspec.report.html.markup import Markup, element, join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.report.html.document import RunAccount

_AGAIN = "Do it again: the same bits on the same machine with the same packages"


def repeat(run: RunAccount) -> Markup:
    """The commands, each with what it does; those that the run's files allow."""
    lines = [_command(what, command) for what, command in commands(run)]
    return join(element("p", "In the folder where this page was made:"), lines)


def commands(run: RunAccount) -> Iterator[tuple[str, str]]:
    """What can be done with a run, and the command for it."""
    path = shlex.quote(run.path)
    if not isinstance(run.command, Absent):
        yield "It was started by", shlex.join(run.command)
    plugins = _plugins(run)
    if not isinstance(run.resolved, Absent):
        root = ""
        if not isinstance(run.data, Absent) and run.data.root is not None:
            root = f" --data-root {shlex.quote(run.data.root)}"
        spec = shlex.quote(f"{run.path}/resolved.yaml")
        yield _AGAIN, f"netspec run {spec}{root}{plugins}"
    if run.status in {"interrupted", "killed", "failed", "unknown"}:
        yield "Go on from its last state", f"netspec resume {path}{plugins}"
    elif run.status == "finished" and not isinstance(run.training, Absent):
        more = 2 * (run.training.planned or len(run.training.epochs))
        if len(run.training.stages) <= 1:
            yield "Train it longer", f"netspec resume {path} --set training.epochs={more}{plugins}"
    if "model.keras" in run.models:
        yield "Judge it", f"netspec evaluate {path}{plugins}"
        yield "Ask it about an image", f"netspec predict {path} IMAGE{plugins}"
        yield "See where it looks", f"netspec look {path} IMAGE{plugins}"
        yield "Hand it on", f"netspec export {path} --format onnx{plugins}"


def _plugins(run: RunAccount) -> str:
    if isinstance(run.surroundings, Absent):
        return ""
    return "".join(f" --plugin {shlex.quote(name)}" for name in run.surroundings.plugins)


def _command(what: str, command: str) -> Markup:
    button = element("button", "Copy", type="button", class_="copy", hidden=True)
    return element(
        "div",
        element("h4", what),
        element(
            "div", element("pre", element("code", command), tabindex="0"), button, class_="command"
        ),
    )
