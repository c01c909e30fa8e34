"""Callbacks: what acts while training goes on."""

from __future__ import annotations

from netspec.fields import Registry
from netspec.things.registries.refusing import ABSTRACT

CALLBACKS = Registry(
    noun="callback",
    families={
        "netspec.things.callbacks": (
            "CSVLogger",
            "EarlyStopping",
            "ModelCheckpoint",
            "ReduceLROnPlateau",
            "SwapEMAWeights",
            "TensorBoard",
            "TerminateOnNaN",
        ),
        "netspec.things.tracking": ("MLflow",),
    },
    refused={
        "BackupAndRestore": "it leaves out the callbacks' state and the history; netspec keeps a run's "
        "state itself",
        "Callback": ABSTRACT,
        "CallbackList": "`callbacks` is that list itself",
        "History": "netspec keeps the history itself, in history.json and metrics.csv",
        "LambdaCallback": "it carries code, and a spec has none",
        "LearningRateScheduler": "it carries code, and a spec has none",
        "OrbaxCheckpoint": "it needs another package and writes what plain Keras does not open",
        "ProgbarLogger": "netspec shows the progress itself",
        "RemoteMonitor": "it sends what is logged to another machine",
    },
    instead={
        "BackupAndRestore": "`netspec resume RUN` goes on where a run was ended; how often its state is kept is "
        "`training: {checkpoint: {every: 5 min}}`",
        "LambdaCallback": "what is measured is a metric, and what is logged is read from metrics.csv",
        "LearningRateScheduler": "write a schedule as the optimizer's learning_rate, such as `learning_rate: "
        "{CosineDecay: {initial_learning_rate: 0.1, decay_steps: 10 epochs}}`",
        "OrbaxCheckpoint": "write ModelCheckpoint, or `training: {checkpoint: {every: 5 min}}`",
        "RemoteMonitor": "write MLflow or TensorBoard, or read what `netspec run --json-lines` prints",
    },
)
