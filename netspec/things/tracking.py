"""What writes down runs where they are compared with others: MLflow.

Source: https://mlflow.org/docs/latest/ml/tracking/.
"""

from typing import Annotated, ClassVar

from netspec.fields import Nullable, Text, Thing, optional

# Experiments and runs have names that a page and a command line show.
_NAME = Text(
    "a name of at most 200 letters, digits and signs, with single spaces between them",
    r"^(?=.{1,200}$)[!-~]+(?: [!-~]+)*$",
)


class MLflow(Thing):
    """Writes the settings, and what every epoch gave, to MLflow; needs the package `mlflow-skinny`.

    Where, the environment says and never a spec: MLFLOW_TRACKING_URI, or `mlflow.db` beside the run directory. The
    model is not sent; a tag names the run directory that has it.
    """

    package: ClassVar[str] = "mlflow"

    experiment: Annotated[str | None, Nullable(_NAME)] = optional(
        None, "The experiment that the run is one of; null: the spec's name."
    )
    run_name: Annotated[str | None, Nullable(_NAME)] = optional(
        None, "What MLflow calls the run; null: the run directory's name."
    )
