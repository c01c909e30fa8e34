"""The closed tables of names: which module defines which thing, and what is refused and why.

This module names things and imports none of them, so that reading a spec loads only what it uses.
"""

from __future__ import annotations

from netspec.extension import Group
from netspec.fields import Registry
from netspec.wording import did_you_mean

_ABSTRACT = "it is the class the others derive from; name one of them"

INITIALIZERS = Registry(
    noun="initializer",
    families={
        "netspec.things.initializers": (
            "Constant",
            "GlorotNormal",
            "GlorotUniform",
            "HeNormal",
            "HeUniform",
            "Identity",
            "LecunNormal",
            "LecunUniform",
            "Ones",
            "Orthogonal",
            "RandomNormal",
            "RandomUniform",
            "TruncatedNormal",
            "VarianceScaling",
            "Zeros",
        ),
    },
    strings={
        "IdentityInitializer": "Identity",
        "OrthogonalInitializer": "Orthogonal",
        "glorot_normal": "GlorotNormal",
        "glorot_uniform": "GlorotUniform",
        "he_normal": "HeNormal",
        "he_uniform": "HeUniform",
        "identity": "Identity",
        "lecun_normal": "LecunNormal",
        "lecun_uniform": "LecunUniform",
        "normal": "RandomNormal",
        "one": "Ones",
        "ones": "Ones",
        "orthogonal": "Orthogonal",
        "random_normal": "RandomNormal",
        "random_uniform": "RandomUniform",
        "truncated_normal": "TruncatedNormal",
        "uniform": "RandomUniform",
        "variance_scaling": "VarianceScaling",
        "zero": "Zeros",
        "zeros": "Zeros",
    },
    refused={
        "Initializer": _ABSTRACT,
        "STFT": "it makes the kernel of an audio transform, and no image layer takes its shape",
    },
)

REGULARIZERS = Registry(
    noun="regularizer",
    families={
        "netspec.things.regularizers": ("L1", "L1L2", "L2", "OrthogonalRegularizer"),
    },
    strings={
        "l1": "L1",
        "l1l2": "L1L2",
        "l2": "L2",
        "orthogonal_regularizer": "OrthogonalRegularizer",
    },
    refused={"Regularizer": _ABSTRACT},
)

CONSTRAINTS = Registry(
    noun="constraint",
    families={
        "netspec.things.constraints": ("MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"),
    },
    strings={
        "max_norm": "MaxNorm",
        "min_max_norm": "MinMaxNorm",
        "non_neg": "NonNeg",
        "unit_norm": "UnitNorm",
    },
    refused={"Constraint": _ABSTRACT},
)

SCHEDULES = Registry(
    noun="learning-rate schedule",
    families={
        "netspec.things.schedules": (
            "CosineDecay",
            "CosineDecayRestarts",
            "ExponentialDecay",
            "InverseTimeDecay",
            "PiecewiseConstantDecay",
            "PolynomialDecay",
        ),
    },
    refused={"LearningRateSchedule": _ABSTRACT},
)

OPTIMIZERS = Registry(
    noun="optimizer",
    families={
        "netspec.things.optimizers.descent": (
            "RMSprop",
            "SGD",
        ),
        "netspec.things.optimizers.moments": (
            "Adam",
            "AdamW",
            "Adamax",
            "Lamb",
            "Nadam",
            "ScheduleFreeAdamW",
        ),
        "netspec.things.optimizers.others": (
            "Adadelta",
            "Adafactor",
            "Adagrad",
            "Ftrl",
            "Lion",
            "Muon",
        ),
    },
    strings={
        "adadelta": "Adadelta",
        "adafactor": "Adafactor",
        "adagrad": "Adagrad",
        "adam": "Adam",
        "adamax": "Adamax",
        "adamw": "AdamW",
        "ftrl": "Ftrl",
        "lion": "Lion",
        "muon": "Muon",
        "nadam": "Nadam",
        "rmsprop": "RMSprop",
        "schedulefreeadamw": "ScheduleFreeAdamW",
        "sgd": "SGD",
    },
    refused={
        "LossScaleOptimizer": "half precision wraps the optimizer in it; "
        "a fixed factor is the field loss_scale_factor",
        "MultiOptimizer": "it takes optimizers for single variables; a spec names one for all",
        "Optimizer": _ABSTRACT,
        "OptimizerMap": "it takes optimizers for single variables; a spec names one for all",
    },
)

_OF_LABELS = "which loss it is depends on the labels"
_CROSSENTROPIES = (
    "write categorical_crossentropy for one class of several, sparse_categorical_crossentropy for the "
    "same with labels that are numbers, or binary_crossentropy for yes or no"
)

