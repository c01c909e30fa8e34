"""The closed table of layers: a name and the module that defines it, or why there is none."""

from __future__ import annotations

from netspec.fields import Registry

_CODE = "a spec never carries or runs code"
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
_NOT_YET = """
    ActivityRegularization AdaptiveAveragePooling1D AdaptiveAveragePooling2D
    AdaptiveAveragePooling3D AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D
    AdditiveAttention AlphaDropout Attention AutoContrast AveragePooling1D AveragePooling3D
    AvgPool1D AvgPool3D Bidirectional CategoryEncoding CenterCrop
    ContrastLimitedAdaptiveHistogramEqualization Conv1D Conv1DTranspose Conv2DTranspose Conv3D
    Conv3DTranspose ConvLSTM1D ConvLSTM2D ConvLSTM3D Convolution1D Convolution1DTranspose
    Convolution2DTranspose Convolution3D Convolution3DTranspose Cropping1D Cropping2D Cropping3D
    DepthwiseConv1D Discretization Dot ELU EinsumDense Embedding Equalization GRU GRUCell
    GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling3D
    GlobalAvgPool1D GlobalAvgPool3D GlobalMaxPool1D GlobalMaxPool3D GlobalMaxPooling1D
    GlobalMaxPooling3D GroupNormalization GroupQueryAttention HashedCrossing Hashing Identity
    IntegerLookup LSTM LSTMCell Masking MaxNumBoundingBoxes MaxPool1D MaxPool3D MaxPooling1D
    MaxPooling3D Maximum MelSpectrogram Minimum MultiHeadAttention Normalization PReLU Permute
    RMSNormalization RNN RepeatVector ReversibleEmbedding STFTSpectrogram SeparableConv1D
    SeparableConvolution1D SimpleRNN SimpleRNNCell SpatialDropout1D SpatialDropout3D
    SpectralNormalization StackedRNNCells StringLookup Subtract TextVectorization
    TimeDistributed UnitNormalization UpSampling1D UpSampling3D ZeroPadding1D ZeroPadding3D
"""

LAYERS = Registry(
    noun="layer",
    families={
        "netspec.layers.activation": ("Activation", "LeakyReLU", "ReLU", "Softmax"),
        "netspec.layers.convolution": ("Conv2D", "DepthwiseConv2D", "SeparableConv2D"),
        "netspec.layers.core": ("Dense",),
        "netspec.layers.merging": ("Add", "Average", "Concatenate", "Multiply"),
        "netspec.layers.normalization": ("BatchNormalization", "LayerNormalization"),
        "netspec.layers.pooling": (
            "AveragePooling2D",
            "GlobalAveragePooling2D",
            "GlobalMaxPooling2D",
            "MaxPooling2D",
        ),
        "netspec.layers.preprocessing": ("Rescaling", "Resizing"),
        "netspec.layers.regularization": ("Dropout", "SpatialDropout2D"),
        "netspec.layers.reshaping": ("Flatten", "Reshape", "UpSampling2D", "ZeroPadding2D"),
    },
    strings={
        "AvgPool2D": "AveragePooling2D",
        "Convolution2D": "Conv2D",
        "GlobalAvgPool2D": "GlobalAveragePooling2D",
        "GlobalMaxPool2D": "GlobalMaxPooling2D",
        "MaxPool2D": "MaxPooling2D",
        "SeparableConvolution2D": "SeparableConv2D",
    },
    refused={
        "FlaxLayer": _CODE,
        "InputLayer": "inputs are declared by `model.input`",
        "InputSpec": "it is no layer; inputs are declared by `model.input`",
        "JaxLayer": _CODE,
        "Lambda": _CODE,
        "Layer": "it is the class that layers are made from, and does nothing by itself",
        "Pipeline": "it strings layers together, which a list of layers or a block does",
        "TFSMLayer": "it loads and runs a SavedModel's code, and a spec never runs code",
        "TorchModuleWrapper": _CODE,
        "Wrapper": "it is the class that wrappers are made from, and does nothing by itself",
        **dict.fromkeys(_RANDOM_LAYERS.split(), _RANDOM),
    },
    not_yet=frozenset(_NOT_YET.split()),
)
