"""`evaluate` of a spec: a network that begins with trained weights, judged on its data without training."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.data.counts import split_counts, splitting
from netspec.data.files.looking import plan_look
from netspec.data.form import image_form
from netspec.data.preparing import Wanted, prepare
from netspec.data.sources.classes import some
from netspec.data.sources.opening import open_source
from netspec.data.sources.place import locate
from netspec.errors import UsageError
from netspec.evaluation.imagenet_labels import ends_with_imagenet, with_imagenet_labels
from netspec.evaluation.outputs import outputs_of
from netspec.runs.environment import require_tensorflow
from netspec.runs.fitting import check_again, require_sections, targets_of
from netspec.runs.starts import finder, plan_starts
from netspec.spec.runtime import RuntimeSection
from netspec.weights.imagenet import find

if TYPE_CHECKING:
    import keras

    from netspec.analysis import Analysis
    from netspec.data.preparing import Prepared
    from netspec.data.source import ImageSource, Reports
    from netspec.data.splits import Split
    from netspec.evaluation.judge import Judgement
    from netspec.evaluation.shifts import ShiftTest
    from netspec.graph.graph import Graph
    from netspec.runs.starts import StartPlan
    from netspec.spec.document import Document
    from netspec.spec.labels import Target

BATCH = 32  # where the spec says nothing of training


def evaluate_spec(  # noqa: PLR0913 - each has a default and a name
    analysis: Analysis,
    *,
    split_name: str | None = None,
    shifts: int | None = None,
    data_root: Path | None = None,
    offline: bool = False,
    reports: Reports,
) -> Judgement:
    """Judges a spec's network, all of whose weights are those of a file, or Keras's of ImageNet.

    Of a network that ends with ImageNet's classifier, the data's classes are ImageNet's, as
    `netspec.evaluation.imagenet_labels` finds them.

    Args:
        analysis: What is known of the spec.
        split_name: `test`, `validation` or `train`; without, `test` where the data has it, else `train`.
        shifts: By how many pixels images are moved at most in a shift test; there is none without.
        data_root: The folder that the paths of data and weights are relative to; the spec's own without.
        offline: Whether nothing may be fetched.
        reports: Is told what goes on.

    Raises:
        SpecError: The spec has errors or lacks a section, a file of weights is not there or is another network's.
        UsageError: Layers have no trained weights, there is no such split, the shift test makes no sense for it, or
            TensorFlow is not installed.
        DataError: The data or the weights cannot be had, or labels are no classes of ImageNet's.
    """
    document, graph = analysis.require()
    require_sections(document, ("data", "compile"), by="a judgement")
    starts = plan_starts(analysis, find=finder(Path(analysis.path), data_root))
    _require_trained(graph, starts)
    require_tensorflow()
    source = _source(analysis, data_root=data_root, offline=offline, reports=reports)
    targets = _targets(document, graph, source)
    test = _shift_test(document, graph, targets, shifts, reports)
    data = _prepared(document, graph, source, offline=offline, reports=reports)
    name = _chosen(split_name, data)
    weights = [
        start.path
        if start.download is None
        else find(start.download, offline=offline, notify=reports.notice, progress=reports.fetching)
        for start in starts
    ]
    network = _network(document, graph, zip(starts, weights, strict=True))
    return _judge(document, graph, network, targets, data.splits[name], name, test)


def _require_trained(graph: Graph, starts: tuple[StartPlan, ...]) -> None:
    """Makes sure that every layer with weights begins with trained ones.

    Raises:
        UsageError: One does not.
    """
    trained = {name for start in starts for name in start.layers}
    others = [
        node.name
        for node in graph.nodes.values()
        if node.shares is None
        and node.name not in trained
        and node.inference is not None
        and node.inference.weights
    ]
    if others:
        raise UsageError(
            f"there is nothing trained to judge: {some(others)} would begin with random weights",
            hint="train it with `netspec run` and evaluate the run, or give all its weights with model.weights",
        )


def _source(
    analysis: Analysis, *, data_root: Path | None, offline: bool, reports: Reports
) -> ImageSource:
    document, graph = analysis.require()
    assert document.data and document.facts  # noqa: S101, PT018 - required before
    source = open_source(
        document.data,
        document.facts,
        find=lambda path: locate(path, spec_file=Path(analysis.path), data_root=data_root),
    )
    if ends_with_imagenet(graph):
        source = with_imagenet_labels(
            source, document.data, graph, offline=offline, notify=reports.notice
        )
    check_again(replace(document, facts=source.facts), graph)
    return source


def _prepared(
    document: Document, graph: Graph, source: ImageSource, *, offline: bool, reports: Reports
) -> Prepared:
    """The spec's splits, as a run would make them."""
    data, facts, spec = document.data, source.facts, document.spec
    assert data and spec and facts.splits  # noqa: S101, PT018 - it has been looked at
    stratum = facts.stratum(data, graph.output_shapes())
    label = facts.labels[stratum] if stratum else None
    counts = split_counts(data, facts.splits, classes=label.count if label else None)
    channels = image_form(document, graph).channels
    used = {"train", counts.validation_from, counts.test_from}
    wanted = Wanted(
        splitting=splitting(data, facts.splits),
        counts=counts,
        stratum=stratum,
        classes=(label.names or ()) if label else (),
        seed=spec.seed,
        channels=channels,
        on_error=data.on_error,
        look=plan_look(
            [files for name, files in source.files.items() if name in used],
            verify=data.verify,
            limit=data.limit,
            channels=channels,
        ),
    )
    return prepare(source, wanted, reports, offline=offline)


