"""The mail that asks somebody whether they want mail of a monitor at all."""

from __future__ import annotations

from changetrack.monitor.mail.letters import styled, write_button, write_letter
from changetrack.monitor.mail.links import Links
from changetrack.monitor.mail.messages import Message
from changetrack.monitor.mail.wording import one_line
from changetrack.monitor.models import Monitor

__all__ = ["CONFIRM_DAYS", "write_confirmation"]

# For somebody who comes back from a holiday of a week; a link that works for ever is a key.
CONFIRM_DAYS = 7

_NAME_CHARS = 100

_ASKED = (
    "Somebody wants to send you a summary whenever the monitor “{name}” finds that a page of"
    " the web changed."
)
_CONFIRM = "If you want that, confirm it within {days} days:"
_IGNORE = "If you do not, do nothing: without your confirmation no summary is sent to you."
_NEVER = "Or make sure that this monitor never writes to you again:"


def write_confirmation(monitor: Monitor, *, confirm: str, links: Links, email: str) -> Message:
    """Return the mail with the link that confirms an address; it holds nothing of any page."""
    name = one_line(monitor.config.name, _NAME_CHARS)
    subject = f"Confirm mail of the monitor {name}"
    asked, wanted = _ASKED.format(name=name), _CONFIRM.format(days=CONFIRM_DAYS)
    never = links.unsubscribe(monitor.id, email) or ""
    text = [asked, "", wanted, confirm, "", _IGNORE, "", _NEVER, never, ""]
    html = write_letter(
        subject,
        styled("h1", "title", subject, dir="auto"),
        styled("p", "words", asked, dir="auto"),
        styled("p", "words", wanted),
        write_button(confirm, "Confirm"),
        styled("p", "words", _IGNORE),
        foot=styled("p", "foot", _NEVER, " ", styled("a", "link", "Never write to me", href=never)),
    )
    headers = links.head(monitor.id, email)
    return Message(subject=subject, text="\n".join(text), html=html, headers=headers)
