"""Calibration by hand: bins, gaps, and the two errors that are made of them."""

from __future__ import annotations

import numpy as np
import pytest

from netspec.evaluation.calibration import calibration


def test_errors_are_those_counted_by_hand() -> None:
    confidence = np.array([0.95, 0.95, 0.9, 0.5, 0.5])
    right = np.array([True, False, True, True, True])

    record = calibration(confidence, right, bins=2)

    # Above 0.5 two of three are right, of which 0.9333 was said; at 0.5 and below both, of which 0.5 was said.
    lower, upper = record["bins"]
    assert (lower["images"], lower["confidence"], lower["accuracy"]) == (2, 0.5, 1.0)
    assert upper["images"] == 3
    assert upper["accuracy"] == pytest.approx(2 / 3)
    assert upper["confidence"] == pytest.approx(2.8 / 3)
    assert record["error"] == pytest.approx((2 * 0.5 + 3 * 0.8 / 3) / 5)
    assert record["largest"] == 0.5


def test_there_are_fifteen_bins_of_equal_width_and_an_upper_edge_belongs_to_its_bin() -> None:
    edges = np.arange(16) / 15
    record = calibration(edges, np.ones(16, bool))

    assert [each["images"] for each in record["bins"]] == [2, *[1] * 14]
    assert [each["high"] for each in record["bins"]] == edges[1:].tolist()
    assert [each["low"] for each in record["bins"]] == edges[:-1].tolist()


def test_who_is_right_as_often_as_said_has_no_error() -> None:
    confidence, right = np.full(4, 0.75), np.array([True, True, True, False])
    record = calibration(confidence, right)
    assert (record["error"], record["largest"]) == (0, 0)


def test_a_bin_without_images_has_neither_accuracy_nor_confidence() -> None:
    record = calibration(np.array([1.0]), np.array([False]))
    assert {(each["accuracy"], each["confidence"]) for each in record["bins"]} == {
        (None, None),
        (0.0, 1.0),
    }
    assert record["error"] == record["largest"] == 1
