"""Names of rows, made of what they are about: who repeats a step finds it done."""

from __future__ import annotations

import hashlib
import re

__all__ = ["hash_text", "is_id", "name_id"]

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def name_id(*parts: object) -> str:
    """Return a UUID for these parts, the same one always.

    >>> name_id("monitor", "slot")
    'ae039b7f-f5bb-8449-9ba5-9c80b1cb3b57'
    """
    text = "\0".join(map(str, parts))
    digest = bytearray(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16])
    # Version 8 is for whatever an application makes of it (RFC 9562).
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    spelled = digest.hex()
    return "-".join((spelled[:8], spelled[8:12], spelled[12:16], spelled[16:20], spelled[20:]))


def is_id(text: str) -> bool:
    """Tell whether a text is spelled as our ids are: a UUID in lower case."""
    return _ID.fullmatch(text) is not None


def hash_text(text: str) -> str:
    """Return the SHA-256 of a text in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
