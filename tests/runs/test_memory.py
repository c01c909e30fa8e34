"""What a run needs of memory is held against what is free before it starts."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from netspec.analysis import analyse
from netspec.cli.plan_text import print_plan
from netspec.data.decoded import CachePlan
from netspec.fields import read_model
from netspec.graph.cost import training_bytes
from netspec.runs import hardware, memory
from netspec.runs.memory import MemoryPlan, plan_memory
from netspec.runs.plan import make_plan
from netspec.spec.training import TrainingSection

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.graph.graph import Graph

GIB = 2**30
QUICKSTART = "specs/quickstart.yaml"


@pytest.fixture(autouse=True)
def without_tensorflow_or_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a command: other tests have imported TensorFlow, and some machine has a GPU."""
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    monkeypatch.setattr(memory, "has_gpu", lambda: False)


def quickstart() -> Graph:
    graph = analyse(QUICKSTART).graph
    assert graph is not None
    return graph


def planned(monkeypatch: pytest.MonkeyPatch, free: int, **more: Any) -> MemoryPlan:
    monkeypatch.setattr(memory, "free_memory", lambda: free)
    wanted = {"batch_size": 64, "optimizer": None, "precision": "float32", "cache": None, **more}
    plan = plan_memory(quickstart(), **wanted)
    assert plan is not None
    return plan


def test_the_stage_that_takes_most_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    flags = planned(monkeypatch, 8 * GIB)
    stages = [{"epochs": 1, "trainable": [names]} for names in ("dense_1", "*", "dense_1")]
    head, *_ = stages

    def needed(*stages: dict[str, Any], free: int = 8 * GIB) -> MemoryPlan:
        training = read_model(TrainingSection, {"stages": [*stages]}, noun="training")
        return planned(monkeypatch, free, training=training)

    assert needed(*stages).needed == flags.needed
    assert needed(head).needed < flags.needed
    free = flags.needed - 1
    assert needed(head, free=free).fits
    assert needed(*stages, free=free).batch_size_that_fits == 32


def test_it_is_the_estimate_of_training_the_kept_images_and_tensorflow_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    training = training_bytes(quickstart(), batch_size=64, optimizer=None)
    assert training is not None
    assert planned(monkeypatch, 8 * GIB).needed == training + GIB // 2
    kept = planned(monkeypatch, 8 * GIB, cache=CachePlan("memory", GIB))
    assert kept.needed == training + GIB // 2 + GIB
    assert planned(monkeypatch, 8 * GIB, cache=CachePlan("disk", GIB)).needed < kept.needed
    monkeypatch.setitem(sys.modules, "tensorflow", sys)
    assert planned(monkeypatch, 8 * GIB).needed == training


def test_in_mixed_precision_what_layers_give_takes_half(monkeypatch: pytest.MonkeyPatch) -> None:
    of_none = planned(monkeypatch, GIB, batch_size=0).needed
    full = planned(monkeypatch, GIB, batch_size=1000).needed - of_none
    half = planned(monkeypatch, GIB, batch_size=1000, precision="mixed_bfloat16").needed - of_none
    assert half == pytest.approx(full / 2, rel=1e-3)


def test_the_batch_size_that_would_fit_does(monkeypatch: pytest.MonkeyPatch) -> None:
    free = 2 * GIB
    plan = planned(monkeypatch, free, batch_size=100_000)
    assert not plan.fits
    size = plan.batch_size_that_fits
    assert size is not None
    assert planned(monkeypatch, free, batch_size=size).fits
    assert not planned(monkeypatch, free, batch_size=2 * size).fits
    assert f"batch size {size} would fit" in str(plan)


def test_where_not_even_one_image_fits_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned(monkeypatch, GIB // 4)
    assert plan.batch_size_that_fits is None
    assert "nothing fits" in str(plan)


def test_on_a_gpu_only_the_machine_s_own_part_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "has_gpu", lambda: True)
    assert planned(monkeypatch, GIB, batch_size=100_000).fits
    plan = planned(monkeypatch, GIB, cache=CachePlan("memory", GIB))
    assert not plan.fits
    assert plan.batch_size_that_fits is None
    assert "beside the GPU's" in str(plan)


def test_a_gpu_that_is_hidden_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nvidia0").touch()
    (tmp_path / "nvidiactl").touch()
    monkeypatch.setattr(hardware, "_DEVICES", tmp_path)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert hardware.has_gpu()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert not hardware.has_gpu()


def test_a_network_of_unknown_size_has_no_plan(tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text(
        "netspec: 1\nmodel: {input: [null, null, 3], layers: [{Conv2D: {filters: 2, kernel_size: 1}}]}\n"
    )
    graph = analyse(spec).graph
    assert graph is not None
    assert plan_memory(graph, batch_size=1, optimizer=None, precision="float32", cache=None) is None


@pytest.mark.parametrize(("free", "told"), [(64 * GIB, False), (GIB, True)])
def test_the_plan_warns_only_where_it_does_not_fit(
    monkeypatch: pytest.MonkeyPatch, free: int, *, told: bool
) -> None:
    monkeypatch.setattr(memory, "free_memory", lambda: free)
    plan = make_plan(analyse(QUICKSTART, ("training.batch_size=5400",)))
    console = Console(width=300)
    with console.capture() as capture:
        print_plan(console, plan, width=300)
    assert ("memory" in capture.get()) is told
    assert ("would fit" in capture.get()) is told


def test_the_plan_warns_of_a_precision_that_is_slower_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hardware, "has_gpu", lambda: False)
    monkeypatch.setattr(hardware, "hardware", lambda: {"features": ["avx2"]})
    for precision in ("mixed_float16", "mixed_bfloat16"):
        assert "slower than float32" in (hardware.slowed_by(precision) or "")
    assert hardware.slowed_by("float32") is None
    monkeypatch.setattr(hardware, "hardware", lambda: {"features": ["avx2", "amx_bf16"]})
    assert hardware.slowed_by("mixed_bfloat16") is None
    console = Console(width=300)
    with console.capture() as capture:
        overrides = ("runtime={precision: mixed_float16}",)
        print_plan(console, make_plan(analyse(QUICKSTART, overrides)), width=300)
    assert "precision   mixed_float16: warning: without a GPU" in capture.get()


def test_a_dry_run_tells_it_without_tensorflow() -> None:
    code = (
        "import sys; from netspec.data import room; room.free_memory = lambda: 2**29; "
        "from netspec.cli import main; sys.argv = ['netspec', 'run', '--dry-run', sys.argv[1]]; "
        "import atexit; atexit.register(lambda: print('tensorflow' in sys.modules)); main()"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, QUICKSTART], capture_output=True, text=True, check=False
    )
    assert "memory      warning: about" in told.stdout
    assert told.stdout.splitlines()[-1] == "False"
    assert told.returncode == 0
