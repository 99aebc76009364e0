"""Links in mails, and the tokens in them.

A link confirms with a token that was made by chance and is kept as its hash. A link unsubscribes
with a token that is kept nowhere: a monitor's id, signed together with an address, so that every
mail that ever left can be unsubscribed from.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from changetrack.monitor.tokens import TOKEN_CHARS, sign_token

__all__ = ["CONFIRM_PATH", "UNSUBSCRIBE_PATH", "Links", "Signed", "is_token", "read_signed"]

CONFIRM_PATH = "/v1/monitor/email/confirm"
UNSUBSCRIBE_PATH = "/v1/monitor/email/unsubscribe"

# As the compatible API has it; neither needs an escape in a URL.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Signed(NamedTuple):
    """A token to unsubscribe, in its two parts."""

    monitor_id: str
    mac: str

    def is_for(self, email: str, key: str) -> bool:
        """Tell whether it was signed for an address; the time does not tell how nearly."""
        return hmac.compare_digest(self.mac, _sign(self.monitor_id, email, key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where links lead: to this server, as others reach it. Without an address there are none."""

    public_url: str
    # Of the installation; who knows it can unsubscribe anybody.
    signing_key: str = field(repr=False)

    def confirm(self, token: str) -> str | None:
        """Return the link that confirms an address."""
        return self._lead(CONFIRM_PATH, token)

    def unsubscribe(self, monitor_id: str, email: str) -> str | None:
        """Return the link that unsubscribes an address from a monitor."""
        token = f"{monitor_id}{_sign(monitor_id, email, self.signing_key)}"
        return self._lead(UNSUBSCRIBE_PATH, token)

    def head(self, monitor_id: str, email: str) -> tuple[tuple[str, str], ...]:
        """Return the headers that let a mail program unsubscribe with one click (RFC 8058)."""
        link = self.unsubscribe(monitor_id, email)
        if link is None:
            return ()
        return (
            ("List-Unsubscribe", f"<{link}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        )

    def _lead(self, path: str, token: str) -> str | None:
        url = self.public_url.rstrip("/")
        return f"{url}{path}?token={token}" if url else None


def is_token(text: str) -> bool:
    """Tell whether a text can be a token of either kind."""
    return _TOKEN.fullmatch(text) is not None


def read_signed(token: str) -> Signed | None:
    """Return the parts of a token to unsubscribe, or nothing if it cannot be one."""
    if not is_token(token) or len(token) <= TOKEN_CHARS:
        return None
    return Signed(token[:-TOKEN_CHARS], token[-TOKEN_CHARS:])


def _sign(monitor_id: str, email: str, key: str) -> str:
    return sign_token(key, "unsubscribe", monitor_id, email)
