"""A `Backbone` becomes layers of the network: those of a run's network, called one after another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netspec.diagnostics import Code
from netspec.errors import UsageError
from netspec.graph.graph import BackboneUse
from netspec.graph.scope import Output, Scope
from netspec.graph.steady import RANDOM
from netspec.graph.taken import NotTakenError, part_until
from netspec.spec.around import NotToBeReadError
from netspec.spec.backbone import RECORD, RESOLVED
from netspec.spec.freezing import trainable_names, unmatched
from netspec.spec.kept import ORIGIN, document_of_run
from netspec.wording import nearest, short

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.graph.graph import Graph, LayerNode
    from netspec.graph.item import Item
    from netspec.graph.network import Network
    from netspec.graph.taken import Taken
    from netspec.graph.wiring import Here
    from netspec.layers.shapes import Shape
    from netspec.spec.around import Around
    from netspec.spec.backbone import Backbone


def run_network(fields: Backbone, around: Around | None) -> tuple[Path, Graph]:
    """The directory of the run that a Backbone names, and its network.

    Args:
        fields: What the Backbone says.
        around: Where its spec lies.

    Raises:
        NotTakenError: There is no such run, it has no trained network, or its spec cannot be read.
    """
    from netspec.graph.build import build_graph  # which expands Backbones in its turn

    run = short(fields.run)
    if around is None:
        raise NotTakenError(
            f"the run {run} is relative to a file, and this spec is none", "save it as a file"
        )
    try:
        folder = around.beside(fields.run)
    except NotToBeReadError as error:
        raise NotTakenError(f"cannot read the run {run}: {error}", error.hint) from None
    _require_run(folder, fields)
    try:
        document = document_of_run(folder, around)
    except UsageError as error:
        raise NotTakenError(f"the run {run} is damaged: {error}", error.hint) from None
    graph = None
    if document is not None:
        graph, findings = build_graph(document)
        if findings or not graph.complete:
            graph = None
    if graph is None:
        raise NotTakenError(
            f"the spec of the run {run} has mistakes with this netspec",
            f"`netspec validate {folder / RESOLVED}` says which",
        )
    if len(graph.inputs) != 1:
        inputs = ", ".join(graph.inputs)
        raise NotTakenError(
            f"the network of the run {run} takes several inputs, {inputs}",
            "only networks of one input can be built on",
        )
    return folder, graph


def _require_run(folder: Path, fields: Backbone) -> None:
    """Makes sure that a folder is a run with a trained network, or what a run has kept of one."""
    run = short(fields.run)
    if not folder.is_dir():
        what = "is a file, not a run's directory" if folder.exists() else "is not there"
        raise NotTakenError(f"the run {run} {what}", _near(folder, fields.run))
    spec = folder / RESOLVED
    is_kept = (folder / ORIGIN).is_file()
    if not is_kept and not (folder / RECORD).is_file():
        message = f"{run} is no run: it has no {RECORD}"
        raise NotTakenError(message, "name the directory that `netspec run` printed last")
    if not spec.is_file() or not spec.resolve().is_relative_to(folder.resolve()):
        raise NotTakenError(
            f"the run {run} is damaged: it has no {RESOLVED}", "name another, or train it anew"
        )
    if not is_kept and not (folder / fields.checkpoint).is_file():
        kept = sorted(
            path.relative_to(folder).as_posix()
            for path in (*folder.glob("*.keras"), *folder.glob("*/*.keras"))
            if not path.name.startswith("writing-")
        )
        hint = f"it has {', '.join(kept[-3:])}: write checkpoint: {kept[-1]}" if kept else None
        raise NotTakenError(
            f"the run {run} has no {short(fields.checkpoint)}",
            hint or "it has not been trained to the end; `netspec resume` goes on with it",
        )


def _near(folder: Path, written: str) -> str:
    try:
        others = sorted(each.name for each in folder.parent.iterdir() if (each / RECORD).is_file())
    except OSError:
        others = []
    meant = nearest(folder.name, others)
    if meant is not None:
        return f"did you mean {short(written.removesuffix(folder.name) + meant.instead)}?"
    return "name the directory that `netspec run` printed last, relative to the spec's file"


def expand_backbone(  # noqa: PLR0913 - each has a name
    network: Network,
    item: Item,
    fields: Backbone,
    here: Here,
    taken: str | None,
    *,
    around: Around | None,
    shares: str | None,
) -> Output | None:
    """Calls the layers of a Backbone; gives its output, whose names lead to its layers. None where it cannot.

    Args:
        network: Where the calls go, and the findings.
        item: Where it stands.
        fields: What it says.
        here: Where it is used.
        taken: The tensor that it takes, None where that is a mistake, which has been told.
        around: Where the spec lies.
        shares: What the name of the Backbone begins with whose layers are called again; None for its own.
    """
    try:
        folder, whole = run_network(fields, around)
    except NotTakenError as error:
        network.report(Code.BACKBONE, str(error), item.place("run"), error.hint)
        return None
    try:
        part = part_until(whole, fields.until)
    except NotTakenError as error:
        network.report(Code.UNKNOWN_NAME, str(error), item.place("until"), error.hint)
        return None
    trained = _trained(network, item, fields, part.graph)
    if trained is None or taken is None or network.shape(taken) is None:
        return None
    calls = _Calls(network, item, here, whole, taken, shares)
    for node in part.graph.nodes.values():
        if not calls.add(node, trains=node.layer_name in trained):
            return None
    if shares is None:
        layers = tuple((f"{here.full}.{name}", name) for name in part.graph.nodes)
        network.backbones[here.full] = BackboneUse(here.full, fields, item, folder, whole, layers)
    return _output(part, here, (*here.scope.blocks, whole.name), named=item.name is not None)


class _Calls:
    """The calls of a Backbone's layers."""

    def __init__(  # noqa: PLR0913, PLR0917 - its one maker's
        self,
        network: Network,
        item: Item,
        here: Here,
        whole: Graph,
        taken: str,
        shares: str | None,
    ) -> None:
        self._network, self._here, self._shares, self._taken = network, here, shares, taken
        self._item = replace(item, used_at=(replace(item.place(), used_at=()), *item.used_at))
        self._input = next(iter(whole.inputs))
        self._blocks = (*here.scope.blocks, whole.name)
        self._shape = whole.inputs[self._input]

    def add(self, node: LayerNode, *, trains: bool) -> bool:
        """Calls a layer as it is called in the run; whether that went well."""
        layer, network, prefix = node.layer, self._network, f"{self._here.full}."
        assert layer is not None  # noqa: S101 - the run's network is whole
        if layer.trainable != trains:
            layer = layer.model_copy(update={"trainable": trains})
        shares: str | None
        if self._shares is not None:
            shares = network.owner(f"{self._shares}.{node.name}")
        else:
            shares = None if node.shares is None else prefix + node.shares
        name = prefix + node.name
        network.call(
            replace(self._item, layer=layer),
            name,
            tuple(self._taken if each == self._input else prefix + each for each in node.inputs),
            shares,
            blocks=(*self._blocks, *node.blocks),
            in_inference=not trains if node.kind in RANDOM else node.in_inference,
        )
        return self._fits(node, network.nodes[name])

    def _fits(self, node: LayerNode, called: LayerNode) -> bool:
        """Whether the run's weights fit the layer here; if not, that is told."""
        if called.inference is None or node.inference is None:
            return False
        before = [weight.shape for weight in node.inference.weights]
        now = [weight.shape for weight in called.inference.weights]
        if before == now:
            return True
        ((was, here),) = [(a, b) for a, b in zip(before, now, strict=True) if a != b][:1]
        self._network.report(
            Code.FIELD_AGAINST_INPUT,
            f"the run's weights of '{node.name}' are {was}, and here they would be {here}, "
            f"for {_spell(self._network.shape(self._taken))} instead of {_spell(self._shape)}",
            replace(self._item, used_at=()).place("inputs"),
            f"give it {_spell(self._shape)}, as the run had, or end it before '{node.name}' with `until`",
        )
        return False


