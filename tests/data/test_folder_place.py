"""A folder lies where its path says, below a place the user chose, and no link leads out of it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from netspec.data.images import FileImages
from netspec.data.source import Reports
from netspec.data.sources.folder import look
from netspec.data.sources.opening import open_source
from netspec.data.sources.place import locate, locate_again
from netspec.errors import DataError
from netspec.spec.data import DataSection
from netspec.spec.facts import facts_of
from tests.data.made_pictures import class_folders, write

SILENT = Reports(notice=lambda _: None, fetching=lambda *_: None, checking=lambda *_: None)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place with `specs/spec.yaml` and `data/pets`, far from any repository."""
    class_folders(tmp_path / "data" / "pets", {"cat": 1, "dog": 1})
    write(tmp_path, {"specs/spec.yaml": b"", "elsewhere/note.txt": b""})
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path


def found(here: Path, path: str, *, data_root: Path | None = None) -> Path:
    spec = here / "specs" / "spec.yaml"
    return locate(path, spec_file=spec, data_root=data_root).folder.resolve()


def refused(here: Path, path: str, *, data_root: Path | None = None) -> DataError:
    with pytest.raises(DataError) as raised:
        found(here, path, data_root=data_root)
    assert raised.value.hint is not None
    return raised.value


def test_a_path_is_relative_to_the_spec_wherever_one_stands(here: Path) -> None:
    class_folders(here / "specs" / "pets", {"cat": 1, "dog": 1})

    assert found(here, "pets") == here / "specs" / "pets"
    assert found(here, "./pets/../pets/") == here / "specs" / "pets"
    assert found(here, ".") == here / "specs"


