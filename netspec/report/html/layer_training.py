"""Whether training changes a layer, alone or with others, and in which of its stages, as a graph's data has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netspec.spec.freezing import trained_by_stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netspec.graph.graph import Graph, LayerNode
    from netspec.report.html.graph_records import Numbers
    from netspec.report.summary import LayerSummary
    from netspec.spec.training import TrainingSection


@dataclass(frozen=True)
class LayerTraining:
    """What training changes of a network's layers.

    Attributes:
        made: All layers by name, those of blocks within layers too.
        holders: Of the layers of blocks within layers, the network's layer that each stands in.
        stages: How many parameters of which of the network's layers each stage changes; empty without stages.
    """

    made: Mapping[str, LayerNode]
    holders: Mapping[str, str]
    stages: Mapping[str, Mapping[str, int]]

    @classmethod
    def of(
        cls, graph: Graph, training: TrainingSection | None, made: Mapping[str, LayerNode]
    ) -> LayerTraining:
        """That of a complete network."""
        inner = (name for name in made if name not in graph.nodes)
        holders = {
            name: next(outer for outer in graph.nodes if name.startswith(f"{outer}."))
            for name in inner
        }
        return cls(made, holders, trained_by_stage(graph, training))

    def told(self, layers: Sequence[LayerSummary]) -> Numbers:
        """What is told of layers: that they are frozen, or but for some stages; with stages, how many of them train."""
        found: Numbers = {}
        heavy = [layer for layer in layers if layer.parameters]
        if heavy and all(map(self._is_frozen, heavy)):
            found["frozen"] = True
        if self.stages:
            counts = {
                stage: sum(self._trained(layer, stage) for layer in heavy) for stage in self.stages
            }
            found["trainable"] = max(counts.values())
            training = [stage for stage, count in counts.items() if count]
            if 0 < len(training) < len(counts):
                found["stages"] = training
        return found

    def _is_frozen(self, layer: LayerSummary) -> bool:
        trains = self.made[layer.name].trains
        if not self.stages or (trains and not layer.trainable_parameters):
            return not trains
        return not any(self._trained(layer, stage) for stage in self.stages)

    def _trained(self, layer: LayerSummary, stage: str) -> int:
        """How many parameters of a layer a stage changes; one within another trains with it, unless it is frozen."""
        holder = self.holders.get(layer.name)
        if holder is None:
            return self.stages[stage].get(layer.name, 0)
        return layer.trainable_parameters if holder in self.stages[stage] else 0
