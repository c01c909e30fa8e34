"""A named data set, wherever it can be had: shipped, on this machine, or from the network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netspec.data.named import by_hand, cache
from netspec.data.named.arrays import read_npz
from netspec.data.named.fetch import Progress, ignore_progress
from netspec.data.named.supplies import SUPPLIES, Supply
from netspec.data.named.unpack import read_official
from netspec.errors import DataError, UsageError
from netspec.things.datasets import DATASETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from netspec.data.named.arrays import ImageArrays
    from netspec.things.datasets import NamedDataset

SHIPPED = Path(__file__).parents[1] / "shipped"


@dataclass(frozen=True)
class Found:
    """A data set and where it was found.

    Attributes:
        arrays: The data set, proved.
        place: What kind of place it was, in words that follow "it": `is in netspec's cache`.
        path: The file or folder that holds it now.
    """

    arrays: ImageArrays
    place: str
    path: Path


def load(
    name: str,
    *,
    offline: bool = False,
    notify: Callable[[str], None] | None = None,
    progress: Progress | None = None,
) -> ImageArrays:
    """Returns a named data set, proved to be the published one, as `find` does."""
    return find(name, offline=offline, notify=notify, progress=progress).arrays


def find(
    name: str,
    *,
    offline: bool = False,
    notify: Callable[[str], None] | None = None,
    progress: Progress | None = None,
) -> Found:
    """Returns a named data set, proved to be the published one, and where it is.

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
        DataError: A copy put there by hand is wrong and there is no other on this machine, the
            cache cannot be written to, or the data set could not be had at all; the message then
            has a line for each place tried.
    """
    dataset = require_known(name)
    tell = notify or _ignore
    if name not in SUPPLIES:
        path = SHIPPED / f"{name}.npz"
        return Found(read_npz(path, dataset), "ships with netspec", path)
    supply = SUPPLIES[name]
    tried: list[str] = []
    found = _on_this_machine(dataset, supply, tried, tell)
    if found is not None:
        return found
    if offline:
        tried += [f"{source.place}: not tried (offline)" for source in supply.sources]
    else:
        found = _from_network(dataset, supply, tried, tell, progress or ignore_progress)
        if found is not None:
            return found
    if supply.second is None:
        tried.append("a second source: none is known")
    raise _not_to_be_had(dataset, supply, tried)


def require_known(name: str) -> NamedDataset:
    """The facts of a named data set.

    Raises:
        UsageError: There is none of that name.
    """
    dataset = DATASETS.get(name)
    if dataset is None:
        raise UsageError(
            f"there is no data set named {name!r}",
            hint=f"the names are {', '.join(DATASETS)}",
        )
    return dataset


def _ignore(line: str) -> None:
    """Takes a line and does nothing."""


def _on_this_machine(
    dataset: NamedDataset, supply: Supply, tried: list[str], tell: Callable[[str], None]
) -> Found | None:
    by_user = by_hand.look(dataset)
    found: Found | None
    if by_user.arrays is not None and by_user.path is not None:
        found = Found(by_user.arrays, f"is in ${by_hand.VARIABLE}", by_user.path)
    else:
        tried.append(f"${by_hand.VARIABLE}: {by_user.absent}")
        found = _in_cache(dataset, tried, tell) or _installed(dataset, supply, tried, tell)
    if found is None and by_user.wrong:
        raise by_user.wrong[0]
    for line in (*by_user.wrong, *by_user.unused):
        tell(f"not used from ${by_hand.VARIABLE}: {line}")
    return found


def _in_cache(dataset: NamedDataset, tried: list[str], tell: Callable[[str], None]) -> Found | None:
    try:
        kept = cache.read(dataset)
    except DataError as error:
        tell(f"the cached copy cannot be used: {error}")
        tried.append(f"the cache: {error}")
    else:
        if kept is not None:
            return Found(kept, "is in netspec's cache", cache.path_of(dataset))
        tried.append(f"the cache: there is no {cache.path_of(dataset)}")
    return None


def _installed(
    dataset: NamedDataset, supply: Supply, tried: list[str], tell: Callable[[str], None]
) -> Found | None:
    """The files that a package of the system put there."""
    if supply.installed and supply.installed.is_dir():
        try:
            arrays = read_official(dataset, supply.originals, supply.installed)
        except DataError as error:
            tell(f"not used from {supply.installed}: {error}")
            tried.append(f"{supply.installed}: {error}")
        else:
            if arrays is not None:
                return Found(arrays, "is in a package of the system", supply.installed)
            tried.append(f"{supply.installed}: it does not hold {dataset.name}")
    return None


def _from_network(
    dataset: NamedDataset,
    supply: Supply,
    tried: list[str],
    tell: Callable[[str], None],
    progress: Progress,
) -> Found | None:
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
                return Found(arrays, f"was fetched from {source.place}", kept)
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
