"""The model card beside an export, made of what the run has kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.data.form import image_form
from netspec.evaluation.probabilities import HINGES, LOG_SOFTMAX, last_activation
from netspec.exporting.script import Use
from netspec.report.card.card import HandedOn, Pixels, Says, model_card
from netspec.report.escape import markdown
from netspec.runs.account import account_of

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.fields import Thing
    from netspec.runs.saved import SavedRun
    from netspec.spec.labels import Target

MODEL_CARD = "MODEL_CARD.md"
_KERAS = "keras"
# What lies in these folders is opened with Keras, as the Hub takes it.
_FOR_KERAS = frozenset({"keras", "structure", "weights"})


def write_card(run: SavedRun, folder: Path, *, form: str, made: object) -> None:
    """Writes the card of an export, unless its format has written one.

    Args:
        run: The run, with the file whose weights are handed on.
        folder: The export's folder.
        form: The format's name.
        made: What the format gave: a `Use`, or anything else where it does not say how to open it.
    """
    card = folder / MODEL_CARD
    if card.exists():
        return
    files = sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
    use = made if isinstance(made, Use) else None
    handed = HandedOn(
        form=form,
        library=_KERAS if form in _FOR_KERAS else None,
        checkpoint=run.chosen,
        files=tuple(files),
        packages=None if use is None else use.packages,
        lines=() if use is None else use.lines,
        pixels=_pixels(run),
        outputs=tuple(Says(target, _meaning(run, target)) for target in run.targets),
    )
    account = account_of(run.path, with_pictures=False)
    card.write_text(model_card(account, handed), encoding="utf-8")


def _pixels(run: SavedRun) -> Pixels | None:
    form = image_form(*run.analysis.require())
    if not form.are_images:
        return None
    return Pixels(*form.size, form.channels, form.resize)


def _meaning(run: SavedRun, target: Target) -> str:
    """What the values of an output are, in a sentence of Markdown; `predict.py` computes what it says."""
    document, graph = run.analysis.require()
    assert document.compile is not None  # noqa: S101 - a run has one
    losses = document.compile.loss
    loss: Thing = losses[target.output] if isinstance(losses, dict) else losses
    if target.kind == "number":
        return "It gives the numbers themselves."
    logits = bool(getattr(loss, "from_logits", False))
    if target.kind == "multi_label":
        return _of_each("label", logits=logits, is_hinge=loss.kind() in HINGES)
    if target.positive_class is not None:
        one = markdown(target.positive_class)
        if loss.kind() in HINGES:
            return f"It gives one value: above {target.encoding.middle:g} it is {one}."
        if logits:
            return f"It gives one logit, whose sigmoid is the probability of {one}."
        return f"It gives one value, the probability of {one}."
    if getattr(loss, "labels", None) == "binary":
        return _of_each("class", logits=logits, is_hinge=loss.kind() in HINGES)
    return _of_all(
        last_activation(graph, target.output), logits=logits, is_hinge=loss.kind() in HINGES
    )


def _of_each(what: str, *, logits: bool, is_hinge: bool) -> str:
    """Of values that answer each for itself."""
    if logits:
        return f"It gives a logit for each {what}, whose sigmoid is its probability."
    if is_hinge:
        return f"It gives a value from -1 to 1 for each {what}: above 0 the picture has it."
    return f"It gives the probability of each {what}, for itself."


def _of_all(activation: str, *, logits: bool, is_hinge: bool) -> str:
    """Of values of which the largest names the class."""
    if logits:
        return "It gives logits, whose softmax are the probabilities of the classes."
    if is_hinge:
        return "It gives a score for each class; the largest names it."
    if activation == LOG_SOFTMAX:
        return "It gives the logarithms of the classes' probabilities."
    if activation == "softmax":
        return "It gives the probabilities of the classes."
    return "It gives a value for each class; as shares of their sum they are the probabilities."
