"""What a machine computes with: its processor, its memory, its GPUs. No program is run for it."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path
from typing import Any

_CPUS = Path("/proc/cpuinfo")
_MEMORY = Path("/proc/meminfo")
_GPUS = Path("/proc/driver/nvidia/gpus")
_DEVICES = Path("/dev")

# What oneDNN and Eigen choose their code by, and so the order in which numbers are added up.
_OF_BFLOAT16 = frozenset({"amx_bf16", "avx512_bf16", "bf16"})
_FEATURES = re.compile(
    r"sse4_[12]|avx(_vnni|_vnni_int8|_ne_convert|_ifma)?|avx2|fma|f16c|avx512\w*|avx10\w*|amx_\w+"
    r"|asimd\w*|sve\w*|sme(2\w*|_?[bf]\w+)?|bf16|i8mm|fphp"
)


def hardware() -> dict[str, Any]:
    """The machine, without its name: processor, features that results may depend on, cores, memory, GPUs.

    Memory is in bytes. What cannot be known is left out.
    """
    processors = _entries(_CPUS)
    flags = processors.get("flags", processors.get("Features", "")).split()
    memory = _entries(_MEMORY).get("MemTotal", "").split()
    gpus = _gpus()
    return {
        "architecture": platform.machine(),
        **({"processor": processors["model name"]} if "model name" in processors else {}),
        **(
            {"features": features}
            if (features := sorted(filter(_FEATURES.fullmatch, flags)))
            else {}
        ),
        "cores": cores(),
        **({"memory": int(memory[0]) * 1024} if memory and memory[0].isdigit() else {}),
        **({"gpus": gpus} if gpus else {}),
    }


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def has_gpu() -> bool:
    """Whether this process sees a GPU of NVIDIA's."""
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES") in {"", "-1"}
    return not hidden and any(_numbered_devices())


def slowed_by(precision: str) -> str | None:
    """Why a precision makes training slower on this machine instead of faster; None where it does not.

    Measured with TensorFlow 2.21: without a GPU, convolutions in float16 take some 40 times as long.
    """
    if has_gpu():
        return None
    if precision == "mixed_float16":
        return (
            "without a GPU it is many times slower than float32; mixed_bfloat16 is for processors"
        )
    features = hardware().get("features", ())
    if precision == "mixed_bfloat16" and features and _OF_BFLOAT16.isdisjoint(features):
        return "this processor has no arithmetic for it, so that it is slower than float32"
    return None


def _gpus() -> list[str]:
    """The GPUs by name; where the driver does not tell them, by their number."""
    try:
        models = [_entries(gpu / "information").get("Model") for gpu in sorted(_GPUS.iterdir())]
    except OSError:
        models = []
    return [model for model in models if model] or _numbered_devices()


def _numbered_devices() -> list[str]:
    try:
        names = sorted(entry.name for entry in _DEVICES.iterdir())
    except OSError:
        return []
    return [name for name in names if re.fullmatch("nvidia[0-9]+", name)]


def _entries(file: Path) -> dict[str, str]:
    """The entries of a file with lines `name : value`; of several of one name, the first."""
    found: dict[str, str] = {}
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return found
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip(), value.strip())
    return found
