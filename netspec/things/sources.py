"""Where images come from, beside the data sets that go by a name."""

from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import Annotated, ClassVar

from netspec.fields import Mismatch, Problem, Text, Thing, required
from netspec.wording import short


@dataclass(frozen=True)
class _RelativePath(Text):
    """A path that says the same on every machine."""

    what: str = "a path relative to the spec, such as data/pets"
    pattern: str = r"^(?![~/]|[A-Za-z]:)[^\x00-\x1f\x7f\\]{1,1000}$"

    def read(self, value: object) -> str:
        """The path."""
        if isinstance(value, str) and (value[:1] in {"~", "/"} or PureWindowsPath(value).drive):
            hint = "write it relative to the spec, or relative to a folder named with --data-root"
            message = f"takes {self.words}, and '{short(value)}' is absolute"
            raise Mismatch(Problem(message, hint, of_field=True))
        if isinstance(value, str) and "\\" in value:
            raise self.mismatch(value, hint="write / between folders")
        return super().read(value)


class DataSource(Thing):
    """Where a plugin's images come from.

    Attributes:
        opener: Where the function is that opens it, ``module:name``. It takes this thing, and a function that
            says where a path of the spec leads; it gives a `netspec.data.source.ImageSource`.
    """

    opener: ClassVar[str]


class ImageFolder(Thing):
    """Pictures in folders: one folder a class, or `train`, `validation` and `test` with such folders each."""

    path: Annotated[str, _RelativePath()] = required(
        "The folder, relative to the spec's own or to the one that --data-root names."
    )
