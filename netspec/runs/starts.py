"""The trained weights that a run begins with: whose they are, where they lie, and whether they fit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.applications.table import architecture
from netspec.data.sources.place import Place as FilePlace
from netspec.data.sources.place import locate, locate_again
from netspec.diagnostics import Code, Finding
from netspec.errors import DataError, NetspecError, SpecError, UsageError
from netspec.graph.order import keras_order
from netspec.spec.application import IMAGENET
from netspec.spec.around import NotToBeReadError
from netspec.spec.kept import origin_of
from netspec.weights.match import Wanted
from netspec.weights.taking import difference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netspec.analysis import Analysis
    from netspec.applications.table import Architecture, Download
    from netspec.graph.graph import ApplicationUse, BackboneUse, Graph
    from netspec.source.nodes import Place
    from netspec.spec.document import Document


@dataclass(frozen=True)
class StartPlan:
    """Weights that some layers begin with.

    Attributes:
        title: What messages call the network that they are of.
        layers: The layers in Keras's order, those without weights too: their names in the graph, None of one that the
            graph has not.
        wanted: The same, as the file is to have them.
        path: The file; None where Keras has it.
        download: Keras's file.
        record: How a run finds the file again that a spec names; None of Keras's.
    """

    title: str
    layers: tuple[str | None, ...]
    wanted: tuple[Wanted, ...]
    path: Path | None = None
    download: Download | None = None
    record: dict[str, str] | None = None

    def __str__(self) -> str:
        """One line for people: of which network, and the file."""
        if self.download is None:
            file = self.record["name"] if self.record is not None else str(self.path)
            return f"{self.title}: {file}"
        return f"{self.title}: {IMAGENET}, {self.download.file}" + (
            "" if self.is_there else ", which is to be fetched"
        )

    @property
    def is_there(self) -> bool:
        """Whether the file is here already, and nothing is to be fetched."""
        from netspec.weights.imagenet import folder

        return self.download is None or (folder() / self.download.file).is_file()


# The file that a path of a spec leads to.
Find = Callable[[str], "FilePlace"]


def plan_starts(analysis: Analysis, *, find: Find) -> tuple[StartPlan, ...]:
    """The weights that a spec's network begins with; what lies here is looked at, nothing is fetched.

    Where the whole network begins with a file's, its parts need none of their own.

    Args:
        analysis: A spec without errors.
        find: Finds the files that it names.

    Raises:
        SpecError: A file is not there, or holds the weights of another network.
    """
    document, graph = analysis.require()
    model = document.spec.model if document.spec is not None else None
    if model is not None and model.weights is not None:
        return (_of_all(document, graph, model.weights, find),)
    return (
        *(
            _start(use, graph, find)
            for use in graph.applications.values()
            if use.fields.weights is not None
        ),
        *(_of_run(use, document, graph) for use in graph.backbones.values()),
    )


def _of_all(document: Document, graph: Graph, text: str, find: Find) -> StartPlan:
    """A file's weights for the whole network."""
    place = document.place("model", "weights")
    at = existing(text, place, find)
    title = f"the network {document.name}"
    names, wanted = in_kerass_order(graph)
    hint = "give weights that were saved of this network, or change it to the one that they are of"
    require_fit(at.file, wanted, title=title, place=place, hint=hint)
    return StartPlan(title, names, wanted, path=at.file, record=record_of(text, at))


def _of_run(use: BackboneUse, document: Document, graph: Graph) -> StartPlan:
    """The weights of a run for those of its layers that the network has."""
    run, place = use.fields.run, use.item.place("run")
    assert document.around is not None  # noqa: S101 - the run has been found from there
    try:
        path = origin_of(use.folder, document.around) / use.fields.checkpoint
    except (NotToBeReadError, UsageError) as error:
        message = f"the run {run} does not lead to its weights: {error}"
        raise SpecError([Finding(Code.WEIGHTS, message, place, error.hint)]) from None
    if not path.is_file():
        message = f"there is no {path}, with whose weights '{use.name}' begins"
        hint = "name the run that has them, or begin the whole network with model.weights"
        raise SpecError([Finding(Code.WEIGHTS, message, place, hint)])
    own = {
        use.network.nodes[inner].layer_name: name
        for name, inner in use.layers
        if graph.nodes[name].shares is None
    }
    inner, wanted = in_kerass_order(use.network)
    title = f"the network of {run}"
    hint = "the run was changed since it was trained: name another, or train it anew"
    require_fit(path, wanted, title=title, place=place, hint=hint)
    return StartPlan(title, tuple(own.get(name) for name in inner), wanted, path=path)


def in_kerass_order(graph: Graph) -> tuple[tuple[str, ...], tuple[Wanted, ...]]:
    """A network's layers by their names, and what a file of netspec's has of them."""
    from netspec.lowering.names import keras_name

    names = tuple(node.name for node in keras_order(graph))
    return names, tuple(wanted_layers(graph, ((name, keras_name(name)) for name in names)))


