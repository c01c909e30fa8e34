"""Downloads from a server that behaves, and from servers that do not."""

from __future__ import annotations

import contextlib
import io
import itertools
import socket
import time
from http.client import HTTPMessage
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import Request

import pytest

from netspec.data.named import fetch
from netspec.data.named.fetch import RemoteFile, download
from netspec.errors import DataError
from tests.data.conftest import Server, redirected, stalled, truncated, whole
from tests.data.tiny import md5

if TYPE_CHECKING:
    from pathlib import Path

CONTENTS = bytes(range(256)) * 4_000


def remote(url: str, contents: bytes = CONTENTS) -> RemoteFile:
    return RemoteFile(url=f"{url}/file.gz", size=len(contents), md5=md5(contents))


def refused(file: RemoteFile, target: Path) -> str:
    """The message of a download that must fail and leave everything as it was."""
    target.write_bytes(b"old")
    with pytest.raises(DataError) as caught:
        download(file, target)
    assert target.read_bytes() == b"old"
    assert list(target.parent.iterdir()) == [target]
    return caught.value.message


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder / "file.gz"


def test_a_file_arrives_whole_and_progress_is_told(server: Server, target: Path) -> None:
    server.answers["/file.gz"] = whole(CONTENTS)
    told: list[tuple[str, int, int | None]] = []
    download(remote(server.url), target, progress=lambda *report: told.append(report))
    assert target.read_bytes() == CONTENTS
    assert told[0] == ("file.gz", 0, len(CONTENTS))
    assert told[-1] == ("file.gz", len(CONTENTS), len(CONTENTS))
    assert list(target.parent.iterdir()) == [target]


def test_a_missing_file_is_named_with_its_status(server: Server, target: Path) -> None:
    assert "HTTP 404" in refused(remote(server.url), target)


def test_a_wrong_checksum_is_refused(server: Server, target: Path) -> None:
    server.answers["/file.gz"] = whole(CONTENTS[::-1])
    assert "MD5" in refused(remote(server.url), target)


def test_a_truncated_body_is_refused(server: Server, target: Path) -> None:
    server.answers["/file.gz"] = truncated(CONTENTS, 70_000)
    assert "70,000 of 1,024,000" in refused(remote(server.url), target)


def test_a_body_larger_than_the_file_is_not_written_to_its_end(
    server: Server, target: Path
) -> None:
    server.answers["/file.gz"] = whole(CONTENTS * 3)
    assert "larger" in refused(remote(server.url), target)


def test_a_stalled_body_ends_after_the_stall_time(
    server: Server, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "STALL_SECONDS", 0.3)
    server.answers["/file.gz"] = stalled(CONTENTS, 5_000, server.stop)
    started = time.monotonic()
    assert "stalled" in refused(remote(server.url), target)
    assert time.monotonic() - started < 5


def test_a_body_that_drips_ends_after_the_whole_time(
    server: Server, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = itertools.count(step=3600)
    monkeypatch.setattr(fetch, "monotonic", lambda: float(next(hours)))
    server.answers["/file.gz"] = whole(CONTENTS)
    assert "did not come within 3,600 s" in refused(remote(server.url), target)


def test_a_host_that_says_nothing_ends_after_the_connect_time(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "CONNECT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        started = time.monotonic()
        assert "no answer within 0.3 s" in refused(remote(url), target)
        assert time.monotonic() - started < 5


def test_a_name_that_takes_long_to_look_up_ends_after_the_connect_time(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object, **__: object) -> None:
        time.sleep(1)
        raise socket.gaierror("never")

    monkeypatch.setattr(fetch, "CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(socket, "getaddrinfo", slow)
    started = time.monotonic()
    assert "no answer within" in refused(remote("http://slow.invalid"), target)
    assert time.monotonic() - started < 0.9


def test_a_dead_port_is_told_at_once(target: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    started = time.monotonic()
    assert "no connection" in refused(remote(f"http://127.0.0.1:{port}"), target)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("scheme", ["file", "ftp", "data"])
def test_only_the_web_is_opened(scheme: str, target: Path) -> None:
    assert "no connection" in refused(remote(f"{scheme}:///etc"), target)


@pytest.mark.parametrize("place", ["file:///etc/hostname", "ftp://127.0.0.1/file.gz"])
def test_a_redirect_off_the_web_is_not_followed(server: Server, target: Path, place: str) -> None:
    server.answers["/file.gz"] = redirected(place)
    assert place in refused(remote(server.url), target)


def test_a_redirect_from_https_to_http_is_not_followed() -> None:
    asked = Request("https://safe.invalid/file.gz")
    headers = HTTPMessage()
    with pytest.raises(URLError, match=r"redirected to http://"):
        fetch._StayOnTheWeb().redirect_request(
            asked, io.BytesIO(), 302, "Found", headers, "http://unsafe.invalid/file.gz"
        )


def test_a_redirect_on_the_web_is_followed(server: Server, target: Path) -> None:
    server.answers["/file.gz"] = redirected(f"{server.url}/other")
    server.answers["/other"] = whole(CONTENTS)
    download(remote(server.url), target)
    assert target.read_bytes() == CONTENTS


def test_a_proxy_of_the_environment_is_used(
    server: Server, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("http_proxy", server.url)
    server.answers["http://far.invalid/file.gz"] = whole(CONTENTS)
    download(remote("http://far.invalid"), target)
    assert server.asked == ["http://far.invalid/file.gz"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, RuntimeError])
def test_an_interruption_leaves_nothing_behind(
    server: Server, target: Path, error: type[BaseException]
) -> None:
    server.answers["/file.gz"] = whole(CONTENTS)

    def interrupt(_label: str, done: int, _total: int | None, /) -> None:
        if done:
            raise error

    with contextlib.suppress(error):
        download(remote(server.url), target, progress=interrupt)
    assert list(target.parent.iterdir()) == []


def test_what_a_server_says_cannot_reach_the_terminal_as_control_codes() -> None:
    assert fetch.one_line("a\x1b[31m\nb" + "x" * 300).startswith("a[31m bx")
    assert len(fetch.one_line("x" * 300)) == 200
