"""A server that says the same bytes to everybody, whatever they ask."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# Nobody needs so long to ask.
_PATIENCE_SECONDS = 60


@contextmanager
def serve_bytes(answer: bytes) -> Iterator[str]:
    """Answer one request with these bytes, hang up, and yield the address to ask."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(_PATIENCE_SECONDS)
        thread = threading.Thread(target=_answer, args=(listener, answer), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(_PATIENCE_SECONDS)


def _answer(listener: socket.socket, answer: bytes) -> None:
    with suppress(OSError):
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(_PATIENCE_SECONDS)
            asked = b""
            while b"\r\n\r\n" not in asked:
                asked += connection.recv(65_536)
            connection.sendall(answer)
