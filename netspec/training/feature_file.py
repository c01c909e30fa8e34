"""What the frozen part of a network computes for each image, written as arrays that another network can learn from."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from netspec.errors import DataError, UsageError
from netspec.evaluation.evaluate import require_split
from netspec.report.escape import printable
from netspec.runs import environment
from netspec.runs.changes import settled
from netspec.runs.directory import RunDirectory
from netspec.runs.plan import make_plan
from netspec.spec.runtime import RuntimeSection
from netspec.training.events import Event, Listener, Notice, Planned, ignore, reports_to
from netspec.training.feature_place import MARK, require_replaceable, require_writable
from netspec.training.interruption import Interruption
from netspec.training.job import Job
from netspec.training.starting import fetched

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from netspec.analysis import Analysis
    from netspec.data.splits import Split
    from netspec.runs.plan import Plan
    from netspec.training.frozen import FrozenTraining

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class FeatureFile:
    """A file of features that has been written.

    Attributes:
        path: The file.
        arrays: The shapes of its arrays by their names, in their order.
        features: What the features' arrays are called, their split left out.
        labels: The same of the labels.
        classes: The names of the classes, where an image has one class.
    """

    path: Path
    arrays: dict[str, tuple[int, ...]]
    features: tuple[str, ...]
    labels: tuple[str, ...]
    classes: tuple[str, ...]


def write_features(  # noqa: PLR0913 - each has a name
    analysis: Analysis,
    output: Path,
    *,
    splits: Sequence[str] = SPLITS,
    data_root: Path | None = None,
    offline: bool = False,
    interruption: Interruption | None = None,
    listener: Listener = ignore,
) -> FeatureFile:
    """Computes what the frozen part of a spec's network gives for each image, or takes it from the cache.

    The network begins with the weights that a run of the spec begins with; nothing is trained, and images are not
    augmented. Where training has stages, what is frozen in the first one counts.

    Args:
        analysis: What is known of the spec.
        output: The `.npz` file, which is there whole or not at all; an earlier one of features is replaced, no other.
        splits: Whose images: `train`, `validation`, `test`, as far as the spec's data has them.
        data_root: The folder that the data's path is relative to; the spec's own without.
        offline: Whether nothing may be fetched.
        interruption: Says when it shall end before its time.
        listener: Is told what goes on.

    Raises:
        SpecError: The spec has errors, or lacks what a run needs.
        UsageError: The file cannot be written, another is there, there is no such split, nothing is frozen, or
            TensorFlow is not installed.
        DataError: The data cannot be had, or features cannot be kept.
    """
    require_writable(output)
    for name in splits:
        require_split(name)
    analysis = _unvaried(analysis)
    document, graph = analysis.require()
    plan = make_plan(analysis, data_root=data_root)
    first = plan.features[0]
    if first.part is None:
        raise UsageError(
            f"there are no features to write: {first.reason}",
            hint="freeze the layers before the head with `trainable: false`",
        )
    is_anew = require_replaceable(output, plan)
    environment.require_tensorflow()
    listener(Planned(plan))
    from netspec.data.preparing import prepare

    data = prepare(plan.data, plan.wanted, reports_to(listener), offline=offline)
    starts = fetched(plan.starts, offline=offline, listener=listener)
    wanted = tuple(name for name in SPLITS if name in splits and name in data.splits)
    if not wanted:
        raise UsageError(
            f"the data has no {' and no '.join(splits)} images", hint="name another split"
        )
    plan = replace(plan.prepared(data), features=(replace(first, splits=wanted),))
    assert document.spec is not None  # noqa: S101 - there is a plan
    job = Job(
        document.spec,
        graph,
        plan,
        data.splits,
        RunDirectory.of(output.parent),
        listener,
        interruption or Interruption(),
        settled(document),
        starts=starts,
    )
    with _computed(job) as frozen:
        written = _write(output, job, frozen, wanted)
    if is_anew:
        listener(Notice(f"an earlier {printable(str(output))} is replaced"))
    return written


def _unvaried(analysis: Analysis) -> Analysis:
    """A spec whose images are not augmented, and whose features are kept."""
    document, _ = analysis.require()
    assert document.spec is not None  # noqa: S101 - there are no errors
    runtime = document.spec.runtime or RuntimeSection()
    runtime = runtime.model_copy(update={"feature_cache": "auto"})
    spec = document.spec.model_copy(update={"augmentation": (), "runtime": runtime})
    return replace(
        analysis, document=replace(document, spec=spec, augmentation=(), runtime=runtime)
    )


@contextmanager
def _computed(job: Job) -> Iterator[FrozenTraining]:
    """The frozen part of the network with its weights, by whose side the features are.

    Raises:
        DataError: They could not be kept.
    """
    from netspec.data.features.store import FeatureStore
    from netspec.data.pipeline import Pipeline
    from netspec.lowering import model as lowering
    from netspec.lowering import runtime
    from netspec.lowering.freezing import set_trainable
    from netspec.spec.shares import as_trained
    from netspec.training.frozen import FrozenTraining
    from netspec.training.starting import put_weights

    section, training = job.spec.compile, job.spec.training
    assert section is not None and training is not None  # noqa: S101, PT018 - there is a plan
    settings = job.spec.runtime or RuntimeSection()
    runtime.set_up(settings, job.plan.seed)
    tensors: dict[str, Any] = {}
    model = lowering.to_keras(
        job.graph, seed=job.plan.seed, precision=settings.precision, tensors=tensors
    )
    put_weights(model, job.starts)
    stage = training.phases[0]
    set_trainable(model, job.graph, stage)
    lowering.compile_model(
        model,
        as_trained(section, ()),
        stage=stage,
        steps_per_epoch=job.plan.steps,
        runtime=settings,
    )
    pipeline = Pipeline(
        batch_size=job.plan.batch_size,
        targets=job.plan.targets,
        by_key=job.plan.by_key,
        form=job.plan.form,
    )
    told = _Told(job.listener)
    frozen = FrozenTraining(
        replace(job, listener=told), model, tensors, pipeline=pipeline, store=FeatureStore()
    )
    try:
        frozen.begin(0)
        wanted = job.plan.features[0].splits
        served = [frozen.test() if name == "test" else frozen.of(name) for name in wanted]
        if None in served:
            raise DataError(f"the features could not be kept: {told.last}")
        yield frozen
    finally:
        frozen.end()


class _Told:
    """Passes on what goes on, and remembers what was told last in words."""

    def __init__(self, listener: Listener) -> None:
        self._listener, self.last = listener, ""

    def __call__(self, event: Event) -> None:
        if isinstance(event, Notice):
            self.last = event.message
        self._listener(event)


def _write(output: Path, job: Job, frozen: FrozenTraining, wanted: Sequence[str]) -> FeatureFile:
    from netspec.data.named.fetch import placed
    from netspec.training.array_file import ArrayFileWriter

    plan, part = job.plan, job.plan.features[0].part
    assert part is not None  # noqa: S101 - its features have been computed
    several = [name.replace(".", "_").replace(":", "_") for name in part.tensors]
    names = ("x",) if len(several) == 1 else tuple(several)
    labels = _labels(plan)
    try:
        with placed(output) as beside, ArrayFileWriter(beside, mark=MARK) as file:
            for name in wanted:
                split, served = job.splits[name], frozen.of(name)
                assert served is not None  # noqa: S101 - it has been looked at
                for number, (own, tensor) in enumerate(zip(names, served.tensors, strict=True)):
                    parts = (
                        _as_numbers(served.take(rows, 0)[number], tensor.type)
                        for rows in _in_parts(split)
                    )
                    file.add(f"{own}_{name}", (len(split), *tensor.shape), parts)
                for own, label in labels.items():
                    values = split.images.labels[label][split.indices]
                    file.add(f"{own}_{name}", values.shape, [values])
            if plan.classes:
                import numpy as np

                called = np.array(plan.classes)
                file.add("classes", called.shape, [called])
    except OSError as error:
        raise UsageError(
            f"cannot write {output}: {error.strerror or error}", hint="name another with --output"
        ) from None
    return FeatureFile(output, file.shapes, names, tuple(labels), plan.classes)


def _labels(plan: Plan) -> dict[str, str]:
    """What the labels' arrays are called, each with the source's name for the label."""
    names = dict.fromkeys(target.label for target in plan.targets)
    return {"y": next(iter(names))} if len(names) == 1 else {name: name for name in names}


_AT_ONCE = 1024


def _in_parts(split: Split) -> Iterator[NDArray[Any]]:
    for begin in range(0, len(split), _AT_ONCE):
        yield split.indices[begin : begin + _AT_ONCE]


def _as_numbers(values: NDArray[Any], kind: str) -> NDArray[Any]:
    """Numbers of a type that NumPy has: bfloat16 is the upper half of a float32."""
    import numpy as np

    if kind != "bfloat16":
        return values
    return (values.astype(np.uint32) << 16).view(np.float32)
