"""What a mail says, and how the outbox keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from changetrack._hashing import dump_plain_json, load_json
from changetrack._reader import Reader
from changetrack.errors import InvalidRequest
from changetrack.monitor.ids import name_id
from changetrack.monitor.models import Delivery, Monitor

__all__ = ["Message", "make_delivery", "read_message", "write_message"]

# Of the JSON below, which holds strings in an object in an object; numbers it has none.
_DEPTH = 4
_DIGITS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The same words twice, as plain text and as HTML; `headers` are those that belong to them."""

    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...] = ()


def write_message(message: Message) -> str:
    """Return a message as the body of a delivery."""
    body = dump_plain_json(
        {
            "subject": message.subject,
            "text": message.text,
            "html": message.html,
            "headers": dict(message.headers),
        }
    )
    return body.decode()


def read_message(body: str) -> Message:
    """Return the message in the body of a delivery.

    Raises:
        InvalidRequest: it is none.
    """
    fields = Reader(load_json(body, depth=_DEPTH, digits=_DIGITS))
    headers = fields.within("headers")
    pairs = [] if headers is None else [(name, _text(headers, name)) for name in headers.names]
    return Message(
        subject=_text(fields, "subject"),
        text=_text(fields, "text"),
        html=_text(fields, "html"),
        headers=tuple(pairs),
    )


def make_delivery(
    monitor: Monitor, email: str, message: Message, *, event: str, cause: str, now: datetime
) -> Delivery:
    """Return a message to somebody for the outbox.

    Its id is that of its event, its `cause` (such as the id of a check) and its receiver: who
    writes the same mail again writes the same row.
    """
    return Delivery(
        id=name_id("mail", event, cause, email),
        owner=monitor.owner,
        monitor_id=monitor.id,
        check_id=cause if event == "email.summary" else None,
        channel="email",
        event=event,
        destination=email,
        body=write_message(message),
        next_attempt_at=now,
        created_at=now,
    )


def _text(fields: Reader, name: str) -> str:
    value = fields.text(name)
    if value is None:
        raise InvalidRequest("the message is not whole", "queue it again", fields.place(name))
    return value
