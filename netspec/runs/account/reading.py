"""A run's directory as one account of it; what it lacks, or what is damaged, is absent and no failure."""

from __future__ import annotations

import os
import shlex
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from netspec.errors import NetspecError, UsageError
from netspec.extension import enabled
from netspec.report.html.document import Absent, DataAccount, Network, RunAccount, Size
from netspec.runs.account.files import RunFiles
from netspec.runs.account.judged import evaluations_of
from netspec.runs.account.looked import looks_of
from netspec.runs.account.surroundings import surroundings_of, warnings_of
from netspec.runs.account.training import training_of
from netspec.runs.account.values import clipped, items
from netspec.runs.learned import OUTPUTS
from netspec.runs.listed.known import look_at
from netspec.runs.listed.untrusted import mapping, text, whole
from netspec.runs.lock import LOCK
from netspec.runs.saved import CLASSES, MODEL, RECORD, RESOLVED, RUN_FORMAT, plugins_of
from netspec.spec.freezing import most_trained, parameters_by_stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from netspec.report.runs import RunRecord

WRITTEN, SUMMARY, HISTORY = "spec.yaml", "summary.txt", "history.json"
# By any of these a folder is known for a run, however much of it is gone.
_OF_A_RUN = (RECORD, RESOLVED, LOCK, "metrics.csv", "evaluation.json", MODEL)
_MODELS = (MODEL, "model.weights.h5", "state/best.keras")
_MOST_WORDS = 200
_MOST_RESUMED = 50
_MOST_CLASSES = 5000
_LARGEST_SPEC = 2**20


def account_of(
    path: Path, *, now: datetime | None = None, with_pictures: bool = True
) -> RunAccount:
    """All that a run's directory says of it. Neither TensorFlow nor NumPy is needed.

    Args:
        path: The directory.
        now: Until when a run has lasted that goes on; by default this moment.
        with_pictures: Whether pictures are read; all are absent otherwise.

    Raises:
        UsageError: It is not there, or is no run: it has none of the files that make one.
    """
    _require_run(path)
    files = RunFiles(path, with_pictures=with_pictures)
    known = look_at(path, now=now or datetime.now(UTC)).run
    read = files.mapping(RECORD)
    record = {} if isinstance(read, Absent) else read
    network = _network(path, record)
    models = tuple(name for name in _MODELS if files.has(name))
    weights = _weights(str(path), models)
    return RunAccount(
        name=known["name"],
        path=str(path),
        status=known["status"],
        reason=None if known["reason"] is None else clipped(known["reason"], longest=2000),
        notices=tuple(_notices(record, read, files, has_reason=bool(known["reason"]))),
        spec_name=clipped(text(record.get("name"))),
        started=known["started"],
        seconds=known["seconds"],
        seed=whole(record.get("seed")),
        command=_command(record),
        resumed=tuple(_resumed(record)),
        metrics=known["metrics"],
        size=_size(known, network),
        data=_data(record, files),
        training=training_of(
            files.run, record, network, _training_again(path, network, record), named=path
        ),
        evaluations=evaluations_of(files, path, weights and f"netspec evaluate {weights}", record),
        looks=looks_of(files, path, weights and f"netspec look {weights}", record),
        network=network,
        written=files.text(WRITTEN, largest=_LARGEST_SPEC),
        resolved=files.text(RESOLVED, largest=_LARGEST_SPEC),
        summary=files.text(SUMMARY, largest=_LARGEST_SPEC),
        surroundings=surroundings_of(record),
        warnings=warnings_of(files),
        models=models,
    )


def _require_run(path: Path) -> None:
    """Makes sure that a directory is a run's, be it a damaged one's.

    Raises:
        UsageError: It is none.
    """
    from netspec.runs.saved import read_record

    try:
        is_run = path.is_dir() and any(os.path.lexists(path / name) for name in _OF_A_RUN)
    except (OSError, ValueError):
        is_run = False
    if not is_run:
        read_record(path)  # which says what it is instead
        raise UsageError(f"{path} is no run directory", hint="`netspec run` prints it last")


def _weights(path: str, models: Sequence[str]) -> str | None:
    """A run as a command names it, with a file of weights where it has no model; None where it has no weights."""
    run = shlex.quote(path)
    if not models:
        return None
    return run if MODEL in models else f"{run} --checkpoint {models[-1]}"


def _notices(
    record: Mapping[str, Any], read: object, files: RunFiles, *, has_reason: bool
) -> Iterator[str]:
    """What is to be known first; why the record cannot be read is left to the run's reason where it has one."""
    found = record.get("format")
    if isinstance(read, Absent):
        others = "what follows comes of the run's other files"
        yield others if has_reason else f"{read.why}; {others}"
    elif isinstance(found, int) and found > RUN_FORMAT:
        formats = f"format {found}, this one reads {RUN_FORMAT}"
        yield f"a newer netspec wrote this run ({formats}); what it has besides is not shown"
    history = files.mapping(HISTORY)
    if isinstance(history, Absent) and files.has(HISTORY):
        yield f"{history.why}; the curves come of metrics.csv, and need it not"


