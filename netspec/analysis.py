"""The front of the compiler: a text to everything that can be known without data or TensorFlow."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.checks import check_rules
from netspec.checks.images import image_shape
from netspec.checks.silences import silenced
from netspec.diagnostics import Code, Finding, has_errors, in_order
from netspec.errors import SpecError
from netspec.extension import Plugins, enabled
from netspec.graph.build import build_graph
from netspec.graph.defined import Definitions
from netspec.settings import settings
from netspec.source.inherit import load
from netspec.source.repairs import with_repair
from netspec.spec.around import Around
from netspec.spec.document import read_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netspec.diagnostics import Repair
    from netspec.graph.graph import Graph
    from netspec.source.files import Files
    from netspec.source.nodes import Place
    from netspec.spec.document import Document


@dataclass(frozen=True)
class Analysis:
    """What is known of one spec.

    Attributes:
        path: The file as the user named it.
        document: What could be read, None where the text is no spec at all.
        graph: The network as far as it is known.
        findings: Everything found, in order of place.
        plugins: The plugins that took part.
        patches: Where values of a `patch` stand, in the file or in what it is based on.
    """

    path: str
    document: Document | None
    graph: Graph | None
    findings: tuple[Finding, ...]
    plugins: Plugins = field(default_factory=enabled, kw_only=True)
    patches: tuple[Place, ...] = field(default=(), kw_only=True)

    @property
    def failed(self) -> bool:
        """Whether any finding is an error."""
        return has_errors(self.findings)

    def require(self) -> tuple[Document, Graph]:
        """The document and the graph of a whole spec without errors.

        Raises:
            SpecError: It has some, or it is a base for others.
        """
        if self.failed or self.document is None or self.graph is None:
            raise SpecError(self.findings)
        if self.document.abstract:
            message = "this file is a base for others, `abstract: true`, and not whole"
            place = self.document.place("abstract", key=True)
            hint = "write a file that extends it, or remove the line"
            raise SpecError((Finding(Code.ABSTRACT, message, place, hint),))
        assert self.graph.complete  # noqa: S101 - else a stage has kept a mistake to itself
        return self.document, self.graph


def analyse(
    path: Path | str,
    overrides: tuple[str, ...] = (),
    *,
    root: Path | None = None,
    files: Files | None = None,
) -> Analysis:
    """Reads and checks one spec.

    Args:
        path: The YAML file.
        overrides: Assignments ``path=value``, applied to the text in order.
        root: The folder below which `extends` may read; by default the file's repository, or its own folder.
        files: Where it and its bases are read from, the disk without.

    Raises:
        UsageError: There is no such file, or it cannot be opened.
    """
    loaded = load(path, overrides, root=root or settings().root, files=files)
    findings = loaded.findings
    if loaded.root is None:
        return Analysis(str(path), None, None, _told(findings))
    document, more = read_document(loaded.root, _name_of(Path(path)), loaded.file)
    findings += _not_at(more, findings)
    if document is None:
        return Analysis(str(path), None, None, _told(findings))
    document = document.lying_in(_around(Path(path), root, files))
    graph, more = build_graph(document)
    if image_shape.is_no_image(document):  # that is the mistake, and the layers' follow from it
        more = [each for each in more if each.code not in {Code.RANK, Code.MAP_TOO_SMALL}]
    findings += _not_at(more, findings)
    findings += _not_misspelt(check_rules(document, graph), findings)
    definitions = Definitions(document, graph)
    findings = list(map(definitions.with_place, silenced(findings, document)))
    return Analysis(str(path), document, graph, _told(findings), patches=loaded.patches)


def analyse_revision(file: Path, revision: str, *, root: Path | None = None) -> Analysis:
    """Reads and checks a spec, with its bases, as a revision of its git repository holds it.

    Args:
        file: The YAML file, which need not be there any more.
        revision: A branch, a tag or a commit.
        root: The folder below which `extends` may read; by default the repository.

    Raises:
        UsageError: There is no git, no repository, no such revision, or no such file in it.
    """
    from netspec.source.revision import revision_of  # which only a diff needs

    held, path = revision_of(file, revision)
    analysis = analyse(path, root=held.within(root), files=held)
    return replace(analysis, path=held.spelled(path))


def _around(path: Path, root: Path | None, files: Files | None) -> Around:
    """Where a spec lies on the disk, of which a revision holds no runs."""
    if files is None:
        return Around(path, root or settings().root)
    return Around(files.on_disk(path), settings().root if root is None else files.on_disk(root))


def _told(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in order of place, with what mends them."""
    return in_order(_once(map(with_repair, findings)))


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, with a variable that is not there told where it is first used, and mended wherever it is."""
    findings = list(findings)
    repairs: dict[object, dict[object, Repair | None]] = {}
    for finding in findings:
        if finding.code is Code.UNKNOWN_VARIABLE:
            places = repairs.setdefault((finding.file, finding.message, finding.hint), {})
            places.setdefault((finding.line, finding.column), finding.repair)
    for finding in findings:
        places = repairs.get((finding.file, finding.message, finding.hint), {})
        if finding.code is not Code.UNKNOWN_VARIABLE or len(places) == 1:
            yield finding
        elif (finding.line, finding.column) == next(iter(places)):
            edits = tuple(edit for each in places.values() if each for edit in each.edits)
            yield replace(
                finding,
                message=f"{finding.message} (used {len(places)} times)",
                repair=finding.repair and replace(finding.repair, edits=edits),
            )


def _not_at(findings: list[Finding], earlier: list[Finding]) -> list[Finding]:
    """The findings that are not at a place where the text itself was wrong already."""
    seen = {(finding.file, finding.line, finding.column) for finding in earlier}
    return [
        finding for finding in findings if (finding.file, finding.line, finding.column) not in seen
    ]


def _not_misspelt(more: Iterable[Finding], earlier: list[Finding]) -> list[Finding]:
    """The findings, but for names that nothing uses where one that is used does not exist: they may be one mistake."""
    misspelt = {Code.EXPRESSION, Code.UNKNOWN_VARIABLE, Code.UNKNOWN_KIND, Code.SYNTAX}
    unsure = any(
        finding.code in misspelt
        or "${" in str(finding.hint)  # an expression that is written as a text
        for finding in earlier
    )
    return [finding for finding in more if not (unsure and finding.code is Code.UNUSED_NAME)]


def _name_of(path: Path) -> str:
    """A network's name from its file's, within what a name may hold."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip("-._")[:64] or "model"
