"""One file from the network: bounded in time and size, checked, in place whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import secrets
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from time import monotonic
from typing import IO, TYPE_CHECKING, Protocol
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from netspec.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONNECT_SECONDS = 10.0
STALL_SECONDS = 30.0
# 170 MB at 0.4 megabits a second.
TOTAL_SECONDS = 3600.0

_CHUNK = 1 << 18


class Progress(Protocol):
    """Is told how far a download has come."""

    def __call__(self, label: str, done: int, total: int | None, /) -> None:
        """Takes what is being fetched, the bytes had so far, and all of them where known."""


def ignore_progress(label: str, done: int, total: int | None, /) -> None:
    """Takes a report and does nothing."""


@dataclass(frozen=True, kw_only=True)
class RemoteFile:
    """A published file.

    Attributes:
        url: Where it is, `http` or `https`.
        size: Its exact size in bytes.
        md5: Its published MD5.
    """

    url: str
    size: int
    md5: str

    @property
    def name(self) -> str:
        """The file's own name."""
        return urlsplit(self.url).path.rpartition("/")[2]

    @property
    def host(self) -> str:
        """The host it is on."""
        return urlsplit(self.url).hostname or ""


def download(file: RemoteFile, target: Path, *, progress: Progress = ignore_progress) -> None:
    """Downloads a file to `target`, which then is the published file, or is as it was before.

    Proxies are taken from the environment, as urllib does. No answer within `CONNECT_SECONDS`, or
    nothing more for `STALL_SECONDS`, or not all of it within `TOTAL_SECONDS`, ends the attempt.

    Raises:
        DataError: The file could not be had, or is not the published one.
        OSError: It cannot be written.
    """
    begun = monotonic()
    with _answer(file.url) as answer, placed(target) as part, part.open("xb") as out:
        digest = hashlib.md5(usedforsecurity=False)
        done = 0
        progress(file.name, done, file.size)
        while chunk := _next(answer, file, done):
            done += len(chunk)
            if done > file.size:
                raise DataError(f"{file.name} is larger than its {file.size:,} bytes")
            out.write(chunk)
            digest.update(chunk)
            progress(file.name, done, file.size)
            if monotonic() - begun > TOTAL_SECONDS and done < file.size:
                raise DataError(
                    f"{file.name} did not come within {TOTAL_SECONDS:,g} s: "
                    f"{done:,} of {file.size:,} bytes did"
                )
        if done < file.size:
            raise DataError(f"{file.name} ended after {done:,} of {file.size:,} bytes")
        if digest.hexdigest() != file.md5:
            raise DataError(f"{file.name} has the MD5 {digest.hexdigest()}, not {file.md5}")
        out.flush()
        os.fsync(out.fileno())


@contextlib.contextmanager
def placed(target: Path) -> Iterator[Path]:
    """Gives a fresh path beside `target`, and renames it to `target` when all went well.

    After any exception, an interrupt too, the fresh file is removed and `target` is as it was.
    """
    part = target.with_name(f".{target.name}-{secrets.token_hex(4)}.part")
    try:
        yield part
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def one_line(text: object, *, limit: int = 200) -> str:
    """What a stranger said, fit for a message: printable, on one line, not long."""
    words = " ".join(str(text).split())
    printable = "".join(letter for letter in words if letter.isprintable())
    return printable if len(printable) <= limit else printable[: limit - 1] + "…"


class _StayOnTheWeb(request.HTTPRedirectHandler):
    """Follows a redirect only to http or https, and never from https back to http."""

    def redirect_request(  # noqa: PLR0913, PLR0917 - urllib's own signature
        self,
        req: request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> request.Request | None:
        """Refuses what leaves the web, leaves the rest to urllib."""
        allowed = {"https"} if req.type == "https" else {"http", "https"}
        if urlsplit(newurl).scheme not in allowed:
            fp.close()
            raise URLError(f"redirected to {newurl}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> request.OpenerDirector:
    # Built by hand: urllib's own opener also reads file:, ftp: and data:.
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler(),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.HTTPDefaultErrorHandler(),
        request.HTTPErrorProcessor(),
        _StayOnTheWeb(),
        request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    opener.addheaders = [("User-Agent", "netspec")]
    return opener


def _answer(url: str) -> http.client.HTTPResponse:
    """Opens a URL within `CONNECT_SECONDS`, however long names, addresses and proxies take.

    A socket's time-out holds for each address alone and not for looking the name up, so that the
    opening runs in a thread of its own, which is left behind when it takes too long.
    """
    future: Future[http.client.HTTPResponse] = Future()
    too_late = threading.Event()

    def work() -> None:
        try:
            answer = _opener().open(url, timeout=STALL_SECONDS)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
            future.set_exception(error)
            return
        future.set_result(answer)
        if too_late.is_set():
            answer.close()

    threading.Thread(target=work, name="netspec-open", daemon=True).start()
    try:
        return future.result(CONNECT_SECONDS)
    except TimeoutError as error:
        if future.done():  # the time-out was a socket's own
            raise DataError(f"no answer ({one_line(error)})") from error
        too_late.set()
        raise DataError(f"no answer within {CONNECT_SECONDS:g} s") from error
    except HTTPError as error:
        error.close()
        raise DataError(f"HTTP {error.code} {one_line(error.reason)} for {url}") from error
    except URLError as error:
        raise DataError(f"no connection ({one_line(error.reason)})") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DataError(f"no connection ({one_line(error) or type(error).__name__})") from error
    except BaseException:
        too_late.set()
        raise


def _next(answer: http.client.HTTPResponse, file: RemoteFile, done: int) -> bytes:
    try:
        return answer.read1(_CHUNK)
    except TimeoutError as error:
        raise DataError(
            f"{file.name} stalled after {done:,} of {file.size:,} bytes: "
            f"nothing more for {STALL_SECONDS:g} s"
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise DataError(
            f"{file.name} broke off after {done:,} of {file.size:,} bytes ({one_line(error)})"
        ) from error