def _chosen(name: str | None, data: Prepared) -> str:
    """The split that judges the network.

    Raises:
        UsageError: The data has no such split.
    """
    if name is None:
        return "test" if "test" in data.splits else "train"
    if name not in data.splits:
        there = ", ".join(data.splits)
        raise UsageError(f"the data has no {name} images", hint=f"it has {there}: say --split")
    return name


def _network(
    document: Document, graph: Graph, weights: zip[tuple[StartPlan, Path | None]]
) -> keras.Model:
    """The network with its weights, compiled."""
    from netspec.lowering import model as lowering
    from netspec.lowering.pretrained import put_file
    from netspec.lowering.runtime import set_up

    spec, section = document.spec, document.compile
    assert spec and section  # noqa: S101, PT018 - required before
    runtime = spec.runtime or RuntimeSection()
    set_up(runtime, spec.seed, must_hold=False)
    model = lowering.to_keras(graph, seed=spec.seed, precision=runtime.precision)
    for start, path in weights:
        assert path is not None  # noqa: S101 - a file of the spec's, or one that was found
        put_file(model, path, layers=start.layers, wanted=start.wanted, title=start.title)
    # Nothing is trained, so that the length of an epoch does not matter.
    lowering.compile_model(model, section, steps_per_epoch=1, runtime=runtime)
    return model


def _targets(document: Document, graph: Graph, source: ImageSource) -> tuple[Target, ...]:
    assert document.data and document.compile  # noqa: S101, PT018 - required before
    return targets_of(source.facts, document.data, document.compile, graph)


def _shift_test(
    document: Document,
    graph: Graph,
    targets: tuple[Target, ...],
    shifts: int | None,
    reports: Reports,
) -> ShiftTest | None:
    if shifts is None:
        return None
    from netspec.evaluation.shifts import ShiftTest

    assert document.spec  # noqa: S101 - required before
    test = ShiftTest(shifts, document.spec.seed, reports.moving)
    test.require_sense(targets, image_form(document, graph))
    return test


def _judge(  # noqa: PLR0913, PLR0917 - each is another thing
    document: Document,
    graph: Graph,
    network: keras.Model,
    targets: tuple[Target, ...],
    split: Split,
    name: str,
    test: ShiftTest | None,
) -> Judgement:
    from netspec.data.files.failing import named_if_unreadable
    from netspec.data.pipeline import Pipeline
    from netspec.evaluation.judge import judge
    from netspec.evaluation.shifts import with_shifts

    section = document.compile
    assert section  # noqa: S101 - required before
    form = image_form(document, graph)
    size = document.training.batch_size if document.training is not None else BATCH
    pipeline = Pipeline(batch_size=size, targets=targets, by_key=not graph.single_output, form=form)
    with named_if_unreadable(split, channels=form.channels):
        judgement = judge(
            network,
            split,
            pipeline.evaluation(split),
            name=name,
            checkpoint="",
            targets=targets,
            graph=graph,
            section=section,
        )
        outputs = outputs_of(targets, section=section, graph=graph)
        return with_shifts(judgement, test, network, pipeline, outputs=outputs)
