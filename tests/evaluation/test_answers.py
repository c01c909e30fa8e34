"""The worst mistakes and the most confused pairs come first, and of equal ones always the same."""

from __future__ import annotations

import numpy as np

from netspec.evaluation.answers import Answers, most_confused


def answers(probabilities: list[list[float]], true: list[int]) -> Answers:
    shares = np.array(probabilities)
    predicted = shares.argmax(axis=-1)
    return Answers.of(shares, np.array(true), predicted=predicted, probabilities=shares)


def test_the_surest_mistake_comes_first_and_what_is_right_is_none() -> None:
    told = answers([[0.6, 0.4], [0.9, 0.1], [0.2, 0.8], [0.3, 0.7]], [1, 1, 1, 0])

    mistakes = told.mistakes()

    assert [each.place for each in mistakes] == [1, 3, 0]
    assert (mistakes[0].true, mistakes[0].predicted) == (1, 0)
    assert (mistakes[0].probability, mistakes[0].true_probability) == (0.9, 0.1)
    assert told.right.tolist() == [False, False, True, False]


def test_of_equally_sure_mistakes_the_further_from_the_truth_comes_first_then_the_earlier() -> None:
    told = answers([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2], [0.5, 0.2, 0.3]], [1, 1, 1])
    assert [each.place for each in told.mistakes()] == [2, 0, 1]


def test_only_so_many_mistakes_are_told() -> None:
    told = answers([[1.0, 0.0]] * 30, [1] * 30)
    assert [each.place for each in told.mistakes()] == list(range(24))
    assert len(told.mistakes(2)) == 2


def test_frequent_pairs_have_a_mistake_though_others_are_surer() -> None:
    # Of the class 0 five are surely taken for 1; of 1 two are taken for 2; of 2 one for 0.
    sure, second, third = [0.0, 1.0, 0.0], [0.0, 0.3, 0.7], [0.4, 0.3, 0.3]
    told = answers([third, second, second, *[sure] * 5], [2, 1, 1, *[0] * 5])

    assert [each.place for each in told.mistakes(2)] == [3, 1]
    assert [each.place for each in told.mistakes(4)] == [3, 4, 1, 0]
    # All pairs have one, and the surest take what is left.
    assert [each.place for each in told.mistakes(6)] == [3, 4, 5, 6, 1, 0]
    assert len(told.mistakes()) == 8


def test_where_all_is_right_there_is_no_mistake_and_no_pair() -> None:
    told = answers([[1.0, 0.0], [0.0, 1.0]], [0, 1])
    assert told.mistakes() == []
    assert most_confused(told.matrix(2), ("a", "b")) == []


def test_the_most_confused_pair_comes_first_and_equal_ones_in_label_order() -> None:
    matrix = np.array([[9, 2, 1], [2, 9, 5], [0, 0, 9]])
    pairs = most_confused(matrix, ("a", "b", "c"))
    assert [tuple(pair.values()) for pair in pairs] == [
        *(("b", "c", 5), ("a", "b", 2), ("b", "a", 2), ("a", "c", 1)),
    ]
    assert most_confused(matrix, ("a", "b", "c"), most=1) == pairs[:1]
