"""A third party's source of files has a title, facts, a record and `load`, and nothing else."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pytest

from netspec.data.counts import SplitCounts, Splitting
from netspec.data.files.listed import ListedFiles
from netspec.data.images import FileImages, Images
from netspec.data.preparing import Wanted, prepare
from netspec.data.source import ImageSource, Reports
from netspec.data.sources.opening import open_source
from netspec.data.sources.place import Place, locate
from netspec.errors import UsageError
from netspec.fields import required
from netspec.spec.data import DataSection
from netspec.spec.facts import DataFacts, facts_of
from netspec.things.labels import LabelFacts
from netspec.things.sources import DataSource, RelativePath
from tests.data.made_pictures import write
from tests.data.opened import loaded


class Scans(DataSource):
    """Scans with their masks' areas."""

    opener = f"{__name__}:open_scans"

    path: Annotated[str, RelativePath()] = required("The folder.")

    def label_facts(self) -> Mapping[str, LabelFacts]:
        """An area."""
        return {"area": LabelFacts("number", ("area",))}


def open_scans(thing: Any, find: Callable[[str], Place]) -> ImageSource:
    return _Scans(find(thing.path))


class _Scans(ImageSource):
    def __init__(self, place: Place) -> None:
        names = sorted(file.name for file in place.folder.iterdir())
        self.title = place.path
        self.files = {"train": ListedFiles.of(place.folder, names)}
        self.facts = DataFacts(
            "the scans", {"area": LabelFacts("number", ("area",))}, splits={"train": len(names)}
        )
        self.record = {"source": "Scans", "root": str(place.root), "path": place.path}

    def load(self, reports: Reports, *, offline: bool) -> dict[str, Images]:
        del reports, offline
        areas = np.ones((len(self.files["train"]), 1), np.float32)
        return {"train": FileImages.listed(self.files["train"], {"area": areas})}


class _Others(_Scans):
    """Scans in a class of images that netspec does not know."""

    def load(self, reports: Reports, *, offline: bool) -> dict[str, Images]:
        images = super().load(reports, offline=offline)["train"]

        class Foreign(Images):
            labels, weights, keys = images.labels, None, images.keys

            def name(self, index: int) -> str:
                return images.name(index)

            def digests(self) -> list[bytes]:
                return images.digests()

        return {"train": Foreign()}


def test_images_of_a_class_of_its_own_are_refused_with_those_that_there_are(tmp_path: Path) -> None:
    write(tmp_path, {"scans/a.png": b""})
    wanted = Wanted(Splitting(), SplitCounts(1, 0, 0), None, (), seed=0, channels=3)
    with pytest.raises(
        UsageError, match=r"^scans gives Foreign, and a source gives ArrayImages or EncodedImages$"
    ) as caught:
        prepare(
            _Others(Place(tmp_path / "scans", tmp_path)), wanted, Reports.to_nobody(), offline=True
        )
    assert caught.value.hint == "netspec.data.images has both"


def test_it_is_opened_as_netspec_s_own_are(tmp_path: Path) -> None:
    write(tmp_path, {"scans/b.png": b"", "scans/a.png": b"picture"})
    data = DataSection.model_construct(source=Scans(path="scans"))

    assert facts_of(data).labels == {"area": LabelFacts("number", ("area",))}
    source = open_source(
        data,
        facts_of(data),
        find=lambda path: locate(path, spec_file=tmp_path / "spec.yaml", data_root=None),
    )

    images = loaded(source)["train"]
    assert [images.name(index) for index in range(2)] == ["a.png", "b.png"]
    assert list(source.files["train"].sizes) == [7, 0]
