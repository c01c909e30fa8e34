"""Specs for the tests of pages, and what is read from a page."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from netspec.analysis import analyse

if TYPE_CHECKING:
    from pathlib import Path

    from netspec.graph.graph import Graph
    from netspec.spec.document import Document

RESIDUAL = """\
blocks:
    unit:
      params: {filters: 4, stride: 1}
      layers:
        - Conv2D: {filters: "${filters}", kernel_size: 3, strides: "${stride}", padding: same}
        - BatchNormalization
        - ReLU
    residual:
      layers:
        - unit: {repeat: 2}
        - Add: {inputs: [$input, unit]}
"""


def read(folder: Path, *layers: str, blocks: str = "") -> tuple[Document, Graph]:
    """A spec of these layers."""
    return analyse(written(folder / "small.yaml", *layers, blocks=blocks)).require()


def written(path: Path, *layers: str, blocks: str = "") -> Path:
    """A file with a spec of these layers."""
    lines = "".join(f"    - {layer}\n" for layer in layers)
    text = f"netspec: 1\nmodel:\n  input: [16, 16, 4]\n  {blocks}\n  layers:\n{lines}"
    path.write_text(text, encoding="utf-8")
    return path


class Page(HTMLParser):
    """A page's elements with their attributes, and its data blocks."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.said = ""
        self.feed(text)
        self.close()
        self.data: dict[str, Any] = {
            name: json.loads(block)
            for name, block in re.findall(
                r'<script type="application/json" id="([^"]+)">([^<]*)</script>', text
            )
        }

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said += data

    def ids(self) -> list[str]:
        """All ids, in order."""
        return [each["id"] or "" for _, each in self.elements if "id" in each]

    def links(self) -> list[str]:
        """What it leads to."""
        return [each["href"] or "" for tag, each in self.elements if tag == "a" and "href" in each]
