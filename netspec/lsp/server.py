"""The server: which feature answers which request, and how it is started."""

from __future__ import annotations

import logging
import os
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from netspec.lsp.session import LOG, Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

Result = TypeVar("Result")


def make_session() -> Session:
    """A server that waits for an editor."""
    server = LanguageServer(
        "netspec",
        version("netspec-keras"),
        # Whole texts: pygls counts lines otherwise than the protocol does.
        text_document_sync_kind=types.TextDocumentSyncKind.Full,
    )
    session = Session(server)
    features: dict[str, Callable[[Any], Any]] = {
        types.INITIALIZE: session.initialize,
        types.INITIALIZED: session.initialized,
        types.SHUTDOWN: session.shutdown,
        types.TEXT_DOCUMENT_DID_OPEN: session.opened,
        types.TEXT_DOCUMENT_DID_CHANGE: session.changed,
        types.TEXT_DOCUMENT_DID_CLOSE: session.closed,
        types.WORKSPACE_DID_CHANGE_WATCHED_FILES: session.files_changed,
        types.TEXT_DOCUMENT_HOVER: session.hover,
        types.TEXT_DOCUMENT_DEFINITION: session.definition,
        types.TEXT_DOCUMENT_REFERENCES: session.references,
        types.TEXT_DOCUMENT_COMPLETION: session.completion,
        types.TEXT_DOCUMENT_INLAY_HINT: session.inlay_hints,
        types.TEXT_DOCUMENT_CODE_ACTION: session.actions,
        types.TEXT_DOCUMENT_DOCUMENT_SYMBOL: session.symbols,
    }
    options: dict[str, Any] = {
        types.TEXT_DOCUMENT_COMPLETION: types.CompletionOptions(
            trigger_characters=[" ", ":", "{", "[", "$", "."]
        ),
        types.TEXT_DOCUMENT_CODE_ACTION: types.CodeActionOptions(
            code_action_kinds=[types.CodeActionKind.QuickFix]
        ),
    }
    for name, method in features.items():
        server.feature(name, options.get(name))(_under_settings(session, method))
    return session


def _under_settings(session: Session, method: Callable[[Any], Result]) -> Callable[[Any], Result]:
    def answer(params: Any = None) -> Result:
        return session.in_force(method, params)

    return answer


def serve() -> int:
    """Serves the editor at standard input and output until it is done; gives the exit status.

    Whatever else prints, a plugin perhaps, does so to standard error.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")
    LOG.setLevel(logging.INFO)
    sys.stdout.flush()
    channel: BinaryIO = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    session = make_session()
    session.server.start_io(stdout=channel)
    return 0 if session.ended else 1
