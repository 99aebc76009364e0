"""HTTP at the socket: the deadlines and bounds that uvicorn leaves to a proxy.

Without this, a connection that says nothing, or a byte a second, stays open for ever, and so does
one that never reads. The parent class belongs to uvicorn's implementation: tests/server/http tells
when it changes.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from changetrack_server.answers import refuse
from changetrack_server.errors import EndpointError
from changetrack_server.headers import SAFE_HEADERS
from changetrack_server.http.recording import new_request_id
from changetrack_server.http.responses import ENVELOPE
from changetrack_server.logs import note

if TYPE_CHECKING:
    import asyncio

    from changetrack_server.settings import Settings

__all__ = ["BoundedProtocol"]

# How long a client whose request was refused may go on sending before it is cut off: a connection
# that is closed on unread data is reset, and the answer is lost with it.
_LINGER_SECONDS = 1.0

# What a chunk of a body needs around it: its size, two line ends, and an honest extension.
_CHUNK_BYTES = 32

# HTTP/0.9 has no headers and so no way to say anything; 2 is another protocol altogether.
_VERSIONS = frozenset({"1.0", "1.1"})

_SAFE = "".join(f"{name}: {value}\r\n" for name, value in SAFE_HEADERS)


class _RefusedError(Exception):
    """Ends the parsing of a request; the parser makes an error of its own of it."""


class BoundedProtocol(HttpToolsProtocol):
    """Takes requests that arrive in time and in bounds, from clients that read their answers."""

    # Those that have more to read than they take, the longest first.
    _slow: ClassVar[dict[BoundedProtocol, None]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **kwargs)
        self._settings: Settings = self.config.loaded_app.state.services.settings
        self._reason = "malformed_http"
        # Of the request that arrives: all but its body, and but what chunks need.
        self._head_bytes = 0
        self._is_in_body = False
        self._is_refused = False
        # One deadline at a time: for headers, or for the rest of a body that nobody wants.
        self._deadline: asyncio.TimerHandle | None = None
        self._reader_deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock: the first request must come soon."""
        super().connection_made(transport)
        self._expect(self._settings.header_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks."""
        self._expect(None)
        self._forget_reader()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what arrived, unless it is too much."""
        if self._is_refused:
            return
        self._unset_keepalive_if_required()
        # Blank lines between two requests begin no message, and would go on for ever. Who waits
        # for an answer owes us nothing meanwhile.
        if not self._is_in_body and self._deadline is None and not self._is_answering:
            self._expect(self._settings.header_seconds)
        self._head_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._decline_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self.send_400_response("")
        # A header that never ends is kept by the parser, which tells nobody about it.
        if self._head_bytes > self._settings.header_bytes:
            self._reason = "headers_too_large"
            self.send_400_response("")

    def on_headers_complete(self) -> None:
        """Stop the clock and let the app answer."""
        names = [name for name, _ in self.headers]
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        version = self.parser.get_http_version()
        if version not in _VERSIONS:
            raise _RefusedError
        if size > self._settings.header_bytes or len(names) > self._settings.header_count:
            self._reason = "headers_too_large"
            raise _RefusedError
        if names.count(b"host") != 1 and version == "1.1":
            self._reason = "missing_host"
            raise _RefusedError
        super().on_headers_complete()
        self._expect(None)
        self._is_in_body = True

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body, which the app bounds."""
        self._head_bytes -= len(body)
        super().on_body(body)

    def on_chunk_header(self) -> None:
        """Let a chunk have what it needs; what is more could go on for ever."""
        self._head_bytes = max(0, self._head_bytes - _CHUNK_BYTES)

    def on_message_complete(self) -> None:
        """Begin to count anew, for the next request of this connection."""
        if self.parser.should_upgrade():
            return
        super().on_message_complete()
        self._expect(None)
        self._head_bytes = 0
        self._is_in_body = False
        # The answer came before the end of the body, which has stopped this clock since.
        if self.cycle.response_complete and not self.transport.is_closing():
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def on_response_complete(self) -> None:
        """Give a client whose body nobody read a moment to see the answer and stop."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._watch_reader()
        elif self._is_answering:
            return
        elif self._is_refused:
            self._refuse()
        elif self._is_in_body:
            self._expect(_LINGER_SECONDS)

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection."""
        self._close()

    def pause_writing(self) -> None:
        """Watch a client that does not read as fast as it is answered."""
        super().pause_writing()
        self._slow[self] = None
        self._watch_reader()
        unread = sum(each.unread for each in self._slow)
        while unread > self._settings.unread_bytes and len(self._slow) > 1:
            slowest = next(iter(self._slow))
            unread -= slowest.unread
            slowest.cut_off()

    def resume_writing(self) -> None:
        """Watch it no longer."""
        super().resume_writing()
        self._forget_reader()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request with an envelope, whatever uvicorn would say of it.

        Answers that are due before come first: a client counts them.
        """
        del msg
        if self._is_refused or self.transport.is_closing():
            return
        self._is_refused = True
        if not self._is_in_body:
            if not self._is_answering:
                self._refuse()
        elif self.cycle.response_started or self.pipeline:
            self._expect(_LINGER_SECONDS if self.cycle.response_complete else 0)
        else:
            self._abandon()
            self._refuse()

    def cut_off(self) -> None:
        """End the connection, whatever is unread."""
        self._forget_reader()
        self.transport.abort()

    @property
    def unread(self) -> int:
        """The bytes that wait here to be read."""
        return self.transport.get_write_buffer_size()

    @property
    def _is_answering(self) -> bool:
        """Whether the last request whose headers were read has no answer yet."""
        # It is None before the first one, whatever uvicorn's types say.
        return bool(self.cycle) and not self.cycle.response_complete

    def _abandon(self) -> None:
        """Tell the app that the rest of its request will not come."""
        self.cycle.disconnected = True
        self.cycle.message_event.set()

    def _refuse(self) -> None:
        answer = refuse(EndpointError(self._reason))
        request_id = new_request_id()
        head = (
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n"
            f"content-type: {ENVELOPE}\r\n"
            f"content-length: {len(answer.body)}\r\n"
            f"x-request-id: {request_id}\r\n"
            f"{_SAFE}"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + answer.body)
        note("refused", request=request_id, status=answer.status, reason=self._reason)
        self._expect(_LINGER_SECONDS)

    def _decline_upgrade(self, rest: bytes) -> None:
        """Answer an offer to speak another protocol as if it had not been made.

        The parser believes in it: it skips the body, and would take it for the next request. So
        another one reads the body, and the connection ends with the answer.
        """
        framing = [
            b"%b: %b\r\n" % (name, value)
            for name, value in self.headers
            if name in {b"content-length", b"transfer-encoding"}
        ]
        self.cycle.keep_alive = False
        self._head_bytes -= len(rest)
        self.parser = httptools.HttpRequestParser(_Rest(self))
        self.parser.feed_data(b"POST / HTTP/1.1\r\nConnection: close\r\n%b\r\n" % b"".join(framing))
        self.data_received(rest)

    def _expect(self, seconds: float | None) -> None:
        """Close the connection in so many seconds, unless something else is expected before."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None
        if seconds is not None and self.transport is not None:
            self._deadline = self.loop.call_later(seconds, self._close)

    def _close(self) -> None:
        """Close the connection when what was written is read, or will never be."""
        if not self.transport.is_closing():
            self.transport.close()
            self._watch_reader()

    def _watch_reader(self) -> None:
        if self._reader_deadline is not None:
            self._reader_deadline.cancel()
        self._reader_deadline = self.loop.call_later(
            self._settings.write_seconds, self._check_reader, self.unread
        )

    def _check_reader(self, before: int) -> None:
        """Cut off a client that has read nothing in all the time that it was given."""
        if self.unread >= before:
            self.cut_off()
        else:
            self._watch_reader()

    def _forget_reader(self) -> None:
        self._slow.pop(self, None)
        if self._reader_deadline is not None:
            self._reader_deadline.cancel()
            self._reader_deadline = None


class _Rest:
    """Hears of a body that a second parser reads, and of nothing around it."""

    def __init__(self, protocol: BoundedProtocol) -> None:
        self.on_body = protocol.on_body
        self.on_chunk_header = protocol.on_chunk_header
        self.on_message_complete = protocol.on_message_complete
