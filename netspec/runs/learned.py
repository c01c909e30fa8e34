"""What each output of a run's network learned: as `run.json` keeps it, and read again."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from netspec.report.escape import printable
from netspec.spec.labels import target
from netspec.things.labels import LabelFacts
from netspec.wording import short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.graph.graph import Graph
    from netspec.layers.shapes import Shape
    from netspec.spec.labels import Target
    from netspec.spec.training import CompileSection
    from netspec.things.labels import LabelKind

OUTPUTS = "outputs"
_FEWEST_CLASSES = 2  # which one unit tells apart
_KINDS: dict[str, LabelKind] = {"class": "class", "multi_label": "multi_label", "number": "number"}


def is_one_class(targets: Sequence[Target]) -> bool:
    """Whether a network has one output, which names one class an image."""
    return len(targets) == 1 and targets[0].kind == "class"


def learned(targets: Sequence[Target]) -> list[dict[str, Any]]:
    """What `run.json` keeps of what the outputs learned."""
    return [
        {
            "output": each.output,
            "label": each.label,
            "kind": each.kind,
            "names": list(each.names),
        }
        for each in targets
    ]


def read_learned(kept: Any, graph: Graph, section: CompileSection) -> tuple[Target, ...]:
    """What the outputs learned, in their order.

    Args:
        kept: What `learned` gave, as it is read from a file that may say anything.
        graph: The network.
        section: What it was compiled with.

    Raises:
        ValueError: It says no such thing, or not of this network.
    """
    if not isinstance(kept, list) or not all(isinstance(each, dict) for each in kept):
        raise ValueError("it does not say what each output learned")
    by_key = {each.get("output"): each for each in kept if isinstance(each.get("output"), str)}
    shapes = graph.output_shapes()
    if by_key.keys() != shapes.keys() or len(kept) != len(shapes):
        raise ValueError(f"it does not tell of the outputs {', '.join(shapes)} and of no others")
    return tuple(_read(by_key[key], key, shape, section) for key, shape in shapes.items())


def learned_classes(
    names: Sequence[str], graph: Graph, section: CompileSection
) -> tuple[Target, ...]:
    """What the one output of a network learned that names one of some classes.

    Raises:
        ValueError: It tells another number of classes apart.
    """
    ((key, shape),) = graph.output_shapes().items()
    return (_target(key, key, "class", names, shape, section),)


def _read(each: dict[str, Any], key: str, shape: Shape | None, section: CompileSection) -> Target:
    label, names, kind = each.get("label"), each.get("names"), _KINDS.get(str(each.get("kind")))
    if kind is None:
        raise ValueError(f"there is no kind of label {short(printable(str(each.get('kind'))))}")
    if not isinstance(label, str) or not isinstance(names, list) or not names:
        raise ValueError(f"it does not say what the output {key} learned")
    if not all(isinstance(name, str) and _is_text(name) for name in (label, *names)):
        raise ValueError(f"what the output {key} learned is called by no text")
    return _target(key, label, kind, names, shape, section)


def _target(  # noqa: PLR0913, PLR0917 - a record's parts
    key: str,
    label: str,
    kind: LabelKind,
    names: Sequence[str],
    shape: Shape | None,
    section: CompileSection,
) -> Target:
    units = None if shape is None or None in shape else prod(size or 0 for size in shape)
    if units is not None:
        wanted = max(units, _FEWEST_CLASSES) if kind == "class" else units
        if len(names) != wanted:
            tells = f"tells {wanted} classes apart" if kind == "class" else f"gives {wanted} values"
            raise ValueError(f"{len(names)} names, and its network {tells}")
    loss = section.loss[key] if isinstance(section.loss, dict) else section.loss
    return target(key, label, LabelFacts(kind, tuple(names)), loss=loss, units=units)


def _is_text(text: str) -> bool:
    """Whether a text can be written anywhere: JSON may hold halves of characters."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
