"""Channels are scaled twice in a row, which does no more than once.

Each channel is multiplied by one weight, and then by another: one weight can be their product.

Failing:

    netspec: 1
    model:
      input: [8, 8, 3]
      layers:
        - ChannelScale
        - ChannelScale  # ACME001

Passing:

    netspec: 1
    model:
      input: [8, 8, 3]
      layers: [ChannelScale, ReLU, ChannelScale]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Finding, PluginCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks at each layer and the one before it."""
    del document
    for node in graph.nodes.values():
        before = graph.nodes.get(node.inputs[0]) if node.inputs else None
        if before is not None and node.kind == before.kind == "ChannelScale":
            yield Finding(
                PluginCode("ACME001"),
                f"ChannelScale '{node.name}' scales what '{before.name}' has scaled already",
                node.item.place(),
                "remove one of them",
                level="warning",
            )
