"""Webhooks: what is told, to whom, signed how, and how often it is tried.

Receivers need one function of it, and nothing but the library:

    from changetrack.monitor.webhooks import verify

    verify(body, headers, secret, now=datetime.now(UTC))
"""

from __future__ import annotations

from changetrack.monitor.webhooks.signing import new_secret, sign, verify

__all__ = ["new_secret", "sign", "verify"]
