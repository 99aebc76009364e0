"""The mail that says that a webhook arrives nowhere."""

from __future__ import annotations

from changetrack.monitor.mail.letters import styled, write_letter
from changetrack.monitor.mail.links import Links
from changetrack.monitor.mail.messages import Message
from changetrack.monitor.mail.wording import cut, one_line, spell_time
from changetrack.monitor.webhooks.states import FailureReason, WebhookFailure

__all__ = ["write_webhook_failure"]

_NAME_CHARS = 100
_URL_CHARS = 200

_KEPT = "What could not be delivered is kept and can be sent again."
# What a failure leads to, by why it is told.
_THEN: dict[FailureReason, str] = {
    "dead": f"It is tried again with what comes next. {_KEPT}",
    "gone": f"It answered that it is gone for good, so nothing is sent to it any more. {_KEPT}",
    "failing": f"Nothing is sent to it any more, until somebody enables it again. {_KEPT}",
}


def write_webhook_failure(failure: WebhookFailure, *, links: Links, email: str) -> Message:
    """Return the mail about a webhook that fails.

    Its address is shown up to the path: what follows may be a secret.
    """
    monitor = failure.monitor
    name = one_line(monitor.config.name, _NAME_CHARS)
    subject = f"Webhook of {name} fails"
    since = spell_time(failure.since)
    what = f"The webhook of the monitor “{name}” has not taken anything since {since}."
    where = cut("/".join(failure.delivery.destination.split("/", 3)[:3]), _URL_CHARS)
    then = _THEN[failure.reason]
    leave = links.unsubscribe(monitor.id, email)
    foot = styled("a", "link", "Unsubscribe", href=leave) if leave else ""
    html = write_letter(
        subject,
        styled("h1", "title", subject, dir="auto"),
        styled("p", "words", what, dir="auto"),
        styled("p", "address", where),
        styled("p", "words", then),
        foot=styled("p", "foot", foot),
    )
    text = [what, where, "", then, "", "-- ", f"Unsubscribe: {leave}" if leave else "", ""]
    headers = links.head(monitor.id, email)
    return Message(subject=subject, text="\n".join(text), html=html, headers=headers)
