"""Official files on disk, opened without being extracted, and never read past their known size."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from functools import partial
from typing import TYPE_CHECKING

from netspec.data.named.arrays import wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from netspec.data.named.arrays import ImageArrays
    from netspec.data.named.originals import Originals
    from netspec.errors import DataError
    from netspec.things.datasets import NamedDataset


def read_official(dataset: NamedDataset, originals: Originals, folder: Path) -> ImageArrays | None:
    """Reads a data set's official files from a folder: unpacked, as `.gz`, or in their archive.

    Returns:
        The arrays, proved; None where the folder holds none of the files.

    Raises:
        DataError: A file is missing, damaged, or not the published one.
    """
    sizes = originals.sizes(dataset)
    place = folder / originals.folder
    found = {name: path for name in sizes if (path := plain_or_packed(place / name))}
    if found:
        parts = ((name, read_file(path, sizes[name], dataset)) for name, path in found.items())
        return originals.assemble(dataset, parts, where=place)
    if originals.archive and (folder / originals.archive).is_file():
        archive = folder / originals.archive
        members = {f"{originals.folder}/{name}": size for name, size in sizes.items()}
        packed = read_members(archive, members, partial(wrong, archive, dataset))
        return originals.assemble(dataset, packed, where=archive)
    return None


def plain_or_packed(path: Path) -> Path | None:
    """The file itself or, where only that is there, the file with `.gz` after its name."""
    packed = path.with_name(f"{path.name}.gz")
    return next((file for file in (path, packed) if file.is_file()), None)


def read_file(path: Path, size: int, dataset: NamedDataset) -> bytes:
    """The contents of a file, unpacked where its name ends in `.gz`, at most `size` + 1 bytes.

    Raises:
        DataError: The file is damaged or cannot be read.
    """
    try:
        if path.suffix == ".gz":
            with gzip.open(path) as unpacked:
                return unpacked.read(size + 1)
        with path.open("rb") as plain:
            return plain.read(size + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise wrong(path, dataset, f"it is damaged or cannot be read ({error})") from error


def read_members(
    path: Path, sizes: Mapping[str, int], refuse: Callable[[str], DataError]
) -> Iterator[tuple[str, bytes]]:
    """Yields `(last part of the name, contents)` of the members of a `.tar.gz` that `sizes` names.

    Members are found by their exact names and read in the archive's order.

    Args:
        path: The archive.
        sizes: How many bytes each member may have.
        refuse: Makes the error of what is wrong with the archive.

    Raises:
        DataError: The archive is damaged, or a member is larger than `sizes` says.
    """
    try:
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                name = member.name.removeprefix("./")
                if name not in sizes:
                    continue
                stream = archive.extractfile(member) if member.isreg() else None
                if stream is None or member.size > sizes[name]:
                    raise refuse(f"{name} is larger than {sizes[name]:,} bytes")
                yield name.rpartition("/")[2], stream.read()
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        raise refuse(f"it is damaged or cannot be read ({error})") from error
