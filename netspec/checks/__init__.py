"""Consistency rules: one module each, its docstring the rule's page, one generator of findings.

A rule sees the document and the graph, keeps silent about what is absent or already has a mistake, and yields a finding
for each place that it concerns.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from netspec.checks import budget, images, layers, losses, training, unused_names
from netspec.diagnostics import MAX_FINDINGS, Finding
from netspec.errors import UsageError
from netspec.extension import Group, enabled

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from netspec.graph.graph import Graph
    from netspec.source.nodes import Place
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
    places = _applications(graph)
    has_features = document.facts is not None and not document.facts.are_images
    for rule in RULES:
        if has_features and rule in images.RULES and rule not in images.OF_FEATURES:
            continue
        for finding in islice(rule.check(document, graph), MAX_FINDINGS):
            yield _at_application(finding, places)
    for code, rule in enabled().added(Group.RULES).items():
        for finding in rule.check(document, graph):
            if not isinstance(finding, Finding) or finding.code != code:
                message = f"the rule {code} gives {finding!r}, which is no finding of that code"
                raise UsageError(message, hint="this is a defect of the plugin that adds the rule")
            yield _at_application(finding, places)


def _applications(graph: Graph) -> frozenset[Place]:
    """Where the layers of applications and Backbones stand as if in a block: at what brings them."""
    return frozenset(
        node.item.used_at[0]
        for node in graph.nodes.values()
        if graph.opened(node) is not None and node.item.used_at
    )


def _at_application(finding: Finding, places: Collection[Place]) -> Finding:
    """A finding of a layer inside an application as one of the application: nobody wrote that layer."""
    used_at = finding.place.used_at
    if not used_at or used_at[0] not in places:
        return finding
    return replace(finding, place=replace(finding.place, used_at=used_at[1:]))
