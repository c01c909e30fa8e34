"""The named data sets: what a spec can know about them without having them.

Nothing is imported here but the standard library, so that checking a spec stays light.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class NamedDataset:
    """What is always true of a data set that goes by a name.

    Attributes:
        name: The name a spec uses.
        title: The name people use.
        image_shape: `(height, width, channels)`; pixels are whole numbers from 0 to 255.
        classes: Display names in label order, as the data set's makers wrote them.
        train: Number of training images.
        test: Number of test images.
        licence: The terms it comes under, in a few words.
        homepage: Where its makers describe it.
        fingerprint: What `ImageArrays.fingerprint` gives for the original contents; None where no
            original could be had to compute it.
    """

    name: str
    title: str
    image_shape: tuple[int, int, int]
    classes: tuple[str, ...]
    train: int
    test: int
    licence: str
    homepage: str
    fingerprint: str | None = None


_DIGITS = tuple("0123456789")

_CLOTHES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)

_CIFAR10 = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)

_CIFAR100 = tuple(
    """
    apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle
    bowl boy bridge bus butterfly camel can castle caterpillar cattle
    chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur
    dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard
    lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain
    mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree
    plain plate poppy porcupine possum rabbit raccoon ray road rocket
    rose sea seal shark shrew skunk skyscraper snail snake spider
    squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor
    train trout tulip turtle wardrobe whale willow_tree wolf woman worm
    """.split()  # noqa: SIM905 - a hundred quotes would hide the names
)

_FASHION_HOME = "https://github.com/zalandoresearch/fashion-mnist"
_CIFAR_HOME = "https://www.cs.toronto.edu/~kriz/cifar.html"
_CIFAR_TERMS = "no licence stated; its makers ask to be cited"

DATASETS: dict[str, NamedDataset] = {
    dataset.name: dataset
    for dataset in (
        NamedDataset(
            name="fashion_mnist_sample",
            title="Fashion-MNIST sample",
            image_shape=(28, 28, 1),
            classes=_CLOTHES,
            train=6_000,
            test=1_000,
            licence="MIT, Copyright (c) 2017 Zalando SE",
            homepage=_FASHION_HOME,
            fingerprint="06fd100161a0fc3aeb986614c6c8494077a074da193a02ccae1fae8b95be3153",
        ),
        NamedDataset(
            name="mnist",
            title="MNIST",
            image_shape=(28, 28, 1),
            classes=_DIGITS,
            train=60_000,
            test=10_000,
            licence="CC BY-SA 3.0, Yann LeCun and Corinna Cortes",
            homepage="http://yann.lecun.com/exdb/mnist/",
            fingerprint="abdd981361a231e31e439dad7ead02f89a723b57c397024e2549106f989b388a",
        ),
        NamedDataset(
            name="fashion_mnist",
            title="Fashion-MNIST",
            image_shape=(28, 28, 1),
            classes=_CLOTHES,
            train=60_000,
            test=10_000,
            licence="MIT, Copyright (c) 2017 Zalando SE",
            homepage=_FASHION_HOME,
            fingerprint="5d49594d5d237e467435e56c2cb4661210c758f882c26944e4ea13978a63d943",
        ),
        NamedDataset(
            name="cifar10",
            title="CIFAR-10",
            image_shape=(32, 32, 3),
            classes=_CIFAR10,
            train=50_000,
            test=10_000,
            licence=_CIFAR_TERMS,
            homepage=_CIFAR_HOME,
            fingerprint="ca5380e447c99bab1ba4e201722c64e5aad5bc5e86417d6d4b3ae8fa44ed9f51",
        ),
        NamedDataset(
            name="cifar100",
            title="CIFAR-100",
            image_shape=(32, 32, 3),
            classes=_CIFAR100,
            train=50_000,
            test=10_000,
            licence=_CIFAR_TERMS,
            homepage=_CIFAR_HOME,
        ),
    )
}
