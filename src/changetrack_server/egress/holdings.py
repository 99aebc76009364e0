"""Bytes that came from outside and are held: counted as they come, and bounded all together.

A page is bounded by itself, but a thousand that wait to be read are a thousand times as much. So
what is held counts until it was read, and not only while it is on its way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from changetrack_server.errors import EndpointError

__all__ = ["Holdings", "Take", "take_freely"]

# Counts so many bytes more; raises EndpointError when they are too many.
Take: TypeAlias = "Callable[[int], None]"


def take_freely(size: int) -> None:
    """Count nothing: for what is bounded by whoever asks for it."""
    del size


class Holdings:
    """All that is held at once; `size` is how many bytes that are now."""

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self.size = 0

    @contextmanager
    def hold(self) -> Iterator[Take]:
        """Give what counts the bytes of one page, until the block is left.

        A page that is alone is never too much: it has bounds of its own, and could not be fetched
        at all otherwise, however often one tried.
        """
        held = 0

        def take(size: int) -> None:
            nonlocal held
            held += size
            self.size += size
            if self._at_most < self.size != held:
                detail = f"pages of {self.size} bytes are held, and {self._at_most} are allowed"
                raise EndpointError("overloaded", detail=detail)

        try:
            yield take
        finally:
            self.size -= held
