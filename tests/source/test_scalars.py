"""Plain scalars mean what the core schema of YAML 1.2 says (https://yaml.org/spec/1.2.2/#103-core-schema)."""

from __future__ import annotations

import math

import pytest

from netspec.source.scalars import NumberError, resolve

TABLE: list[tuple[str, object]] = [
    # null
    ("", None),
    ("~", None),
    ("null", None),
    ("Null", None),
    ("NULL", None),
    ("nULL", "nULL"),
    ("None", "None"),
    # booleans
    ("true", True),
    ("True", True),
    ("TRUE", True),
    ("false", False),
    ("False", False),
    ("FALSE", False),
    ("tRUE", "tRUE"),
    *((text, text) for text in ("yes", "Yes", "no", "NO", "on", "On", "off", "y", "n", "Y", "N")),
    # integers
    ("0", 0),
    ("-0", 0),
    ("12", 12),
    ("+12", 12),
    ("-12", -12),
    ("017", 17),
    ("-017", -17),
    ("0o17", 15),
    ("0x1F", 31),
    ("0xfF", 255),
    ("-0x1F", "-0x1F"),
    ("0O17", "0O17"),
    ("0X1F", "0X1F"),
    ("0o8", "0o8"),
    ("0xG", "0xG"),
    ("0b101", "0b101"),
    ("1_000", "1_000"),
    ("1,000", "1,000"),
    ("١٢", "١٢"),  # digits, and not YAML's
    # floats
    ("1e3", 1000.0),
    ("1e-3", 0.001),
    ("1E+3", 1000.0),
    ("1.", 1.0),
    ("1.5", 1.5),
    (".5", 0.5),
    ("-.5", -0.5),
    ("+1.5e2", 150.0),
    ("0e0", 0.0),
    ("1e", "1e"),
    ("e3", "e3"),
    (".", "."),
    (".e3", ".e3"),
    ("1.5.2", "1.5.2"),
    ("1e-400", 0.0),
    (".inf", math.inf),
    ("-.Inf", -math.inf),
    ("+.INF", math.inf),
    ("inf", "inf"),
    ("-inf", "-inf"),
    ("nan", "nan"),
    ("Infinity", "Infinity"),
    # what YAML 1.1 makes something of
    ("12:30:45", "12:30:45"),
    ("1:30", "1:30"),
    ("190:20:30.15", "190:20:30.15"),
    ("2001-01-23", "2001-01-23"),
    ("2001-01-23 12:30:45", "2001-01-23 12:30:45"),
    ("=", "="),
    ("<<", "<<"),
    ("1/255", "1/255"),
    ("+", "+"),
    ("-", "-"),
    ("--1", "--1"),
]


@pytest.mark.parametrize(("text", "value"), TABLE)
def test_a_plain_scalar_is_what_the_core_schema_says(text: str, value: object) -> None:
    read = resolve(text)
    assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_nan_is_no_number(text: str) -> None:
    read = resolve(text)
    assert isinstance(read, float)
    assert math.isnan(read)


def test_a_signed_nan_is_a_text() -> None:
    assert resolve("-.nan") == "-.nan"


@pytest.mark.parametrize("text", ["9" * 101, "0x" + "f" * 99, "0." + "1" * 99, "1e" + "0" * 99])
def test_a_number_of_more_than_100_characters_is_refused(text: str) -> None:
    with pytest.raises(NumberError, match="101 characters"):
        resolve(text)


def test_a_number_of_100_characters_is_read() -> None:
    assert resolve("9" * 100) == 10**100 - 1


@pytest.mark.parametrize("text", ["1e999", "-1e999", "9" * 80 + "e" + "9" * 19])
def test_a_number_that_no_float_holds_is_refused(text: str) -> None:
    with pytest.raises(NumberError, match="too large"):
        resolve(text)
