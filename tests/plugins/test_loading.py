"""What cannot be a plugin is told in one sentence, and never as a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netspec.errors import UsageError
from netspec.extension import Group, Plugins, enabled
from netspec.layers.registry import LAYERS
from netspec.plugins.loading import load_plugins
from tests.cli.commands import QUICKSTART, here
from tests.plugins.installing import install, write_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Installed = Callable[..., str]

LAYER = """
from netspec.fields import optional
from netspec.layers.base import Example, UnaryLayer
from netspec.layers.fields import Count


class NAME(UnaryLayer):
    \"\"\"Does nothing.\"\"\"

    keras_class = "package.module:NAME"
    example = Example({}, ((4,),))

    count: Count = optional(1, "How many.")
"""
RULE = '"""A page."""\n\ndef check(document, graph):\n    return []\n'
numbers = iter(range(1000))


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installed:
    """Installs a small package of a name that no other test has, and gives the name."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))

    def make(group: str, entry: str, target: str, **modules: str) -> str:
        name = f"plugged{next(numbers)}"
        entries = {group: {entry: target.replace("PKG", name)}} if group else {}
        install(write_project(tmp_path / name, name, entries, **modules), site)
        return name

    return make


def layer(name: str, text: str = LAYER) -> str:
    return text.replace("NAME", name)


def load(*names: str) -> Plugins:
    return load_plugins((name, "--plugin") for name in names)


def test_a_layer_is_in_the_table_while_its_plugin_is_enabled(installed: Installed) -> None:
    name = installed("netspec.layers", "Halves", "PKG.layers:Halves", layers=layer("Halves"))
    plugins = load(name)
    assert "Halves" not in LAYERS
    with plugins.enabled():
        assert "Halves" in LAYERS
        assert "Halves" in LAYERS.names()
        assert LAYERS.find("Halves") is plugins.added(Group.LAYERS)["Halves"]
        assert enabled() is plugins
    assert "Halves" not in LAYERS
    assert enabled() == Plugins()


def test_nothing_of_another_package_is_loaded(installed: Installed) -> None:
    installed("netspec.layers", "layers", "PKG.layers", layers="raise SystemExit('loaded')")
    wanted = installed("netspec.layers", "layers", "PKG.layers", layers=layer("Wanted"))
    assert load(wanted).added(Group.LAYERS).keys() == {"Wanted"}


