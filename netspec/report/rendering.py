"""The resolved spec as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.graph.flat import Flat, flat
from netspec.report.provenance import with_provenance
from netspec.spec.layout import yaml_text
from netspec.spec.resolved import resolved_tree

if TYPE_CHECKING:
    from netspec.analysis import Analysis


def render_spec(analysis: Analysis, *, expand: bool = False, provenance: bool = False) -> str:
    """A spec as YAML that stands by itself and means the same.

    Args:
        analysis: What is known of the spec.
        expand: Whether blocks, repeats and conditions are written out.
        provenance: Whether comments say where each value comes from.

    Raises:
        SpecError: The spec has errors; or it is a base for others, and is to be expanded.
    """
    document = analysis.document
    if document is None or not document.abstract or expand or analysis.failed:
        document, graph = analysis.require()
        rendered = flat(document, graph) if expand else Flat(resolved_tree(document), {})
    else:
        rendered = Flat(resolved_tree(document), {})
    if provenance:
        return with_provenance(rendered.tree, analysis, rendered.used_at)
    return yaml_text(rendered.tree)
