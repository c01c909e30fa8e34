"""The closed table of layers: a name and the module that defines it, or why there is none."""

from __future__ import annotations

from netspec.extension import Group
from netspec.fields import Registry
from netspec.wording import did_you_mean

_CODE = "a spec never carries or runs code"
_TEXTS = (
    "it takes texts, and a network takes numbers: number them before, and use IntegerLookup or "
    "Embedding"
)
_RANDOM = (
    "it belongs under augmentation: in a plain Keras call a random layer is active by default, "
    "and a saved model would randomise its predictions"
)
_RANDOM_LAYERS = (
    "AugMix CutMix MixUp RandAugment RandomBrightness RandomColorDegeneration RandomColorJitter "
    "RandomContrast RandomCrop RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur "
    "RandomGrayscale RandomHue RandomInvert RandomPerspective RandomPosterization RandomRotation "
    "RandomSaturation RandomSharpness RandomShear RandomTranslation RandomZoom Solarization"
)
_INPUTS = ("Input", "InputLayer")
_NOT_YET = """
"""

# What stands inside RNN and does its steps.
CELLS = Registry(
    noun="cell",
    listed_by="netspec layers",
    families={
        "netspec.layers.cells": ("GRUCell", "LSTMCell", "SimpleRNNCell", "StackedRNNCells"),
    },
)

# The networks of `keras.applications`, which an `Application` is given by name.
_NETWORKS = """
ConvNeXtBase ConvNeXtLarge ConvNeXtSmall ConvNeXtTiny ConvNeXtXLarge DenseNet121 DenseNet169 DenseNet201 EfficientNetB0
EfficientNetB1 EfficientNetB2 EfficientNetB3 EfficientNetB4 EfficientNetB5 EfficientNetB6 EfficientNetB7
EfficientNetV2B0 EfficientNetV2B1 EfficientNetV2B2 EfficientNetV2B3 EfficientNetV2L EfficientNetV2M EfficientNetV2S
InceptionResNetV2
InceptionV3 MobileNet MobileNetV2 MobileNetV3Large MobileNetV3Small NASNetLarge NASNetMobile ResNet101 ResNet101V2
ResNet152 ResNet152V2 ResNet50 ResNet50V2 VGG16 VGG19 Xception
"""

