"""The app without a server around it: asked through ASGI, in an event loop beside the test."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from urllib.parse import unquote

import anyio
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.applications import Starlette
from starlette.types import Message, Scope

from changetrack_server.app import create_app
from changetrack_server.settings import Settings
from tests.server.http.sockets import RawAnswer

Headers = list[tuple[bytes, bytes]]


class Inside:
    """An app that runs."""

    def __init__(self, app: Starlette, portal: BlockingPortal) -> None:
        self.app = app
        self._portal = portal

    def ask(
        self, method: str, target: str, body: bytes = b"", headers: Headers | None = None
    ) -> RawAnswer:
        """Return the answer to a request whose body arrives in one piece."""
        path, _, query = target.partition("?")
        scope: Scope = {
            "type": "http",
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [*(headers or []), (b"host", b"localhost")],
            "server": ("127.0.0.1", 80),
            "client": ("127.0.0.1", 1),
            "state": {},
        }
        return self._portal.call(_exchange, self.app, scope, body)


@contextlib.contextmanager
def running(settings: Settings) -> Iterator[Inside]:
    """Have an app as long as the block runs."""
    app = create_app(settings)
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(app.router.lifespan_context(app)),
    ):
        yield Inside(app, portal)


async def _exchange(app: Starlette, scope: Scope, body: bytes) -> RawAnswer:
    received = [body]
    sent: list[Message] = []
    is_over = anyio.Event()

    async def receive() -> Message:
        if received:
            return {"type": "http.request", "body": received.pop(), "more_body": False}
        await is_over.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            is_over.set()

    await app(scope, receive, send)
    start, *pieces = sent
    headers = [(name.decode(), value.decode("latin-1")) for name, value in start["headers"]]
    return RawAnswer(start["status"], headers, b"".join(piece["body"] for piece in pieces))
