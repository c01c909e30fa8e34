"""`import netspec` gives a small, deliberate surface that needs no TensorFlow until it builds something."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import netspec
from netspec import api
from netspec.diagnostics import has_errors
from tests.spec.corpora import INVALID, VALID, expected

QUICKSTART = Path(__file__).parents[1] / "specs" / "quickstart.yaml"
FAILING = [path for path in INVALID if expected(path).fails]


def test_the_public_names_are_these() -> None:
    assert sorted(netspec.__all__) == [
        "DataError",
        "Finding",
        "MissingExtraError",
        "NetspecError",
        "Spec",
        "SpecError",
        "TrainingError",
        "UsageError",
        "build",
        "check",
        "compare_runs",
        "diff",
        "evaluate",
        "export",
        "features",
        "list_runs",
        "load",
        "look",
        "predict",
        "render",
        "resume",
        "run",
        "summarize",
        "write_report",
    ]
    assert all(inspect.getdoc(getattr(netspec, name)) for name in netspec.__all__)


def test_everything_but_what_is_worked_on_is_named() -> None:
    for name in (
        "load",
        "check",
        "summarize",
        "diff",
        "render",
        "build",
        "run",
        "resume",
        "evaluate",
        "predict",
        "look",
        "export",
        "features",
        "list_runs",
        "compare_runs",
        "write_report",
    ):
        parameters = list(inspect.signature(getattr(netspec, name)).parameters.values())
        objects = (
            2 if name in {"predict", "look", "diff"} else 1
        )  # a run, and the images; two specs
        assert all(each.kind is each.POSITIONAL_OR_KEYWORD for each in parameters[:objects])
        assert all(each.kind is each.KEYWORD_ONLY for each in parameters[objects:])


def test_the_modules_behind_it_offer_the_same_names() -> None:
    errors = {name for name in netspec.__all__ if name.endswith("Error")}
    assert set(api.__all__) == set(netspec.__all__) - errors - {"Finding"}
    assert all(getattr(api, name) is getattr(netspec, name) for name in api.__all__)


@pytest.mark.parametrize(
    ("error", "base", "status"),
    [
        (netspec.UsageError, netspec.NetspecError, 2),
        (netspec.MissingExtraError, netspec.UsageError, 2),
        (netspec.SpecError, netspec.NetspecError, 1),
        (netspec.DataError, netspec.NetspecError, 3),
        (netspec.TrainingError, netspec.NetspecError, 4),
    ],
)
def test_every_error_is_a_netspec_error_with_an_exit_status(
    error: type[netspec.NetspecError], base: type[Exception], status: int
) -> None:
    assert error.__base__ is base
    assert error.exit_code == status


def test_a_clean_spec_is_loaded_with_its_name_and_nothing_to_say() -> None:
    spec = netspec.load(str(QUICKSTART))
    assert (spec.path, spec.name) == (QUICKSTART, "quickstart")
    assert [finding for finding in spec.findings if finding.severity != "note"] == []
    assert netspec.check(QUICKSTART) == spec.findings
    assert repr(spec) == f"Spec({str(QUICKSTART)!r}, name='quickstart')"


def test_a_summary_prints_as_the_table() -> None:
    text = str(netspec.summarize(netspec.load(QUICKSTART)))
    assert "head" in text
    assert "parameters" in text
    assert not text.endswith("\n")


@pytest.mark.parametrize("path", FAILING[::7], ids=lambda path: path.stem)
def test_a_spec_error_carries_all_findings(path: Path) -> None:
    with pytest.raises(netspec.SpecError) as caught:
        netspec.load(path)
    found = [
        (f.code.value, f.line, f.column) for f in caught.value.findings if f.severity != "note"
    ]
    assert found == expected(path).findings
    assert caught.value.findings == netspec.check(path)
    assert has_errors(caught.value.findings)
    first, *others = (f for f in caught.value.findings if f.severity == "error")
    more = f" (and {len(others)} more)" if others else ""
    assert caught.value.message == str(caught.value) == f"{first}{more}"
    assert caught.value.hint == first.hint


def test_a_finding_says_what_where_and_how_bad() -> None:
    found = netspec.check(QUICKSTART, overrides=["training.epochs=0"])
    (finding,) = (finding for finding in found if finding.severity != "note")
    assert isinstance(finding, netspec.Finding)
    assert (finding.file, finding.line, finding.column) == ("--set[1]", 1, 17)
    assert (finding.code, finding.severity) == ("NS203", "error")
    assert str(finding) == (
        "--set[1]:1:17: error[NS203] training: epochs takes a whole number of at least 1, not 0"
    )


def test_assignments_are_as_on_the_command_line() -> None:
    spec = netspec.load(QUICKSTART, overrides=["name=other", "training.epochs=2"])
    assert spec.name == "other"
    with pytest.raises(netspec.SpecError):
        netspec.load(QUICKSTART, overrides=["model.layers.hed.units=3"])


def test_a_file_that_is_not_there_is_a_misuse() -> None:
    for function in (netspec.load, netspec.check):
        with pytest.raises(netspec.UsageError, match="there is no file"):
            function("nowhere.yaml")


def test_looking_at_a_spec_twice_gives_the_same() -> None:
    path = VALID[0]
    assert netspec.check(path) == netspec.check(path)
    first, second = (netspec.summarize(netspec.load(path)) for _ in range(2))
    assert first == second


def test_a_spec_can_be_rendered() -> None:
    text = netspec.render(netspec.load(QUICKSTART, overrides=["training.epochs=3"]))
    assert text.startswith("netspec: 1\nname: quickstart\nseed: 1\n\ndata:\n")
    assert "  epochs: 3\n" in text
    with pytest.raises(netspec.SpecError):
        netspec.render(FAILING[0])


@pytest.mark.parametrize(
    "code",
    [
        "import netspec",
        "import netspec; netspec.check(PATH)",
        "import netspec; netspec.load(PATH)",
        "import netspec; str(netspec.summarize(netspec.load(PATH)))",
        "import netspec; netspec.summarize(netspec.load(PATH)).to_json()",
        "from netspec.cli import main; main(['validate', PATH])",
        "from netspec.cli import main; main(['validate', '--format', 'json', PATH])",
        "from netspec.cli import main; main(['summary', PATH])",
        "from netspec.cli import main; main(['summary', '--format', 'markdown', PATH])",
        "import netspec; netspec.diff(PATH, netspec.load(PATH)).to_markdown()",
        "from netspec.cli import main; main(['diff', PATH, PATH])",
        "from netspec.cli import main; main(['diff', '--git', 'HEAD', PATH])",
        "import netspec; netspec.render(PATH, expand=True, provenance=True)",
        "from netspec.cli import main; main(['render', '--expand', PATH])",
        "from netspec.cli import main; main(['layers'])",
        "from netspec.cli import main; main(['layers', 'Conv2D', '--format', 'json'])",
        "from netspec.cli import main; main(['explain'])",
        "from netspec.cli import main; main(['explain', 'NS402', '--format', 'markdown'])",
        "from netspec.cli import main; main(['init', '--list'])",
        "from netspec.cli import main; main(['schema'])",
        "from netspec.cli import main; main(['schema', 'summary'])",
        "from netspec.cli import main; main(['--help'])",
        "from netspec.cli import main; main(['run', '--help'])",
        "from netspec.cli import main; main(['resume', '--help'])",
        "from netspec.cli import main; main(['lsp', '--help'])",
        "from netspec.cli import main; main(['nope'])",
    ],
)
def test_neither_tensorflow_nor_keras_nor_numpy_is_loaded(code: str) -> None:
    script = (
        f"import sys\nPATH = {str(QUICKSTART)!r}\n{code}\n"
        "heavy = {'tensorflow', 'keras', 'numpy', 'PIL', 'h5py', 'pygls'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_file_will_do_where_a_spec_is_asked() -> None:
    path = "specs/mnist.yaml"

    assert str(netspec.summarize(path)) == str(netspec.summarize(netspec.load(path)))


def test_overrides_beside_a_loaded_spec_are_refused_and_not_ignored() -> None:
    spec = netspec.load("specs/mnist.yaml")

    with pytest.raises(netspec.UsageError, match="overrides go with a file"):
        netspec.run(spec, overrides=["training.epochs=1"])
    with pytest.raises(netspec.UsageError, match="overrides go with a file"):
        netspec.features(spec, output="features.npz", overrides=["training.epochs=1"])
