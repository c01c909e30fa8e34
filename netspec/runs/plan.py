"""What a run will do, known before it starts and without TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netspec.data.counts import SplitCounts, Splitting, split_counts, splitting
from netspec.data.decoded import CachePlan, plan_cache
from netspec.data.files.looking import plan_look
from netspec.data.form import ImageForm, image_form
from netspec.data.groups import groups_of
from netspec.data.sources.opening import open_source
from netspec.data.sources.place import Place, locate
from netspec.fields import Thing
from netspec.runs.features import FeaturePlan, plan_features
from netspec.runs.fitting import check_again, require_sections, targets_of
from netspec.runs.memory import MemoryPlan, plan_memory
from netspec.runs.starts import StartPlan, finder, plan_starts
from netspec.spec.class_weights import BALANCED, weights_by_class
from netspec.spec.depth import Depth
from netspec.spec.freezing import trained_parameters
from netspec.spec.runtime import RuntimeSection
from netspec.spec.shares import as_trained

if TYPE_CHECKING:
    from netspec.analysis import Analysis
    from netspec.data.files.looking import Look
    from netspec.data.preparing import Prepared, Wanted
    from netspec.data.source import ImageSource
    from netspec.graph.graph import Graph
    from netspec.layers.shapes import Shape
    from netspec.spec.labels import Target
    from netspec.spec.training import CompileSection, TrainingSection


@dataclass(frozen=True)
class StagePlan:
    """A part of training, known before it starts.

    Attributes:
        name: What it is called: by its number where the spec gives it no name.
        epochs: How often it sees every training image.
        learning_rate: A number, or a schedule's kind.
        warmup: How long the learning rate rises, None where it does not.
        trainable: The names and patterns of what it trains, or its depth as the spec writes it; None where each layer's
            own flag holds.
        trainable_parameters: How many parameters it changes.
    """

    name: str
    epochs: int
    learning_rate: float | str
    warmup: str | None
    trainable: tuple[str, ...] | None
    trainable_parameters: int


@dataclass(frozen=True)
class Plan:
    """Everything that is settled before a run starts.

    Attributes:
        data: Where the images come from.
        targets: What each output learns, in the outputs' order.
        by_key: Whether labels reach Keras by their outputs' keys, as the network gives a dict.
        splitting: How the source's splits become the run's.
        counts: Images of each split, as far as that is known before they are looked at.
        stratum: The label of which every split has its share of each class; None where no class is learned.
        unused: The source's splits that serve for nothing, with their images.
        form: The form in which images reach the network.
        augmentation: The kinds of augmentation, in order.
        input_shape: The model's input without the batch.
        parameters: All parameters.
        trainable_parameters: Those that training changes.
        epochs: How often every training image is seen.
        batch_size: Images a step.
        steps: Steps an epoch; the last one takes what is left.
        seed: What every random choice follows from.
        class_weights: How much an image of each class counts in training's loss; None where all count alike, or where
            that follows from the training images.
        balanced: Whether every class is to count alike, whatever it has of the training images.
        weighted: Whether the source says of each image how much it counts.
        cache: Where images are kept decoded after the first epoch; None where they are not decoded at all.
        stages: The parts of training, one after another; one where the spec has no stages.
        precision: What layers compute in, `float32` unless the section `runtime` says otherwise.
        memory: The memory that it takes and has; None where a size of the network is unknown.
        on_error: `stop` where an image cannot be used, or `skip` it.
        look: How closely files are looked at before training; None where there are none.
        features: For each stage, what is computed once for each image.
        starts: The trained weights that the network begins with.
    """

    data: ImageSource
    targets: tuple[Target, ...]
    by_key: bool
    splitting: Splitting
    counts: SplitCounts
    stratum: str | None
    unused: dict[str, int]
    form: ImageForm
    augmentation: tuple[str, ...]
    input_shape: Shape
    parameters: int
    trainable_parameters: int
    epochs: int
    batch_size: int
    steps: int
    seed: int
    class_weights: tuple[float, ...] | None = None
    balanced: bool = False
    weighted: bool = False
    cache: CachePlan | None = None
    stages: tuple[StagePlan, ...] = ()
    precision: str = "float32"
    memory: MemoryPlan | None = None
    on_error: str = "stop"
    look: Look | None = None
    features: tuple[FeaturePlan, ...] = ()
    starts: tuple[StartPlan, ...] = ()

    @property
    def wanted(self) -> Wanted:
        """What is made of the data."""
        from netspec.data.preparing import Wanted

        return Wanted(
            splitting=self.splitting,
            counts=self.counts,
            stratum=self.stratum,
            classes=self.stratum_names,
            seed=self.seed,
            channels=self.form.channels,
            on_error=self.on_error,
            look=self.look,
            balanced=self.balanced,
        )

    def prepared(self, data: Prepared) -> Plan:
        """The plan, once the data has been looked at and split."""
        return replace(
            self,
            counts=data.counts,
            steps=-(-data.counts.train // self.batch_size),
            class_weights=data.class_weights or self.class_weights,
        )

    @property
    def stratum_names(self) -> tuple[str, ...]:
        """What the data calls the classes of the stratum, in label order."""
        return () if self.stratum is None else self.data.facts.labels[self.stratum].names or ()

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes' display names in label order, where the network has one output and an image one class."""
        return self.targets[0].names if len(self.targets) == 1 and self.has_classes else ()

    @property
    def has_classes(self) -> bool:
        """Whether an image has one class for every output."""
        return all(target.kind == "class" for target in self.targets)


