"""Headers of ours that several parts of the server know; in lower case, as ASGI has them."""

from __future__ import annotations

__all__ = ["HOP_HEADER", "SAFE_HEADERS"]

# Set on every page that we fetch, so that a page which is our own endpoint cannot call itself
# (reliability B30).
HOP_HEADER = "x-changetrack-hop"

# On every answer, for clients that would guess types or show an answer in a frame.
SAFE_HEADERS = (("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"))
