"""A data source."""

from typing import Annotated

from netspec.fields import Whole, optional
from netspec.things.sources import DataSource


class Stripes(DataSource):
    """Pictures of stripes, lying or standing; no two alike, and the same ones each time."""

    opener = "acme_netspec.opening:stripes"

    images: Annotated[int, Whole(2)] = optional(64, "How many there are for training.")
    size: Annotated[int, Whole(4)] = optional(8, "How high and wide they are.")
