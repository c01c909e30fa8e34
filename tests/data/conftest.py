from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from netspec.data.named import supplies as sources
from netspec.things import datasets

if TYPE_CHECKING:
    from pathlib import Path

    from tests.data.tiny import Tiny

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A web server on the loopback device; `answers` maps paths to what is done with a request."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.stop = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                with contextlib.suppress(ConnectionError):
                    outer.answers.get(self.path, not_found)(self)

            def log_message(self, *words: object) -> None:
                """Stays silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def offer(self, files: dict[str, bytes]) -> None:
        for name, contents in files.items():
            self.answers[f"/{name}"] = whole(contents)

    def close(self) -> None:
        self.stop.set()
        self._server.shutdown()
        self._server.server_close()


def not_found(handler: BaseHTTPRequestHandler) -> None:
    handler.send_error(404)


def whole(contents: bytes) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(contents)))
        handler.end_headers()
        handler.wfile.write(contents)

    return answer


def truncated(contents: bytes, keep: int) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(contents)))
        handler.end_headers()
        handler.wfile.write(contents[:keep])

    return answer


def stalled(contents: bytes, keep: int, stop: threading.Event) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        truncated(contents, keep)(handler)
        handler.wfile.flush()
        stop.wait(20)

    return answer


def redirected(target: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", target)
        handler.end_headers()

    return answer


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the machine's cache, data, proxies or npm."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / "cache" / name)
    monkeypatch.delenv("NETSPEC_DATA", raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))


@pytest.fixture
def cache_folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "netspec" / "datasets"


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts a tiny data set in the place of the real one of its name."""

    def register(tiny: Tiny, *, base: str | None = None) -> None:
        supply = tiny.at(base) if base else tiny.supply
        monkeypatch.setitem(datasets.DATASETS, tiny.dataset.name, tiny.dataset)
        monkeypatch.setitem(sources.SUPPLIES, tiny.dataset.name, supply)

    return register


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], None]:
    """Puts a Python program called `npm` on the path."""

    def write(code: str) -> None:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        (folder / "npm").write_text(f"#!{sys.executable} -S\nimport sys\n{code}\n")
        (folder / "npm").chmod(0o755)

    return write


@pytest.fixture
def npm(script: Callable[[str], None], tmp_path: Path) -> Callable[[bytes], None]:
    """Puts an `npm` on the path that packs what it is given."""

    def give(package: bytes) -> None:
        kept = tmp_path / "registry.bin"
        kept.write_bytes(package)
        script(
            "from pathlib import Path\n"
            "Path('arguments.txt').write_text(' '.join(sys.argv[1:]))\n"
            f"Path('some-package.tgz').write_bytes(Path({str(kept)!r}).read_bytes())\n"
            "print('some-package.tgz')"
        )

    return give
