"""Names for rows that are made of what they are about: who repeats a step finds it done."""

from __future__ import annotations

import hashlib

__all__ = ["hash_text", "name_id"]


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


def hash_text(text: str) -> str:
    """Return the SHA-256 of a text in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
