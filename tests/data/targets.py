"""What a network with one output learns of a source with one label."""

from __future__ import annotations

from netspec.spec.labels import LabelEncoding, LabelForm, Target
from netspec.things.labels import LABEL


def sole_target(form: LabelForm = "integer", classes: int = 3) -> Target:
    """The target of an output `head` that learns one class an image."""
    names = tuple(map(str, range(classes)))
    return Target("head", LABEL, "class", names, names, LabelEncoding(form, classes))
