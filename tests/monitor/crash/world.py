"""A site and a receiver on loopback that outlive every process that is killed.

The site's pages change with every second visit. The receiver is moody where it is told to be, and
remembers every body that it processed.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from changetrack.errors import ChangeTrackError
from changetrack.monitor.webhooks import verify

# Of one message: it has ten tries, and whoever sends it may be killed in some of them.
_MOST_FAULTS = 5
# Moods that are better than this are none.
_GOOD = 0.85


@dataclass(slots=True)
class Sink:
    """What a receiver got: every body, by the id that it came with."""

    secret: str = ""
    # The share of requests that go wrong, half of them after they were processed.
    faults: float = 0.0
    bodies: dict[str, list[bytes]] = field(default_factory=dict)
    # Signatures that did not fit.
    forged: list[str] = field(default_factory=list)
    # How often something went wrong with a message here.
    spoilt: Counter[str] = field(default_factory=Counter)
    dice: random.Random = field(default_factory=lambda: random.Random(0))
    lock: threading.Lock = field(default_factory=threading.Lock)


class _Handler(BaseHTTPRequestHandler):
    sink: ClassVar[Sink]
    visits: ClassVar[dict[str, int]]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - it is called so
        """Say nothing."""

    def do_GET(self) -> None:
        if self.path == "/robots.txt":
            self._answer(404, b"none")
            return
        with self.sink.lock:
            seen = self.visits[self.path] = self.visits.get(self.path, 0) + 1
        text = f"<title>Page</title><h1>Prices</h1><p>It costs ${10 + seen // 2} today.</p>"
        self._answer(200, text.encode())

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            # Whoever sent it was killed in the middle of it.
            self.close_connection = True
            return
        with self.sink.lock:
            mood = self._find_mood()
            if mood < 0.3:
                self._answer(500, b"not today")
                return
            if mood < 0.5:
                # Dropped before it was processed.
                self.close_connection = True
                return
            self._keep(body)
        if mood < 0.7:
            # Processed, and the answer is lost.
            self.close_connection = True
            return
        self._answer(302 if mood < _GOOD else 200, b"ok")

    def _find_mood(self) -> float:
        """Return what becomes of this try: the less, the worse; but no message is ever lost."""
        message_id = self.headers["webhook-id"]
        mood = self.sink.dice.random() / self.sink.faults if self.sink.faults else 1.0
        if self.sink.spoilt[message_id] >= _MOST_FAULTS:
            return 1.0
        self.sink.spoilt[message_id] += mood < _GOOD
        return mood

    def _keep(self, body: bytes) -> None:
        message_id = self.headers["webhook-id"]
        try:
            verify(body, dict(self.headers.items()), self.sink.secret, now=self._find_time())
        except ChangeTrackError as error:
            self.sink.forged.append(f"{message_id}: {error}")
        self.sink.bodies.setdefault(message_id, []).append(body)

    def _find_time(self) -> datetime:
        # Whoever sends has a clock of its own here.
        return datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    # A client that was killed is no news.
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


@contextmanager
def make_world(secret: str, *, faults: float = 0.0, seed: int = 0) -> Iterator[tuple[str, Sink]]:
    """Yield the base URL of a site, and the receiver at its /hook."""
    sink = Sink(secret=secret, faults=faults, dice=random.Random(seed))
    handler = type("Handler", (_Handler,), {"sink": sink, "visits": {}})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", sink
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