def _trained(network: Network, item: Item, fields: Backbone, part: Graph) -> frozenset[str] | None:
    """The layers that train, by the run's names; None where one is named that is not there, which is told."""
    wanted = fields.trainable
    if isinstance(wanted, bool):
        return frozenset(part.nodes) if wanted else frozenset()
    missing = unmatched(part, wanted)
    if not missing:
        return trainable_names(part, wanted)
    name = wanted[missing[0]] if isinstance(wanted, tuple) else wanted.first or ""
    element: int | str = missing[0] if isinstance(wanted, tuple) else "from"
    first = next(iter(part.nodes))
    hint: str | None = nearest(name, list(part.named)) or f"its layers are {first} and what follows"
    message = f"the run {short(fields.run)} has no layer called '{short(name)}' that is taken"
    network.report(Code.UNKNOWN_NAME, message, item.place("trainable", element=element), hint)
    return None


def _output(part: Taken, here: Here, blocks: tuple[str, ...], *, named: bool) -> Output:
    """What the Backbone gives, with the names inside it."""
    tree: dict[str, object] = {}
    for name in part.graph.nodes:
        below = tree
        for step in name.split("."):
            below = below.setdefault(step, {})  # type: ignore[assignment]
    scope = _scope(part, tree, "", here, blocks)
    tensor = f"{here.full}.{part.output}"
    return Output(tensor, tensor.partition(":")[0], application=scope, named=named)


def _scope(
    part: Taken, tree: dict[str, object], path: str, here: Here, blocks: tuple[str, ...]
) -> Scope:
    scope = Scope(prefix=f"{here.full}.{path}", values={}, blocks=blocks)
    for step, below in tree.items():
        assert isinstance(below, dict)  # noqa: S101 - made so
        scope.entries[step] = _named(part, below, path + step, here, blocks)
    return scope


def _named(
    part: Taken, tree: dict[str, object], path: str, here: Here, blocks: tuple[str, ...]
) -> Output:
    """What one name inside stands for: a layer, a block's instance, or copies."""
    tensor = f"{here.full}.{part.output_of(path)}"
    node = f"{here.full}.{path}" if path in part.graph.nodes else None
    inner = _scope(part, tree, f"{path}.", here, blocks) if tree else None
    copies: tuple[Output | None, ...] = ()
    if inner is not None and all(step.isdigit() for step in tree):
        last = max(map(int, tree))
        copies = tuple(inner.entries.get(str(index)) for index in range(last + 1))
    return Output(tensor, node, application=inner, copies=copies)


def _spell(shape: Shape | None) -> str:
    return " x ".join("?" if size is None else str(size) for size in shape or ())