def _training_again(path: Path, network: Network | Absent, record: Mapping[str, Any]) -> str | None:
    """The command that trains the run's spec again; None where that cannot be read."""
    if isinstance(network, Absent):
        return None
    root = text(mapping(record.get("data")).get("root"))
    option = "" if root is None else f" --data-root {shlex.quote(clipped(root))}"
    return f"netspec run {shlex.quote(str(path / RESOLVED))}{option}"


def _command(record: Mapping[str, Any]) -> tuple[str, ...] | Absent:
    words = items(record.get("command"), most=_MOST_WORDS)
    told = tuple(clipped(word) for word in words if isinstance(word, str))
    if not told or len(told) != len(words):
        return Absent("the record does not tell it: the run was started from Python, or is damaged")
    return told


def _resumed(record: Mapping[str, Any]) -> list[str]:
    told = []
    for each in map(mapping, items(record.get("resumed"), most=_MOST_RESUMED)):
        at, epoch, step = text(each.get("at")), whole(each.get("epoch")), whole(each.get("step"))
        changes = [
            clipped(one) for one in items(each.get("changes"), most=20) if isinstance(one, str)
        ]
        place = "" if epoch is None else f" after epoch {epoch}"
        within = f", step {step}" if step else ""
        changed = f", with changes: {'; '.join(changes)}" if changes else ""
        told.append(f"{clipped(at) if at else 'continued'}{place}{within}{changed}")
    return told


def _network(path: Path, record: Mapping[str, Any]) -> Network | Absent:
    """The network of the resolved spec; a spec that is none any more, or needs a plugin, is absent."""
    from netspec.analysis import analyse
    from netspec.runs.saved import require_own

    file = path / RESOLVED
    if not os.path.lexists(file):
        return Absent(f"the run has no {RESOLVED}")
    try:
        require_own(path, RESOLVED, largest=_LARGEST_SPEC)
        # What it extends lies in the run, too, or is not read.
        document, graph = analyse(file, root=path).require()
    except (NetspecError, OSError, RecursionError):
        lacking = sorted(plugins_of(record).keys() - {each.name for each in enabled().each})
        if lacking:
            options = " ".join(f"--plugin {shlex.quote(clipped(name))}" for name in lacking)
            return Absent("its spec needs a plugin that is not enabled: say", options)
        place = shlex.quote(str(file))
        return Absent(
            f"{RESOLVED} is no spec that this netspec reads; this says more",
            f"netspec validate {place}",
        )
    return Network(document, graph)


def _size(known: RunRecord, network: Network | Absent) -> Size | Absent:
    told = known["parameters"]
    if isinstance(network, Absent):
        if told is None:
            return Absent("neither the record nor the spec tells it")
        return Size(told["total"], told["trainable"], known["macs"])
    graph, training = network.graph, network.document.training
    stages = parameters_by_stage(graph, training)
    most = most_trained(graph, training)
    if told is None:
        return Size(graph.parameters, most, graph.macs, stages)
    # An older record says what trains by the layers' own flags, whatever its stages trained.
    return Size(told["total"], most if stages else told["trainable"], known["macs"], stages)


def _data(record: Mapping[str, Any], files: RunFiles) -> DataAccount | Absent:
    data = mapping(record.get("data"))
    source = clipped(text(data.get("source")))
    classes = _classes(files)
    if source is None and not classes:
        return Absent("the record does not tell it")
    counts = {name: whole(data.get(name)) for name in ("train", "validation", "test")}
    came = {
        name: clipped(text(data[f"{name}_from"])) or "train"
        for name in ("validation", "test")
        if f"{name}_from" in data
    }
    place = text(data.get("path")) or text(data.get("folder"))
    labels = {
        clipped(key): tuple(
            clipped(name)
            for name in items(each.get("names"), most=_MOST_CLASSES)
            if isinstance(name, str)
        )
        for each in map(mapping, items(record.get(OUTPUTS), most=100))
        if (key := text(each.get("output"))) is not None
    }
    return DataAccount(
        source=source or "?",
        path=clipped(place),
        root=clipped(text(data.get("root"))),
        splits={name: count for name, count in counts.items() if count is not None},
        came_from=came,
        fingerprint=clipped(text(data.get("fingerprint"))),
        skipped=whole(data.get("skipped")) or 0,
        classes=classes,
        labels=labels,
    )


def _classes(files: RunFiles) -> tuple[str, ...]:
    """The classes' names; none where they cannot be read."""
    kept = files.text(CLASSES)
    if isinstance(kept, Absent) or not kept:
        return ()
    names = kept.removesuffix("\n").split("\n")
    return tuple(clipped(name) for name in names[:_MOST_CLASSES])
