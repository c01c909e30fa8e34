"""`extends` and `patch`: a file, the files it is based on, and what it changes in them become one tree.

The order is: the bases, the file, its `patch`, then `--set`. Mappings merge; lists and scalars replace; a thing of
another kind replaces the old one, and a block is replaced whole. Every node keeps its place in the file it came from.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath

from netspec.diagnostics import Code, Finding
from netspec.errors import UsageError
from netspec.source.files import Disk, Files
from netspec.source.nodes import Entry, ListNode, MapNode, Node, Place, ScalarNode
from netspec.source.overrides import override, patch
from netspec.source.parse import parse
from netspec.wording import did_you_mean, nearest, short, spoken

MAX_FILES = 32

# What a file says of itself, and no file inherits.
_OWN = frozenset({"extends", "patch", "abstract"})
_KIND = re.compile("[A-Z][A-Za-z0-9]*")
_BLOCKS = ("model", "blocks")
IS_SPEC = re.compile(r"^[\"']?netspec[\"']?\s*:", re.MULTILINE)


@dataclass(frozen=True)
class Loaded:
    """A spec's whole tree.

    Attributes:
        root: The tree, None where the file, or one that it is based on, could not be read.
        findings: What is wrong with texts, paths and assignments.
        file: The file's own tree, before anything was merged into it.
        patches: Where values of a `patch` stand.
    """

    root: Node | None
    findings: list[Finding]
    file: Node | None = None
    patches: tuple[Place, ...] = ()


def load(
    path: Path | str,
    overrides: tuple[str, ...] = (),
    *,
    root: Path | None = None,
    files: Files | None = None,
) -> Loaded:
    """Reads a file with everything it is based on, and applies patches and assignments.

    Args:
        path: The file as the user named it.
        overrides: Assignments ``path=value``, applied last, in order.
        root: The folder below which `extends` may read; by default the file's repository, or its own folder.
        files: Where they are read from, the disk without.

    Raises:
        UsageError: There is no such file, or it cannot be opened.
    """
    loader = _Loader(Path(path), root, files or Disk())
    node, findings = loader.parse_named(str(path))
    loader.findings += findings
    merged = loader.merge(node, Path(path), ()) if node is not None else None
    if loader.broken:  # what is missing would be missed everywhere
        merged = None
    if merged is not None:
        merged, found = override(merged, overrides)
        loader.findings += found
    return Loaded(merged, loader.findings, node, tuple(loader.patches))


@dataclass
class _Loader:
    path: Path
    root: Path | None
    store: Files
    findings: list[Finding] = field(default_factory=list)
    patches: list[Place] = field(default_factory=list)
    files: int = 1
    broken: bool = False

    def parse(self, path: Path, name: str) -> tuple[Node | None, list[Finding]]:
        """A file's tree, None where it could not be read to its end, and the findings."""
        source, findings = self.store.read(path, name)
        return (None, findings) if findings else parse(source)

    def parse_named(self, name: str) -> tuple[Node | None, list[Finding]]:
        """The same of the file that the user named.

        Args:
            name: The path in the user's words, which may be empty.

        Raises:
            UsageError: A link is named that leads to no netspec file; nothing of that is shown.
        """
        path = self.path
        linked = isinstance(self.store, Disk) and self.store.is_linked(path)
        what = f"{name} is a link, and what it leads to is no"
        if linked and self.store.is_no_file(path):
            raise UsageError(f"{what} file")  # opening it might wait for ever
        node, findings = self.parse(path, name)
        if linked and not _is_spec(node, findings):
            raise UsageError(f"{what} netspec file", hint="it does not say `netspec: 1`")
        return node, findings

    def merge(self, root: Node, path: Path, above: tuple[Path, ...]) -> Node:
        """A file's tree over those of its bases, with its patch applied.

        Args:
            root: The file's tree.
            path: Where it lies.
            above: The files that are being merged, from the one the user named.
        """
        if not isinstance(root, MapNode) or not _OWN & root.entries.keys():
            return root
        own = _without(root, {"extends", "patch"})
        merged: Node = own
        bases = [self._base(node, path, root, above) for node in self._references(root)]
        self.broken = self.broken or None in bases
        trees = [base for base in bases if base is not None]
        for tree in [*trees[1:], own] if trees else []:
            merged = _merged(trees[0] if merged is own else merged, tree, ())
        patches = root.get("patch")
        if isinstance(patches, MapNode):
            self.patches.append(patches.place)
            merged, found = patch(merged, patches)
            self.findings += found
        elif patches is not None and patches.value() is not None:
            message = f"patch takes a mapping of paths to values, not {spoken(patches.value())}"
            hint = "such as `model.layers.head.units: 100`"
            self._report(Code.VALUE, message, patches.place, hint)
        return merged

    def _report(self, code: Code, message: str, place: Place, hint: str | None = None) -> None:
        at = (place.source, place.line, place.column)
        if all((each.place.source, each.line, each.column) != at for each in self.findings):
            self.findings.append(Finding(code, message, place, hint))

    def _references(self, root: MapNode) -> list[ScalarNode]:
        """What `extends` names."""
        node = root.get("extends")
        if node is None or node.value() is None:
            return []
        found = []
        for item in (isinstance(node, ListNode) and node.items) or [node]:
            if isinstance(item, ScalarNode) and isinstance(item.scalar, str) and item.scalar:
                found.append(item)
            else:
                message = (
                    f"extends takes a file's path or a list of them, not {spoken(item.value())}"
                )
                self._report(Code.VALUE, message, item.place, "such as `extends: base.yaml`")
        return found

    def _base(
        self, reference: ScalarNode, path: Path, root: MapNode, above: tuple[Path, ...]
    ) -> Node | None:
        """The tree of one base, with its own bases merged in; None where there is a mistake."""
        name, place = str(reference.scalar), reference.place
        problem = _forbidden(name)
        target = path.parent / name
        if problem is None:
            problem = self._beyond_root(target)
        if problem is not None:
            self._report(
                Code.EXTENDS,
                f"extends cannot read '{short(name)}': {problem[0]}",
                place,
                problem[1],
            )
            return None
        known = (*above, self.store.resolve(path))
        if self.store.resolve(target) in known:
            names = " → ".join(each.name for each in (*known, target))
            message = f"these files extend each other: {names}"
            self._report(Code.CYCLE, message, place, "remove one of the extends")
            return None
        self.files += 1
        if self.files > MAX_FILES:
            if self.files == MAX_FILES + 1:
                message = f"a spec is made of at most {MAX_FILES} files"
                self._report(Code.EXTENDS, message, place, "extend fewer")
            return None
        return self._read(target, reference, root, known)

    def _read(
        self, target: Path, reference: ScalarNode, root: MapNode, known: tuple[Path, ...]
    ) -> Node | None:
        # What was checked is read, though it is shown as it is written: `..` after a link leads elsewhere.
        shown = os.path.normpath(target)
        name, place = short(str(reference.scalar)), reference.place
        try:
            node, findings = self.parse(self.store.resolve(target), shown)
        except UsageError as error:
            reason = str(error).replace(f"no file {shown}", "no such file").replace(shown, "it")
            message = f"extends cannot read '{name}': {reason}"
            self._report(Code.EXTENDS, message, place, _neighbour(target, str(reference.scalar)))
            return None
        if not _is_spec(node, findings):
            # Its text is not shown: it may be anything, and an error message may be read by anyone.
            message = f"extends: '{name}' is no netspec file"
            self._report(Code.EXTENDS, message, place, "it does not say `netspec: 1`")
            return None
        self.findings += findings
        if not isinstance(node, MapNode):  # its text has a mistake
            return None
        version, own = node.get("netspec"), root.get("netspec")
        if version is not None and own is not None and version.value() != own.value():
            message = f"this base is written in version {spoken(version.value())} of the language"
            hint = f"the file that extends it in {spoken(own.value())}"
            self._report(Code.EXTENDS, message, version.place, hint)
        merged = self.merge(node, target, known)
        assert isinstance(merged, MapNode)  # noqa: S101 - merging mappings gives one
        return _without(merged, {"abstract", *(key for key in merged if key.startswith("x-"))})

    def _beyond_root(self, target: Path) -> tuple[str, str] | None:
        """Why a file may not be read, and what to do; None where it may."""
        try:
            top = self.store.resolve(self.root or self.store.top(self.path))
            resolved = self.store.resolve(target)
            inside = resolved.is_relative_to(top)
            is_other = self.store.is_no_file(resolved)
        except (OSError, RuntimeError, ValueError):
            return "it is no path", "write a path relative to this file"
        if not inside:
            below = f"what it may read lies below {self.store.spelled(top)}"
            hint = f"{below}; `--root DIR` names another folder"
            return "it lies outside of the folder that a spec may read", hint
        if is_other:
            return "it is no file", "name a YAML file"
        return None


