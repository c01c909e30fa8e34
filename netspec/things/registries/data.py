"""Where images come from, and how they are varied."""

from __future__ import annotations

from netspec.extension import Group
from netspec.fields import Registry

SOURCES = Registry(
    noun="data source",
    group=Group.SOURCES,
    families={
        "netspec.things.records": ("TFRecord",),
        "netspec.things.sources": ("Arrays", "Csv", "ImageFiles", "ImageFolder"),
    },
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
