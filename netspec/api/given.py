"""What the functions are given, as the library takes it: a run's directory, pictures' files, plugins."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netspec.training.job import RunResult


def directory_of(run: RunResult | Path | str) -> Path:
    """The directory of a run."""
    return Path(run) if isinstance(run, Path | str) else run.directory


def directories_of(
    runs: RunResult | Path | str | Iterable[RunResult | Path | str],
) -> list[Path]:
    """The directories of runs, of which one may stand alone."""
    if isinstance(runs, str) or not isinstance(runs, Iterable):
        return [directory_of(runs)]
    return [directory_of(run) for run in runs]


def path_of(given: Path | str | None) -> Path | None:
    """A path; None where nothing is given."""
    return None if given is None else Path(given)


def pictures_of(images: Path | str | Sequence[Path | str]) -> list[str]:
    """The files of pictures, of which one may stand alone."""
    files = [images] if isinstance(images, Path | str) else images
    return [str(file) for file in files]


def texts_of(given: str | Sequence[str]) -> Sequence[str]:
    """Texts, of which one may stand alone."""
    return (given,) if isinstance(given, str) else given


def refuse_unreadable(name: str, reason: str) -> None:
    """Ends what is being done at a picture that cannot be read.

    Raises:
        DataError: Always.
    """
    from netspec.evaluation.predict import cannot_read

    raise cannot_read(name, reason)


def enabled(plugins: Sequence[str]) -> AbstractContextManager[None]:
    """The plugins of these names and no others; without names, those that are enabled already."""
    if not plugins:
        return nullcontext()
    from netspec.plugins.loading import load_plugins

    return load_plugins((name, "plugins") for name in plugins).enabled()
