"""A page that keeps its first visitor waiting, for whoever wants to catch a worker at work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

_PAGE = b"<title>Prices</title><h1>Prices</h1><p>It costs $19 today.</p>"


@dataclass(slots=True)
class Held:
    """The page: where it is, and who is there."""

    url: str = ""
    visits: int = 0
    arrived: threading.Event = field(default_factory=threading.Event)
    gate: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)


class _Handler(BaseHTTPRequestHandler):
    held: ClassVar[Held]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - it is called so
        """Say nothing."""

    def do_GET(self) -> None:
        if self.path == "/robots.txt":
            self._answer(404, b"none")
            return
        with self.held.lock:
            self.held.visits += 1
            is_first = self.held.visits == 1
        if is_first:
            self.held.arrived.set()
            self.held.gate.wait()
        self._answer(200, _PAGE)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a visitor that was killed is no news."""


@contextmanager
def hold_page() -> Iterator[Held]:
    """Serve the page; at the end nobody waits any more."""
    held = Held()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"held": held}))
    held.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield held
    finally:
        held.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()
