"""A named data set, wherever it can be had: shipped, on this machine, or from the network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from netspec.data.named import by_hand, cache
from netspec.data.named.arrays import ImageArrays, read_npz
from netspec.data.named.fetch import Progress, ignore_progress
from netspec.data.named.supplies import SUPPLIES, Supply
from netspec.data.named.unpack import read_official
from netspec.errors import DataError, UsageError
from netspec.things.datasets import DATASETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.things.datasets import NamedDataset

SHIPPED = Path(__file__).parents[1] / "shipped"


def load(
    name: str,
    *,
    offline: bool = False,
    notify: Callable[[str], None] | None = None,
    progress: Progress | None = None,
) -> ImageArrays:
    """Returns a named data set, proved to be the published one.

    Looked for in this order: what ships with netspec, `$NETSPEC_DATA`, netspec's cache, a package
    of the system, then, unless `offline`, the official place and a second source. What was fetched
    is kept in the cache.

    Args:
        name: A name of `DATASETS`.
        offline: Tries no network.
        notify: Is given a line at each step worth telling a user.
        progress: Is told how far a download is.

    Raises:
        UsageError: There is no data set of that name.
        DataError: A copy put there by hand is wrong, the cache cannot be written to, or the data
            set could not be had at all; the message then has a line for each place tried.
    """
    dataset = DATASETS.get(name)
    if dataset is None:
        raise UsageError(
            f"there is no data set named {name!r}", hint=f"the names are {', '.join(DATASETS)}"
        )
    tell = notify or _ignore
    if name not in SUPPLIES:
        return read_npz(SHIPPED / f"{name}.npz", dataset)
    supply = SUPPLIES[name]
    tried: list[str] = []
    arrays = _on_this_machine(dataset, supply, tried, tell)
    if arrays is not None:
        return arrays
    if offline:
        tried += [f"{source.place}: not tried (offline)" for source in supply.sources]
    else:
        arrays = _from_network(dataset, supply, tried, tell, progress or ignore_progress)
        if arrays is not None:
            return arrays
    if supply.second is None:
        tried.append("a second source: none is known")
    raise _not_to_be_had(dataset, supply, tried)


def _ignore(line: str) -> None:
    """Takes a line and does nothing."""


def _on_this_machine(
    dataset: NamedDataset, supply: Supply, tried: list[str], tell: Callable[[str], None]
) -> ImageArrays | None:
    by_user = by_hand.read(dataset)
    if isinstance(by_user, ImageArrays):
        return by_user
    tried.append(f"${by_hand.VARIABLE}: {by_user}")
    try:
        kept = cache.read(dataset)
    except DataError as error:
        tell(f"the cached copy cannot be used: {error}")
        tried.append(f"the cache: {error}")
    else:
        if kept is not None:
            return kept
        tried.append(f"the cache: there is no {cache.path_of(dataset)}")
    if supply.installed and supply.installed.is_dir():
        try:
            return read_official(dataset, supply.originals, supply.installed)
        except DataError as error:
            tried.append(f"{supply.installed}: {error}")
    return None


def _from_network(
    dataset: NamedDataset,
    supply: Supply,
    tried: list[str],
    tell: Callable[[str], None],
    progress: Progress,
) -> ImageArrays | None:
    for source in supply.sources:
        tell(f"fetching {dataset.title} from {source.place}")
        with cache.workspace(dataset) as folder:
            try:
                arrays = source.fetch(dataset, supply.originals, folder, progress=progress)
            except DataError as error:
                tell(f"{source.place}: {error}")
                tried.append(f"{source.place}: {error}")
            else:
                kept = cache.store(dataset, arrays)
                tell(f"kept as {kept}")
                return arrays
    return None


def _not_to_be_had(dataset: NamedDataset, supply: Supply, tried: list[str]) -> DataError:
    lines = "".join(f"\n  - {line}" for line in tried)
    urls = " ".join(file.url for file in supply.official.files)
    return DataError(
        f"{dataset.title} is not on this machine and could not be fetched; tried were:{lines}",
        hint=f"on a machine with a network, download {urls}; put what you got, or a"
        f" {dataset.name}.npz with x_train, y_train, x_test and y_test, into a folder"
        f" {dataset.name}, and set {by_hand.VARIABLE} to the folder that holds this one",
    )
