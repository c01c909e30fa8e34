"""Pages of codes of a stage: What `netspec data check` finds of images that are alike, or belong together."""

from __future__ import annotations

from netspec.diagnostics import Code

PAGES: dict[Code, str] = {
    Code.IMAGE_IN_TWO_SPLITS: """
    The same image is in two splits.

    What a network is judged by is then what it has learned by heart, and the numbers are better than the network.
    Where netspec holds images out itself, copies stay together; between splits that are given it only tells of
    them.

    Remove all but one of them: from the training images, if the others are to stay comparable.

    Failing, as a picture is in pets/train and in pets/test, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}  # NS651
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]

    Passing, as no picture is in both, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
    """,
    Code.IMAGE_UNDER_TWO_LABELS: """
    The same image is there under two labels.

    One of them is wrong, or the classes exclude each other less than they seem to. Whatever the network says of it,
    half of the time it is told to be wrong.

    Keep it under the label that is right. Where both are, each image needs several labels.

    Failing, as a picture is in the folders of both classes, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}  # NS652
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]

    Passing, as each is in one, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
    """,
    Code.NEAR_DUPLICATE_IN_TWO_SPLITS: """
    Two images in two splits look the same.

    They differ by compression, size or brightness only, as copies from two places do, or pictures of a burst. What
    a network is judged by is then nearly what it has learned by heart.

    Images are compared by a perceptual hash, and what is alike by that on small gray thumbnails. Look at them:
    plain pictures of one kind of thing may be alike without being the same. `data.group` keeps together what
    belongs together where netspec holds images out.

    Failing, as a picture of pets/train is in pets/test at another size, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}  # NS653
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]

    Passing, as no picture is in both, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
    """,
    Code.NEAR_DUPLICATE_UNDER_TWO_LABELS: """
    Two images that look the same have different labels.

    They differ by compression, size or brightness only, and one of the labels is probably wrong.

    Look at them, and keep one, under the label that is right.

    Failing, as a picture is in the folders of both classes at two sizes, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}  # NS654
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]

    Passing, as each is in one, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
    """,
    Code.GROUP_IN_TWO_SPLITS: """
    Images of one group are in two splits.

    `data.group` says which images belong together: those of a patient, a burst, a video. Where netspec holds images
    out it keeps a group on one side, but the splits that a source gives it leaves as they are.

    Divide the images anew by group, or let netspec hold out what judges the network.

    Failing, as cat-1 is in pets/train and in pets/test, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}, group: '/([a-z]+-[0-9]+)'}  # NS655
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]

    Passing, as each group is in one, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}, group: '/([a-z]+-[0-9]+)'}
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
    """,
    Code.DUPLICATE_IMAGES: """
    The same image is there several times.

    It counts as often as it is there. Within one split and under one label that does little harm; many copies make
    a class seem larger than it is.

    Failing, as a picture is there twice, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}  # NS751
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]

    Passing, as each is there once, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
    """,
    Code.NEAR_DUPLICATES: """
    Two images look the same.

    They differ by compression, size or brightness only. Within one split and under one label that does little harm.
    They may be held out apart later: `data.group` keeps together what belongs together.

    Failing, as a picture is there at two sizes, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}  # NS752
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]

    Passing, as each is there once, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
    """,
}
