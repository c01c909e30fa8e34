"""What a run keeps of the networks that its own builds on, so that it is whole when their runs are gone.

A run keeps them as `backbones/DIGEST/resolved.yaml`, a spec of a network alone, and its own spec names that folder as
the run. The digest is that of the text, so that the same network has the same name wherever it is read.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from netspec.errors import UsageError
from netspec.source.inherit import load
from netspec.source.nodes import ListNode, MapNode, Node, ScalarNode
from netspec.spec.around import Around, NotToBeReadError
from netspec.spec.backbone import BACKBONE, RESOLVED
from netspec.spec.document import read_document
from netspec.spec.layout import yaml_text
from netspec.spec.resolved import like, resolved_tree, with_runs_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from netspec.spec.document import Document

FOLDER = "backbones"
ORIGIN = "origin.json"
# Runs that are built on runs.
MAX_DEPTH = 16
_DIGITS = 16
_LARGEST_ORIGIN = 2**16


@dataclass(frozen=True)
class Kept:
    """A network that another one builds on.

    Attributes:
        text: Its spec: its name, variables and model.
        folder: Where it was read: its run, or what another run has kept of it.
        nested: The networks that it builds on itself, by the paths that its own run gives them.
    """

    text: str
    folder: Path
    nested: dict[str, Kept]

    @property
    def path(self) -> str:
        """The folder in which a run keeps it, relative to the run."""
        return f"{FOLDER}/{sha256(self.text.encode()).hexdigest()[:_DIGITS]}"


def document_of_run(folder: Path, around: Around) -> Document | None:
    """A run's spec as it was resolved, None where it has mistakes.

    Args:
        folder: The run, which may be read.
        around: The spec that names it.

    Raises:
        UsageError: There is none, it cannot be read, or it is made of too many runs.
    """
    if around.depth >= MAX_DEPTH:
        raise UsageError(f"runs are built on runs at most {MAX_DEPTH} deep")
    file = folder / RESOLVED
    # `extends` reads no file below the run: a resolved spec has none.
    loaded = load(file, root=folder)
    if loaded.root is None or loaded.findings:
        return None
    document, findings = read_document(loaded.root, "model", loaded.file)
    if document is None or findings:
        return None
    return document.lying_in(Around(file, around.top, around.depth + 1))


def kept_networks(document: Document) -> dict[str, Kept]:
    """The networks that a spec without errors builds on, by the paths that it gives of their runs.

    Raises:
        UsageError: One of them is not there any more.
    """
    around = document.around
    found: dict[str, Kept] = {}
    for run in runs_named(document.root):
        if around is None or run in found:
            continue
        try:
            folder = around.beside(run)
        except NotToBeReadError as error:
            raise UsageError(f"cannot read the run {run}: {error}", hint=error.hint) from None
        inner = document_of_run(folder, around)
        if inner is None:
            raise UsageError(f"the spec of the run {folder} has mistakes")
        nested = kept_networks(inner)
        found[run] = Kept(_structure(inner, nested), folder, nested)
    return found


def runs_named(root: Node) -> Iterator[str]:
    """The runs that a spec's Backbones name."""
    model = root.get("model") if isinstance(root, MapNode) else None
    waiting: list[Node] = [model] if model is not None else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, ListNode):
            waiting += reversed(node.items)
        elif isinstance(node, MapNode):
            fields = node.get(BACKBONE)
            run = fields.get("run") if isinstance(fields, MapNode) else None
            if isinstance(run, ScalarNode) and isinstance(run.scalar, str):
                yield run.scalar
            waiting += reversed([entry.node for entry in node.entries.values()])


def origin_of(folder: Path, around: Around) -> Path:
    """The run whose weights a network has: the folder itself, or where a run that has kept it says it was.

    Raises:
        NotToBeReadError: It may not be read.
        UsageError: What the run says of it cannot be read.
    """
    file = folder / ORIGIN
    if not file.is_file():
        return folder
    run = _said_in(file)
    if run is None:
        raise UsageError(f"{file} cannot be read")
    return Around(folder / RESOLVED, around.top).beside(run)


def origin_text(folder: Path, kept_in: Path) -> str:
    """What a run writes of where the weights of a network are, beside what it keeps of it.

    Args:
        folder: Where the network was read.
        kept_in: The folder in which it is kept.
    """
    run = folder / (_said_in(folder / ORIGIN) or "")
    path = os.path.relpath(run.resolve(), kept_in.resolve())
    return json.dumps({"run": path}, ensure_ascii=False) + "\n"


def _said_in(file: Path) -> str | None:
    """The run that was noted, relative to the file's folder; None where that cannot be read."""
    try:
        text = file.read_text(encoding="utf-8") if file.stat().st_size <= _LARGEST_ORIGIN else ""
        return str(json.loads(text)["run"])
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None


def _structure(document: Document, nested: dict[str, Kept]) -> str:
    """A network's spec without what it was trained on, and how."""
    tree = with_runs_at(resolved_tree(document), {run: kept.path for run, kept in nested.items()})
    entries = {
        key: entry
        for key, entry in tree.entries.items()
        if key in {"netspec", "name", "vars", "model"}
    }
    model = entries["model"]
    if isinstance(model.node, MapNode):
        fields = {key: entry for key, entry in model.node.entries.items() if key != "weights"}
        entries["model"] = type(model)(model.key, like(model.node, fields))
    return yaml_text(like(tree, entries))
