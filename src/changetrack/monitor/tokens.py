"""Tokens in links: made of what they open and kept nowhere, so that each that was given holds."""

from __future__ import annotations

import base64
import hmac

__all__ = ["TOKEN_CHARS", "sign_token"]

# 160 of the 256 bits are more than can be guessed; in base64url they have 27 characters.
_TOKEN_BYTES = 20
TOKEN_CHARS = 27


def sign_token(key: str, *parts: str) -> str:
    """Return the token that opens what these parts name; the first says what kind of thing it is.

    >>> sign_token("key of the installation", "feed", "monitor")
    '7JdIizFKWlhnKhZxwW-D-80WfaE'
    """
    digest = hmac.digest(key.encode(), "\0".join(parts).encode(), "sha256")[:_TOKEN_BYTES]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