LAYERS = Registry(
    noun="layer",
    listed_by="netspec layers",
    group=Group.LAYERS,
    families={
        "netspec.layers.attention": ("AdditiveAttention", "Attention"),
        "netspec.layers.audio": ("MelSpectrogram", "STFTSpectrogram"),
        "netspec.layers.activation": (
            "Activation",
            "ELU",
            "LeakyReLU",
            "PReLU",
            "ReLU",
            "Softmax",
        ),
        "netspec.layers.adaptive": (
            "AdaptiveAveragePooling1D",
            "AdaptiveAveragePooling2D",
            "AdaptiveAveragePooling3D",
            "AdaptiveMaxPooling1D",
            "AdaptiveMaxPooling2D",
            "AdaptiveMaxPooling3D",
        ),
        "netspec.layers.convolution": (
            "Conv1D",
            "Conv2D",
            "Conv3D",
        ),
        "netspec.layers.convolutional_recurrent": ("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"),
        "netspec.layers.core": ("Dense", "Identity", "Masking"),
        "netspec.layers.margins": (
            "Cropping1D",
            "Cropping2D",
            "Cropping3D",
            "ZeroPadding1D",
            "ZeroPadding2D",
            "ZeroPadding3D",
        ),
        "netspec.layers.einsum": ("EinsumDense",),
        "netspec.layers.embedding": ("Embedding", "ReversibleEmbedding"),
        "netspec.layers.encoding": (
            "CategoryEncoding",
            "Discretization",
            "Hashing",
            "IntegerLookup",
        ),
        "netspec.layers.heads": ("GroupQueryAttention", "MultiHeadAttention"),
        "netspec.layers.merging": (
            "Add",
            "Average",
            "Concatenate",
            "Dot",
            "Maximum",
            "Minimum",
            "Multiply",
            "Subtract",
        ),
        "netspec.layers.noise": ("GaussianDropout", "GaussianNoise"),
        "netspec.layers.normalization": (
            "BatchNormalization",
            "GroupNormalization",
            "LayerNormalization",
            "RMSNormalization",
            "UnitNormalization",
        ),
        "netspec.layers.pooling": (
            "AveragePooling1D",
            "AveragePooling2D",
            "AveragePooling3D",
            "MaxPooling1D",
            "MaxPooling2D",
            "MaxPooling3D",
        ),
        "netspec.layers.preprocessing": (
            "CenterCrop",
            "Rescaling",
            "Resizing",
        ),
        "netspec.layers.separable": (
            "DepthwiseConv1D",
            "DepthwiseConv2D",
            "SeparableConv1D",
            "SeparableConv2D",
        ),
        "netspec.layers.global_pooling": (
            "GlobalAveragePooling1D",
            "GlobalAveragePooling2D",
            "GlobalAveragePooling3D",
            "GlobalMaxPooling1D",
            "GlobalMaxPooling2D",
            "GlobalMaxPooling3D",
        ),
        "netspec.layers.intensity": (
            "AutoContrast",
            "ContrastLimitedAdaptiveHistogramEqualization",
            "Normalization",
        ),
        "netspec.layers.recurrent": ("GRU", "LSTM", "RNN", "SimpleRNN"),
        "netspec.layers.regularization": (
            "ActivityRegularization",
            "AlphaDropout",
            "Dropout",
        ),
        "netspec.layers.reshaping": (
            "Flatten",
            "Permute",
            "RepeatVector",
            "Reshape",
        ),
        "netspec.layers.spatial_dropout": (
            "SpatialDropout1D",
            "SpatialDropout2D",
            "SpatialDropout3D",
        ),
        "netspec.layers.spectral": ("SpectralNormalization",),
        "netspec.layers.transposed": ("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"),
        "netspec.layers.upsampling": ("UpSampling1D", "UpSampling2D", "UpSampling3D"),
        "netspec.layers.wrappers": ("Bidirectional", "TimeDistributed"),
    },
    strings={
        "AvgPool1D": "AveragePooling1D",
        "AvgPool2D": "AveragePooling2D",
        "AvgPool3D": "AveragePooling3D",
        "Convolution1D": "Conv1D",
        "Convolution1DTranspose": "Conv1DTranspose",
        "Convolution2D": "Conv2D",
        "Convolution2DTranspose": "Conv2DTranspose",
        "Convolution3D": "Conv3D",
        "Convolution3DTranspose": "Conv3DTranspose",
        "GlobalAvgPool1D": "GlobalAveragePooling1D",
        "GlobalAvgPool2D": "GlobalAveragePooling2D",
        "GlobalAvgPool3D": "GlobalAveragePooling3D",
        "GlobalMaxPool1D": "GlobalMaxPooling1D",
        "GlobalMaxPool2D": "GlobalMaxPooling2D",
        "GlobalMaxPool3D": "GlobalMaxPooling3D",
        "MaxPool1D": "MaxPooling1D",
        "MaxPool2D": "MaxPooling2D",
        "MaxPool3D": "MaxPooling3D",
        "SeparableConvolution1D": "SeparableConv1D",
        "SeparableConvolution2D": "SeparableConv2D",
    },
    refused={
        "Equalization": (
            "it equalizes a batch as one image, only while training, and Keras cannot place it in a "
            "saved model; ContrastLimitedAdaptiveHistogramEqualization and AutoContrast can stand here"
        ),
        "FlaxLayer": _CODE,
        "HashedCrossing": (
            "it takes tensors of whole numbers or texts only, and numbers flow through a network with "
            "a point"
        ),
        **dict.fromkeys(_INPUTS, "inputs are declared by `model.input`"),
        "InputSpec": "it is no layer; inputs are declared by `model.input`",
        "JaxLayer": _CODE,
        "Lambda": _CODE,
        "Layer": "it is the class that layers are made from, and does nothing by itself",
        "MaxNumBoundingBoxes": (
            "it changes lists of bounding boxes and no image, and belongs where those are read"
        ),
        "Pipeline": "it strings layers together, which a list of layers or a block does",
        "StringLookup": _TEXTS,
        "TFSMLayer": "it loads and runs a SavedModel's code, and a spec never runs code",
        "TextVectorization": _TEXTS,
        "TorchModuleWrapper": _CODE,
        "Wrapper": "it is the class that wrappers are made from, and does nothing by itself",
        **dict.fromkeys(_RANDOM_LAYERS.split(), _RANDOM),
        **dict.fromkeys(CELLS.modules, "it makes one step of a sequence, and stands inside RNN"),
    },
    instead=dict.fromkeys(_INPUTS, "write `model: {input: [height, width, channels], …}`"),
    meant={
        "Linear": did_you_mean("Linear", "Dense", certain=False),
        **{
            name: f"it is a whole network and no layer: write `Application: {{architecture: {name}}}`"
            for name in _NETWORKS.split()
        },
    },
    not_yet=frozenset(_NOT_YET.split()),
)