def test_a_module_adds_its_own_public_classes(installed: Installed) -> None:
    text = layer("Shown") + layer("_Hidden") + "\nfrom netspec.layers.core import Dense\n"
    name = installed("netspec.layers", "layers", "PKG.layers", layers=text)
    assert load(name).added(Group.LAYERS).keys() == {"Shown"}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("not-there-at-all", "there is no plugin not-there-at-all: no package of that name"),
        ("../evil", "--plugin names the plugin '../evil', which is no package's name"),
        ("", "--plugin names the plugin '', which is no package's name"),
        ("netspec-keras", r"netspec-keras .* adds nothing"),
    ],
)
def test_a_name_that_is_no_plugin_is_refused(name: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        load(name)


WITHOUT_A_DOCSTRING = '    """Does nothing."""\n'
CASES = {
    "adds nothing: it has no entry points": ("", "", "", ""),
    "does not import: .*:Deep raises ZeroDivisionError: division by zero": (
        "netspec.layers",
        "Deep",
        "PKG.module:Deep",
        "1 / 0",
    ),
    "does not import: .* raises SystemExit: goodbye": (
        "netspec.layers",
        "Deep",
        "PKG.module:Deep",
        "raise SystemExit('goodbye')",
    ),
    "does not import: .* raises ModuleNotFoundError: No module named": (
        "netspec.layers",
        "Deep",
        "PKG.nowhere:Deep",
        "",
    ),
    "does not import: .* raises AttributeError": ("netspec.layers", "Deep", "PKG.module:Deep", ""),
    "is no subclass of netspec.layers.base.Layer": (
        "netspec.layers",
        "Deep",
        "PKG.module:Deep",
        "class Deep: pass",
    ),
    "has another name than its class, Deep": (
        "netspec.layers",
        "Other",
        "PKG.module:Deep",
        layer("Deep"),
    ),
    "is a module that defines no subclass of netspec.things.base.Loss": (
        "netspec.losses",
        "losses",
        "PKG.module",
        layer("Deep"),
    ),
    "adds the layer Dense, and netspec has one of that name": (
        "netspec.layers",
        "Dense",
        "PKG.module:Dense",
        layer("Dense"),
    ),
    "adds the layer Reuse, and netspec has one of that name": (
        "netspec.layers",
        "Reuse",
        "PKG.module:Reuse",
        layer("Reuse"),
    ),
    "adds the layer Lambda, a name that netspec keeps": (
        "netspec.layers",
        "Lambda",
        "PKG.module:Lambda",
        layer("Lambda"),
    ),
    "adds deep, and a layer's name is CamelCase": (
        "netspec.layers",
        "deep",
        "PKG.module:deep",
        layer("deep"),
    ),
    "which has no docstring": (
        "netspec.layers",
        "Deep",
        "PKG.module:Deep",
        layer("Deep").replace(WITHOUT_A_DOCSTRING, ""),
    ),
    "which has no keras_class": (
        "netspec.layers",
        "Deep",
        "PKG.module:Deep",
        layer("Deep").replace('keras_class = "package.module:Deep"', ""),
    ),
    "which has no example": (
        "netspec.layers",
        "Deep",
        "PKG.module:Deep",
        layer("Deep").replace("example = Example({}, ((4,),))", ""),
    ),
    "which has a field that no field type of netspec.fields annotates": (
        "netspec.layers",
        "Deep",
        "PKG.module:Deep",
        layer("Deep").replace("count: Count", "count: int"),
    ),
    "which does not describe its field count": (
        "netspec.layers",
        "Deep",
        "PKG.module:Deep",
        layer("Deep").replace('optional(1, "How many.")', "1"),
    ),
    "which does not define infer_call": (
        "netspec.layers",
        "Deep",
        "PKG.module:Deep",
        layer("Deep").replace("UnaryLayer", "ArgumentLayer"),
    ),
    "which does not say its labels, one of binary, integer, numbers, one_hot": (
        "netspec.losses",
        "Deep",
        "PKG.module:Deep",
        'from netspec.things.base import Loss\nclass Deep(Loss):\n    """A loss."""\n',
    ),
    "which has no opener": (
        "netspec.sources",
        "Deep",
        "PKG.module:Deep",
        'from netspec.things.sources import DataSource\nclass Deep(DataSource):\n    """A source."""\n',
    ),
    "is no rule's, which has its code for a name: 'NS999' is no code": (
        "netspec.rules",
        "NS999",
        "PKG.module",
        RULE,
    ),
    "is no rule: it has no `check": ("netspec.rules", "PLUG001", "PKG.module", '"""A page."""'),
    "has no docstring, and that is its page": (
        "netspec.rules",
        "PLUG001",
        "PKG.module",
        RULE.replace('"""A page."""', ""),
    ),
    "adds the format keras, and netspec has one": (
        "netspec.exports",
        "keras",
        "PKG.module:f",
        "f = print",
    ),
    "is no function of a run and a folder": ("netspec.exports", "csv", "PKG.module:f", "f = 1"),
    "has a name that no format can have": ("netspec.exports", "CSV", "PKG.module:f", "f = print"),
}


@pytest.mark.parametrize("message", CASES)
def test_what_is_no_plugin_is_told_in_one_sentence(
    message: str, installed: Installed, capsys: pytest.CaptureFixture[str]
) -> None:
    group, entry, target, text = CASES[message]
    name = installed(group, entry, target, module=text)
    with pytest.raises(UsageError, match=f"the plugin {name} 1.0 .*{message}"):
        load(name)
    done = here(capsys, "validate", QUICKSTART, "--plugin", name)
    assert (done.status, done.out) == (2, "")
    assert "Traceback" not in done.err


def test_two_plugins_that_add_one_name_are_both_named(installed: Installed) -> None:
    one, two = (
        installed("netspec.layers", "layers", "PKG.layers", layers=layer("Twin")) for _ in "ab"
    )
    with pytest.raises(
        UsageError, match=f"{two} 1.0 .* adds Twin, which the plugin {one} 1.0 adds"
    ):
        load(one, two)


def test_what_lies_in_the_working_directory_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = {"netspec.layers": {"layers": "lying_here.layers"}}
    project = write_project(tmp_path / "project", "lying-here", entries, layers=layer("Here"))
    install(project, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.syspath_prepend("")
    monkeypatch.syspath_prepend(str(tmp_path / "here"))
    with pytest.raises(UsageError, match="there is no plugin lying-here"):
        load("lying-here")


def test_a_rule_that_gives_another_code_than_its_own_is_told(
    installed: Installed, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = (
        '"""A page."""\nfrom netspec.diagnostics import Code, Finding\n'
        "def check(document, graph):\n"
        "    yield Finding(Code.VALUE, 'mine', document.root.place)\n"
    )
    name = installed("netspec.rules", "PLUG002", "PKG.rule", rule=wrong)
    done = here(capsys, "validate", QUICKSTART, "--plugin", name)
    assert done.status == 2
    assert "the rule PLUG002 gives" in done.err


def test_a_plugin_s_defect_is_told_as_the_plugin_s(
    installed: Installed, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = '"""A page."""\ndef check(document, graph):\n    return [].nothing\n'
    name = installed("netspec.rules", "PLUG003", "PKG.rule", rule=broken)
    done = here(capsys, "validate", QUICKSTART, "--plugin", name)
    assert done.status == 70
    assert f"this is a defect of the plugin {name} 1.0, not of your spec" in done.err
