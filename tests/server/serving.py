"""An ASGI app on a real loopback socket, for as long as a `with` block lasts."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

# Nobody waits so long, unless something is broken: then the test should say so and not hang.
_PATIENCE_SECONDS = 60
# Of the event loop, until a connection that is closed is seen to be.
_STEPS = 5


class _Server(uvicorn.Server):
    """A server that tells when it is up, and is told to stop instead of looking for it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_settled = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            super().run(sockets)
        finally:
            self.is_settled.set()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        self._loop = asyncio.get_running_loop()
        self.is_settled.set()
        await self._stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End it; uvicorn sleeps for a tenth of a second, but where nobody is connected."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        for _ in range(_STEPS):
            await asyncio.sleep(0)
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)
            return
        for listener in sockets or []:
            listener.close()
        await self.lifespan.shutdown()

    def stop(self) -> None:
        """End it, from another thread."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)


@contextmanager
def serve(app: Any, **options: Any) -> Iterator[str]:  # noqa: ANN401 - whatever uvicorn takes
    """Yield the base URL of an app that is served on a free port; `options` are uvicorn's.

    Requests that still run at the end have a second to finish.
    """
    given = {"log_config": None, "ws": "none", "timeout_graceful_shutdown": 1, **options}
    server = _Server(uvicorn.Config(app, **given))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            if not server.is_settled.wait(_PATIENCE_SECONDS) or not server.started:
                raise RuntimeError("the app did not start")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.stop()
            thread.join(_PATIENCE_SECONDS)
    if thread.is_alive():
        raise RuntimeError("the app did not stop")
