"""The name that was probably meant, and whether it was for certain."""

from __future__ import annotations

import pytest

from netspec.wording import Meant, nearest, spoken_bytes


@pytest.mark.parametrize(
    ("written", "known", "meant"),
    [
        ("smae", ["valid", "same"], "same"),
        ("Conv2", ["Conv1D", "Conv2D", "Conv3D"], "Conv2D"),
        ("conv2d", ["Conv1D", "Conv2D"], "Conv2D"),
        ("ReLU", ["relu", "relu6"], "relu"),
        ("kernal_size", ["kernel_size", "kernel_regularizer"], "kernel_size"),
        ("categorical_cross_entropy", ["categorical_crossentropy"], "categorical_crossentropy"),
        ("batchsize", ["batch_size", "epochs"], "batch_size"),
        ("catgorical_crossentropi", ["categorical_crossentropy"], "categorical_crossentropy"),
        ("unit", ["units"], "units"),
        ("adm", ["adam", "Adam"], "Adam"),
    ],
)
def test_a_slip_or_another_case_is_certain(written: str, known: list[str], meant: str) -> None:
    found = nearest(written, known)
    assert found == f"did you mean {meant}?"
    assert isinstance(found, Meant)
    assert (found.wrong, found.instead, found.is_text, found.certain) == (
        written,
        meant,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("conv2d_3", ["conv2d_1", "conv2d_2"]),  # a number is no slip
        ("conv2d_3", ["conv2d_1"]),
        ("conv_a", ["conv_b"]),
        ("block1a", ["block1b"]),
        ("encoder", ["decoder"]),
        ("poold", ["pool", "pooled"]),  # two are as near
        ("mix", ["min", "max"]),
        ("bs", ["bn"]),
        ("pare", ["pair"]),  # two slips in four letters
        ("BatchNorm", ["BatchNormalization"]),
        ("val_acc", ["val_accuracy"]),
    ],
)
def test_what_may_be_another_name_is_a_question(written: str, known: list[str]) -> None:
    found = nearest(written, known)
    assert found is None or not found.certain


def test_what_is_like_nothing_has_no_nearest_name() -> None:
    assert nearest("zebra", ["conv", "pool"]) is None
    assert nearest(3, ["conv"]) is None
    assert nearest("x" * 100, ["x" * 99]) is None


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (1023, "1,023 B"),
        (1024, "1.0 KiB"),
        (3 * 2**19, "1.5 MiB"),
        (5 * 2**30, "5.0 GiB"),
        (3 * 2**50, "3,072.0 TiB"),
        (-2048, "-2.0 KiB"),
    ],
)
def test_bytes_are_said_in_the_largest_unit_that_they_hold(count: int, words: str) -> None:
    assert spoken_bytes(count) == words


def test_bytes_are_said_in_a_unit_and_to_a_digit_that_are_asked_for() -> None:
    assert spoken_bytes(2**18, digits=2, unit="MiB") == "0.25 MiB"
    assert spoken_bytes(2**19, digits=2, unit="MiB", is_change=True) == "+0.50 MiB"
