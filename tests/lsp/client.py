"""An editor that speaks to a real language server, `netspec lsp` as a rule, a message at a time."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

SECONDS = 30
CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}},
    "workspace": {
        "inlayHint": {"refreshSupport": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
}
Message = dict[str, Any]
Place = tuple[int, int]
CURSOR = "‸"
NETSPEC = (sys.executable, "-m", "netspec", "lsp")


def marked(text: str) -> tuple[str, Place]:
    """A text without its cursor, and where that stands, in the protocol's units."""
    before, _, after = text.partition(CURSOR)
    *lines, last = before.replace("\r\n", "\n").split("\n")
    return before + after, (len(lines), len(last.encode("utf-16-le")) // 2)


def apply(text: str, edits: list[Message]) -> str:
    """A text with edits in it."""
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda each: _order(each["range"]["start"]), reverse=True):
        start, end = edit["range"]["start"], edit["range"]["end"]
        before = _units(lines[start["line"]])[: 2 * start["character"]].decode("utf-16-le")
        after = _units(lines[end["line"]])[2 * end["character"] :].decode("utf-16-le")
        new = (before + edit["newText"] + after).split("\n")
        lines[start["line"] : end["line"] + 1] = new
    return "\n".join(lines)


def _units(line: str) -> bytes:
    return line.encode("utf-16-le")


def _order(position: Message) -> Place:
    return position["line"], position["character"]


class Editor:
    """One editor with its server; `with` starts the server and ends it."""

    def __init__(
        self,
        folder: Path,
        *,
        capabilities: Mapping[str, Any] = CAPABILITIES,
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] = NETSPEC,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self.folder = folder
        self.settings = settings or {}
        self.capabilities = capabilities
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
            cwd=folder,
        )
        self.messages: queue.Queue[Message | None] = queue.Queue()
        self.seen: list[Message] = []
        self.errors: list[str] = []
        self.number = 0
        self.versions: dict[str, int] = {}
        self.answer: Message = {}
        self.readers = [
            threading.Thread(target=target, daemon=True)
            for target in (self._read, self._read_errors)
        ]
        for reader in self.readers:
            reader.start()

    def __enter__(self) -> Self:
        try:
            self.begin()
        except BaseException:
            self.process.kill()
            self.gone()
            raise
        return self

    def begin(self) -> None:
        """Agrees with the server on what both can do."""
        self.answer = self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": self.folder.as_uri(),
                "workspaceFolders": [{"uri": self.folder.as_uri(), "name": "work"}],
                "capabilities": self.capabilities,
            },
        )
        self.notify("initialized", {})

    def __exit__(self, *_: object) -> None:
        try:
            if self.process.poll() is None:
                self.end()
        finally:
            self.process.kill()
            self.gone()

    def end(self) -> int:
        """Says goodbye; gives the exit status."""
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.gone()

    def gone(self) -> int:
        """Waits until the server has ended; gives the exit status."""
        status = self.process.wait(SECONDS)
        for reader in self.readers:
            reader.join(SECONDS)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        return status

    # Documents.

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str, *, on_disk: bool = False) -> list[Message]:
        """Opens a document; gives what is found in it."""
        if on_disk:
            (self.folder / name).write_text(text, encoding="utf-8", newline="")
        self.open_silently(name, text)
        return self.found(name)

    def open_silently(self, name: str, text: str) -> None:
        self.versions[name] = 1
        document = {"uri": self.uri(name), "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, name: str, text: str) -> list[Message]:
        """Replaces a document's text; gives what is found in it."""
        self.change_silently(name, text)
        return self.found(name)

    def change_silently(self, name: str, text: str) -> None:
        self.versions[name] += 1
        document = {"uri": self.uri(name), "version": self.versions[name]}
        self.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]}
        )

    def close(self, name: str) -> list[Message]:
        """Closes a document; gives what is told of it then."""
        self.notify("textDocument/didClose", {"textDocument": {"uri": self.uri(name)}})
        return self.found(name, version=None)

    def found(self, name: str, *, version: int | None = -1) -> list[Message]:
        """The findings that are told of a document's version, the present one without."""
        wanted = self.versions[name] if version == -1 else version

        def is_it(message: Message) -> bool:
            params = message.get("params", {})
            is_here: bool = params["uri"] == self.uri(name)
            return is_here and params.get("version") == wanted

        told = self.wait("textDocument/publishDiagnostics", is_it)
        found: list[Message] = told["params"]["diagnostics"]
        return found

    def asked(self, feature: str, name: str, place: Place, **more: object) -> Any:
        """What the server says of a position in a document."""
        return self.request(f"textDocument/{feature}", {**self.at(name, place), **more})

    def at(self, name: str, place: Place) -> Message:
        """What a request about a position says."""
        line, character = place
        position = {"line": line, "character": character}
        return {"textDocument": {"uri": self.uri(name)}, "position": position}

    def hints(self, name: str, first: int = 0, last: int = 100_000) -> dict[int, str]:
        """The inlay hints of some lines, by line."""
        stretch = {
            "start": {"line": first, "character": 0},
            "end": {"line": last, "character": 0},
        }
        asked = {"textDocument": {"uri": self.uri(name)}, "range": stretch}
        found = self.request("textDocument/inlayHint", asked)
        return {each["position"]["line"]: each["label"] for each in found}

    # Messages.

    def notify(self, method: str, params: object) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def request(self, method: str, params: object) -> Any:
        """Asks for something; gives the answer."""
        answer = self.ask(method, params)
        assert "error" not in answer, answer
        return answer["result"]

    def ask(self, method: str, params: object) -> Message:
        """Asks for something; gives the answer as it comes, an error among them."""
        self.number += 1
        number = self.number
        self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return self._take(lambda each: each.get("id") == number and "method" not in each)

    def wait(self, method: str, is_it: Callable[[Message], bool] = lambda _: True) -> Message:
        """Waits for a message of the server's; what it said before counts, each once."""
        return self._take(lambda each: each.get("method") == method and is_it(each))

    def _take(self, is_it: Callable[[Message], bool]) -> Message:
        for before in self.seen:
            if is_it(before):
                self.seen.remove(before)
                return before
        while True:
            try:
                message = self.messages.get(timeout=SECONDS)
            except queue.Empty:
                pytest.fail(f"no answer; {self.seen}; {''.join(self.errors)}")
            assert message is not None, "".join(self.errors)
            if is_it(message):
                return message
            self.seen.append(message)

    def _send(self, message: Message) -> None:
        assert self.process.stdin is not None
        data = json.dumps(message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
        self.process.stdin.flush()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while header := stream.readline():
            name, _, value = header.decode().partition(":")
            assert name == "Content-Length", header  # nothing else may stand there
            while stream.readline().strip():
                pass
            message = json.loads(stream.read(int(value)))
            if "method" in message and "id" in message:  # the server asks
                answer = {"jsonrpc": "2.0", "id": message["id"], "result": self._told(message)}
                with suppress(OSError, ValueError):  # this editor may be gone
                    self._send(answer)
            self.messages.put(message)
        self.messages.put(None)

    def _told(self, question: Message) -> Any:
        if question["method"] != "workspace/configuration":
            return None
        return [self.settings.get(item.get("section")) for item in question["params"]["items"]]

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.errors.append(line.decode(errors="replace"))
