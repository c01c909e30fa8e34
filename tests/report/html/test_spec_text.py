"""A spec on a page is its text, with every line a place that one can be led to."""

from __future__ import annotations

from pathlib import Path

from netspec.analysis import analyse
from netspec.report.html.spec_text import files_of, highlighted, texts
from tests.report.html.networks import Page
from tests.spec.corpora import VALID

HOSTILE = "# </script></pre><img src=x onerror=alert(1)>\nname: '<b>\x1b[2J'\n\tx: 1\r\nlast: &a {b: *a}\n"


def lines(text: str) -> list[str]:
    """What stands in each line, without its number."""
    return [line.lstrip("0123456789") for line in text.split("\n")[:-1]]


def test_the_words_are_the_text_s_and_nothing_more() -> None:
    page = Page(highlighted(HOSTILE))
    assert lines(page.said) == [
        "# </script></pre><img src=x onerror=alert(1)>",
        "name: '<b>\\u001b[2J'",
        "    x: 1",
        "last: &a {b: *a}",
    ]
    assert {tag for tag, _ in page.elements} == {"pre", "code", "span", "a"}
    assert [each for each in page.ids() if each] == ["L1", "L2", "L3", "L4"]


def test_words_of_yaml_have_colours_and_those_of_an_unknown_language_none() -> None:
    yaml = Page(highlighted("key: 1  # why\n"))
    kinds = {each.get("class") for tag, each in yaml.elements if tag == "span"}
    assert {"nt", "c1"} <= kinds
    other = Page(highlighted("key: 1  # why\n", "no such language"))
    assert {each.get("class") for tag, each in other.elements if tag == "span"} == {"line"}
    assert lines(other.said) == ["key: 1  # why"]


def test_a_spec_in_several_files_shows_each_with_ids_of_its_own() -> None:
    path = next(path for path in VALID if path.stem == "language-extends-several")
    document, _ = analyse(path).require()
    files = files_of(document)
    assert next(Path(name).name for name, _ in files) == path.name
    assert all(Path(name).read_text(encoding="utf-8") == text for name, text in files)
    shown, anchors = texts("files", files, prefix="before-L")
    page = Page(shown)
    assert len(files) > 2
    assert [tag for tag, each in page.elements if each.get("class") == "tab"] == ["section"] * len(
        files
    )
    assert anchors[files[0][0]] == "before-L"
    assert len(set(anchors.values())) == len(files)
    ids = page.ids()
    assert len(set(ids)) == len(ids)
    assert all(f"{prefix}1" in ids for prefix in anchors.values())


def test_assignments_are_shown_as_a_file_is() -> None:
    path = next(path for path in VALID if path.stem == "smallest")
    document, _ = analyse(path, ("seed=7",)).require()
    assert [name for name, _ in files_of(document)] == [str(path), "--set[1]"]
