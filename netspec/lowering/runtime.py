"""TensorFlow set up as the section `runtime` says, and what came of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf
from tensorflow.python.framework.config import is_op_determinism_enabled  # as Keras asks for it

from netspec.errors import UsageError

if TYPE_CHECKING:
    from netspec.spec.runtime import RuntimeSection

# What the surroundings say of arithmetic; others are no business of a run's record.
_VARIABLES = (
    "DNNL_DEFAULT_FPMATH_MODE",
    "DNNL_MAX_CPU_ISA",
    "NVIDIA_TF32_OVERRIDE",
    "ONEDNN_DEFAULT_FPMATH_MODE",
    "ONEDNN_MAX_CPU_ISA",
    "TF_ENABLE_ONEDNN_OPTS",
)
_EPSILON = 1e-7  # Keras's
_THREADS = {
    "intra_op": (
        tf.config.threading.get_intra_op_parallelism_threads,
        tf.config.threading.set_intra_op_parallelism_threads,
        "TF_NUM_INTRAOP_THREADS",
    ),
    "inter_op": (
        tf.config.threading.get_inter_op_parallelism_threads,
        tf.config.threading.set_inter_op_parallelism_threads,
        "TF_NUM_INTEROP_THREADS",
    ),
}


def set_up(runtime: RuntimeSection, seed: int, *, must_hold: bool = True) -> None:
    """Sets up this process's Keras and TensorFlow: numbers, threads, whether results repeat, and the seed.

    Operations that have been made deterministic stay so as long as the process lasts.

    Args:
        runtime: The section.
        seed: What random streams start from.
        must_hold: Whether it is refused where TensorFlow is at work already and cannot be set up so any more; else what
            still can be is.

    Raises:
        UsageError: TensorFlow is at work in this process already, and what the section says comes too late.
    """
    # What a file in the user's home says of numbers is no part of a spec.
    keras.config.set_floatx("float32")
    keras.config.set_epsilon(_EPSILON)
    keras.config.set_image_data_format("channels_last")
    keras.config.set_dtype_policy("float32")  # of metrics; layers are told theirs
    for name, wanted in (runtime.threads or {}).items():
        count, take, _ = _THREADS[name]
        if count() == wanted:
            continue
        try:
            take(wanted)
        except RuntimeError:
            if not must_hold:
                continue
            raise _too_late(f"threads.{name}: {wanted}", "has its threads") from None
    if runtime.deterministic:
        tf.config.experimental.enable_op_determinism()
    elif must_hold and runtime.jit is True and is_op_determinism_enabled():
        raise _too_late("jit: true", "is deterministic for good")
    keras.utils.set_random_seed(seed)


def resolved(runtime: RuntimeSection, model: keras.Model) -> dict[str, Any]:
    """What came of a section, for a run's record.

    Args:
        runtime: The section.
        model: The compiled model.

    Returns:
        The precision; whether operations are deterministic and steps compiled; the numbers of threads; the devices;
        with a GPU, whether it may round products to TensorFloat-32; and variables that the results may depend on.
    """
    gpus = tf.config.list_physical_devices("GPU")
    variables = {name: os.environ[name] for name in _VARIABLES if name in os.environ}
    return {
        "precision": runtime.precision,
        "deterministic": is_op_determinism_enabled(),
        "jit": bool(model.jit_compile),
        "threads": {name: _threads(name) for name in _THREADS},
        "devices": [_described(device) for device in tf.config.list_logical_devices()],
        **(
            {"tensorfloat32": tf.config.experimental.tensor_float_32_execution_enabled()}
            if gpus
            else {}
        ),
        **({"variables": variables} if variables else {}),
    }


def unheeded(runtime: RuntimeSection, model: keras.Model) -> str | None:
    """What of a section Keras passes over in silence, as a sentence; None where all of it holds."""
    if runtime.jit is not True or model.jit_compile:
        return None
    barred = next((each.name for each in model.layers if not each.supports_jit), None)
    why = "" if barred is None else f": XLA does not take the layer '{barred}'"
    return f"jit: Keras compiles nothing here{why}"


def _too_late(what: str, state: str) -> UsageError:
    return UsageError(
        f"runtime.{what} comes too late: the TensorFlow of this process {state}",
        hint="run it in a process of its own, before anything else uses TensorFlow",
    )


def _threads(name: str) -> int:
    """How many threads there are; where nobody says it, TensorFlow takes the cores that the process may use."""
    count, _, variable = _THREADS[name]
    said = os.environ.get(variable, "")
    return count() or (int(said) if said.isdecimal() else 0) or _cores()


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _described(device: Any) -> dict[str, str]:
    """A device by TensorFlow's name, with the maker's where that is known."""
    name = device.name.removeprefix("/device:")
    if device.device_type != "GPU":
        return {"name": name}
    physical = tf.config.list_physical_devices("GPU")[int(name.rpartition(":")[2])]
    details = tf.config.experimental.get_device_details(physical)
    return {"name": name, **({"model": details["device_name"]} if "device_name" in details else {})}
