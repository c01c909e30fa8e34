"""What a spec says of its data, for commands that look at data and train nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.checks import check_rules
from netspec.data.counts import split_counts, splitting
from netspec.data.form import ImageForm, picture_form
from netspec.data.preparing import Wanted
from netspec.data.sources.folder import FolderSource, LayoutError
from netspec.data.sources.opening import open_source
from netspec.data.sources.place import Place, locate
from netspec.diagnostics import Code, Finding, has_errors, in_order
from netspec.errors import SpecError
from netspec.things.sources import ImageFolder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netspec.analysis import Analysis
    from netspec.data.files.looking import Look
    from netspec.data.source import ImageSource
    from netspec.graph.graph import Graph
    from netspec.source.nodes import Place as TextPlace
    from netspec.spec.data import DataSection
    from netspec.spec.document import Document
    from netspec.things.labels import LabelFacts


@dataclass(frozen=True)
class Subject:
    """The data of a spec, opened.

    Attributes:
        document: The spec.
        data: Its section.
        source: Where the images come from.
        form: How the network takes them.
        faults: What is amiss with a folder; the source is without that.
        seed: What every random choice follows from.
        stratum: The label by whose classes splits are made; None where no class is learned.
        graph: The network.
        learned: The label that each output learns, by the output's key; None where there is none.
    """

    document: Document
    data: DataSection
    source: ImageSource
    form: ImageForm
    faults: tuple[LayoutError, ...]
    seed: int
    stratum: str | None
    graph: Graph
    learned: Mapping[str, str | None]

    @property
    def place(self) -> TextPlace:
        """Where the spec names the source."""
        return self.document.place("data", "source")

    @property
    def label(self) -> LabelFacts | None:
        """What is known of the stratum; None where no class is learned."""
        return None if self.stratum is None else self.source.facts.labels[self.stratum]

    @property
    def labels(self) -> dict[str, LabelFacts]:
        """What is known of the labels; what `data.classes` gives names to has those."""
        labels = dict(self.source.facts.labels)
        learned = list(self.learned.values())
        # As in a run: of several outputs it speaks of none.
        if self.data.classes is not None and len(learned) == 1 and learned[0] is not None:
            own = labels[learned[0]]
            if own.count == len(self.data.classes):
                labels[learned[0]] = replace(own, names=self.data.classes)
        return labels

    @property
    def weighable(self) -> str | None:
        """The label whose classes `training.class_weight` can weigh: that of a network of one output."""
        return self.stratum if len(self.learned) == 1 else None

    def wanted(self, numbers: Mapping[str, int], *, look: Look | None = None) -> Wanted:
        """What a run makes of the data.

        Args:
            numbers: How many images the source's splits have.
            look: How closely files are looked at; None where they have been.
        """
        data, label = self.data, self.label
        return Wanted(
            splitting=splitting(data, numbers),
            counts=split_counts(data, numbers, classes=label.count if label else None),
            stratum=self.stratum,
            classes=(label.names or ()) if label else (),
            seed=self.seed,
            channels=self.form.channels,
            on_error=data.on_error,
            look=look,
        )


def open_subject(analysis: Analysis, *, data_root: Path | None, tolerant: bool) -> Subject:
    """Opens the data of a spec without errors; `compile` and `training` may be missing.

    Args:
        analysis: What is known of the spec.
        data_root: The folder that its paths are relative to, if not the spec's own.
        tolerant: Whether a folder is opened that a run would refuse, without what is amiss.

    Raises:
        SpecError: It names no data, or the network does not fit it.
        DataError: The data is not there, or is not laid out as it should be.
    """
    document, graph = analysis.require()
    data = document.data
    if data is None or document.facts is None or document.spec is None:
        raise SpecError(
            [
                Finding(
                    Code.MISSING_SECTION,
                    "to look at data, the section `data` is needed",
                    document.root.place,
                    "say which images to learn from, such as `data: {source: fashion_mnist_sample}`",
                )
            ]
        )

    def find(path: str) -> Place:
        return locate(path, spec_file=Path(analysis.path), data_root=data_root)

    faults: list[LayoutError] = []
    try:
        source = open_source(data, document.facts, find=find)
    except LayoutError:
        if not tolerant or not isinstance(data.source, ImageFolder):
            raise
        source = FolderSource(find(data.source.path), faults=faults)
    _check_again(replace(document, facts=source.facts), graph, tolerant=bool(faults))
    return Subject(
        document=document,
        data=data,
        source=source,
        form=picture_form(document, graph),
        faults=tuple(faults),
        seed=document.spec.seed,
        stratum=source.facts.stratum(data, graph.output_shapes()),
        graph=graph,
        learned=source.facts.label_names(data, graph.output_shapes()),
    )


def _check_again(document: Document, graph: Graph, *, tolerant: bool) -> None:
    """The rules once more, now that the data has been looked at; with faults, classes may be too many or few."""
    findings = in_order(check_rules(document, graph))
    if has_errors(findings) and not tolerant:
        raise SpecError(findings)
