"""HTTP at the socket: the deadline and the bounds of headers, which uvicorn leaves to a proxy.

Without this, a connection that says nothing, or a byte a second, stays open for ever. The parent
class belongs to uvicorn's implementation: tests/server/test_sockets.py tells when it changes.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from changetrack_server.answers import refuse
from changetrack_server.errors import EndpointError
from changetrack_server.logs import note
from changetrack_server.recording import new_request_id
from changetrack_server.responses import ENVELOPE

if TYPE_CHECKING:
    import asyncio

    from changetrack_server.settings import Settings

__all__ = ["BoundedProtocol"]

# How long a client whose request was refused may go on sending before it is cut off: a connection
# that is closed on unread data is reset, and the answer is lost with it.
_LINGER_SECONDS = 1.0


class _RefusedError(Exception):
    """Ends the parsing of a request; the parser makes an error of its own of it."""


class BoundedProtocol(HttpToolsProtocol):
    """Takes requests whose headers arrive in time and in bounds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **kwargs)
        self._settings: Settings = self.config.loaded_app.state.services.settings
        self._reason = "malformed_http"
        self._header_bytes = 0
        self._is_in_body = False
        self._is_refused = False
        # One deadline at a time: for headers, or for the rest of a body that nobody wants.
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock: the first request must come soon."""
        super().connection_made(transport)
        self._expect(self._settings.header_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._expect(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what arrived, unless it is too much before the end of the headers."""
        if self._is_refused:
            return
        if not self._is_in_body:
            self._header_bytes += len(data)
            # Blank lines between two requests begin no message, and would go on for ever.
            if self._deadline is None:
                self._expect(self._settings.header_seconds)
        super().data_received(data)
        # A header that never ends is kept by the parser, which tells nobody about it.
        if not self._is_in_body and self._header_bytes > self._settings.header_bytes:
            self._reason = "headers_too_large"
            self.send_400_response("")

    def on_headers_complete(self) -> None:
        """Stop the clock and let the app answer."""
        names = [name for name, _ in self.headers]
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > self._settings.header_bytes or len(names) > self._settings.header_count:
            self._reason = "headers_too_large"
            raise _RefusedError
        if names.count(b"host") != 1 and self.parser.get_http_version() == "1.1":
            self._reason = "missing_host"
            raise _RefusedError
        self._expect(None)
        self._is_in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Begin to count anew, for the next request of this connection."""
        super().on_message_complete()
        self._expect(None)
        self._header_bytes = 0
        self._is_in_body = False

    def on_response_complete(self) -> None:
        """Give a client whose body nobody read a moment to see the answer and stop."""
        super().on_response_complete()
        if self._is_in_body:
            self._expect(_LINGER_SECONDS)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request with an envelope, whatever uvicorn would say of it."""
        del msg
        if self._is_refused or self.transport.is_closing():
            return
        self._is_refused = True
        answer = refuse(EndpointError(self._reason))
        request_id = new_request_id()
        head = (
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n"
            f"content-type: {ENVELOPE}\r\n"
            f"content-length: {len(answer.body)}\r\n"
            f"x-request-id: {request_id}\r\n"
            "x-content-type-options: nosniff\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + answer.body)
        note("refused", request=request_id, status=answer.status, reason=self._reason)
        self._expect(_LINGER_SECONDS)

    def _expect(self, seconds: float | None) -> None:
        """Close the connection in so many seconds, unless something else is expected before."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None
        if seconds is not None and self.transport is not None:
            self._deadline = self.loop.call_later(seconds, self.transport.close)
