"""`netspec features FILE`."""

from __future__ import annotations

import gc
import sys
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import TYPE_CHECKING, Annotated

import typer

from netspec.cli.options import DataRoot, Offline, Overrides, SpecRoot  # noqa: TC001 - Typer reads them

if TYPE_CHECKING:
    from netspec.training.feature_file import FeatureFile

app = typer.Typer(add_completion=False, rich_markup_mode=None)


class WhichSplit(StrEnum):
    """Whose images."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"
    ALL = "all"


@app.command()
def features(  # noqa: PLR0913 - one a flag
    file: Annotated[str, typer.Argument(metavar="FILE", help="The spec.")],
    *,
    output: Annotated[Path, typer.Option(metavar="FILE.npz", help="The file to write.")],
    split: Annotated[
        WhichSplit, typer.Option(help="Whose images; all that the data has without.")
    ] = WhichSplit.ALL,
    overrides: Overrides = None,
    root: SpecRoot = None,
    data_root: DataRoot = None,
    offline: Offline = False,
) -> None:
    """Write what the frozen part of a network gives.

    It does so for each image, for other networks to learn from. The file has arrays x_train, y_train and so on, which
    the data source Arrays reads with `holds: features`. The network begins with the weights that a run would; images
    are not augmented. What the cache has is not computed anew.

    Exit status: 0, 1 findings, 2 usage, 3 data.
    """
    from netspec.analysis import analyse
    from netspec.cli.capture import Screen, hushed
    from netspec.cli.display import Display
    from netspec.cli.output import findings_printed, print_findings
    from netspec.errors import SpecError
    from netspec.training.feature_file import SPLITS, write_features

    gc.enable()
    display = Display(Screen(sys.stderr).stream)
    with findings_printed():
        analysis = analyse(file, tuple(overrides or ()), root=root)
        if analysis.failed:
            raise SpecError(analysis.findings)
        print_findings(analysis.findings, to_stderr=True)
        with hushed():
            try:
                written = write_features(
                    analysis,
                    output,
                    splits=SPLITS if split is WhichSplit.ALL else (split.value,),
                    data_root=data_root,
                    offline=offline,
                    listener=display,
                )
            finally:
                display.close()
    _print(written)


def _print(written: FeatureFile) -> None:
    from netspec.report.features import features_text

    typer.echo(
        features_text(
            str(written.path),
            written.arrays,
            features=written.features,
            labels=written.labels,
            classes=written.classes,
        )
    )
