"""Labels of other data become those that each output of a network has learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netspec.data.images import ArrayImages
from netspec.errors import DataError
from netspec.evaluation.other.labels import find_learned
from netspec.spec.facts import DataFacts
from netspec.spec.labels import target
from netspec.things.labels import LabelFacts
from netspec.things.registries import LOSSES

if TYPE_CHECKING:
    from netspec.evaluation.other.labels import Learned
    from netspec.spec.labels import Target
    from netspec.things.labels import LabelKind

NAMES = ("a", "b", "c")


def learned(kind: LabelKind = "class", names: tuple[str, ...] = NAMES) -> Target:
    loss = LOSSES.find("MeanSquaredError")()
    return target("head", "kept", LabelFacts(kind, names), loss=loss, units=len(names))


def found(label: str, facts: LabelFacts, learned: Target, **labels: str) -> Learned:
    others = {"other": LabelFacts("class", ("x", "y"))}
    data = DataFacts("data", {label: facts, **others})
    return find_learned(data, [learned], labels=labels, where="data")["head"]


def values(of: Learned, *rows: Any) -> Any:
    labels = np.array(rows, np.int64 if of.kind == "class" else np.float32)
    return of.values(ArrayImages(np.zeros((len(rows), 1)), {of.label: labels})).tolist()


@pytest.mark.parametrize("label", ["mine", "kept", "head"])
def test_a_label_is_found_by_the_run_s_names_for_it_and_the_output_s(label: str) -> None:
    each = found(label, LabelFacts("class", ("c", "a")), learned(), head="mine")

    assert each.label == label
    assert values(each, 0, 1, 1) == [2, 0, 0]


def test_the_one_label_is_the_one_output_s_whatever_it_is_called() -> None:
    data = DataFacts("data", {"species": LabelFacts("class", NAMES)})

    assert find_learned(data, [learned()], labels={}, where="data")["head"].label == "species"


def test_several_classes_at_once_are_put_in_the_network_s_order_and_what_is_not_said_is_no() -> (
    None
):
    each = found("head", LabelFacts("multi_label", ("c", "a")), learned("multi_label"))

    assert values(each, [1, 0], [0, 1]) == [[0, 0, 1], [1, 0, 0]]
    assert each.notice == "no image of data is taken to have b, of which it says nothing"


def test_numbers_are_put_in_the_network_s_order_and_all_must_be_there() -> None:
    each = found("head", LabelFacts("number", ("c", "a", "b")), learned("number"))

    assert values(each, [3, 1, 2]) == [[1, 2, 3]]
    with pytest.raises(DataError, match="not have all numbers that the network gives: no b"):
        found("head", LabelFacts("number", ("c", "a")), learned("number"))


def test_one_number_is_the_one_that_was_learned() -> None:
    each = found("head", LabelFacts("number", ("years",)), learned("number", ("age",)))

    assert values(each, [4], [5]) == [[4], [5]]


def test_a_label_of_another_kind_or_none_is_refused() -> None:
    with pytest.raises(DataError, match="has several classes at once, and the output head has"):
        found("head", LabelFacts("multi_label", NAMES), learned())
    with pytest.raises(DataError, match="does not say what the output head has learned"):
        found("sort", LabelFacts("class", NAMES), learned())
