"""Bytes become text, or a finding that says why they are none."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import pytest

from netspec.diagnostics import Code, Finding
from netspec.errors import UsageError
from netspec.source.decode import MAX_CHARACTERS, MAX_FILE_SIZE, decode, read

if TYPE_CHECKING:
    from pathlib import Path

SPEC = "netspec: 1\n# Größe 大 🙂\n"


def only(data: bytes) -> Finding:
    (finding,) = decode(data, "spec.yaml")[1]
    return finding


def test_utf8_is_read_with_and_without_a_byte_order_mark() -> None:
    for mark in (b"", codecs.BOM_UTF8):
        source, findings = decode(mark + SPEC.encode(), "spec.yaml")
        assert (source.text, findings) == (SPEC, [])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("order", ["le", "be"])
def test_other_unicode_encodings_are_named(encoding: str, order: str) -> None:
    name = f"{encoding}-{order}"
    mark = getattr(codecs, f"BOM_{name.upper().replace('-', '', 1).replace('-', '_')}")
    finding = only(mark + SPEC.encode(name))
    assert finding.code is Code.ENCODING
    assert encoding.upper() in finding.message
    assert finding.hint == "save the file as UTF-8"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_without_a_mark_they_are_one_finding_too(encoding: str) -> None:
    finding = only(SPEC.encode(encoding))
    assert finding.code is Code.ENCODING
    assert "UTF-16" in finding.message


def test_the_first_byte_that_is_not_utf8_is_told_with_its_place() -> None:
    finding = only(b"a: 1\nb: Gr" + "ö".encode("latin-1") + b"\xff: 1\n")
    assert (finding.code, finding.line, finding.column) == (Code.ENCODING, 2, 6)
    assert "0xf6" in finding.message


@pytest.mark.parametrize("data", [b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"a\xc3"])
def test_overlong_surrogate_and_cut_sequences_are_not_utf8(data: bytes) -> None:
    assert only(data).code is Code.ENCODING


def test_a_binary_file_is_one_finding() -> None:
    assert only(b"\x89PNG\r\n\x1a\n" + b"\0" * 1000).code is Code.ENCODING
    assert only(b"\x7fELF\2\1\1" + b"\0\1" * 1000).code is Code.ENCODING


@pytest.mark.parametrize(
    ("character", "words"),
    [
        ("\x07", "control"),
        ("\x1b", "control"),
        ("\x7f", "control"),
        ("\x85", "control"),
        ("\x0b", "control"),
        ("\u200f", "reorders"),
        ("\u202e", "reorders"),
        ("\u2066", "reorders"),
        ("\u2028", "cannot be seen"),
        ("\ufeff", "cannot be seen"),
        ("\uffff", "cannot be seen"),
    ],
)
def test_characters_that_hide_something_are_found_where_they_stand(
    character: str, words: str
) -> None:
    finding = only(f"a: 1\n# b{character}c\n".encode())
    assert (finding.code, finding.line, finding.column) == (Code.CHARACTER, 2, 4)
    assert f"U+{ord(character):04X}" in finding.message
    assert words in finding.message


def test_tabs_accents_and_emoji_are_no_such_characters() -> None:
    assert decode("a:\t1 # é 🙂 \xa0 \u3000\r\n".encode(), "s")[1] == []


def test_a_text_full_of_such_characters_is_not_listed_without_end() -> None:
    findings = decode(b"\x01\n" * 1000, "s")[1]
    assert len(findings) == MAX_CHARACTERS
    assert {finding.hint for finding in findings} == {"1,000 such characters are in this file"}


def test_a_file_may_have_one_mebibyte_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_bytes(b"#" * MAX_FILE_SIZE)
    assert read(path)[1] == []
    path.write_bytes(b"#" * (MAX_FILE_SIZE + 1))
    (finding,) = read(path)[1]
    assert (finding.code, finding.line, finding.column) == (Code.FILE_SIZE, 1, 1)


def test_a_file_that_is_not_there_is_a_misuse_with_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "mnist.yaml").touch()
    with pytest.raises(UsageError, match="there is no file") as caught:
        read(tmp_path / "mnits.yaml")
    assert caught.value.hint == f"did you mean {tmp_path / 'mnist.yaml'}?"
    with pytest.raises(UsageError, match="there is no file"):
        read(tmp_path / "nowhere" / "mnist.yaml")


def test_a_file_that_is_like_no_other_is_told_no_name(tmp_path: Path) -> None:
    (tmp_path / "mnist.yaml").touch()
    (tmp_path / "folder.yaml").mkdir()
    for name in ("other.yaml", "list.yaml", "folders.yaml"):
        with pytest.raises(UsageError) as caught:
            read(tmp_path / name)
        assert caught.value.hint is None


def test_a_link_that_leads_nowhere_is_told_as_one(tmp_path: Path) -> None:
    (tmp_path / "mnist.yaml").symlink_to("elsewhere.yaml")
    with pytest.raises(UsageError, match="is a link that leads nowhere") as caught:
        read(tmp_path / "mnist.yaml")
    assert caught.value.hint == "it leads to elsewhere.yaml"


def test_a_directory_is_a_misuse(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a directory"):
        read(tmp_path)


def test_a_name_no_file_can_have_is_a_misuse() -> None:
    with pytest.raises(UsageError, match="cannot read"):
        read("a\0b")
    with pytest.raises(UsageError, match="cannot read"):
        read("a" * 5000)
