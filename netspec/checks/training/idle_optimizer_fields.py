"""A field of the optimizer does nothing without another.

`nesterov` changes how momentum is used, and SGD has none unless it is given one: 0.9 is usual. `ema_momentum` and
`ema_overwrite_frequency` are about the average of the weights that `use_ema: true` keeps. `loss_scale_factor` keeps
small gradients from vanishing in float16, and other numbers have room for them: it belongs to a `runtime` with
`precision: mixed_float16`. Keras passes over them in silence.

Source: `update_step` in keras/src/optimizers/sgd.py; `_update_model_variables_moving_average` in base_optimizer.py.

Failing:

    netspec: 1
    model: {input: [8], layers: [{Dense: {units: 3, activation: softmax}}]}
    compile:
      loss: categorical_crossentropy
      optimizer: {SGD: {learning_rate: 0.1, nesterov: true}}  # NS618

Passing:

    netspec: 1
    model: {input: [8], layers: [{Dense: {units: 3, activation: softmax}}]}
    compile:
      loss: categorical_crossentropy
      optimizer: {SGD: {learning_rate: 0.1, momentum: 0.9, nesterov: true}}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netspec.diagnostics import Code, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

CODE = Code.IDLE_OPTIMIZER_FIELD

# What each field needs, and what to write.
_NEEDS = {
    "nesterov": ("momentum", "momentum: 0.9"),
    "ema_momentum": ("use_ema", "use_ema: true"),
    "ema_overwrite_frequency": ("use_ema", "use_ema: true"),
}


def check(document: Document, graph: Graph) -> Iterator[Finding]:
    """Looks for fields that are written, and what they need."""
    del graph
    optimizer = document.compile.optimizer if document.compile is not None else None
    if optimizer is None:
        return
    told = set()
    for field, (needed, hint) in _NEEDS.items():
        is_default = field not in optimizer.model_fields_set or (
            getattr(optimizer, field) == type(optimizer).model_fields[field].default
        )
        if is_default or getattr(optimizer, needed, True) or needed in told:
            continue
        told.add(needed)
        yield Finding(
            CODE,
            f"{optimizer.kind()}: {field} does nothing without {needed}",
            document.place("compile", "optimizer", optimizer.kind(), field),
            f"write {hint}, or take {field} out",
        )
    runtime = document.runtime
    precision = runtime.precision if runtime is not None else "float32"
    is_known = runtime is not None or not document.has("runtime")
    factor = getattr(optimizer, "loss_scale_factor", None)
    if factor is not None and is_known and precision != "mixed_float16":
        yield Finding(
            CODE,
            f"{optimizer.kind()}: loss_scale_factor does nothing in {precision}",
            document.place("compile", "optimizer", optimizer.kind(), "loss_scale_factor"),
            "it is for `runtime: {precision: mixed_float16}`: take it out",
        )
