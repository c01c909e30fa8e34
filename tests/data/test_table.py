"""A table of pictures gives each its labels; whatever is wrong with one is told with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from netspec.data.images import FileImages
from netspec.errors import DataError
from netspec.things.labels import LabelFacts
from tests.data.made_pictures import write
from tests.data.opened import loaded, opened

if TYPE_CHECKING:
    from pathlib import Path

PICTURES = ("a.jpg", "b.jpg", "c.jpg", "sub/d.jpg")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with pictures, far from any repository; nobody opens them."""
    folder = tmp_path / "spec"
    write(folder, dict.fromkeys(PICTURES, b"picture"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return folder


def table(here: Path, text: str | bytes, **fields: Any) -> dict[str, Any]:
    """What a table says: its labels' facts, and for each split names, labels and weights."""
    (here / "p.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    source = opened(here, {"Csv": {"path": "p.csv", **fields}})
    splits: dict[str, Any] = {"facts": dict(source.facts.labels)}
    for split, images in loaded(source).items():
        assert isinstance(images, FileImages)
        assert images.names == source.files[split].names
        labels = {name: values.tolist() for name, values in images.labels.items()}
        weights = None if images.weights is None else images.weights.tolist()
        splits[split] = (images.names, labels, weights)
    assert source.facts.splits == {name: len(splits[name][0]) for name in splits if name != "facts"}
    return splits


def refused(here: Path, text: str | bytes, **fields: Any) -> DataError:
    with pytest.raises(DataError) as raised:
        table(here, text, **fields)
    assert raised.value.exit_code == 3
    return raised.value


def test_a_column_image_and_a_column_label_are_enough(here: Path) -> None:
    assert table(here, "image,label\nb.jpg,dog\n./sub//d.jpg,cat\na.jpg,dog\n") == {
        "facts": {"label": LabelFacts("class", ("cat", "dog"))},
        "train": (("b.jpg", "sub/d.jpg", "a.jpg"), {"label": [1, 0, 1]}, None),
    }


@pytest.mark.parametrize(
    "text",
    [
        b"image,label\r\na.jpg,x y\r\nb.jpg,z\r\n",
        b"\xef\xbb\xbfimage;label\na.jpg;x y\nb.jpg;z",
        b"image\tlabel\n a.jpg \t x y \n\nb.jpg\tz\n\t\n",
        b'other,"image", label,\n"1, 2","a.jpg","x y",\n"""",b.jpg,"z",\n',
        b"x;y,image,label\n1,a.jpg,x y\n2,b.jpg,z\n",
    ],
    ids=["crlf", "bom and semicolons", "tabs and spaces", "quotes", "the columns decide"],
)
def test_the_usual_forms_of_a_table_are_read(here: Path, text: bytes) -> None:
    assert table(here, text) == {
        "facts": {"label": LabelFacts("class", ("x y", "z"))},
        "train": (("a.jpg", "b.jpg"), {"label": [0, 1]}, None),
    }


def test_classes_that_are_whole_numbers_are_in_their_order(here: Path) -> None:
    facts = table(here, "image,label\na.jpg,10\nb.jpg,9\nc.jpg,-1\n")["facts"]
    assert facts["label"].names == ("-1", "9", "10")
    facts = table(here, "image,label\na.jpg,10\nb.jpg,9\nc.jpg,1b\n")["facts"]
    assert facts["label"].names == ("10", "1b", "9")


def test_several_labels_of_every_kind(here: Path) -> None:
    read = table(
        here,
        "file,breed,tags,x,y,sunny,rainy\na.jpg,cat,big; old,1,-2.5,1,0\nb.jpg,dog,,1e2,.5,0,True\n"
        "c.jpg,cat,old;,0,3,0,0\n",
        image="file",
        labels={
            "breed": "breed",
            "tags": {"column": "tags", "kind": "multi_label", "separator": ";"},
            "place": {"columns": ["x", "y"], "kind": "number"},
            "sky": {"columns": ["sunny", "rainy"], "kind": "multi_label"},
        },
    )

    assert read["facts"] == {
        "breed": LabelFacts("class", ("cat", "dog")),
        "tags": LabelFacts("multi_label", ("big", "old")),
        "place": LabelFacts("number", ("x", "y")),
        "sky": LabelFacts("multi_label", ("sunny", "rainy")),
    }
    assert read["train"][1] == {
        "breed": [0, 1, 0],
        "tags": [[1, 1], [0, 0], [0, 1]],
        "place": [[1, -2.5], [100, 0.5], [0, 3]],
        "sky": [[1, 0], [0, 1], [0, 0]],
    }


def test_what_the_text_alone_says_of_labels_is_known_before_the_table_is_read() -> None:
    from netspec.things.sources import Csv

    numbers = {"columns": ["x", "y"], "kind": "number"}
    assert Csv(path="p.csv").label_facts() == {"label": LabelFacts("class")}
    assert Csv(path="p.csv", labels={"at": numbers, "is": "is"}).label_facts() == {
        "at": LabelFacts("number", ("x", "y")),
        "is": LabelFacts("class"),
    }


def test_splits_and_weights_have_columns(here: Path) -> None:
    text = "image,label,part,w\nc.jpg,x,test,1\na.jpg,x,train,0\nb.jpg,y,train,2.5\nsub/d.jpg,y,extra,1\n"

    read = table(here, text, split="part", weight="w")

    del read["facts"]
    assert list(read) == ["train", "extra", "test"]
    assert read == {
        "train": (("a.jpg", "b.jpg"), {"label": [0, 1]}, [0, 2.5]),
        "test": (("c.jpg",), {"label": [0]}, [1]),
        "extra": (("sub/d.jpg",), {"label": [1]}, [1]),
    }


def test_pictures_may_lie_in_another_folder_of_the_place(here: Path) -> None:
    write(here, {"tables/p.csv": b"image,label\na.jpg,x\nsub/d.jpg,y\n"})
    source = opened(here, {"Csv": {"path": "tables/p.csv", "images": ".."}})
    images = loaded(source)["train"]
    assert isinstance(images, FileImages)
    assert [images.path(index).read_bytes() for index in range(2)] == [b"picture"] * 2
    assert source.record == {"source": "Csv", "root": str(here), "path": "tables/p.csv"}
    assert source.title == "tables/p.csv"

    write(here, {"tables/p.csv": b"image,label\n../a.jpg,x\n../sub/d.jpg,y\n"})
    assert len(loaded(opened(here, {"Csv": {"path": "tables/p.csv"}}))["train"]) == 2


def test_the_folder_of_the_pictures_lies_below_the_place_too(here: Path) -> None:
    error = refused(here, "image,label\na.jpg,x\nb.jpg,y\n", images="../elsewhere")
    assert error.message == f"the folder {here}/../elsewhere lies outside of {here}"
    error = refused(here, "image,label\na.jpg,x\nb.jpg,y\n", images="pictures")
    assert error.message == f"there is no folder {here}/pictures"


NUMBER = {"column": "label", "kind": "number"}
FLAGS = {"columns": ["label"], "kind": "multi_label"}
TAGS = {"column": "label", "kind": "multi_label"}


@pytest.mark.parametrize(
    ("row", "fields", "message"),
    [
        ("b.jpg", {}, "the row has 1 field, and the first line names 2 columns"),
        ("b.jpg,x,y", {}, "the row has 3 fields, and the first line names 2 columns"),
        ("b.jpg,", {}, "'label' is empty, and should be a class"),
        (
            "b.jpg,a\u2028b",
            {},
            "the class 'a b' in 'label' is no single line of at most 100 characters",
        ),
        (
            f"b.jpg,x|{'y' * 101}",
            {"label": TAGS},
            f"the class '{'y' * 59}…' in 'label' is no single line of at most 100 characters",
        ),
        (",x", {}, "'image' is empty, and should be a picture's path"),
        ("/b.jpg,x", {}, "/b.jpg is absolute"),
        ("~/b.jpg,x", {}, "~/b.jpg is absolute"),
        ("C:/b.jpg,x", {}, "C:/b.jpg is absolute"),
        ("\\\\host\\b.jpg,x", {}, "\\\\host\\b.jpg is absolute"),
        ("sub\\d.jpg,x", {}, "sub\\d.jpg has a backslash"),
        (
            "http://pets.test/b.jpg,x",
            {},
            "http://pets.test/b.jpg is an address, and pictures are files",
        ),
        ("b\0.jpg,x", {}, "'b\\u0000.jpg' is no path"),
        ("../b.jpg,x", {}, "../b.jpg leads outside of HERE"),
        ("out/b.jpg,x", {}, "out/b.jpg leads outside of HERE"),
        ("out.jpg,x", {}, "out.jpg leads outside of HERE"),
        ("./,x", {}, "'' is a folder"),
        ("sub/..,x", {}, "'sub/..' is a folder"),
        ("a.jpg,x", {}, "a.jpg stands in line 2 too"),
        ("sub/../a.jpg,x", {}, "sub/../a.jpg stands in line 2 too"),
        ("b.jpg,", {"label": NUMBER}, "'label' is empty, and should be a number"),
        ("b.jpg,many", {"label": NUMBER}, "'many' in 'label' is no number"),
        ("b.jpg,1_000", {"label": NUMBER}, "'1_000' in 'label' is no number"),
        ('b.jpg,"1,5"', {"label": NUMBER}, "'1,5' in 'label' is no number"),
        ("b.jpg,nan", {"label": NUMBER}, "'nan' in 'label' is no number"),
        ("b.jpg,-inf", {"label": NUMBER}, "'-inf' in 'label' is no number"),
        ("b.jpg,1e39", {"label": NUMBER}, "'1e39' in 'label' is too large for a float32"),
        ("b.jpg,2", {"label": FLAGS}, "'label' is '2', and should be 0 or 1"),
        ("b.jpg,", {"label": FLAGS}, "'label' is empty, and should be 0 or 1"),
        ("b.jpg,-1", {"label": "image", "weight": "label"}, "the weight -1 in 'label' is below 0"),
        (
            "b.jpg,",
            {"label": "image", "weight": "label"},
            "'label' is empty, and should be a number",
        ),
        (
            "b.jpg,",
            {"label": "image", "split": "label"},
            "'label' is empty, and should be the name of a split",
        ),
        (
            "b.jpg,a b",
            {"label": "image", "split": "label"},
            "'label' is 'a b', and should be the name of a split",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(
    here: Path, row: str, fields: dict[str, Any], message: str
) -> None:
    (here / "out").symlink_to(here.parent / "elsewhere")
    (here / "out.jpg").symlink_to(here.parent / "elsewhere" / "b.jpg")
    first = "train" if "split" in fields else "1"
    text = f'image,label\na.jpg,{first}\n"c.jpg","{first}"\n\n{row}\nsub/d.jpg,{first}\n'

    error = refused(here, text, **fields)

    assert error.message == f"p.csv:5: {message}".replace("HERE", str(here))


def test_lines_are_counted_as_editors_do(here: Path) -> None:
    text = 'image,note,label\r\na.jpg,"two\r\nlines",x\r\n\r\nb.jpg,"",\r\n'
    assert refused(here, text).message.startswith("p.csv:5: 'label' is empty")


def test_the_first_ten_mistakes_are_told_at_once_in_order_of_lines(here: Path) -> None:
    rows = [f"{name}.jpg,{'' if name % 2 else 'x'},-1" for name in range(12)]
    rows.append("13.jpg,x,1")

    error = refused(here, "\n".join(["image,label,w", *rows]), weight="w")

    first, *lines, last = error.message.splitlines()
    assert first == "p.csv has 18 mistakes"
    assert [line.split(": ")[0] for line in lines] == [
        f"p.csv:{number}" for number in (2, 3, 3, 4, 5, 5, 6, 7, 7, 8)
    ]
    assert last == "and 8 more"


def test_of_several_mistakes_the_hint_says_which_it_is_for(here: Path) -> None:
    error = refused(here, "image,label\na.jpg,\n/b.jpg,x\n")
    assert str(error.hint).startswith("line 3: write it relative to the table's folder")


def test_what_a_table_says_cannot_command_a_terminal(here: Path) -> None:
    error = refused(here, "image,label\na.jpg,x\n\x1b[2Jb\\.jpg,y\n")
    assert error.message == "p.csv:3: \\u001b[2Jb\\.jpg has a backslash"


@pytest.mark.parametrize(
    ("text", "fields", "message", "hint"),
    [
        ("", {}, "p.csv:1: the first line names no columns", "such as image"),
        (
            "image,label\n\n,\n",
            {},
            "p.csv has no rows below its first line",
            "it needs one a picture",
        ),
        ("images,label\na,x\n", {}, "p.csv:1: there is no column 'image'", "did you mean images?"),
        ("file,label\na,x\n", {}, "p.csv:1: there is no column 'image'", "it has file, label"),
        ("image,label\na,x\n", {"split": "part"}, "p.csv:1: there is no column 'part'", None),
        ("image,label,label\na,x,y\n", {}, "p.csv:1: two columns are called 'label'", None),
        (
            'image,label\na.jpg,x\nb.jpg,"y\nc.jpg,z\n',
            {},
            "p.csv:3: the row that begins here cannot be read: unexpected end of data",
            'look at its quotes: a quote within a field in quotes is written twice, ""',
        ),
        (
            f"image,label\na.jpg,{'x' * 1_000_000}\n",
            {},
            "p.csv:2: the line has 1,000,000 characters or more",
            "it is no table of pictures",
        ),
        (
            f"{'x' * 200_000}\na.jpg\n",
            {},
            "p.csv:1: the row that begins here cannot be read: field larger than field limit (131072)",
            None,
        ),
        (
            "image,label\na.jpg,café\n".encode("latin-1"),
            {},
            "p.csv is not UTF-8 text: invalid continuation byte, in line 1 or soon after",
            "save it as UTF-8, which spreadsheets call CSV UTF-8",
        ),
        (
            "image,label\na.jpg,x\nb.jpg,x\n",
            {},
            "p.csv has one class, x, and there is nothing to tell it from",
            None,
        ),
        (
            "image,label\na.jpg,cat\nb.jpg,Cat\n",
            {},
            "p.csv has two classes that differ by case only: Cat, cat",
            "write them alike, or rename one of the two",
        ),
        (
            "image,label\na.jpg,\nb.jpg,|\n",
            {"label": TAGS},
            "no image of p.csv has a class in 'label'",
            "add some",
        ),
        (
            "image,label,s\na.jpg,x,train\nb.jpg,y,train\nc.jpg,z,test\n",
            {"split": "s"},
            "the test images of p.csv have classes that train does not have: z",
            "train has x, y",
        ),
        (
            "image,label,s\na.jpg,x,Train\nb.jpg,y,test\n",
            {"split": "s"},
            "p.csv has no split train: it has Train, test",
            "write train for the images to learn from",
        ),
        (
            "image,label,w\na.jpg,x,0\nb.jpg,y,0\n",
            {"weight": "w"},
            "every image of p.csv that is trained on has the weight 0",
            None,
        ),
        (
            "image,label\nx/a.jpg,x\nx/b.jpg,y\n",
            {},
            "none of the pictures of p.csv is there: no file x/a.jpg in HERE",
            "if the paths are relative to another folder, name it: `images: FOLDER`, relative to the table's own",
        ),
    ],
)
def test_a_table_that_says_too_little_is_refused(
    here: Path, text: str | bytes, fields: dict[str, Any], message: str, hint: str | None
) -> None:
    error = refused(here, text, **fields)
    assert error.message == message.replace("HERE", str(here))
    assert hint is None or error.hint == hint


def test_a_picture_that_is_not_there_waits_for_the_look_at_the_files(here: Path) -> None:
    source = (
        opened(here, {"Csv": {"path": "p.csv"}})
        if (here / "p.csv").write_text("image,label\na.jpg,x\ngone.jpg,y\n")
        else None
    )
    assert source is not None
    assert [size >= 0 for size in source.files["train"].sizes] == [True, False]


def test_a_table_lies_below_the_place_and_is_a_file(here: Path) -> None:
    (here / "q.csv").mkdir()
    for path, message in {
        "q.csv": f"{here}/q.csv is a folder, not a file",
        "none.csv": f"there is no file {here}/none.csv",
        "../elsewhere": f"the folder {here}/../elsewhere lies outside of {here}",
    }.items():
        with pytest.raises(DataError) as raised:
            opened(here, {"Csv": {"path": path}})
        assert raised.value.message == message
    with pytest.raises(DataError, match="is a file, not a folder"):
        opened(here, {"ImageFolder": {"path": "a.jpg"}})


def one_a_picture(here: Path, header: str, rows: list[str]) -> str:
    """A table of as many pictures, which are there, as there are rows."""
    write(here, {f"{number}.jpg": b"picture" for number in range(len(rows))})
    return "\n".join([header, *(f"{number}.jpg{row}" for number, row in enumerate(rows))])


@pytest.mark.parametrize(
    ("values", "decimal"), [(["12.67", "3", "4"], "12.67"), (["1", "2,5", "3"], "2.5")]
)
def test_decimal_numbers_are_no_classes(here: Path, values: list[str], decimal: str) -> None:
    error = refused(here, one_a_picture(here, "image;label", [f";{value}" for value in values]))
    assert error.message == (
        f"p.csv: 'label' has numbers such as {decimal}, and classes are no decimal numbers"
    )
    assert error.hint == "for numbers to learn say {column: label, kind: number}"


def test_whole_numbers_and_numbers_among_names_are_classes(here: Path) -> None:
    for values in (["3", "4", "4"], ["1.0", "2.0", "2.0"], ["v1.5", "1.5", "x"]):
        text = one_a_picture(here, "image,label", [f",{value}" for value in values])
        names = table(here, text)["facts"]["label"].names
        assert names == tuple(sorted(set(values)))


@pytest.mark.parametrize(
    ("fields", "other"),
    [
        (["a;b", "b;a", "", "a"], ";"),
        (["a, b", "b, a", "b, c", "c"], ","),
        (["a b", "b a", "a", "b", "b a b"], " "),
    ],
)
def test_a_separator_that_is_another_is_named(here: Path, fields: list[str], other: str) -> None:
    text = one_a_picture(here, "image,tags", [f',"{field}"' for field in fields])
    error = refused(here, text, label={"column": "tags", "kind": "multi_label"})
    assert error.hint == f"say {{column: tags, kind: multi_label, separator: '{other}'}}"


def test_names_with_commas_or_spaces_are_not_parted_by_them(here: Path) -> None:
    places = ["Paris, France", "Rome, Italy", "Bern, Switzerland", "Bern, Switzerland"]
    text = one_a_picture(here, "image,tags", [f',"{place}"' for place in places])
    read = table(here, text, label={"column": "tags", "kind": "multi_label"})
    assert read["facts"]["label"].names == tuple(sorted(set(places)))


@pytest.mark.parametrize(
    ("rows", "fields", "message"),
    [
        ([",x", ",y", ",y"], {"weight": "label"}, "'x' in 'label' is no number"),
        ([",", ",", ","], {}, "'label' is empty, and should be a class"),
    ],
)
def test_what_is_wrong_with_every_row_is_told_once(
    here: Path, rows: list[str], fields: dict[str, Any], message: str
) -> None:
    error = refused(here, one_a_picture(here, "image,label", rows), **fields)
    assert error.message == f"p.csv:2: {message}, and every other row has the same mistake"


def test_paths_that_are_all_absolute_are_told_once_among_other_mistakes(here: Path) -> None:
    error = refused(here, "image,label\n/x/a.jpg,x\n/x/b.jpg,y\n/x/c.jpg,\n")
    assert error.message.splitlines() == [
        "p.csv has 2 mistakes",
        "p.csv:2: /x/a.jpg is absolute, and every other row has the same mistake",
        "p.csv:4: 'label' is empty, and should be a class",
    ]


def test_a_column_of_several_classes_or_none_is_seen(here: Path) -> None:
    error = refused(here, one_a_picture(here, "image,tags", [",a|b", ",b", ",", ","]), label="tags")
    assert error.hint is not None
    assert error.hint.endswith("say {column: tags, kind: multi_label}")


def test_a_picture_that_is_not_there_is_told_with_its_line_and_a_near_name(here: Path) -> None:
    write(here, {"cat.12.jpg": b"picture"})
    (here / "p.csv").write_text("image,label\na.jpg,x\nkatz.12.jpg,y\nkatz.13.jpg,y\n")

    images = loaded(opened(here, {"Csv": {"path": "p.csv"}}))["train"]

    assert isinstance(images, FileImages)
    assert images.absent == {
        1: "there is no such file, which p.csv:3 lists; did you mean cat.12.jpg?",
        2: "there is no such file, which p.csv:4 lists",
    }


def test_a_folder_of_pictures_that_is_misspelt_is_named(here: Path) -> None:
    error = refused(here, "image,label\nd.jpg,x\n", images="subb")
    assert error.hint == "did you mean sub?"


def test_bars_may_part_the_columns(here: Path) -> None:
    read = table(here, "image|label\na.jpg|x\nb.jpg|y\n")
    assert read["facts"]["label"].names == ("x", "y")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a.jpg,x\nb.jpg,y\n", "put a line above it that names the columns"),
        ("image:label\na.jpg:x\n", "a comma, semicolon, tab or | has to part the columns"),
    ],
)
def test_a_first_line_that_names_no_columns_is_seen(here: Path, text: str, hint: str) -> None:
    assert str(refused(here, text).hint).endswith(hint)