def _neighbour(target: Path, name: str) -> str | None:
    """The hint that a file beside the one that is not there was meant."""
    try:
        names = [path.name for path in target.parent.iterdir() if path.suffix in {".yaml", ".yml"}]
    except OSError:
        return None
    near = nearest(target.name, sorted(names))
    if near is None:
        return None
    return did_you_mean(name, name.removesuffix(target.name) + near.instead, certain=near.certain)


def _is_spec(node: Node | None, findings: list[Finding]) -> bool:
    """Whether a text is a spec, be it a wrong one."""
    if isinstance(node, MapNode):
        return "netspec" in node
    text = findings[0].place.source.text if findings else ""
    return node is None and IS_SPEC.search(text) is not None


def _forbidden(name: str) -> tuple[str, str] | None:
    """Why no file can have such a path here, and what to do; None where one can."""
    relative = "write a path relative to this file, such as base.yaml"
    if "${" in name:
        return "a path of extends holds no expression", relative
    if "://" in name:
        return "it is an address, and a spec reads files only", relative
    if name.startswith(("/", "\\", "~")) or PureWindowsPath(name).drive:
        return "it is no relative path", relative
    if "\0" in name:
        return "it is no path", relative
    return None


def _without(root: MapNode, keys: set[str]) -> MapNode:
    entries = {key: entry for key, entry in root.entries.items() if key not in keys}
    return _map(root, entries)


def _merged(base: Node, over: Node, path: tuple[str, ...]) -> Node:
    """What the upper tree makes of the lower one at one path."""
    if not isinstance(base, MapNode) or not isinstance(over, MapNode):
        return over
    if len(path) == len(_BLOCKS) + 1 and path[:-1] == _BLOCKS:
        return over
    kinds = [next(iter(node), "") if len(node.entries) == 1 else "" for node in (base, over)]
    if kinds[0] != kinds[1] and all(_KIND.fullmatch(kind) for kind in kinds):
        return over
    entries = dict(base.entries)
    for key, entry in over.entries.items():
        below = entries.get(key)
        node = entry.node if below is None else _merged(below.node, entry.node, (*path, key))
        entries[key] = Entry(entry.key, node)
    return _map(over, entries)


def _map(like: MapNode, entries: dict[str, Entry]) -> MapNode:
    start, end = (like.line, like.column), (like.end_line, like.end_column)
    return MapNode(like.source, start, end, entries=entries)
