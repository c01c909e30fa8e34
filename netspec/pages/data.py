"""Pages of codes of a stage: What `netspec data check` finds of single images, of files and of classes."""

from __future__ import annotations

from netspec.diagnostics import Code

PAGES: dict[Code, str] = {
    Code.UNREADABLE_IMAGE: """
    An image cannot be read.

    The file is empty or cut off, is no picture whatever its name says (an HTML page that a download left, a text),
    has more pixels than Pillow's limit, may not be read, or is a pipe, a device, or a link that leads nowhere. A
    run stops before its first step and names it; with `data: {on_error: skip}` it goes without such files and lists
    them, and this is a warning.

    Remove the file, or get it again.

    Failing, as a file of pets is empty, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}  # NS540
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]

    Passing, as every file can be read, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
    """,
    Code.EMPTY_CLASS: """
    A class has no image to train on.

    Its folder is empty, or nothing in it can be read. A network would have an output for it that never learns
    anything, so that a run refuses it.

    Add images of it, or remove its folder.

    Failing, as the folder of a class is empty, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}  # NS541
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]

    Passing, as every class has images, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
    """,
    Code.CLASSES_BY_CASE: """
    Two classes differ by the case of their letters only.

    `Cat` and `cat` are hardly two classes: the folders were probably filled on two machines, or by two people, and
    on a disk that makes no difference between them they are one. A run refuses them.

    Move the images of one into the other, or give one of them another name.

    Failing, as pets has cat and Cat, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}  # NS542
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]

    Passing, as pets has cat and dog, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
    """,
    Code.UNKNOWN_CLASS: """
    A split has a class that the training images do not have.

    No network can be judged by a class that it has never seen, so that a run refuses it. Often the folder is spelt
    in two ways.

    Rename the folder, move images of the class to the training images, or remove it.

    Failing, as pets/test has a class that pets/train has not, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}  # NS543
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]

    Passing, as both have the same classes, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
    """,
    Code.DATA_LAYOUT: """
    The images are not laid out as a run needs them.

    Pictures stand beside the class folders, a class has a name that cannot be shown in a line, a link leads out of
    the place that the user chose, or there are too few images for the splits that the spec asks for. A run stops
    and says the same. What is told of the other images is told without those.

    It is a warning where `data.group` finds nothing in some names and nothing is held out, so that a run goes on.

    Failing, as a picture stands beside the class folders, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}  # NS544
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]

    Passing, as every picture is in a folder of a class, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
    """,
    Code.MISNAMED_IMAGE: """
    A file is named as another kind of picture than it is.

    A PNG is called `.jpg`. netspec goes by what a file holds and trains on it all the same; other programs go by
    its name, show nothing, or decode it wrongly.

    Rename it. Where every image of one class is named so, ask where they come from.

    Failing, as a PNG of pets is called .jpg, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}  # NS650
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]

    Passing, as every name is right, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
    """,
    Code.SUSPICIOUS_CLASS: """
    Every image of a class has something that no other image has.

    All of them have one colour and nothing else, or one size or format that none of the others has. A network
    learns the easiest difference there is: that of two cameras, or of two programs, and not of what is shown.

    Find out where the difference comes from. If it cannot be taken away, get images of the other classes from the
    same place.

    Failing, as every cat is a GIF and no dog is, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}  # NS656
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]

    Passing, as both are of the same formats, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
    """,
    Code.PLAIN_IMAGES: """
    An image has one colour and nothing else.

    A camera's cap, a failed export, or the placeholder of a picture that is gone: there is nothing in it to learn,
    and its label is then noise.

    Look at it, and remove it.

    Failing, as a picture of pets is white, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}  # NS657
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]

    Passing, as every picture shows something, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
    """,
    Code.IMBALANCE: """
    One class has many times as many images as another.

    A network that always says the largest class is right more often than not, and accuracy hides that. Told from
    five times as many.

    Where the network has one output, `training.class_weight: balanced` lets the images of small classes count more.
    Look at each class's recall, and not at accuracy alone.

    Failing, as there are six times as many cats as dogs, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}  # NS753
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]

    Passing, as there are as many of both, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
    """,
    Code.FEW_IMAGES: """
    A class has few images to train on.

    Fewer than 20 hardly teach a network anything that holds for others, and each of them is learned by heart.

    Add images. Where there are no more, augmentation and a network that is trained already help.

    Failing, as pets has 6 dogs, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}  # NS754
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]

    Passing, as it has 24 of each, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
    """,
    Code.SMALL_IMAGES: """
    Images are much smaller than what the network takes.

    Less than half as high or wide as the network's input, they are enlarged to more than twice their size: the
    network computes with pixels in which nothing is.

    Get larger ones, or give the network a smaller input.

    Failing, as a picture of pets has 12 x 12 pixels, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}  # NS755
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]

    Passing, as all are large enough, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
    """,
    Code.PASSED_OVER: """
    Files that are no images are passed over.

    What file managers and archives leave behind (`.DS_Store`, `Thumbs.db`, `__MACOSX`) and everything whose name
    begins with a dot is never taken for an image. It is told in case an image is among it.

    Failing, as pets has a .DS_Store, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}  # NS756
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]

    Passing, as there are pictures only, when its data is checked:

        netspec: 1
        data: {source: {ImageFolder: {path: pets}}}
        model:
          input: [32, 32, 3]
          layers: [{Rescaling: {scale: 1/255}}, Flatten, {Dense: {units: 2, activation: softmax}}]
    """,
}
