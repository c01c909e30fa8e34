"""One editor: what it has open, when a text is looked at, and what is answered."""

from __future__ import annotations

import asyncio
import functools
import logging
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from pygls import uris

from netspec.errors import UsageError
from netspec.extension import Plugins
from netspec.lsp.actions import actions
from netspec.lsp.completion import completion
from netspec.lsp.definition import definition, references
from netspec.lsp.diagnostics import diagnostics
from netspec.lsp.documents import OpenDocument, find_out
from netspec.lsp.hover import hover
from netspec.lsp.inlay import inlay_hints
from netspec.lsp.positions import Units
from netspec.lsp.symbols import symbols
from netspec.project import FILE as PROJECT_FILE
from netspec.project import Project, read_project
from netspec.source.decode import MAX_FILE_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable

    from pygls.lsp.server import LanguageServer

    from netspec.lsp.documents import Known

# How long nobody types before a text is looked at.
_PAUSE = 0.15
_WATCHED = ("**/*.yaml", "**/*.yml", f"**/{PROJECT_FILE}")

Result = TypeVar("Result")
LOG = logging.getLogger("netspec.lsp")


@dataclass
class Session:
    """One editor and what it has open.

    Attributes:
        server: Speaks the protocol.
        documents: What is open, by address.
        units: How columns are counted.
        folder: The workspace's.
        project: What its pyproject.toml says.
        plugins: The plugins that that enables.
        ended: Whether the editor has asked to end.
    """

    server: LanguageServer
    documents: dict[str, OpenDocument] = field(default_factory=dict)
    units: Units = field(default_factory=Units)
    folder: Path | None = None
    project: Project = field(default_factory=Project)
    plugins: Plugins = field(default_factory=Plugins)
    ended: bool = False
    _waiting: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _shown: set[str] = field(default_factory=set)
    # One text at a time: what is newer waits, and takes the place of what has waited.
    _worker: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(max_workers=1))

    # The life of the server.

    def initialize(self, params: types.InitializeParams) -> None:
        """Takes the workspace's folder."""
        folders = params.workspace_folders or []
        root = folders[0].uri if folders else params.root_uri
        path = uris.to_fs_path(root) if root else params.root_path
        self.folder = Path(path) if path else None

    def initialized(self, params: types.InitializedParams) -> None:
        """Asks to be told of files that change, and reads the settings."""
        del params
        agreed = self.server.server_capabilities.position_encoding
        self.units = Units(agreed or types.PositionEncodingKind.Utf16)
        self._read_project()
        watching = self._capability("workspace", "did_change_watched_files", "dynamic_registration")
        if watching:
            watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
            self.server.client_register_capability(
                types.RegistrationParams(
                    [
                        types.Registration(
                            id="netspec-files",
                            method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                            register_options=types.DidChangeWatchedFilesRegistrationOptions(
                                watchers
                            ),
                        )
                    ]
                )
            )

    def shutdown(self, params: None) -> None:
        """Looks at nothing any more."""
        del params
        self.ended = True
        for task in self._waiting.values():
            task.cancel()
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _read_project(self) -> None:
        """Reads the workspace's pyproject.toml; without a workspace, that of the working directory."""
        try:
            self.project = read_project(self.folder)
            self.plugins = Plugins()
            if self.project.plugins:
                from netspec.plugins.loading import load_plugins

                self.plugins = load_plugins(self.project.plugins)
                told = ", ".join(f"{each} ({each.origin})" for each in self.plugins.each)
                LOG.info("plugins: %s", told)
        except UsageError as error:
            self._show(error.message if error.hint is None else f"{error.message}\n{error.hint}")

    # Documents.

    def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """Looks at a document."""
        given = params.text_document
        self.documents[given.uri] = OpenDocument(given.uri, given.text, given.version)
        self._look_at_all_on(self.documents[given.uri], pause=0)

    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """Looks at a document anew, once nobody types."""
        document = self.documents.get(params.text_document.uri)
        if document is not None:
            for change in params.content_changes:
                document.change(change.text, params.text_document.version)
            self._look_at_all_on(document, pause=_PAUSE)

    def closed(self, params: types.DidCloseTextDocumentParams) -> None:
        """Forgets a document; what is on the disk counts for those that build on it."""
        document = self.documents.pop(params.text_document.uri, None)
        if document is None:
            return
        waiting = self._waiting.pop(document.uri, None)
        if waiting is not None:
            waiting.cancel()
        self._publish(document, [])
        self._look_at_all_on(document, pause=_PAUSE)

    def files_changed(self, params: types.DidChangeWatchedFilesParams) -> None:
        """Looks at what depends on files that changed on the disk."""
        paths = {Path(path) for each in params.changes if (path := uris.to_fs_path(each.uri))}
        if any(path.name == PROJECT_FILE for path in paths):
            self._read_project()
            for document in self.documents.values():
                self._look_at(document, pause=_PAUSE)
        changed = {path.resolve() for path in paths}
        for document in self.documents.values():
            if document.known is not None and document.known.seen & changed:
                self._look_at(document, pause=_PAUSE)

    def _look_at_all_on(self, changed: OpenDocument, *, pause: float) -> None:
        """Looks at a document, if it is open, and at what builds on it."""
        path = changed.path.resolve()
        for document in list(self.documents.values()):
            builds_on = document.known is not None and path in document.known.seen
            if document is changed or builds_on:
                self._look_at(document, pause=pause)

    def _look_at(self, document: OpenDocument, *, pause: float) -> None:
        waiting = self._waiting.pop(document.uri, None)
        if waiting is not None:
            waiting.cancel()
        if self.ended:
            return
        task = asyncio.get_running_loop().create_task(self._find_out(document, pause))
        self._waiting[document.uri] = task

    async def _find_out(self, document: OpenDocument, pause: float) -> None:
        """Analyses a document beside the requests, and tells what was found; is cancelled when it has changed."""
        await asyncio.sleep(pause)
        text, version_then, texts = document.text, document.version, self._texts()
        try:
            work = functools.partial(self.in_force, find_out, document, text, texts)
            loop = asyncio.get_running_loop()
            known = await loop.run_in_executor(self._worker, copy_context().run, work)
        except UsageError as error:
            LOG.warning("%s: %s", document.uri, error)
            return
        except Exception as error:  # noqa: BLE001 - what is wrong with one text must not end the others'
            self._tell_defect(document, error)
            return
        now = self._texts()
        if known is not None and any(texts.get(path) != now.get(path) for path in known.seen):
            self._look_at(document, pause=0)  # a base has changed
            return
        self._tell(document, known, version_then)

    def _texts(self) -> dict[Path, str]:
        """What is open, by path without links."""
        return {each.path.resolve(): each.text for each in self.documents.values()}

    def _tell_defect(self, document: OpenDocument, error: Exception) -> None:
        plugin = self.plugins.at_fault(error)
        whose = "netspec" if plugin is None else f"the plugin {plugin}"
        LOG.error("internal error: this is a defect of %s, not of the spec", whose, exc_info=error)
        self._show(f"netspec lsp: internal error, a defect of {whose}: {error}")
        self._publish(document, [], document.version)

    def _tell(self, document: OpenDocument, known: Known | None, version_then: int | None) -> None:
        if known is None:
            document.known = document.whole = None
            self._publish(document, [], version_then)
            return
        document.learn(known)
        self._publish(document, diagnostics(document, known, self.units), version_then)
        if self._capability("workspace", "inlay_hint", "refresh_support"):
            self.server.workspace_inlay_hint_refresh(None)

    def _publish(
        self,
        document: OpenDocument,
        found: list[types.Diagnostic],
        version_then: int | None = None,
    ) -> None:
        self.server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(document.uri, found, version_then)
        )

    def _show(self, message: str) -> None:
        """Tells the user of a mistake that is not the spec's, once."""
        if message in self._shown:
            return
        self._shown.add(message)
        self.server.window_show_message(types.ShowMessageParams(types.MessageType.Error, message))

    def _capability(self, *names: str) -> bool:
        """Whether the editor says that it can do something."""
        found: Any = self.server.client_capabilities
        for name in names:
            found = getattr(found, name, None)
        return bool(found)

    # Requests.

    def hover(self, params: types.HoverParams) -> types.Hover | None:
        """What stands at a position."""
        document = self._spec(params.text_document)
        return None if document is None else hover(document, params.position, self.units)

    def definition(self, params: types.DefinitionParams) -> types.Location | None:
        """Where what stands at a position is defined."""
        document = self._spec(params.text_document)
        return None if document is None else definition(document, params.position, self.units)

    def references(self, params: types.ReferenceParams) -> list[types.Location]:
        """Where what stands at a position is used."""
        document = self._spec(params.text_document)
        if document is None:
            return []
        with_definition = params.context.include_declaration
        return references(document, params.position, self.units, with_definition=with_definition)

    def completion(self, params: types.CompletionParams) -> list[types.CompletionItem]:
        """What can be typed at a position."""
        document = self._spec(params.text_document)
        if document is None:
            return []
        snippets = self._capability(
            "text_document", "completion", "completion_item", "snippet_support"
        )
        return completion(document, params.position, self.units, snippets=snippets)

    def inlay_hints(self, params: types.InlayHintParams) -> list[types.InlayHint]:
        """What the layers in a range give."""
        document = self._spec(params.text_document)
        return [] if document is None else inlay_hints(document, params.range, self.units)

    def actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """What can be done about what was found in a range."""
        document = self._spec(params.text_document)
        return [] if document is None else actions(document, params.range, self.units)

    def symbols(self, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        """The sections, blocks and layers."""
        document = self._spec(params.text_document)
        return [] if document is None else symbols(document, self.units)

    def _spec(self, identifier: types.TextDocumentIdentifier) -> OpenDocument | None:
        document = self.documents.get(identifier.uri)
        if document is None or len(document.text) > MAX_FILE_SIZE:
            return None
        return document if document.is_spec else None

    def in_force(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Does something under the workspace's settings, with its plugins."""
        with self.project.settings.enabled(), self.plugins.enabled():
            return work(*arguments)
