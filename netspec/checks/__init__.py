"""Consistency rules: one module each, its docstring the rule's page, one generator of findings.

A rule sees the document and the graph, keeps silent about what is absent or already has a mistake, and yields a finding
for each place that it concerns.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from netspec.checks import budget, images, layers, losses, training, unused_names
from netspec.diagnostics import MAX_FINDINGS, Finding
from netspec.errors import UsageError
from netspec.extension import Group, enabled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

RULES = (
    *images.RULES,
    *losses.RULES,
    *training.RULES,
    *layers.RULES,
    budget,
    unused_names,
)


def check_rules(document: Document, graph: Graph) -> Iterator[Finding]:
    """Every rule's findings, those of enabled plugins among them.

    Raises:
        UsageError: A plugin's rule gives what is no finding, or one of another code than its own.
    """
    for rule in RULES:
        yield from islice(rule.check(document, graph), MAX_FINDINGS)
    for code, rule in enabled().added(Group.RULES).items():
        for finding in rule.check(document, graph):
            if not isinstance(finding, Finding) or finding.code != code:
                message = f"the rule {code} gives {finding!r}, which is no finding of that code"
                raise UsageError(message, hint="this is a defect of the plugin that adds the rule")
            yield finding
