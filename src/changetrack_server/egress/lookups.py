"""Names to addresses, in threads of their own: bounded, and given up without being waited for.

The system's resolver blocks, and nothing can interrupt it: a name server that is silent holds a
thread for half a minute, whoever gave up waiting. So these threads are not the ones that anyio
lends to everybody, a slot is free again when its thread has ended and not before, and a process
that stops does not wait for them.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Sequence
from typing import TypeAlias

import anyio

from changetrack_server.errors import EndpointError

__all__ = ["Lookups", "Resolve", "resolve_name"]

# Blocks until it knows the addresses of a host; what it raises is an OSError, or a UnicodeError.
Resolve: TypeAlias = "Callable[[str, int], Sequence[str]]"

# Enough for as many fetches as run at once unless name servers are in trouble, and few enough to
# be no trouble themselves.
MAX_THREADS = 32


def resolve_name(host: str, port: int) -> list[str]:
    """Return the addresses of a host as the system finds them, in its order."""
    # As bytes: a string would be taken through the older of the two IDNA standards.
    found = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class Lookups:
    """All lookups of a process, each for at most `seconds`, the wait for a thread included."""

    def __init__(self, resolve: Resolve, seconds: float, threads: int = MAX_THREADS) -> None:
        self._resolve = resolve
        self._seconds = seconds
        self._slots = anyio.CapacityLimiter(threads)

    async def look_up(self, host: str, port: int) -> list[str]:
        """Return the addresses of a host, each once.

        Raises:
            EndpointError: it has none (`dns_failed`), nobody said so in time (`dns_timeout`), or
                the system has no thread left (`overloaded`).
        """
        outcome: list[Sequence[str] | OSError | UnicodeError] = []
        with anyio.move_on_after(self._seconds):
            await self._run(host, port, outcome)
            return _read_outcome(outcome, host)
        raise EndpointError("dns_timeout", detail=f"{host}: nothing in {self._seconds:g} s")

    async def _run(
        self, host: str, port: int, outcome: list[Sequence[str] | OSError | UnicodeError]
    ) -> None:
        slot = object()
        done = anyio.Event()
        loop = asyncio.get_running_loop()

        def end() -> None:
            self._slots.release_on_behalf_of(slot)
            done.set()

        def resolve() -> None:
            try:
                outcome.append(self._resolve(host, port))
            except (OSError, UnicodeError) as error:
                outcome.append(error)
            finally:
                # The loop may be gone by now, and the limiter with it.
                with contextlib.suppress(RuntimeError):
                    loop.call_soon_threadsafe(end)

        await self._slots.acquire_on_behalf_of(slot)
        try:
            threading.Thread(target=resolve, name=f"lookup of {host}", daemon=True).start()
        except RuntimeError as error:
            # What never ran does not give its slot back.
            self._slots.release_on_behalf_of(slot)
            raise EndpointError("overloaded", detail=f"no thread to look up {host}") from error
        await done.wait()


def _read_outcome(outcome: list[Sequence[str] | OSError | UnicodeError], host: str) -> list[str]:
    found = outcome[0] if outcome else OSError("the resolver broke")
    if isinstance(found, OSError | UnicodeError):
        raise EndpointError("dns_failed", detail=f"{host}: {found!r}") from found
    addresses = list(dict.fromkeys(found))
    if not addresses:
        raise EndpointError("dns_failed", detail=f"{host}: no address")
    return addresses