def make_plan(  # noqa: PLR0913 - each has a default and a name
    analysis: Analysis,
    *,
    data_root: Path | None = None,
    place: Place | None = None,
    verify: str | None = None,
    is_split: bool = False,
    begins: bool = True,
) -> Plan:
    """The plan of a spec without errors. An image folder is listed for it; no picture is opened.

    Args:
        analysis: What is known of the spec.
        data_root: The folder that an image folder's path is relative to, if not the spec's own.
        place: Where the image folder is, if that is known already.
        verify: How closely files were looked at when the run began that is judged, where the spec does not say.
        is_split: Whether it is known already which images each split has, so that nothing is asked for their groups.
        begins: Whether a run is to begin, for which files of weights are looked at.

    Raises:
        SpecError: A section that a run needs is missing, or the spec does not fit the image folder.
        DataError: The image folder is not there, is not laid out as it should be, or an image has no group.
    """
    document, graph = analysis.require()
    require_sections(document)
    data, section, training, spec = (
        document.data,
        document.compile,
        document.training,
        document.spec,
    )
    assert data and section and training and spec and document.facts  # noqa: S101, PT018 - no errors, none missing

    def find(path: str) -> Place:
        return place or locate(path, spec_file=Path(analysis.path), data_root=data_root)

    source = open_source(data, document.facts, find=find)
    check_again(replace(document, facts=source.facts), graph)
    assert source.facts.splits  # noqa: S101 - it has been looked at
    stratum = source.facts.stratum(data, graph.output_shapes())
    counts = split_counts(
        data, source.facts.splits, classes=source.facts.labels[stratum].count if stratum else None
    )
    rule = splitting(data, source.facts.splits)
    if not is_split:
        _check_groups(source, rule, on_error=data.on_error)
    trained = as_trained(section, spec.augmentation)
    targets = targets_of(source.facts, data, trained, graph)
    form = image_form(document, graph)
    precision = (spec.runtime or RuntimeSection()).precision
    cache = (
        plan_cache(data.cache, counts=counts, form=form, epochs=training.total_epochs)
        if source.is_encoded
        else None
    )
    return Plan(
        data=source,
        targets=targets,
        by_key=not graph.single_output,
        splitting=rule,
        counts=counts,
        stratum=stratum,
        unused={
            name: images
            for name, images in source.facts.splits.items()
            if name not in {"train", counts.validation_from, counts.test_from}
        },
        form=form,
        augmentation=tuple(thing.kind() for thing in spec.augmentation),
        input_shape=next(iter(graph.inputs.values())),
        parameters=graph.parameters,
        trainable_parameters=graph.trainable_parameters,
        epochs=training.total_epochs,
        batch_size=training.batch_size,
        steps=-(-counts.train // training.batch_size),
        seed=spec.seed,
        class_weights=weights_by_class(training.class_weight, targets[0].names),
        balanced=training.class_weight == BALANCED,
        weighted=getattr(data.source, "weight", None) is not None,
        cache=cache,
        stages=_stages(training, section, graph),
        features=plan_features(
            graph,
            training=training,
            runtime=spec.runtime or RuntimeSection(),
            augmented=bool(spec.augmentation),
            counts=counts,
            precision=precision,
        ),
        starts=(
            plan_starts(analysis, find=finder(Path(analysis.path), data_root)) if begins else ()
        ),
        precision=precision,
        memory=plan_memory(
            graph,
            batch_size=min(training.batch_size, counts.train),
            optimizer=section.optimizer,
            precision=precision,
            cache=cache,
            training=training,
        ),
        on_error=data.on_error,
        look=plan_look(
            [
                files
                for name, files in source.files.items()
                if name in {"train", counts.validation_from, counts.test_from}
            ],
            verify=data.verify or verify,
            limit=data.limit,
            channels=form.channels,
        ),
    )


def _stages(
    training: TrainingSection, section: CompileSection, graph: Graph
) -> tuple[StagePlan, ...]:
    """The parts of training, each with what it trains."""
    optimizer: Any = section.optimizer
    return tuple(
        StagePlan(
            name=stage.name or str(number),
            epochs=stage.epochs,
            learning_rate=_spoken_rate(
                optimizer.learning_rate if stage.learning_rate is None else stage.learning_rate
            ),
            warmup=stage.warmup,
            trainable=(
                (str(stage.trainable),) if isinstance(stage.trainable, Depth) else stage.trainable
            ),
            trainable_parameters=trained_parameters(graph, stage),
        )
        for number, stage in enumerate(training.phases, 1)
    )


def _spoken_rate(rate: Any) -> float | str:
    """A learning rate's number, or its schedule's kind."""
    return rate.kind() if isinstance(rate, Thing) else float(rate)


def _check_groups(source: ImageSource, rule: Splitting, *, on_error: str) -> None:
    """Makes sure that images have groups where these decide which are held out, as far as their names are known."""
    if rule.group is None or (rule.validation is None and rule.test is None):
        return
    names = source.names("train")
    if names is not None:
        groups_of(names, rule.group, some_go=on_error == "skip")
