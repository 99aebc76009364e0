"""New names and secrets: the one place of the orchestration that rolls dice."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from uuid import UUID

__all__ = ["draw_fraction", "make_id", "make_token"]

_TOKEN_BYTES = 32


def make_id(now: datetime) -> str:
    """Return a UUID of version 7: names sort by the time at which they were made."""
    milliseconds = int(now.timestamp() * 1000) & (1 << 48) - 1
    number = milliseconds << 80 | secrets.randbits(80)
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=number))


def make_token() -> str:
    """Return 32 random bytes, in 43 characters that need no quoting in a URL."""
    return base64.urlsafe_b64encode(secrets.token_bytes(_TOKEN_BYTES)).rstrip(b"=").decode()


def draw_fraction() -> float:
    """Return a number from 0 to 1, for the jitter of retries."""
    return secrets.randbelow(10_000) / 10_000
