"""The site of a story on loopback, which shows what its table has for the time on the clock."""

from __future__ import annotations

import html
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.monitor.month.story import Entry, Shown, Story, find_shown

__all__ = ["Receiver", "serve_story"]

_WALL = "<title>Just a moment...</title><h1>Checking your browser</h1><script>_cf_chl_opt</script>"
_ITEM = "<item><title>{0}</title><guid>{1}/{0}</guid><description>{2}</description></item>"
# Closing at once says "reset" to the other end.
_AT_ONCE = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class Receiver:
    """What came to the receiver, by the id that it came with."""

    bodies: dict[str, set[bytes]] = field(default_factory=dict)
    refused: int = 0

    def read(self) -> list[dict[str, Any]]:
        """Return every message once."""
        return [json.loads(body) for bodies in self.bodies.values() for body in bodies]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    story: Story
    now: Callable[[], datetime]
    receiver: Receiver
    # Requests that were reset once already.
    hiccups: set[tuple[str, datetime]]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that was killed is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - it is called so
        """Say nothing."""

    def do_GET(self) -> None:
        now = self.server.now()
        shown = find_shown(self.server.story.site, self.path, now)
        if shown is None:
            shown = Shown("gone")
        if shown.kind == "hiccup" and (self.path, now) not in self.server.hiccups:
            self.server.hiccups.add((self.path, now))
            shown = Shown("reset")
        self._show(shown)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            # Whoever sent it was killed in the middle of it.
            return
        receiver = self.server.receiver
        if self.server.story.is_deaf(self.server.now()):
            receiver.refused += 1
            self._answer(503, "not now")
            return
        receiver.bodies.setdefault(self.headers["webhook-id"], set()).add(body)
        self._answer(200, "thanks")

    def _show(self, shown: Shown) -> None:
        match shown.kind:
            case "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
                self.connection.close()
            case "failure":
                self._answer(500, "<title>Oh</title><p>Something broke.</p>")
            case "gone":
                self._answer(404, "<title>Gone</title><p>There is nothing here.</p>")
            case "wall":
                self._answer(200, _WALL)
            case "redirect":
                self._answer(302, "", location=shown.text)
            case _ if self.path.endswith(".xml"):
                self._answer(200, self._write_feed(shown.entries), "application/rss+xml")
            case _:
                self._answer(200, _write_page(shown))

    def _write_feed(self, entries: tuple[Entry, ...]) -> str:
        here = f"http://127.0.0.1:{self.server.server_port}"
        items = "".join(_ITEM.format(each.name, here, each.text) for each in entries)
        return f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>"

    def _answer(
        self, status: int, text: str, content_type: str = "text/html", location: str = ""
    ) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)


def _write_page(shown: Shown) -> str:
    links = "".join(f"<li><a href='{each}'>See {each}</a></li>" for each in shown.links)
    menu = f"<ul>{links}</ul>" if links else ""
    return f"<title>Shop</title><h1>Shop</h1><p>{html.escape(shown.text)}</p>{menu}"


@contextmanager
def serve_story(story: Story, now: Callable[[], datetime]) -> Iterator[tuple[str, Receiver]]:
    """Yield the base URL of the site, and the receiver at its /hook."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.story, server.now = story, now
    server.receiver, server.hiccups = Receiver(), set()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