LOSSES = Registry(
    noun="loss",
    group=Group.LOSSES,
    families={
        "netspec.things.losses.crossentropy": (
            "BinaryCrossentropy",
            "BinaryFocalCrossentropy",
            "CategoricalCrossentropy",
            "CategoricalFocalCrossentropy",
            "CategoricalGeneralizedCrossEntropy",
            "SparseCategoricalCrossentropy",
        ),
        "netspec.things.losses.margin": (
            "CategoricalHinge",
            "Hinge",
            "SquaredHinge",
        ),
        "netspec.things.losses.distribution": (
            "CosineSimilarity",
            "Dice",
            "KLDivergence",
            "Tversky",
        ),
        "netspec.things.losses.regression": (
            "Huber",
            "LogCosh",
            "MeanAbsoluteError",
            "MeanAbsolutePercentageError",
            "MeanSquaredError",
            "MeanSquaredLogarithmicError",
            "Poisson",
        ),
    },
    strings={
        "BCE": "BinaryCrossentropy",
        "KLD": "KLDivergence",
        "MAE": "MeanAbsoluteError",
        "MAPE": "MeanAbsolutePercentageError",
        "MSE": "MeanSquaredError",
        "MSLE": "MeanSquaredLogarithmicError",
        "bce": "BinaryCrossentropy",
        "binary_crossentropy": "BinaryCrossentropy",
        "binary_focal_crossentropy": "BinaryFocalCrossentropy",
        "categorical_crossentropy": "CategoricalCrossentropy",
        "categorical_focal_crossentropy": "CategoricalFocalCrossentropy",
        "categorical_hinge": "CategoricalHinge",
        "cosine_similarity": "CosineSimilarity",
        "dice": "Dice",
        "hinge": "Hinge",
        "huber": "Huber",
        "kl_divergence": "KLDivergence",
        "kld": "KLDivergence",
        "log_cosh": "LogCosh",
        "mae": "MeanAbsoluteError",
        "mape": "MeanAbsolutePercentageError",
        "mean_absolute_error": "MeanAbsoluteError",
        "mean_absolute_percentage_error": "MeanAbsolutePercentageError",
        "mean_squared_error": "MeanSquaredError",
        "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError",
        "mse": "MeanSquaredError",
        "msle": "MeanSquaredLogarithmicError",
        "poisson": "Poisson",
        "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
        "squared_hinge": "SquaredHinge",
        "tversky": "Tversky",
    },
    refused={
        "CTC": "it compares sequences, and an image has one class",
        "Circle": "it trains embeddings to be compared, and netspec's outputs are classes",
        "Loss": _ABSTRACT,
        "ce": _OF_LABELS,
        "circle": "it trains embeddings to be compared, and netspec's outputs are classes",
        "crossentropy": _OF_LABELS,
        "ctc": "it compares sequences, and an image has one class",
    },
    instead=dict.fromkeys(["ce", "crossentropy"], _CROSSENTROPIES),
    meant=dict.fromkeys(
        [
            "CrossEntropy",
            "CrossEntropyLoss",
            "Crossentropy",
            "cross_entropy",
            "cross_entropy_loss",
            "crossentropy_loss",
        ],
        _CROSSENTROPIES,
    ),
)

