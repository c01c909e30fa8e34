"""The batches of a run: of its images, or of the features that stand in their place. It imports TensorFlow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netspec.data.weights import with_class_weights
from netspec.lowering.augmentation import Augmentation
from netspec.spec.runtime import RuntimeSection

if TYPE_CHECKING:
    import tensorflow as tf

    from netspec.data.features.served import Served
    from netspec.data.pipeline import Pipeline
    from netspec.training.frozen import FrozenTraining
    from netspec.training.job import Job


class Feeding:
    """Makes the batches of a run's stages, one after another.

    Attributes:
        pipeline: Makes batches of splits.
        frozen: Computes what is the same in every epoch once.
    """

    def __init__(self, job: Job, pipeline: Pipeline, frozen: FrozenTraining) -> None:
        """Begins.

        Args:
            job: The run.
            pipeline: Makes batches of splits.
            frozen: Computes what is the same in every epoch once.
        """
        self.pipeline, self.frozen = pipeline, frozen
        self._job, self._train = job, _weighted(job)

    @property
    def form(self) -> Any:
        """The form of the whole network's batches, which are of images."""
        return self._batches(epochs=1).element_spec

    def training(
        self, *, epochs: int, first_epoch: int = 0, first_step: int = 0
    ) -> tf.data.Dataset:
        """The batches of epochs, from one of their steps on."""
        return self._batches(
            epochs=epochs,
            first_epoch=first_epoch,
            first_step=first_step,
            features=self.frozen.of("train"),
        )

    def validation(self) -> tf.data.Dataset | None:
        """The batches of the validation split; None without one."""
        part = self._job.splits.get("validation")
        if part is None:
            return None
        return self.pipeline.evaluation(part, keep=True, features=self.frozen.of("validation"))

    def test(self) -> tf.data.Dataset:
        """The batches of the test split, for a network that is trained."""
        return self.pipeline.evaluation(self._job.splits["test"], features=self.frozen.test())

    def _batches(
        self,
        *,
        epochs: int,
        first_epoch: int = 0,
        first_step: int = 0,
        features: Served | None = None,
    ) -> tf.data.Dataset:
        spec, seed = self._job.spec, self._job.plan.seed
        assert spec.training is not None  # noqa: S101 - there is a plan
        return self.pipeline.training(
            self._train,
            epochs=epochs,
            seed=seed,
            shuffle=spec.training.shuffle,
            augment=Augmentation(spec.augmentation, seed=seed) if spec.augmentation else None,
            first_epoch=first_epoch,
            first_step=first_step,
            versions=(spec.runtime or RuntimeSection()).augmentation_versions,
            features=features,
        )


def _weighted(job: Job) -> Any:
    """The training images, with what their classes count."""
    train, weights = job.splits["train"], job.plan.class_weights
    if weights is None:
        return train
    return with_class_weights(train, job.plan.targets[0].label, weights)
