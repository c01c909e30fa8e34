"""What a model card says of how a network was made: its data, its training, its layers, its surroundings."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from netspec.report.escape import markdown
from netspec.report.html.document import Absent
from netspec.report.markdown import block, code, table
from netspec.report.spoken import by_stage, clock
from netspec.things.datasets import DATASETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.report.html.document import (
        DataAccount,
        Network,
        RunAccount,
        Surroundings,
        Training,
    )

Row = tuple[str, str]

_NO_TITLES = ("", "")
_LARGEST_SPEC = 30_000  # characters
_HARDWARE = ("processor", "architecture", "cores", "memory", "gpus")
_RUNTIME = ("precision", "deterministic")


def data_lines(data: DataAccount | Absent) -> Iterator[str]:
    """What it was trained on."""
    if isinstance(data, Absent):
        yield f"Not known: {markdown(data.why)}."
        return
    rows = [("source", f"{markdown(data.source)}{f', {code(data.path)}' if data.path else ''}")]
    facts = DATASETS.get(data.source)
    if facts is not None:
        rows = [
            ("data set", facts.title),
            ("its makers", facts.homepage),
            ("its terms", facts.licence),
        ]
    rows += [
        (f"{markdown(name)} images", f"{count:,}{_from(data, name)}")
        for name, count in data.splits.items()
    ]
    if data.skipped:
        rows.append(("left out, as they could not be read", f"{data.skipped:,}"))
    if data.fingerprint:
        rows.append(("fingerprint of images and labels", code(data.fingerprint)))
    yield from table(_NO_TITLES, rows)


def training_lines(account: RunAccount) -> Iterator[str]:
    """How it was trained."""
    rows = list(_trained(account.training))
    if not isinstance(account.network, Absent):
        rows += _planned(account.network)
    if account.seed is not None:
        rows.append(("seed", str(account.seed)))
    if account.seconds is not None:
        rows.append(("duration", clock(account.seconds)))
    if account.started is not None:
        rows.append(("begun", markdown(account.started)))
    rows += [("continued", markdown(each)) for each in account.resumed]
    yield from table(_NO_TITLES, rows)


def network_lines(account: RunAccount) -> Iterator[str]:
    """How large it is, of which layers, and whose weights it began with."""
    rows: list[Row] = []
    if not isinstance(account.size, Absent):
        size = account.size
        rows.append(("parameters", f"{size.parameters:,}"))
        if size.trainable is not None:
            rows.append(("of them trained", f"{size.trainable:,}"))
        if size.stages:
            rows.append(("by stage", markdown(by_stage(size.stages))))
        if size.macs is not None:
            rows.append(("multiply-accumulates for a picture", f"{size.macs:,}"))
    if not isinstance(account.network, Absent):
        rows += _layers(account.network)
    yield from table(_NO_TITLES, rows)


def surroundings_lines(around: Surroundings | Absent) -> Iterator[str]:
    """Where it was trained."""
    if isinstance(around, Absent):
        yield f"Not known: {markdown(around.why)}."
        return
    rows = [(name, around.hardware[name]) for name in _HARDWARE if name in around.hardware]
    if around.platform:
        rows.append(("system", around.platform))
    rows += [(name, around.runtime[name]) for name in _RUNTIME if name in around.runtime]
    rows += around.versions.items()
    rows += [(f"plugin {name}", version) for name, version in around.plugins.items()]
    if around.commit:
        changed = ", with changes" if around.is_dirty else ""
        rows.append(("commit of the spec", f"{around.commit}{changed}"))
    yield from table(_NO_TITLES, [(markdown(name), markdown(value)) for name, value in rows])


def repeat_lines(account: RunAccount) -> Iterator[str]:
    """What trains it again."""
    around = account.surroundings
    exactly = (
        not isinstance(around, Absent)
        and around.runtime.get("deterministic") == "yes"
        and "gpus" not in around.hardware
    )
    yield (
        f"{code('netspec run spec.yaml')} trains it again from this spec and the same images"
        f"{', on the same machine with the same packages to the last bit' if exactly else ''}."
    )
    spec = account.resolved
    if isinstance(spec, Absent) or len(spec) > _LARGEST_SPEC:
        yield from ("", f"The spec is the run's {code('resolved.yaml')}.")
        return
    yield from ("", "<details><summary>spec.yaml</summary>", "")
    yield from block(spec.rstrip("\n"), "yaml")
    yield from ("", "</details>")


def _from(data: DataAccount, name: str) -> str:
    """Whose images a split's are, where they are not its own, or not all of them."""
    if data.divided and name == "train":
        return f" of {data.divided:,}"
    if data.divided and data.is_held_back(name):
        return f" of these {data.divided:,}, held back"
    place = data.came_from.get(name, name)
    return "" if place == name else f", the {markdown(place)} images"


def _trained(training: Training | Absent) -> Iterator[Row]:
    if isinstance(training, Absent):
        yield "epochs", f"not known: {markdown(training.why)}"
        return
    planned = "" if training.planned is None else f" of {training.planned}"
    yield "epochs", f"{training.epochs[-1]}{planned}"
    if training.best is not None:
        value = training.best["value"]
        told = "" if value is None else f": {value:.4f}"
        yield "best epoch", f"{training.best['epoch']}, by {markdown(training.best['by'])}{told}"


def _planned(network: Network) -> Iterator[Row]:
    document = network.document
    if document.training is not None:
        yield "images in a step", str(document.training.batch_size)
    if document.compile is not None:
        yield "optimizer", markdown(document.compile.optimizer.kind())
        loss = document.compile.loss
        each = loss.items() if isinstance(loss, dict) else [("", loss)]
        told = [f"{f'{key}: ' if key else ''}{one.kind()}" for key, one in each]
        yield "loss", markdown(", ".join(told))
    changed = ", ".join(each.kind() for each in document.augmentation or ())
    yield "augmentation", markdown(changed) or "none"
    if document.data is not None and document.data.limit is not None:
        yield "images taken of each split", f"{document.data.limit:,} at most"


def _layers(network: Network) -> Iterator[Row]:
    graph = network.graph
    kinds = Counter(node.kind for node in graph.nodes.values())
    told = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    yield f"{len(graph.nodes):,} layers", markdown(told)
    for use in graph.applications.values():
        begins = {None: "random weights", "imagenet": "the weights of ImageNet that Keras provides"}
        weights = begins.get(use.fields.weights, "weights of a file")
        yield "built on", f"{use.fields.architecture} of keras.applications, with {weights}"
    for each in graph.backbones.values():
        yield (
            "built on",
            f"layers of another run's network, {markdown(each.network.name)}, with its weights",
        )
