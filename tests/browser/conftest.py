"""Pages opened in Chromium, which is driven by Playwright.

A file of tests here begins with `pytestmark = pytest.mark.browser` and asks for the fixture `opened`:

    def test_a_click_sorts_the_table(opened: Opener) -> None:
        page = opened(html, width=390, height=844, dark=True)
        page.get_by_role("button", name="Recall").click()

It writes the text to a file and gives Playwright's `Page` of it; its methods are described at playwright.dev/python.
`javascript=False` opens it without scripts, a path in place of the text opens that file, and each call is a page of its
own. The pages close with the test, which fails where one of them wrote an error or a warning to its console, where one
of its scripts raised, and where it asked for anything but its own file and `data:`. A test that means such a thing
takes the fixture `faults`, a list of sentences, looks at it, and clears it. What takes a moment is waited for with
Playwright's `expect`; `wait_for_function` does not work, because the pages forbid what it does.

With `NETSPEC_SCREENSHOTS=FOLDER` in the environment each page is drawn into that folder, whole, as its test leaves it.
The browser is the system's (`chromium`, `chromium-browser` or `google-chrome`); without one the tests skip.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Request

_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Nothing is drawn on a screen, and nobody is to be told anything.
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_WAIT = 10_000


class Opener(Protocol):
    """What opens a page: the fixture `opened`."""

    def __call__(
        self,
        html: str | Path,
        *,
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
        javascript: bool = True,
    ) -> Page:
        """A page of a text, or of a file, in a window of so many pixels."""


def _chromium() -> str | None:
    """Where the system's browser is; a name may stand for a note that it is to be installed."""
    for name in _NAMES:
        path = shutil.which(name)
        if path is None:
            continue
        done = subprocess.run([path, "--version"], capture_output=True, check=False, timeout=60)
        if done.returncode == 0 and b"Chrom" in done.stdout:
            return path
    return None


# Not for a whole session: while Playwright runs, nothing else in its thread can have an event loop.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The browser, which starts with the first test that needs it."""
    pytest.importorskip("playwright", reason="Playwright is not installed")
    path = _chromium()
    if path is None:
        pytest.skip(f"no browser is installed: none of {', '.join(_NAMES)} was found")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def faults() -> list[str]:
    """What the pages of a test did that they must not, in sentences."""
    return []


@pytest.fixture
def opened(
    browser: Browser, faults: list[str], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Opener]:
    """What opens a page, and holds it to staying within itself."""
    pages: list[Page] = []
    with ExitStack() as stack:

        def open_page(
            html: str | Path,
            *,
            width: int = 1280,
            height: int = 900,
            dark: bool = False,
            javascript: bool = True,
        ) -> Page:
            file = html if isinstance(html, Path) else tmp_path / f"page-{len(pages)}.html"
            if isinstance(html, str):
                file.write_text(html, encoding="utf-8")
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
                java_script_enabled=javascript,
            )
            stack.callback(context.close)
            context.set_default_timeout(_WAIT)
            page = context.new_page()
            _watch(page, file.as_uri(), faults)
            page.goto(file.as_uri())
            pages.append(page)
            return page

        yield open_page
        _draw(pages, request.node.name)
    assert faults == []


def _watch(page: Page, address: str, faults: list[str]) -> None:
    """Notes what a page does that it must not."""

    def asked(request: Request) -> None:
        if request.url.partition("#")[0] != address and not request.url.startswith("data:"):
            faults.append(f"it asked for {request.url}")

    def refused(request: Request) -> None:
        # What the page's own policy keeps it from is told by the console.
        if request.failure == "csp":
            faults.remove(f"it asked for {request.url}")

    page.on("request", asked)
    page.on("requestfailed", refused)
    page.on("pageerror", lambda error: faults.append(f"a script raised: {error.message}"))
    page.on(
        "console",
        lambda told: (
            faults.append(f"the console has a {told.type}: {told.text}")
            if told.type in {"error", "warning", "assert"}
            else None
        ),
    )


def _draw(pages: list[Page], test: str) -> None:
    folder = os.environ.get("NETSPEC_SCREENSHOTS")
    for number, page in enumerate(pages if folder else ()):
        name = f"{re.sub(r'[^A-Za-z0-9_-]+', '-', test)}-{number}.png"
        page.screenshot(path=Path(folder or "") / name, full_page=True)
