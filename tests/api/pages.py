"""The Python that pages for users show."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(import netspec\n.*?)^```$", re.MULTILINE | re.DOTALL)


def shown(page: str) -> list[str]:
    """The blocks of a page that use netspec."""
    return BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
