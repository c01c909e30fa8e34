"""One run, from a checked spec to a directory one can open."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspec.errors import UsageError
from netspec.lowering.tracking_store import require_store
from netspec.runs import environment
from netspec.runs.changes import settled
from netspec.runs.directory import RunDirectory
from netspec.runs.kept import keep_network
from netspec.runs.learned import OUTPUTS, learned
from netspec.runs.lock import RunLock
from netspec.runs.plan import Plan, make_plan
from netspec.runs.repeating import TEXT_HASH, differences_from_repeated, text_hash
from netspec.runs.saved import CLASSES, RECORD, RESOLVED, RUN_FORMAT
from netspec.spec.freezing import most_trained, parameters_by_stage
from netspec.spec.kept import Kept, kept_networks
from netspec.training.conduct import LOG, Capture, carry_out, openly
from netspec.training.events import Listener, Notice, Planned, Prepared, ignore, reports_to
from netspec.training.interruption import Interruption
from netspec.training.job import Job, RunResult
from netspec.training.starting import fetched, weight_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netspec.analysis import Analysis
    from netspec.data.preparing import Prepared as PreparedData
    from netspec.graph.graph import Graph
    from netspec.spec.document import Document


def run_analysis(  # noqa: PLR0913 - each has a default and a name
    analysis: Analysis,
    *,
    output: Path | None = None,
    data_root: Path | None = None,
    offline: bool = False,
    resume: bool = False,
    force: bool = False,
    interruption: Interruption | None = None,
    listener: Listener = ignore,
    capture: Capture | None = None,
    command: list[str] | None = None,
) -> RunResult:
    """Trains a checked spec and leaves a run directory.

    Args:
        analysis: What is known of the spec.
        output: The run directory itself; `runs/NAME-DATE-TIME` without.
        data_root: The folder that an image folder's path is relative to; the spec's own without.
        offline: Whether nothing may be fetched.
        resume: Whether a run that the directory holds already is continued; a finished one stays as it is.
        force: Whether it is continued although the spec has changed.
        interruption: Says when the run shall end before its time.
        listener: Is told what goes on.
        capture: Takes the path of the run's log and keeps TensorFlow's chatter there while it is open.
        command: What the user typed, for the record.

    Raises:
        SpecError: The spec has errors, or lacks what a run needs.
        UsageError: The directory cannot be made, or TensorFlow is not installed.
        DataError: The data cannot be had.
        TrainingError: Training started and failed.
        Interrupted: It was ended from outside; what there is so far is kept.
    """
    if resume:
        from netspec.training.resume import holds_run, resume_analysis

        if output is None:
            raise UsageError("--resume needs the run's directory", hint="name it with --output")
        if holds_run(output):
            return resume_analysis(
                analysis,
                output,
                data_root=data_root,
                offline=offline,
                force=force,
                interruption=interruption,
                listener=listener,
                capture=capture,
                command=command,
            )
        RunDirectory.clear_unbegun(output)
    document, _ = analysis.require()
    plan = make_plan(analysis, data_root=data_root)
    environment.require_tensorflow()
    things = document.spec.callbacks if document.spec is not None else ()
    environment.require_packages(things)
    require_store(things, offline=offline)
    started = datetime.now(UTC)
    directory = RunDirectory.create(output, name=document.name, now=started)
    with _locked(directory, listener):
        try:
            begun = _begin(
                analysis,
                plan,
                directory,
                offline=offline,
                listener=listener,
                interruption=interruption or Interruption(),
                capture=capture or openly,
                started=started,
                command=command,
            )
        except OSError as error:
            directory.discard()
            raise UsageError(
                f"cannot write the run directory {directory.path}: {error.strerror or error}",
                hint="name another with --output",
            ) from None
        except BaseException:
            directory.discard()
            raise
        return carry_out(*begun, capture or openly)


def _locked(directory: RunDirectory, listener: Listener) -> RunLock:
    return RunLock(directory.path, notice=lambda message: listener(Notice(message)))


def _begin(  # noqa: PLR0913 - each has a name
    analysis: Analysis,
    plan: Plan,
    directory: RunDirectory,
    *,
    offline: bool,
    listener: Listener,
    interruption: Interruption,
    capture: Capture,
    started: datetime,
    command: list[str] | None,
) -> tuple[Job, dict[str, Any]]:
    """Prepares the data and writes down what the run begins with."""
    document, graph = analysis.require()
    assert document.spec is not None  # noqa: S101 - there is a plan
    listener(Planned(plan))
    with capture(directory.path / LOG):
        data = _data(plan, offline=offline, listener=listener)
        starts = fetched(plan.starts, offline=offline, listener=listener)
    plan = plan.prepared(data)
    listener(Prepared(plan))
    described = environment.describe(Path(analysis.path))
    for notice in differences_from_repeated(analysis, described, fingerprint=data.fingerprint):
        listener(Notice(notice))
    job = Job(
        document.spec,
        graph,
        plan,
        data.splits,
        directory,
        listener,
        interruption,
        settled(document),
        starts=starts,
    )
    record = {
        "format": RUN_FORMAT,
        "name": document.name,
        "status": "running",
        "started": started.isoformat(timespec="seconds"),
        "command": command,
        "seed": plan.seed,
        "epochs": plan.epochs,
        **size(document, graph),
        "data": {
            **plan.data.record,
            **({"verify": plan.look.verify} if plan.look is not None else {}),
            **({"skipped": len(data.skipped)} if data.skipped else {}),
            "fingerprint": data.fingerprint,
            **({"fingerprints": data.fingerprints} if data.fingerprints else {}),
            **asdict(plan.counts),
            **({"class_weights": data.class_weights} if data.class_weights else {}),
        },
        # Of a network that names a class, classes.txt says it.
        **({} if plan.classes else {OUTPUTS: learned(plan.targets)}),
        **({"weights": files} if (files := weight_files(starts)) else {}),
        **described,
        **plugins(analysis),
        TEXT_HASH: text_hash(resolved_text(document, plan)),
    }
    _write_start(job, document, record, data)
    return job, record


def _data(plan: Plan, *, offline: bool, listener: Listener) -> PreparedData:
    """The splits, every image of them fit to train on."""
    from netspec.data.preparing import prepare

    return prepare(plan.data, plan.wanted, reports_to(listener), offline=offline)


def size(document: Document, graph: Graph) -> dict[str, Any]:
    """How large the network is, for the record: its parameters, and one sample's multiply-accumulates.

    `trainable` are those that training changes; with stages, the most that one of them does, and `stages` says how many
    each does.
    """
    training = document.training
    stages = parameters_by_stage(graph, training)
    return {
        "parameters": {
            "total": graph.parameters,
            "trainable": most_trained(graph, training),
            **({"stages": stages} if stages else {}),
        },
        "macs": graph.macs,
    }


def plugins(analysis: Analysis) -> dict[str, Any]:
    """The plugins that took part, for the record; nothing without any."""
    each = [{"name": each.name, "version": each.version} for each in analysis.plugins.each]
    return {"plugins": each} if each else {}


def _write_start(job: Job, document: Document, record: dict[str, Any], data: PreparedData) -> None:
    from netspec.report.summary import summarize_graph
    from netspec.runs.split_table import write_split_table

    directory = job.directory
    write_spec(directory, document, job.plan)
    if job.plan.classes:
        directory.write_text(CLASSES, "".join(f"{name}\n" for name in job.plan.classes))
    write_split_table(directory, data.splits, job.plan.splitting)
    if data.skipped:
        rows = [[each.name, each.reason] for each in data.skipped]
        directory.write_table("skipped.csv", ["image", "reason"], rows)
    directory.write_text("summary.txt", f"{summarize_graph(job.graph, document)}\n")
    # The last of them: a directory that has it has all that the run began with.
    directory.write_json(RECORD, record)


def write_spec(
    directory: RunDirectory, document: Document, plan: Plan, *, is_written: bool = True
) -> None:
    """Writes the spec as it was written, if somebody has written it so, and resolved."""
    if is_written:
        directory.write_text("spec.yaml", document.root.source.text)
    kept = kept_networks(document)
    for each in kept.values():
        keep_network(directory, each)
    directory.write_text(RESOLVED, resolved_text(document, plan, kept))


def resolved_text(document: Document, plan: Plan, kept: Mapping[str, Kept] | None = None) -> str:
    """A run's resolved spec, which finds the data from the root that the run recorded.

    Args:
        document: The spec.
        plan: The run's.
        kept: The networks that it builds on, if they have been read.
    """
    from netspec.spec.resolved import resolved_yaml

    found = kept_networks(document) if kept is None else kept
    runs = {run: each.path for run, each in found.items()}
    return resolved_yaml(document, path=plan.data.record.get("path"), runs=runs)
