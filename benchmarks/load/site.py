"""Pages and a receiver on loopback that cost next to nothing: a socket, and the same answer always.

python -m benchmarks.load.site        writes its port, and ends with its input
"""

from __future__ import annotations

import asyncio
import sys

_WORDS = "Prices, plans and terms of everything that is sold here, as they were on this day. "
_ROWS = "".join(
    f"<tr><td>Plan {row}</td><td>{row * 7} euros a month</td></tr>" for row in range(12)
)
_PAGE = (
    "<!doctype html><html><head><title>Prices</title></head><body><nav><a href='/'>Home</a></nav>"
    f"<main><h1>Prices</h1><p>{_WORDS * 8}</p><table>{_ROWS}</table><p>{_WORDS * 4}</p></main>"
    "</body></html>"
).encode()
_HEAD = (
    "HTTP/1.1 {0}\r\nContent-Type: text/html\r\nContent-Length: {1}\r\nConnection: close\r\n\r\n"
)
_ANSWERS = {
    b"GET": _HEAD.format("200 OK", len(_PAGE)).encode() + _PAGE,
    b"POST": _HEAD.format("200 OK", 0).encode(),
}
_NOTHING = _HEAD.format("404 Not Found", 0).encode()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        method, path, _ = head.split(b" ", 2)
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length or 0))
        writer.write(_NOTHING if path == b"/robots.txt" else _ANSWERS[method])
        await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def _serve() -> None:
    server = await asyncio.start_server(_answer, "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve())
