"""What a run logged after each epoch, and where its stages begin."""

from __future__ import annotations

import shlex
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from netspec.report.html.document import Absent, Network, Stage, Training
from netspec.runs.account.values import items
from netspec.runs.listed.epochs import METRICS, read_epochs
from netspec.runs.listed.untrusted import mapping, whole
from netspec.spec.logs import LEARNING_RATE, VALIDATION, direction, logged
from netspec.things.callbacks import EarlyStopping

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from netspec.runs.listed.epochs import Epochs
    from netspec.spec.document import Document

STAGES = "stages"
_SECONDS = "seconds"
_MOST_METRICS = 200
_MOST_EPOCHS = 100_000
_MOST_STAGES = 1000


def training_of(
    run: Path,
    record: Mapping[str, object],
    network: Network | Absent,
    again: str | None = None,
    *,
    named: Path | None = None,
) -> Training | Absent:
    """What was logged after each epoch.

    Args:
        run: The run's directory.
        record: What `run.json` holds; empty where it cannot be read.
        network: The run's network, whose spec says what is better.
        again: The command that trains it again; None without a spec to train.
        named: The run as the user calls it; its directory without.
    """
    kept = read_epochs(run)
    if kept is None:
        return Absent(f"{METRICS} cannot be read; training it again brings it", again)
    if not kept.rows:
        if whole(record.get("best_epoch")) or record.get("status") == "finished":
            return Absent(f"{METRICS} is gone or empty; training it again brings it", again)
        return Absent("no epoch has ended")
    epochs = tuple(kept.numbers)
    if len(epochs) > _MOST_EPOCHS or any(b <= a for a, b in pairwise(epochs)):
        return Absent(f"{METRICS} has epochs in no order; training it again brings it", again)
    names = [name for name in kept.names if name != LEARNING_RATE][:_MOST_METRICS]
    better = {} if isinstance(network, Absent) else _better(network)
    has_ended = record.get("status") == "finished"
    return Training(
        epochs=epochs,
        metrics={name: tuple(kept.values(name)) for name in names},
        better={name: found for name in names if (found := _direction(name, better))},
        learning_rate=_column(kept, LEARNING_RATE),
        seconds=_column(kept, _SECONDS),
        planned=whole(record.get("epochs")),
        best=kept.best(record),
        model_epoch=whole(record.get("model_epoch")),
        stages=_stages(record, network, epochs[-1]),
        more=_more(named or run, network, has_ended=has_ended) if record else None,
        has_ended=has_ended,
    )


def _more(run: Path, network: Network | Absent, *, has_ended: bool) -> str | None:
    """The command that goes on; of a run that has ended, with twice the epochs of its last stage or of all of it.

    A stage without a name has none, as a setting reaches into a stage by its name.
    """
    resume = f"netspec resume {shlex.quote(str(run))}"
    if not has_ended:
        return resume
    section = None if isinstance(network, Absent) else network.document.training
    if section is None:
        return None
    last = section.phases[-1]
    if section.stages and last.name is None:
        return None
    place = f"stages.{last.name}." if section.stages else ""
    return f"{resume} --set training.{place}epochs={2 * last.epochs}"


def _column(kept: Epochs, name: str) -> tuple[float | None, ...] | None:
    values = tuple(kept.values(name))
    return values if any(value is not None for value in values) else None


def _better(network: Network) -> Mapping[str, str]:
    section = network.document.compile
    if section is None:
        return {}
    return dict(logged(section, list(network.graph.outputs)))


def _direction(name: str, better: Mapping[str, str]) -> str | None:
    """Which direction is better of something logged: as its spec says, else as its name does."""
    known = direction(name, better)  # type: ignore[arg-type]
    if known is not None:
        return known
    plain = name.removeprefix(VALIDATION)
    if plain == "loss" or plain.endswith("_loss"):
        return "min"
    return "max" if plain.endswith("accuracy") else None


def _stages(
    record: Mapping[str, object], network: Network | Absent, last: int
) -> tuple[Stage, ...]:
    """The parts of training that have begun; none where nobody knows where one of them began."""
    told = {
        whole(each.get("stage")): whole(each.get("first_epoch"))
        for each in map(mapping, items(record.get(STAGES), most=_MOST_STAGES))
    }
    document = None if isinstance(network, Absent) else network.document
    phases = document.training.phases if document is not None and document.training else ()
    firsts: list[int | None]
    if told:
        firsts = [told.get(number) for number in range(1, len(told) + 1)]
    elif document is None or (
        _may_end_early(document) and last != sum(each.epochs for each in phases)
    ):
        return ()
    else:
        firsts = [1, *(1 + total for total in accumulate(each.epochs for each in phases[:-1]))]
    names = [each.name for each in phases] + [None] * len(firsts)
    begun = [
        Stage(name or f"stage {number}", first)
        for number, (name, first) in enumerate(zip(names, firsts, strict=False), 1)
        if first is not None
    ]
    return tuple(each for each in begun if each.first <= last) if len(begun) == len(firsts) else ()


def _may_end_early(document: Document) -> bool:
    """Whether a stage may have ended before its last epoch."""
    return any(isinstance(each, EarlyStopping) for each in document.callbacks or ())
