"""The front of the compiler: a text to everything that can be known without data or TensorFlow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.checks import check_rules, image_shape
from netspec.diagnostics import Code, Finding, has_errors, in_order
from netspec.errors import SpecError
from netspec.graph.build import build_graph
from netspec.source.overrides import override
from netspec.source.parse import parse_file
from netspec.spec.document import read_document

if TYPE_CHECKING:
    from netspec.graph.graph import Graph
    from netspec.spec.document import Document


@dataclass(frozen=True)
class Analysis:
    """What is known of one spec.

    Attributes:
        path: The file as the user named it.
        document: What could be read, None where the text is no spec at all.
        graph: The network as far as it is known.
        findings: Everything found, in order of place.
    """

    path: str
    document: Document | None
    graph: Graph | None
    findings: tuple[Finding, ...]

    @property
    def failed(self) -> bool:
        """Whether any finding is an error."""
        return has_errors(self.findings)

    def require(self) -> tuple[Document, Graph]:
        """The document and the graph of a spec without errors.

        Raises:
            SpecError: It has some.
        """
        if self.failed or self.document is None or self.graph is None:
            raise SpecError(self.findings)
        return self.document, self.graph


def analyse(path: Path | str, overrides: tuple[str, ...] = ()) -> Analysis:
    """Reads and checks one spec.

    Args:
        path: The YAML file.
        overrides: Assignments ``path=value``, applied to the text in order.

    Raises:
        UsageError: There is no such file, or it cannot be opened.
    """
    root, findings = parse_file(path)
    if root is None:
        return Analysis(str(path), None, None, in_order(findings))
    root, more = override(root, overrides)
    findings += more
    document, more = read_document(root, default_name=_name_of(Path(path)))
    findings += _not_at(more, findings)
    if document is None:
        return Analysis(str(path), None, None, in_order(findings))
    graph, more = build_graph(document)
    if image_shape.has_other_rank(document):  # that is the mistake, and the layers' follow from it
        more = [finding for finding in more if finding.code is not Code.RANK]
    findings += more
    findings += check_rules(document, graph)
    return Analysis(str(path), document, graph, in_order(findings))


def _not_at(findings: list[Finding], earlier: list[Finding]) -> list[Finding]:
    """The findings that are not at a place where the text itself was wrong already."""
    seen = {(finding.file, finding.line, finding.column) for finding in earlier}
    return [
        finding for finding in findings if (finding.file, finding.line, finding.column) not in seen
    ]


def _name_of(path: Path) -> str:
    """A network's name from its file's, within what a name may hold."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip("-._")[:64] or "model"
