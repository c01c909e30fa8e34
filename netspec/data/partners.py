"""Which images are read along with a batch where augmentation mixes images with others.

The images of an epoch stand in a circle: its shuffled order, whether or not it is walked in that order. The first step
that mixes takes the next image in the circle, the second the one after that, and so on. So an image's partners follow
from the seed, the epoch and the training images, and from no batch. What mixes twice needs a partner's partner too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Partners:
    """Who is read along with a batch.

    A batch that walks in the circle needs only those who come after its last image. One that does not needs each
    image's own partners: twice as many images for each step that mixes.

    Attributes:
        steps: How many steps mix.
        batch_size: Images of a whole batch.
        in_circle: Whether batches walk in the circle's order, else in the images' own.
    """

    steps: int
    batch_size: int
    in_circle: bool

    @property
    def rows(self) -> int:
        """How many images are read for a whole batch."""
        if self.in_circle:
            return self.batch_size + self._furthest
        return self.batch_size << self.steps

    def order(self, circle: tf.Tensor, *, begin: int = 0, end: int | None = None) -> tf.Tensor:
        """What is read in an epoch: the rows of every batch, one batch after another.

        Args:
            circle: The images in their shuffled order, int64 `(images,)`.
            begin: The place in the epoch at which the part begins that is walked. Partners may stand outside of it.
            end: The place at which it ends; the epoch's without.
        """
        images = tf.size(circle, tf.int64)
        count = (images if end is None else tf.constant(end, tf.int64)) - begin
        if self.in_circle:
            batches = -(-count // self.batch_size)
            first = tf.range(batches)[:, None] * self.batch_size + begin
            places = tf.reshape(first + tf.range(self.rows, dtype=tf.int64), (-1,))
            # The last batch may have fewer images; as many follow it as every other.
            places = places[: count + batches * self._furthest]
        else:
            own, ahead = tf.math.invert_permutation(circle)[begin:end], self._ahead()
            whole = count // self.batch_size * self.batch_size
            batched = tf.reshape(own[:whole], (-1, 1, self.batch_size)) + ahead[:, None]
            rest = own[whole:] + ahead[:, None]
            places = tf.concat([tf.reshape(batched, (-1,)), tf.reshape(rest, (-1,))], axis=0)
        return tf.gather(circle, places % images)

    def shifts(self, rows: tf.Tensor) -> Sequence[int | tf.Tensor]:
        """For each step, how many rows below an image its partner stands, in a batch that begins with so many rows."""
        if self.in_circle:
            return range(1, self.steps + 1)
        return [rows // 2**step for step in range(1, self.steps + 1)]

    @property
    def _furthest(self) -> int:
        """How far ahead in the circle the last image is that an image has anything of."""
        return self.steps * (self.steps + 1) // 2

    def _ahead(self) -> tf.Tensor:
        """How far ahead each of the images is that one image is made of, the first step's halves first."""
        ahead = [0]
        for step in range(self.steps, 0, -1):
            ahead += [further + step for further in ahead]
        return tf.constant(ahead, tf.int64)
