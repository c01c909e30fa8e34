"""The frozen part of a network, computed once for each image, and the rest trained on that. It imports TensorFlow."""

from __future__ import annotations

import time
from contextlib import contextmanager
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from netspec.data.features.digests import content_digests, of_version, unchanged
from netspec.data.features.served import Served
from netspec.data.files.changed import find_changed
from netspec.data.files.failing import named_if_unreadable
from netspec.data.splits import Split
from netspec.errors import DataError
from netspec.lowering.augmentation import Augmentation
from netspec.training.events import Checking, Computing, FeaturesReady, Notice
from netspec.training.frozen_part import FrozenPart
from netspec.training.interruption import Interrupted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import keras

    from netspec.data.features.store import FeatureStore
    from netspec.data.pipeline import Pipeline
    from netspec.runs.features import FeaturePlan
    from netspec.training.job import Job

_STEPS = ("train_step", "test_step", "predict_step")
# Whatever ends a process, no more than this of its work is lost.
_SECONDS_UNWRITTEN = 20.0


class _NotKeptError(Exception):
    """The cache cannot keep features, or serve them."""


class FrozenTraining:
    """Serves a run's stages with features in place of images, where the plan has it so.

    Callbacks and checkpoints see the whole network, whose steps alone are exchanged: they are Keras's own, made on the
    part that trains.
    """

    def __init__(
        self,
        job: Job,
        model: keras.Model,
        tensors: Mapping[str, Any],
        *,
        pipeline: Pipeline,
        store: FeatureStore,
    ) -> None:
        """Begins with images.

        Args:
            job: The run.
            model: The whole network.
            tensors: Its symbolic tensors by the graph's names.
            pipeline: Makes the batches that features are computed of.
            store: Where they are kept.
        """
        self._job, self._model, self._tensors = job, model, tensors
        self._pipeline, self._store = pipeline, store
        self._part: FrozenPart | None = None
        self._plan: FeaturePlan | None = None
        self._stage = 0
        self._served: dict[str, Served] = {}
        self._found = self._computed = 0

    def begin(self, stage: int) -> None:
        """Computes what a stage of training is to take, and exchanges the network's steps.

        The network is compiled for the stage, and has the weights that it begins with.

        Raises:
            Interrupted: The run was to end; what was computed by then is kept.
            DataError: An image cannot be read.
        """
        self.end()
        plan = self._job.plan.features[stage] if self._job.plan.features else None
        if plan is None:
            return
        self._plan, self._stage = plan, stage + 1
        if plan.part is None:
            if plan.is_told:
                self._record(reason=plan.reason)
            return
        begun, splits = time.monotonic(), self._job.splits
        images = {
            name: len(splits[name]) * (plan.versions if name == "train" else 1)
            for name in plan.splits
            if name in splits
        }
        try:
            with _of_the_cache():
                self._part = FrozenPart(
                    *(self._job, self._model, self._tensors, plan.part),
                    store=self._store,
                    images=sum(images.values()),
                )
            names = tuple(name for name in images if name != "test")
            for name in names:
                self._serve(name)
        except _NotKeptError as error:
            self._give_up(str(error), "the frozen part is computed in every step")
            return
        self._exchange()
        if names:
            self._tell(names, begun)

    def of(self, split: str) -> Served | None:
        """The features of a split, None where its images are taken."""
        return self._served.get(split)

    def test(self) -> Served | None:
        """The features of the test split, for a network that is trained; None where its images are taken."""
        if self._part is None:
            return None
        begun = time.monotonic()
        try:
            self._serve("test")
        except _NotKeptError as error:
            self._give_up(str(error), "the test images go through the whole network")
        else:
            self._tell(("test",), begun)
        return self._served.get("test")

    def end(self) -> None:
        """Lets the steps of the whole network take images again."""
        for step in _STEPS:
            self._model.__dict__.pop(step, None)
        if self._part is not None:
            self._part.close()
        self._part, self._plan, self._served = None, None, {}
        self._found = self._computed = 0
        self._model.train_function = self._model.test_function = None
        self._model.predict_function = None

    def _give_up(self, reason: str, instead: str) -> None:
        self._job.listener(Notice(f"{reason}; {instead}"))
        self._record(reason=reason)
        self.end()

    def _tell(self, names: tuple[str, ...], begun: float) -> None:
        """Tells that features of some splits are there, and keeps it for the run's record."""
        part, plan = self._part, self._plan
        assert part is not None and plan is not None and plan.part is not None  # noqa: S101, PT018 - they are served
        seconds = time.monotonic() - begun
        self._job.listener(FeaturesReady(self._stage, names, self._found, self._computed, seconds))
        before = self._job.features.get(self._stage, {})
        found, computed = self._found, self._computed
        self._record(
            layers=len(plan.part.nodes),
            tensors=[list(each.shape) for each in part.features.tensors],
            splits=list(self._served),
            found=before.get("found", 0) + found,
            computed=before.get("computed", 0) + computed,
            seconds=round(before.get("seconds", 0.0) + seconds, 3),
            bytes=before.get("bytes", 0) + (found + computed) * part.features.form.bytes,
        )
        self._found = self._computed = 0

    def _record(self, **said: object) -> None:
        self._job.features[self._stage] = {"stage": self._stage, **said}

    def _exchange(self) -> None:
        assert self._part is not None  # noqa: S101 - its caller has seen to it
        model = self._model
        stand_in = _StandIn(model, self._part.rest)
        for step in _STEPS:
            if step != "train_step" or "train" in self._served:
                own = getattr(type(model), step)
                object.__setattr__(model, step, _bound(own, stand_in))
        model.train_function = model.test_function = model.predict_function = None

    def _serve(self, name: str) -> None:
        part, plan, split = self._part, self._plan, self._job.splits[name]
        assert part is not None and plan is not None  # noqa: S101, PT018 - its callers have seen to it
        augmentation = self._job.spec.augmentation if name == "train" else ()
        augment = Augmentation(augmentation, seed=self._job.plan.seed) if augmentation else None
        versions = plan.versions if augment is not None else 1
        keys = self._keys(split, versions, augmentation)
        with _of_the_cache():
            unknown = part.features.missing([each for row in keys for each in row]).tolist()
        if unknown:
            self._compute(name, keys, unknown, augment)
        self._found += versions * len(split) - len(unknown)
        rows = np.full((versions, len(split.images)), -1, np.int64)
        for version, each in enumerate(keys):
            rows[version, split.indices] = part.features.rows(each)
        if (rows[:, split.indices] < 0).any():
            raise _NotKeptError("features that were kept are gone")
        self._served[name] = Served(part.features, rows)

    def _keys(self, split: Split, versions: int, augmentation: Sequence[Any]) -> list[list[bytes]]:
        """What each image's features are kept under, for each version of it."""
        listener = self._job.listener
        digests = content_digests(
            split.images,
            split.indices,
            notify=lambda message: listener(Notice(message)),
            progress=lambda done, total: listener(Checking(done, total)),
        )
        if not augmentation:
            return [digests]
        # How an image is varied follows from the seed, the augmentation, the version and the image's own key.
        varied = f"{self._job.plan.seed} {augmentation!r}".encode()
        own = [blake2b(digest + varied, digest_size=32).digest() for digest in digests]
        keys = split.images.keys[split.indices]
        return [of_version(own, keys, version) for version in range(versions)]

    def _compute(
        self,
        name: str,
        keys: Sequence[Sequence[bytes]],
        unknown: Sequence[int],
        augment: Augmentation | None,
    ) -> None:
        """Computes the features of those images and versions that are not kept.

        Raises:
            Interrupted: The run was to end.
            DataError: An image cannot be read.
        """
        part, split, job = self._part, self._job.splits[name], self._job
        assert part is not None  # noqa: S101 - its caller has seen to it
        images, done, written = len(split), 0, time.monotonic()
        for version, digests in enumerate(keys):
            own = [at - version * images for at in unknown if at // images == version]
            wanted = Split(split.images, split.indices[own])
            digest_of = dict(zip(split.indices.tolist(), digests, strict=True))
            batches = self._pipeline.to_compute(
                split,
                wanted.indices,
                epoch=version if augment is not None else None,
                augment=augment,
            )
            with named_if_unreadable(wanted, channels=job.plan.form.channels):
                for pixels, at in batches:
                    computed, indices = part.compute(pixels), at.numpy()
                    _require_unchanged(Split(split.images, indices))
                    done += len(indices)
                    with _of_the_cache():
                        part.features.add(
                            [digest_of[index] for index in indices.tolist()], computed
                        )
                    self._computed += len(indices)
                    job.listener(Computing(name, done, len(unknown)))
                    stops = job.interruption.requested
                    if stops is not None or time.monotonic() - written > _SECONDS_UNWRITTEN:
                        with _of_the_cache():
                            part.features.flush()
                        written = time.monotonic()
                    if stops is not None:
                        raise Interrupted(stops, features=self._computed)
        with _of_the_cache():
            part.features.flush()


@contextmanager
def _of_the_cache() -> Iterator[None]:
    """Tells what the cache cannot do from what the data does."""
    try:
        yield
    except DataError as error:
        raise _NotKeptError(str(error)) from error


def _require_unchanged(part: Split) -> None:
    """Makes sure that the images are those whose digests were taken: nobody is to find their features under others'.

    Raises:
        DataError: They have changed since.
    """
    if not unchanged(part.images, part.indices).all():
        raise find_changed([part]) or DataError(
            "a file is not what it was when the data was looked at",
            hint="leave the data as it is while it is read, and begin anew",
        )


class _StandIn:
    """The whole network to Keras's own steps, except that it is called with features."""

    def __init__(self, model: keras.Model, rest: keras.Model) -> None:
        self._model, self._rest = model, rest

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def __call__(self, features: Any, training: bool | None = None) -> Any:  # noqa: FBT001 - as Keras calls
        given = list(features) if isinstance(features, tuple) else features
        return self._rest(given, training=training)


def _bound(step: Callable[..., Any], model: _StandIn) -> Callable[[Any], Any]:
    return lambda data: step(model, data)
