"""The form of the data that `assets/architecture/` draws."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict


class Numbers(TypedDict, total=False):
    """What is known of a layer or of several together; what is absent does not apply, null is not known.

    Attributes:
        trainable: How many parameters training changes: of its stages, the one that changes most.
        frozen: Whether training leaves the weights as they are.
        stages: The stages of training that change them, where others leave them as they are.
    """

    parameters: int
    trainable: int
    macs: int | None
    bytes: int | None
    field: str
    stride: str
    frozen: bool
    stages: list[str]


class Mark(TypedDict):
    """What became of a layer between two specs.

    Attributes:
        change: One of `netspec.graph.comparison.Change`, or `same`.
        partner: Its name in the other network; null where it is not there.
        what: What differs, a text each.
    """

    change: str
    partner: str | None
    what: list[str]


class NodeRecord(Numbers):
    """A layer, an input or an output of the network.

    Attributes:
        kind: `input`, `layer` or `output`.
        takes: What it takes: the number of a node, and of which of its outputs.
        shapes: Of all that it gives.
        gets: The shapes of what it takes, where they are not those that the nodes give.
        at: The number of a file, and the line.
        shares: The name of the layer whose weights it has.
    """

    kind: str
    name: str
    type: str
    takes: list[list[int]]
    shapes: list[str]
    family: NotRequired[str]
    short: NotRequired[str]
    fields: NotRequired[list[tuple[str, str]]]
    outputs: NotRequired[list[str]]
    gets: NotRequired[list[str]]
    shares: NotRequired[str]
    holds: NotRequired[str]
    at: NotRequired[list[int]]
    mark: NotRequired[Mark]


class GroupRecord(Numbers):
    """Layers that are one box until it is unfolded.

    Attributes:
        kind: `block`, `copies`, `part`, or `holder` for a layer that holds a block.
        children: The numbers of nodes, and of groups from -1 downwards.
    """

    kind: str
    name: str
    type: str
    children: list[int]
    layers: int
    shapes: list[str]
    fields: NotRequired[list[tuple[str, str]]]
    shares: NotRequired[str]
    at: NotRequired[list[int]]
    mark: NotRequired[Mark]


class FileRecord(TypedDict):
    """A file of the spec, and what the ids of its lines begin with where the page shows it."""

    name: str
    anchor: str | None


class GraphRecord(TypedDict):
    """A network.

    Attributes:
        top: What stands outside of all groups, as in `GroupRecord.children`.
        open: The groups that are unfolded at first.
    """

    name: str
    nodes: list[NodeRecord]
    groups: list[GroupRecord]
    files: list[FileRecord]
    top: list[int]
    open: list[int]
