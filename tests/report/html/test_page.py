"""A page is one file that is whole: its scripts are the ones that it allows, and nothing of it leads elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import pytest

from netspec.report.html import page as pages
from netspec.report.html.markup import element, join
from netspec.report.html.page import CHARTS, LAYOUT, Section, page

ASSETS = files("netspec.report.html").joinpath("assets")
PACKAGES: list[dict[str, Any]] = json.loads(ASSETS.joinpath("vendored.json").read_text("utf-8"))
VENDORED = [(package, each) for package in PACKAGES for each in package["files"]]
VOID = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"}
PNG = b"\x89PNG\r\n\x1a\n"


class Read(HTMLParser):
    """A page as it is read: every element, what lies around it, and the texts of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[tuple[str, ...], str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.comments: list[str] = []
        self.amiss: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len({name for name, _ in attrs}) != len(attrs):
            self.amiss.append(f"<{tag}> says an attribute twice")
        self.elements.append((tuple(self.open), tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "script" and dict(attrs).get("type") is None:
            self.scripts.append("")
        if tag == "style":
            self.styles.append("")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.amiss.append(f"</{tag}> ends what it did not begin")

    def handle_data(self, data: str) -> None:
        attributes = self.elements[-1][2] if self.elements else {}
        if self.open[-1:] == ["script"] and attributes.get("type") is None:
            self.scripts[-1] += data
        if self.open[-1:] == ["style"]:
            self.styles[-1] += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [each for _, name, each in self.elements if name == tag]


@pytest.fixture(scope="module")
def whole() -> str:
    """A page with one of everything."""
    body = join(
        pages.figures([pages.figure("91.2%", "accuracy", "of 1,000 images")]),
        pages.facts([("seed", "1"), ("data", element("code", "mnist"))]),
        pages.table(["class", "recall"], [["a<b", "0.5"], ["c", "0.25"]], right=[1], caption="t", sortable=True),
        pages.absent("Confusion matrix", "the run was not judged", "netspec evaluate RUN"),
        pages.folded("More", element("p", "inside")),
        pages.tabs("ways", [("One", element("p", "1")), ("Two", element("p", "2"))]),
        pages.chart("curves", label="Loss by epoch", kind="curves"),
        pages.picture(PNG, label="A shoe"),
    )  # fmt: skip
    return page(
        title="a & b <c>",
        head=element("p", "what matters"),
        sections=[Section(name, name.title(), body if name == "a" else join()) for name in "abc"],
        scripts=[CHARTS, LAYOUT],
        data={"curves-data": {"loss": [1.5, None, "</script>"]}},
    )


def test_every_script_is_one_that_the_page_allows_and_none_else_is(whole: str) -> None:
    read = Read(whole)
    (policy,) = (
        each["content"] or ""
        for each in read.attributes("meta")
        if each.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    digests = [hashlib.sha256(text.encode()).digest() for text in read.scripts]
    allowed = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
    assert rules["script-src"].split() == allowed
    assert len(allowed) == 3
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["img-src"] == "data:"


def test_scripts_are_the_files_but_for_what_would_load_another(whole: str) -> None:
    scripts = Read(whole).scripts
    for text, name in zip(scripts, ("page.js", CHARTS, LAYOUT), strict=True):
        file = ASSETS.joinpath(name).read_text("utf-8")
        assert text == re.sub(r"\n?//# sourceMappingURL=.*", "", file).rstrip("\n")
        assert "sourceMappingURL" not in text
        # Either would end a script, or keep it from ending.
        assert not re.search(r"</script|<!--", text, re.IGNORECASE)


def test_nothing_is_fetched(whole: str) -> None:
    read = Read(whole)
    for _, _, attributes in read.elements:
        for name in ("src", "href", "srcset", "data", "poster", "action", "style"):
            value = attributes.get(name) or ""
            assert not re.search(r"//|url\(|@import", value)
    assert not {tag for _, tag, _ in read.elements} & {"link", "iframe", "object", "embed", "base"}
    for style in read.styles:
        assert not re.search(r"url\(|@import|</", style)


def test_elements_end_in_the_order_in_which_they_began(whole: str) -> None:
    read = Read(whole)
    assert (read.amiss, read.open) == ([], [])
    parents: dict[str, set[str]] = {}
    for around, tag, _ in read.elements:
        parents.setdefault(tag, set()).add((around or ("",))[-1])
    assert parents["td"] == {"tr"}
    assert parents["dt"] == parents["dd"] == {"dl", "div"}
    assert parents["li"] == {"ul"}
    assert parents["summary"] == {"details"}
    assert parents["caption"] == {"table"}
    # Of what holds only text and the like, nothing larger is in it.
    assert not [tag for around, tag, _ in read.elements if "p" in around and tag in {"p", "div"}]


def test_every_id_is_there_once_and_every_link_leads_to_one(whole: str) -> None:
    read = Read(whole)
    ids = [each["id"] for _, _, each in read.elements if "id" in each]
    assert len(ids) == len(set(ids))
    links = [each["href"] or "" for each in read.attributes("a")]
    assert links == ["#contents", "#a", "#b", "#c"]
    named = [each["aria-labelledby"] for _, _, each in read.elements if "aria-labelledby" in each]
    assert {*(link[1:] for link in links), *named} <= set(ids)


def test_what_cannot_be_seen_by_all_is_said_in_words(whole: str) -> None:
    read = Read(whole)
    assert [each["alt"] for each in read.attributes("img")] == ["A shoe"]
    assert read.attributes("html") == [{"lang": "en"}]
    labelled = [each for _, _, each in read.elements if each.get("role") in {"img", "region"}]
    assert len(labelled) == 2
    assert all(each["aria-label"] for each in labelled)


def test_a_page_of_few_sections_has_no_list_of_them() -> None:
    short = page(title="t", head=join(), sections=[Section("a", "A", join())])
    assert Read(short).attributes("nav") == []


def test_what_the_makers_of_a_script_ask_for_is_in_the_pages_that_hold_it(whole: str) -> None:
    comments = "".join(Read(whole).comments)
    for package, each in VENDORED:
        if each["file"] != package["script"]:
            assert ASSETS.joinpath(each["file"]).read_text("utf-8").rstrip("\n") in comments
    without = page(title="t", head=join(), sections=[], scripts=[LAYOUT])
    assert "Chris Pettitt" in without
    assert "Apache" not in without


@pytest.mark.parametrize(("package", "each"), VENDORED, ids=[each["file"] for _, each in VENDORED])
def test_what_others_made_is_as_it_was_fetched(
    package: dict[str, Any], each: dict[str, str]
) -> None:
    content = ASSETS.joinpath(each["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == each["sha256"], "python tools/vendor.py"
    if each["file"] == package["script"]:
        assert f'"{package["version"]}"' in content.decode("utf-8")


def test_no_script_of_others_lacks_its_licence() -> None:
    scripts = {each.name for each in ASSETS.iterdir() if each.name.endswith(".min.js")}
    assert scripts == {CHARTS, LAYOUT} == {package["script"] for package in PACKAGES}
    for package in PACKAGES:
        assert any(each["file"].startswith("LICENSE.") for each in package["files"])
        assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
        assert package["license"]
