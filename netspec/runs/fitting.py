"""A spec held against its data: the sections that are needed, the rules once more, and what each output learns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.checks import check_rules
from netspec.diagnostics import Code, Finding, has_errors, in_order
from netspec.errors import SpecError
from netspec.spec.labels import Target, target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netspec.graph.graph import Graph
    from netspec.spec.data import DataSection
    from netspec.spec.document import Document
    from netspec.spec.facts import DataFacts
    from netspec.spec.training import CompileSection

NEEDED = {
    "data": "which images to learn from, such as `data: {source: fashion_mnist_sample}`",
    "compile": "what to minimise, such as `compile: {optimizer: adam, loss: …}`",
    "training": "for how long, such as `training: {epochs: 5}`",
}


def require_sections(
    document: Document, names: Iterable[str] = tuple(NEEDED), *, by: str = "a run"
) -> None:
    """Makes sure that a spec has the sections that something needs.

    Args:
        document: The spec.
        names: The sections.
        by: What needs them.

    Raises:
        SpecError: It lacks some.
    """
    missing = [
        Finding(
            Code.MISSING_SECTION,
            f"{by} needs the section `{name}`",
            document.root.place,
            f"say {NEEDED[name]}",
        )
        for name in names
        if not document.has(name)
    ]
    if missing:
        raise SpecError(missing)


def check_again(document: Document, graph: Graph) -> None:
    """The rules once more, now that the data has been looked at.

    Raises:
        SpecError: The spec does not fit its data.
    """
    findings = in_order(check_rules(document, graph))
    if has_errors(findings):
        raise SpecError(findings)


def targets_of(
    facts: DataFacts, data: DataSection, section: CompileSection, graph: Graph
) -> tuple[Target, ...]:
    """What each output learns, in the outputs' order; rules have seen to it that each has a label and a loss."""
    shapes = graph.output_shapes()
    labels = facts.label_names(data, shapes)
    targets = []
    for output, shape in shapes.items():
        label = labels[output]
        assert label is not None  # noqa: S101 - see above
        targets.append(
            target(
                output,
                label,
                facts.labels[label],
                loss=section.loss[output] if isinstance(section.loss, dict) else section.loss,
                units=shape[-1] if shape else None,
                names=data.classes if len(shapes) == 1 else None,
            )
        )
    return tuple(targets)