def test_the_spec_s_own_folder_has_a_name_in_messages(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(here / "data" / "pets")

    listing = look(locate(".", spec_file=Path("spec.yaml"), data_root=None).folder)

    assert listing.facts.name == "the folder pets"


def test_a_path_stays_below_the_spec_s_repository(here: Path) -> None:
    assert "lies outside of" in refused(here, "../data/pets").message

    (here / ".git").mkdir()

    assert found(here, "../data/pets") == here / "data" / "pets"
    assert "lies outside of" in refused(here, "../..").message


def test_outside_of_a_repository_it_stays_below_the_current_folder_if_the_spec_is_there(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(here)

    assert found(here, "../data/pets") == here / "data" / "pets"
    assert "lies outside of" in refused(here, "../..").message


def test_with_a_data_root_it_is_relative_to_that_and_stays_below_it(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(here, "pets", data_root=here / "data") == here / "data" / "pets"
    assert "lies outside of" in refused(here, "../data", data_root=here / "elsewhere").message
    assert "there is no folder" in refused(here, "cats", data_root=here / "data").message
    monkeypatch.chdir(here)
    assert found(here, "pets", data_root=Path("data")) == here / "data" / "pets"


def test_a_link_is_where_it_leads(here: Path) -> None:
    (here / "specs" / "inside").symlink_to(here / "specs")
    (here / "specs" / "pets").symlink_to(here / "data" / "pets")

    assert found(here, "inside") == here / "specs"
    error = refused(here, "pets")
    assert error.message == (
        f"the folder {here}/specs/pets lies outside of {here}/specs: pets is a link that leads to {here}/data/pets"
    )
    assert error.hint == f"if it may be read, say so: --data-root {here}/data"
    assert found(here, "pets", data_root=here / "data") == here / "data" / "pets"


def test_a_link_of_another_name_is_told_with_a_path_and_a_root_that_work(here: Path) -> None:
    (here / "specs" / "animals").symlink_to(here / "data")

    error = refused(here, "animals/pets")
    assert error.message.endswith(f": animals is a link that leads to {here}/data")
    assert error.hint is not None
    assert f"write pets as the path and name its folder: --data-root {here}/data;" in error.hint
    assert found(here, "pets", data_root=here / "data") == here / "data" / "pets"


def test_a_link_below_the_data_root_is_told_too(here: Path) -> None:
    (here / "elsewhere" / "pets").symlink_to(here / "data" / "pets")

    error = refused(here, "pets", data_root=here / "elsewhere")
    assert error.message.endswith(f": pets is a link that leads to {here}/data/pets")
    assert error.hint == f"if it may be read, say so: --data-root {here}/data"
    assert "is a link" not in refused(here, "../data/pets").message


@pytest.mark.parametrize("link", ["cat", "cat/holidays", "cat/1.png"])
def test_a_link_inside_that_leads_outside_is_refused(here: Path, link: str) -> None:
    pets = here / "data" / "pets"
    class_folders(here / "private" / "holidays", {"one": 1})
    shutil.rmtree(pets / "cat")
    if link != "cat":
        class_folders(pets, {"cat": 1})
    target = here / "private" / ("holidays/one/00.png" if link.endswith("png") else "holidays")
    (pets / link).symlink_to(target)

    place = locate("pets", spec_file=here / "specs" / "s.yaml", data_root=here / "data")
    with pytest.raises(DataError, match="is a link that leads outside of"):
        look(place.folder, within=place.root)
    wider = locate("data/pets", spec_file=here / "specs" / "s.yaml", data_root=here)
    assert look(wider.folder, within=wider.root).classes == ("cat", "dog")


def test_a_run_s_folder_is_found_again_where_one_would_look(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, root = here / "runs" / "first", here / "data"
    run.mkdir(parents=True)

    with pytest.raises(DataError, match="lies outside of") as raised:
        locate_again("pets", root=root, run=run)
    assert raised.value.hint == f"if it may be read, say so: --data-root {root}"

    monkeypatch.chdir(here)
    assert locate_again("pets", root=root, run=run).path == "pets"
    with pytest.raises(DataError, match="any more") as raised:
        locate_again("cats", root=root, run=run)
    assert "--data-root" in str(raised.value.hint)
    monkeypatch.chdir(here / "elsewhere")
    (here / ".git").mkdir()
    assert locate_again("pets", root=root, run=run).folder == root / "pets"


def test_a_run_s_file_is_found_again(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here, {"data/photos.csv": b"", "runs/first/run.json": b"{}"})
    monkeypatch.chdir(here)
    run, root = here / "runs" / "first", here / "data"

    assert locate_again("photos.csv", root=root, run=run).file == root / "photos.csv"
    with pytest.raises(DataError, match=r"there is no file .*gone\.csv any more"):
        locate_again("gone.csv", root=root, run=run)


def test_a_place_is_a_folder_or_a_file(here: Path) -> None:
    write(here, {"data/photos.csv": b""})
    spec = here / "specs" / "spec.yaml"
    table = locate("photos.csv", spec_file=spec, data_root=here / "data")
    folder = locate("pets", spec_file=spec, data_root=here / "data")

    assert (table.file, table.path) == (here / "data" / "photos.csv", "photos.csv")
    assert (folder.folder, folder.path) == (here / "data" / "pets", "pets")
    with pytest.raises(DataError, match="is a file, not a folder"):
        _ = table.folder
    with pytest.raises(DataError, match="is a folder, not a file"):
        _ = folder.file


def test_no_pipe_is_taken_for_a_file(here: Path) -> None:
    os.mkfifo(here / "specs" / "photos.csv")
    with pytest.raises(DataError, match="is a pipe or a device, not a file"):
        _ = locate("photos.csv", spec_file=here / "specs" / "spec.yaml", data_root=None).file


def test_what_stands_beside_a_place_lies_below_the_root_too(here: Path) -> None:
    write(here, {"data/photos.csv": b"", "data/more/table.csv": b""})
    spec = here / "specs" / "spec.yaml"
    table = locate("photos.csv", spec_file=spec, data_root=here / "data")
    folder = locate("more", spec_file=spec, data_root=here / "data")

    assert table.beside("pets").path == "pets"
    assert folder.beside("table.csv").path == "more/table.csv"
    assert folder.beside("../pets").path == "pets"
    with pytest.raises(DataError, match="lies outside of"):
        table.beside("../elsewhere")
    with pytest.raises(DataError, match="there is no folder"):
        table.beside("none")


def test_a_misspelt_file_is_named(here: Path) -> None:
    write(here, {"data/photos.csv": b""})
    assert refused(here, "photo.csv", data_root=here / "data").hint == "did you mean photos.csv?"


def test_a_file_that_is_called_otherwise_is_not_meant(here: Path) -> None:
    write(here, {"data/a_chw.npz": b"", "data/b.csv": b""})
    error = refused(here, "a_nothere.npz", data_root=here / "data")
    assert str(error.hint).startswith("correct data.source")


def test_a_misspelt_folder_is_named(here: Path) -> None:
    assert refused(here, "petz", data_root=here / "data").hint == "did you mean pets?"


def test_the_resolved_spec_of_a_run_says_how_its_folder_is_found(here: Path) -> None:
    root = here / "data"
    write(here, {"specs/run.json": f'{{"data": {{"root": "{root}"}}}}'.encode()})

    assert refused(here, "pets").hint == f"the run found it with --data-root {root}"


def test_what_is_no_folder_is_said_to_be_none(here: Path) -> None:
    (here / "specs" / "loop").symlink_to("loop")
    write(here, {"specs/data.zip": b""})

    for path in ("pets", "loop", "data.zip/pets", "pets/cat"):
        assert refused(here, path).message == f"there is no folder {here}/specs/{path}"
    assert refused(here, "data.zip").message == f"{here}/specs/data.zip is a file, not a folder"


def test_a_source_gives_files_with_labels_and_opens_none(here: Path) -> None:
    spec = here / "specs" / "spec.yaml"
    data = DataSection(source={"ImageFolder": {"path": "pets"}})

    source = open_source(
        data,
        facts_of(data),
        find=lambda path: locate(path, spec_file=spec, data_root=here / "data"),
    )
    images = source.load(SILENT, offline=True)["train"]

    assert isinstance(images, FileImages)
    assert images.names == ("cat/00.png", "dog/00.png")
    assert images.labels["label"].tolist() == [0, 1]
    assert images.path(1).read_bytes() == (here / "data/pets/dog/00.png").read_bytes()
    assert source.title == "pets/"
    root = str((here / "data").resolve())
    assert source.record == {"source": "ImageFolder", "root": root, "path": "pets"}


@pytest.mark.parametrize(
    ("path", "said"),
    [("../private", "lies outside of"), ("pets\0", "no path that can be followed")],
)
def test_what_a_run_says_of_its_data_does_not_lead_out_of_its_root(
    here: Path, path: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "private").mkdir()
    monkeypatch.chdir(here)

    with pytest.raises(DataError, match=said):
        locate_again(path, root=here / "data", run=here / "runs" / "first")
