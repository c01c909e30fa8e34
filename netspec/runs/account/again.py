"""The commands that make anew what a run keeps."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from netspec.runs.saved import MODEL

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.runs.account.files import RunFiles

_ENDINGS = (".keras", ".weights.h5")
_LONGEST = 300


def by_checkpoint(
    words: str, files: RunFiles, path: Path, checkpoint: object, *, otherwise: str | None
) -> str | None:
    """A command on a run that takes the weights of one of its files.

    Args:
        words: The command's own words, such as `netspec evaluate`.
        files: The run's.
        path: The run, as the user named it.
        checkpoint: The file, as a record says it that may say anything.
        otherwise: The command where the record does not say it.

    Returns:
        The command; None where the file is not there any more.
    """
    if checkpoint is None or otherwise is None:
        return otherwise
    if not isinstance(checkpoint, str) or not files.has(checkpoint):
        return None
    run = f"{words} {shlex.quote(str(path))}"
    if checkpoint == MODEL:
        return run
    is_one = checkpoint.endswith(_ENDINGS) and checkpoint.isprintable()
    if not is_one or len(checkpoint) > _LONGEST:
        return None
    return f"{run} --checkpoint {shlex.quote(checkpoint)}"