def finder(spec_file: Path, data_root: Path | None = None) -> Find:
    """Finds files where a spec names them: relative to the data root, else to the spec.

    Args:
        spec_file: The spec.
        data_root: The folder that the user chose.
    """

    def find(text: str) -> FilePlace:
        if data_root is not None:
            with suppress(DataError):
                return locate(text, spec_file=spec_file, data_root=data_root)
        return locate(text, spec_file=spec_file, data_root=None)

    return find


def finder_again(records: object, run: Path, data_root: Path | None = None) -> Find:
    """Finds the files that a run began with.

    Args:
        records: What the run's record says of them, by the paths of its spec.
        run: The run's directory.
        data_root: The folder that the user chose, where they are looked for first.
    """
    known = records if isinstance(records, dict) else {}

    def find(text: str) -> FilePlace:
        if data_root is not None:
            with suppress(DataError):
                return locate(text, spec_file=run, data_root=data_root)
        record = known.get(text)
        if not isinstance(record, dict) or not {"root", "path"} <= record.keys():
            raise DataError(
                f"the run does not say where {text} was",
                hint="begin a new run of its spec",
            )
        return locate_again(str(record["path"]), root=Path(str(record["root"])), run=run)

    return find


def _start(use: ApplicationUse, graph: Graph, find: Find) -> StartPlan:
    fields = use.fields
    names = dict(use.layers)
    top = "with" if fields.include_top else "without"
    title = f"{fields.architecture} {top} top"
    wanted = tuple(wanted_layers(graph, names.items()))
    layers = tuple(names)
    if fields.weights == IMAGENET:
        download = architecture(fields.table).download(
            include_top=fields.include_top, options=fields.options, shape=use.image
        )
        return StartPlan(title, layers, wanted, download=download)
    place = use.item.place("weights")
    at = existing(fields.weights or "", place, find)
    require_fit(at.file, wanted, title=title, place=place)
    _require_other_than_keras_own(at.file, architecture(fields.table), place)
    return StartPlan(
        title, layers, wanted, path=at.file, record=record_of(fields.weights or "", at)
    )


def _require_other_than_keras_own(path: Path, known: Architecture, place: Place) -> None:
    """Makes sure that a network which Keras builds otherwise for ImageNet's weights is not given these as a file.

    EfficientNet then divides by a deviation more, so that the same weights would compute something else.

    Raises:
        SpecError: It is given Keras's own file.
    """
    if not any("if_imagenet" in row.conditions for row in known.body):
        return
    from netspec.weights.imagenet import folder, is_of_hash

    for download in known.downloads:
        if is_of_hash(path, download.hash):
            message = f"{path} is Keras's own file of ImageNet weights, for which {known.name} has a layer more"
            hint = f"put it in {folder() / download.file}, and write weights: {IMAGENET}"
            raise SpecError([Finding(Code.WEIGHTS, message, place, hint)])


def record_of(text: str, at: FilePlace) -> dict[str, str]:
    """How a file is found again that a spec names."""
    return {"name": text, "root": str(at.root), "path": at.path}


def wanted_layers(graph: Graph, names: Iterable[tuple[str, str]]) -> list[Wanted]:
    """What a file is to have for some layers.

    Args:
        graph: The network.
        names: Their names in the graph, each with the name that Keras's own network has.
    """
    return [
        Wanted(own, node.kind, [(weight.name, weight.shape) for weight in node.inference.weights])
        for name, own in names
        if (node := graph.nodes[name]).inference is not None
    ]


def existing(text: str, place: Place, find: Find) -> FilePlace:
    """The file of weights that a spec names.

    Args:
        text: Its path.
        place: Where the spec names it.
        find: Finds it.

    Raises:
        SpecError: It is not there, or lies elsewhere than below the place that the user chose.
    """
    try:
        at = find(text)
        at.file  # noqa: B018 - looks whether it is one
    except NetspecError as error:
        hint = (error.hint or "").replace("data.source may", "it may")
        hint = hint.replace("correct data.source", "correct the path")
        raise SpecError([Finding(Code.WEIGHTS, str(error), place, hint or None)]) from None
    return at


def require_fit(
    path: Path, wanted: Iterable[Wanted], *, title: str, place: Place, hint: str | None = None
) -> None:
    """Makes sure that a file holds the weights of a network, where h5py is there to read it.

    Args:
        path: The file.
        wanted: The network's layers in Keras's order.
        title: What messages call the network.
        place: Where the spec names the file.
        hint: What to do, where that is not what one would do of an application.

    Raises:
        SpecError: It does not.
    """
    if find_spec("h5py") is None:  # it comes with TensorFlow, without which nothing is trained
        return
    try:
        differs = difference(path, list(wanted), title=title)
    except NetspecError as error:
        raise SpecError([Finding(Code.WEIGHTS, str(error), place, error.hint)]) from None
    if differs is not None:
        finding = Finding(Code.WEIGHTS, differs.message, place, hint or differs.hint)
        raise SpecError([finding])
