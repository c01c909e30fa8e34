"""A plugin on the command line: nothing without its name, one of each with it."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import jsonschema
import pytest
import yaml

from netspec.cli import COMMANDS
from tests.cli.commands import here, in_turn
from tests.plugins.installing import ACME, command, install, python

if TYPE_CHECKING:
    from pathlib import Path

SPEC = """\
netspec: 1
data: {source: {Stripes: {images: 16}}}
model:
  input: [8, 8, 1]
  layers:
    - Rescaling: {scale: 1/255}
    - Conv2D: {filters: 4, kernel_size: 3, activation: relu}
    - ChannelScale: {scale_initializer: {RandomUniform: {minval: 0.5, maxval: 1}}}
    - TimeDistributed: {layer: ChannelScale}
    - GlobalAveragePooling2D
    - Dense: {name: head, units: 2, activation: softmax}
compile:
  optimizer: adam
  loss: {PolyCrossentropy: {epsilon: 0.5}}
  metrics: [accuracy, Surprise]
training: {epochs: 2, batch_size: 8}
callbacks:
  - EarlyStopping: {monitor: surprise, patience: 5, restore_best_weights: true}
"""
ENABLED = ("--plugin", "acme-netspec")
TOLD = "plugins: acme-netspec 1.2 (--plugin)\n"


@pytest.fixture
def spec(tmp_path: Path) -> str:
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    return "spec.yaml"


def codes(text: str) -> list[str]:
    return [finding["code"] for finding in json.loads(text)["findings"]]


def test_every_command_has_the_option_but_those_that_read_no_spec(
    capsys: pytest.CaptureFixture[str],
) -> None:
    without = {name for name in COMMANDS if "--plugin NAME" not in here(capsys, name, "--help").out}
    assert without <= {
        "cache",
        "data",
        "init",
        "lsp",
        "runs",
    }  # the commands of `data` say it themselves


def test_an_installed_plugin_that_nobody_enabled_adds_nothing(
    spec: str, site: Path, tmp_path: Path
) -> None:
    done = command("validate", spec, "--format", "json", site=site, cwd=tmp_path, status=1)
    findings = json.loads(done.out)["findings"]
    assert {finding["code"] for finding in findings} == {"NS204"}
    hints = {finding["hint"] for finding in findings}
    assert hints == {"if a plugin adds it, enable that: --plugin acme-netspec"}
    assert done.err == ""


def test_with_its_name_everything_it_adds_is_there(spec: str, site: Path, tmp_path: Path) -> None:
    done = command("validate", spec, *ENABLED, site=site, cwd=tmp_path)
    assert (done.out, done.err) == ("1 spec checked, no findings\n", TOLD)


@pytest.mark.parametrize("name", ["acme_netspec", "ACME.netspec"])
def test_a_name_is_read_as_pip_reads_it(name: str, spec: str, site: Path, tmp_path: Path) -> None:
    done = command("validate", spec, "--plugin", name, *ENABLED, site=site, cwd=tmp_path)
    assert done.err == TOLD


def test_its_rule_finds_under_its_own_code(site: Path, tmp_path: Path) -> None:
    twice = "netspec: 1\nmodel: {input: [4], layers: [ChannelScale, ChannelScale]}\n"
    (tmp_path / "twice.yaml").write_text(twice, encoding="utf-8")
    found, schema, strict = in_turn(
        ("validate", "twice.yaml", *ENABLED, "--format", "json"),
        ("schema", "findings", *ENABLED),
        ("validate", "twice.yaml", *ENABLED, "--strict"),
        cwd=tmp_path,
        path=[str(site)],
    )
    assert [each.status for each in (found, schema, strict)] == [0, 0, 1]
    assert codes(found.out) == ["ACME001"]
    jsonschema.validate(json.loads(found.out), json.loads(schema.out))
    assert "twice.yaml:2:44: warning[ACME001] ChannelScale 'channel_scale_1' scales" in strict.out


def test_its_rule_has_a_page(site: Path, tmp_path: Path) -> None:
    shown, listed, printed, schema, without = in_turn(
        ("explain", "acme001", *ENABLED),
        ("explain", *ENABLED),
        ("explain", "ACME001", *ENABLED, "--format", "json"),
        ("schema", "codes", *ENABLED),
        ("explain", "ACME001"),
        cwd=tmp_path,
        path=[str(site)],
    )
    assert [each.status for each in (shown, listed, printed, schema)] == [0] * 4
    assert shown.err == TOLD
    assert shown.out.startswith("ACME001  a plugin's rule\nChannels are scaled twice in a row")
    assert "\n        - ChannelScale  # ACME001\n" in shown.out
    assert "\nFrom plugins\n  ACME001  Channels are scaled twice" in listed.out
    jsonschema.validate(json.loads(printed.out), json.loads(schema.out))
    assert (without.status, without.out) == (2, "")


def test_its_layer_is_in_the_schema_and_the_summary(spec: str, site: Path, tmp_path: Path) -> None:
    enabled, plain, shown = in_turn(
        ("schema", *ENABLED),
        ("schema",),
        ("summary", spec, *ENABLED, "--format", "json"),
        cwd=tmp_path,
        path=[str(site)],
    )
    assert [each.status for each in (enabled, plain, shown)] == [0] * 3
    validator = jsonschema.Draft202012Validator(json.loads(enabled.out))
    validator.validate(yaml.safe_load(SPEC))
    wrong = yaml.safe_load(SPEC.replace("scale_initializer:", "scale_start:"))
    assert not validator.is_valid(wrong)
    without = jsonschema.Draft202012Validator(json.loads(plain.out))
    assert not without.is_valid(yaml.safe_load(SPEC))
    summary = json.loads(shown.out)
    (layer,) = (each for each in summary["layers"] if each["type"] == "ChannelScale")
    assert (layer["output_shape"], layer["parameters"]) == ([6, 6, 4], 4)


def test_a_static_command_leaves_keras_alone(spec: str, site: Path, tmp_path: Path) -> None:
    python(
        "import sys\nfrom netspec.cli import main\n"
        f"assert main(['summary', {spec!r}, '--plugin', 'acme-netspec']) == 0\n"
        f"assert main(['run', {spec!r}, '--dry-run', '--plugin', 'acme-netspec']) == 0\n"
        "assert not {'keras', 'tensorflow', 'numpy'} & set(sys.modules)",
        site=site,
        cwd=tmp_path,
    )


def test_what_one_command_enables_the_next_one_has_not(
    spec: str, site: Path, tmp_path: Path
) -> None:
    python(
        "from netspec.cli import main\n"
        f"assert main(['validate', {spec!r}, '--plugin', 'acme-netspec']) == 0\n"
        f"assert main(['validate', {spec!r}]) == 1",
        site=site,
        cwd=tmp_path,
    )


def test_in_python_they_are_named_and_no_pyproject_toml_is_read(
    spec: str, site: Path, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.netspec]\nplugins = ["acme-netspec"]\n')
    python(
        "import netspec\n"
        f"assert netspec.check({spec!r}, plugins=['acme-netspec']) == ()\n"
        f"assert {{finding.code for finding in netspec.check({spec!r})}} == {{'NS204'}}\n"
        f"loaded = netspec.load({spec!r}, plugins=['ACME_netspec'])\n"
        "assert [str(plugin) for plugin in loaded.analysis.plugins.each] == ['acme-netspec 1.2']\n"
        "assert 'ChannelScale' in str(netspec.summarize(loaded))",
        site=site,
        cwd=tmp_path,
    )


@pytest.mark.keras
@pytest.mark.slow
def test_a_run_with_all_of_it_is_recorded_judged_and_handed_on(
    spec: str, site: Path, tmp_path: Path
) -> None:
    pytest.importorskip("tensorflow")

    without = (("evaluate", "run"), ("export", "run", "--format", "keras"))
    ran, evaluated, card, *refused = in_turn(
        ("run", spec, *ENABLED, "--output", "run"),
        ("evaluate", "run", *ENABLED, "--format", "json"),
        ("export", "run", "--format", "card", *ENABLED),
        *without,
        cwd=tmp_path,
        path=[str(site)],
    )
    assert [each.status for each in (ran, evaluated, card)] == [0, 0, 0], ran.err
    record = json.loads((tmp_path / "run" / "run.json").read_text())
    assert record["plugins"] == [{"name": "acme-netspec", "version": "1.2"}]
    assert (record["data"]["source"], record["best_by"]) == ("Stripes", "surprise")
    assert "surprise" in record["metrics"]

    judged = json.loads(evaluated.out)
    assert judged["metrics"]["surprise"] == pytest.approx(record["metrics"]["surprise"])
    for each in refused:
        assert each.status == 2
        assert "error: the run run was made with acme-netspec 1.2, which is not enabled" in each.err
        assert "hint: say --plugin acme-netspec" in each.err

    assert card.out == "run/exports/card/MODEL_CARD.md\nrun/exports/card/card.md\n"
    page = (tmp_path / "run" / "exports" / "card" / "card.md").read_text()
    assert page == "# spec\n\nIt tells apart: lying, standing.\n"

    opened = python(
        "import sys, keras, acme_netspec.keras_side\n"
        "network = keras.saving.load_model('run/model.keras')\n"
        "print(type(network.get_layer('channel_scale')).__name__, type(network.loss).__name__)\n"
        "assert not any(name.startswith('netspec') for name in sys.modules)\n"
        "from netspec import build, load\n"
        "def start(): return build(load('spec.yaml', plugins=['acme-netspec']))\n"
        "one, two = (start().get_layer('channel_scale').get_weights()[0] for _ in 'ab')\n"
        "assert (one == two).all() and one.std() > 0\n",
        site=site,
        cwd=tmp_path,
    )
    assert opened == "ChannelScale PolyCrossentropy\n"


@pytest.mark.keras
def test_its_layer_is_what_keras_builds(site: Path, tmp_path: Path) -> None:
    pytest.importorskip("keras")
    python(
        "from acme_netspec.layers import ChannelScale\n"
        "from netspec.testing import hold_to_keras\n"
        "hold_to_keras(ChannelScale, draws=30)",
        site=site,
        cwd=tmp_path,
    )


def test_pip_installs_it_so_too(tmp_path: Path, site: Path) -> None:
    for needed in ("pip", "setuptools", "wheel"):
        if importlib.util.find_spec(needed) is None:
            pytest.skip(f"{needed} is not here")
    source, own = tmp_path / "source", tmp_path / "own"
    install(ACME, source)  # a copy, for pip leaves files in the project
    for part in source.glob("*.dist-info"):
        (part / "METADATA").unlink()
    (source / "pyproject.toml").write_text((ACME / "pyproject.toml").read_text())
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    options = ["--no-index", "--no-deps", "--no-build-isolation", "--target", str(own)]
    subprocess.run([*pip, *options, str(source)], check=True, timeout=300, cwd=tmp_path)
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    done = command("validate", "spec.yaml", *ENABLED, site=own, cwd=tmp_path)
    assert done.err == TOLD