METRICS = Registry(
    noun="metric",
    group=Group.METRICS,
    families={
        "netspec.things.metrics.accuracy": (
            "BinaryAccuracy",
            "CategoricalAccuracy",
            "SparseCategoricalAccuracy",
            "SparseTopKCategoricalAccuracy",
            "TopKCategoricalAccuracy",
        ),
        "netspec.things.metrics.detection": (
            "AUC",
            "F1Score",
            "FBetaScore",
            "FalseNegatives",
            "FalsePositives",
            "Precision",
            "PrecisionAtRecall",
            "Recall",
            "RecallAtPrecision",
            "SensitivityAtSpecificity",
            "SpecificityAtSensitivity",
            "TrueNegatives",
            "TruePositives",
        ),
        "netspec.things.metrics.overlap": (
            "BinaryIoU",
            "IoU",
            "MeanIoU",
            "OneHotIoU",
            "OneHotMeanIoU",
        ),
        "netspec.things.metrics.probability": (
            "BinaryCrossentropy",
            "CategoricalCrossentropy",
            "CategoricalHinge",
            "CosineSimilarity",
            "Hinge",
            "KLDivergence",
            "Poisson",
            "SparseCategoricalCrossentropy",
            "SquaredHinge",
        ),
        "netspec.things.metrics.regression": (
            "ConcordanceCorrelation",
            "LogCoshError",
            "MeanAbsoluteError",
            "MeanAbsolutePercentageError",
            "MeanSquaredError",
            "MeanSquaredLogarithmicError",
            "PearsonCorrelation",
            "R2Score",
            "RootMeanSquaredError",
        ),
    },
    strings={
        "BCE": "BinaryCrossentropy",
        "MAE": "MeanAbsoluteError",
        "MAPE": "MeanAbsolutePercentageError",
        "MSE": "MeanSquaredError",
        "MSLE": "MeanSquaredLogarithmicError",
        "auc": "AUC",
        "bce": "BinaryCrossentropy",
        "binary_accuracy": "BinaryAccuracy",
        "binary_crossentropy": "BinaryCrossentropy",
        "binary_io_u": "BinaryIoU",
        "categorical_accuracy": "CategoricalAccuracy",
        "categorical_crossentropy": "CategoricalCrossentropy",
        "categorical_hinge": "CategoricalHinge",
        "concordance_correlation": "ConcordanceCorrelation",
        "cosine_similarity": "CosineSimilarity",
        "f1_score": "F1Score",
        "f_beta_score": "FBetaScore",
        "false_negatives": "FalseNegatives",
        "false_positives": "FalsePositives",
        "hinge": "Hinge",
        "kl_divergence": "KLDivergence",
        "log_cosh_error": "LogCoshError",
        "mae": "MeanAbsoluteError",
        "mape": "MeanAbsolutePercentageError",
        "mean_absolute_error": "MeanAbsoluteError",
        "mean_absolute_percentage_error": "MeanAbsolutePercentageError",
        "mean_squared_error": "MeanSquaredError",
        "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError",
        "mse": "MeanSquaredError",
        "msle": "MeanSquaredLogarithmicError",
        "pearson_correlation": "PearsonCorrelation",
        "poisson": "Poisson",
        "precision": "Precision",
        "r2_score": "R2Score",
        "recall": "Recall",
        "root_mean_squared_error": "RootMeanSquaredError",
        "sparse_categorical_accuracy": "SparseCategoricalAccuracy",
        "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
        "sparse_top_k_categorical_accuracy": "SparseTopKCategoricalAccuracy",
        "squared_hinge": "SquaredHinge",
        "top_k_categorical_accuracy": "TopKCategoricalAccuracy",
        "true_negatives": "TrueNegatives",
        "true_positives": "TruePositives",
    },
    refused={
        "Accuracy": "it counts outputs that equal the label exactly, which probabilities never do; "
        "write accuracy",
        "Mean": "it averages values, and compares nothing with labels",
        "MeanMetricWrapper": "it wraps a function, and a spec carries no code",
        "Metric": _ABSTRACT,
        "Sum": "it adds up values, and compares nothing with labels",
        "ce": "Keras knows it as a loss only; write categorical_crossentropy, "
        "sparse_categorical_crossentropy or binary_crossentropy",
        "crossentropy": "Keras knows it as a loss only; write categorical_crossentropy, "
        "sparse_categorical_crossentropy or binary_crossentropy",
        "mean": "it averages values, and compares nothing with labels",
        "sum": "it adds up values, and compares nothing with labels",
    },
    meant={name: did_you_mean(name, "F1Score", certain=False) for name in ("F1", "f1")},
)

AUGMENTATIONS = Registry(
    noun="augmentation",
    families={
        "netspec.things.augmentations.colour": (
            "RandomBrightness",
            "RandomColorDegeneration",
            "RandomColorJitter",
            "RandomContrast",
            "RandomGrayscale",
            "RandomHue",
            "RandomInvert",
            "RandomPosterization",
            "RandomSaturation",
            "Solarization",
        ),
        "netspec.things.augmentations.composed": (
            "AugMix",
            "RandAugment",
        ),
        "netspec.things.augmentations.geometry": (
            "RandomCrop",
            "RandomElasticTransform",
            "RandomFlip",
            "RandomPerspective",
            "RandomRotation",
            "RandomShear",
            "RandomTranslation",
            "RandomZoom",
        ),
        "netspec.things.augmentations.mixing": (
            "CutMix",
            "MixUp",
        ),
        "netspec.things.augmentations.texture": (
            "RandomErasing",
            "RandomGaussianBlur",
            "RandomSharpness",
        ),
    },
    refused={
        **dict.fromkeys(
            (
                "AutoContrast",
                "CenterCrop",
                "ContrastLimitedAdaptiveHistogramEqualization",
                "Normalization",
                "Rescaling",
                "Resizing",
            ),
            "it does the same to every image, and other images than training's need it too: "
            "it belongs in model.layers",
        ),
        "Equalization": "it does the same to every image, and other images than training's need it "
        "too; ContrastLimitedAdaptiveHistogramEqualization in model.layers does much the same",
        "MaxNumBoundingBoxes": "it pads bounding boxes, and netspec's images have classes",
    },
)

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
        "Callback": _ABSTRACT,
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

SOURCES = Registry(
    noun="data source",
    group=Group.SOURCES,
    families={
        "netspec.things.records": ("TFRecord",),
        "netspec.things.sources": ("Arrays", "Csv", "ImageFiles", "ImageFolder"),
    },
)
