"""What a run has to fetch before it can begin: a data set, Keras's files of weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.data.named.whereabouts import kept_as, may_be_here
from netspec.data.sources.named import NamedSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.runs.plan import Plan


def to_be_fetched(plan: Plan, *, begins: bool = True) -> Iterator[str]:
    """A line for each thing that is not here, with the place where it would be kept.

    Args:
        plan: The plan.
        begins: Whether the run begins; one that is continued needs no weights to begin with.
    """
    data = plan.data
    if isinstance(data, NamedSource) and not may_be_here(data.name):
        yield f"{data.title} is not on this machine: a run fetches it, and keeps it as {kept_as(data.name)}"
    for start in plan.starts if begins else ():
        if start.download is not None and not start.is_there:
            from netspec.weights.imagenet import folder

            file = start.download.file
            yield f"{file} is not on this machine: a run fetches it, and keeps it as {folder() / file}"


def require_all_here(plan: Plan, *, begins: bool = True) -> None:
    """Makes sure that nothing has to be fetched: what is here is read, and proved to be what was published.

    Args:
        plan: The plan.
        begins: As `to_be_fetched` has it.

    Raises:
        DataError: Something is not here, or is not what was published; it says where it was looked for.
    """
    if isinstance(plan.data, NamedSource):
        from netspec.data.named.loading import find

        find(plan.data.name, offline=True)
    for start in plan.starts if begins else ():
        if start.download is not None:
            from netspec.weights import imagenet

            imagenet.find(start.download, offline=True)
