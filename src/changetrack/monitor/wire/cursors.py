"""Places in a list, as clients hold them: signed, so that they are good where they were given only.

A cursor names the last row that was seen, and the list goes on behind it, whatever has been added
or deleted since. What it belongs to (whose list it is, of what, with which filters) is part of what
is signed, and not of what is sent: a cursor of somebody else's, of another list, or from nowhere is
no cursor (reliability C46).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime

from changetrack.errors import InvalidCursor
from changetrack.monitor.ports import Column

__all__ = ["read_cursor", "write_cursor"]

# As good as the whole of a SHA-256 against guessing, and half as long.
_TAG_BYTES = 16
# Ours have about 130 characters.
_CURSOR = re.compile(r"[A-Za-z0-9_-]{1,500}")


def write_cursor(place: tuple[Column, ...], *, of: tuple[str, ...], key: bytes) -> str:
    """Return the cursor that leads behind the row with these values of the list's order."""
    values = [_write(each) for each in place]
    payload = json.dumps(values, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_sign(payload, of, key) + payload).rstrip(b"=").decode()


def read_cursor(text: str, *, of: tuple[str, ...], key: bytes) -> tuple[Column, ...]:
    """Return the values that a cursor of this list was made of.

    Raises:
        InvalidCursor: it was not made here, or not for this list.
    """
    if not _CURSOR.fullmatch(text):
        raise InvalidCursor
    try:
        signed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise InvalidCursor from None
    tag, payload = signed[:_TAG_BYTES], signed[_TAG_BYTES:]
    if not hmac.compare_digest(tag, _sign(payload, of, key)):
        raise InvalidCursor
    return tuple(_read(each) for each in json.loads(payload))


def _sign(payload: bytes, of: tuple[str, ...], key: bytes) -> bytes:
    context = json.dumps(["cursor", *of]).encode()
    return hmac.digest(key, context + b"\n" + payload, hashlib.sha256)[:_TAG_BYTES]


def _write(value: Column) -> object:
    return {"t": value.astimezone(UTC).isoformat()} if isinstance(value, datetime) else value


def _read(value: object) -> Column:
    # It was signed, so it is what was written.
    if isinstance(value, dict):
        return datetime.fromisoformat(str(value["t"]))
    return value if isinstance(value, str | int) else None
