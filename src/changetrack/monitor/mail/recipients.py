"""Who gets mail of a monitor: nobody who did not say so, and nobody who said no.

           sync                  confirm
    (none) ────▶ pending ─────────────────────▶ confirmed
                    └────▶ unsubscribed ◀────────────┘     for ever, whoever lists them again

A row outlives the list that it was made for: somebody who is taken off and put back on need not
confirm twice, and somebody who unsubscribed stays so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, TypeAlias

from changetrack.errors import InvalidRecipient, InvalidToken, NothingToConfirm, TokenNotFound
from changetrack.monitor.deliveries import cancel, post
from changetrack.monitor.ids import hash_text
from changetrack.monitor.mail.confirmations import CONFIRM_DAYS, write_confirmation
from changetrack.monitor.mail.links import Links, is_token, read_signed
from changetrack.monitor.mail.messages import make_delivery
from changetrack.monitor.mail.restraint import count_question
from changetrack.monitor.models import Delivery, Monitor, Recipient, RecipientStatus
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import DELIVERIES, MONITORS, RECIPIENTS

__all__ = [
    "Confirmed",
    "Subscription",
    "Unsubscribed",
    "confirm",
    "find_invitation",
    "find_mail_obstacle",
    "find_subscription",
    "list_recipients",
    "resend",
    "sync_recipients",
    "unsubscribe",
]

CONFIRMATION = "email.confirmation"

# Why a mail is not sent.
NOT_LISTED = "recipient_not_listed"
UNCONFIRMED = "recipient_unconfirmed"
UNSUBSCRIBED = "recipient_unsubscribed"
_SUPERSEDED = "asked_again"

NewToken: TypeAlias = Callable[[], str]

_LIFE = timedelta(days=CONFIRM_DAYS)
# Between two mails to somebody who did not answer: nobody's mailbox is filled from here.
_RESEND_AFTER = timedelta(minutes=15)
# Addresses that a monitor may ever have had, so that it cannot be used to write to the whole world.
_MAX_KNOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What came of a confirmation."""

    result: Literal["confirmed", "already_confirmed"]
    email: str
    monitor_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribed:
    """What came of it when somebody wanted no more mail."""

    result: Literal["unsubscribed", "already_unsubscribed"]
    email: str
    monitor_name: str


class Subscription(NamedTuple):
    """Whom a token is for, and what of."""

    recipient: Recipient
    monitor: Monitor

    @property
    def name(self) -> str:
        """What the monitor is called."""
        return self.monitor.config.name

    @property
    def status(self) -> RecipientStatus:
        """How it stands."""
        return self.recipient.status


def list_recipients(monitor: Monitor) -> tuple[str, ...]:
    """Return the addresses that a monitor is to write to, whether they agreed or not."""
    notification = monitor.config.notification
    email = notification.email if notification else None
    return email.recipients if email and email.enabled else ()


def sync_recipients(
    transaction: Transaction, monitor: Monitor, now: datetime, new_token: NewToken, *, links: Links
) -> list[Delivery]:
    """Make the rows of a monitor's recipients agree with its list; call it when either is new.

    Whoever is new is asked by mail, once a week at most, and the mails are put into the outbox and
    returned; a server without an address of its own asks nobody until it has one, and who was asked
    very often today, for whatever monitors, is asked when the list is set on another day. What
    still waits for somebody who is no longer listed is not sent. `new_token` gives 32 bytes of
    chance as base64url, other ones on each call.

    Raises:
        InvalidRecipient: the monitor has had too many addresses already.
    """
    listed = dict.fromkeys(list_recipients(monitor))
    known = _select(transaction, monitor.id)
    new = [email for email in listed if email not in known]
    if new and len(known) + len(new) > _MAX_KNOWN:
        problem = f"the monitor has had {_MAX_KNOWN} addresses already"
        raise InvalidRecipient(problem, "make another monitor", "notification.email.recipients")
    for email in known:
        if email not in listed:
            _cancel(transaction, monitor.id, email, NOT_LISTED)
    mails = []
    for email in listed:
        recipient = known.get(email) or _invite(transaction, monitor, email, now)
        if _is_to_be_asked(recipient, now):
            mail = _ask(transaction, monitor, recipient, now, new_token=new_token, links=links)
            mails += [mail] if mail else []
    return mails


def resend(
    transaction: Transaction,
    monitor: Monitor,
    email: str,
    now: datetime,
    *,
    new_token: NewToken,
    links: Links,
) -> Delivery:
    """Ask somebody again; the link of the mail before works no longer.

    Raises:
        NothingToConfirm: they are not listed, have answered, or were asked a moment ago.
    """
    recipient = transaction.find(RECIPIENTS, monitor.id, email)
    if email not in list_recipients(monitor) or recipient is None:
        raise NothingToConfirm("The address is no recipient of the monitor.")
    if recipient.status != "pending":
        raise NothingToConfirm(f"The recipient is {recipient.status} already.")
    if recipient.token_hash is not None and now < recipient.updated_at + _RESEND_AFTER:
        raise NothingToConfirm("The recipient was asked less than 15 minutes ago.")
    mail = _ask(transaction, monitor, recipient, now, new_token=new_token, links=links)
    if mail is None and links.public_url:
        raise NothingToConfirm("Too many mails were sent to ask for confirmation today.")
    if mail is None:
        raise NothingToConfirm("The server has no public address for the link in the mail.")
    return mail


def find_invitation(transaction: Transaction, token: str, now: datetime) -> Subscription:
    """Return whom a token from a confirmation mail is for; nothing comes of looking.

    Raises:
        InvalidToken: it cannot be a token, or it is too old.
        TokenNotFound: nobody has it, or not any more.
    """
    if not is_token(token):
        raise InvalidToken("this is no token")
    rows = transaction.select(RECIPIENTS, {"token_hash": hash_text(token)}, limit=1)
    found = _belong(transaction, rows[0]) if rows else None
    if found is None or found.monitor.status == "deleted":
        raise TokenNotFound
    expires = found.recipient.token_expires_at
    if expires is None or now >= expires:
        raise InvalidToken(f"the link is older than {CONFIRM_DAYS} days")
    return found


def confirm(transaction: Transaction, token: str, now: datetime) -> Confirmed:
    """Take somebody's word that they want mail. Who says it twice hears that it was known.

    Raises:
        InvalidToken: it cannot be a token, or it is too old.
        TokenNotFound: nobody has it, or not any more.
    """
    found = find_invitation(transaction, token, now)
    email, name = found.recipient.email, found.name
    if found.status == "confirmed":
        return Confirmed(result="already_confirmed", email=email, monitor_name=name)
    transaction.put(RECIPIENTS, replace(found.recipient, status="confirmed", updated_at=now))
    return Confirmed(result="confirmed", email=email, monitor_name=name)


def find_subscription(transaction: Transaction, token: str, *, signing_key: str) -> Subscription:
    """Return whom a token to unsubscribe is for; nothing comes of looking.

    Raises:
        InvalidToken: it cannot be a token.
        TokenNotFound: it was not signed here, or its monitor is gone.
    """
    signed = read_signed(token)
    if signed is None:
        raise InvalidToken("this is no token")
    for recipient in _select(transaction, signed.monitor_id).values():
        if signed.is_for(recipient.email, signing_key):
            found = _belong(transaction, recipient)
            if found is not None:
                return found
    raise TokenNotFound


def unsubscribe(
    transaction: Transaction, token: str, now: datetime, *, signing_key: str
) -> Unsubscribed:
    """Write to somebody no more, for ever; what still waits for them is not sent.

    Raises:
        InvalidToken: it cannot be a token.
        TokenNotFound: it was not signed here, or its monitor is gone.
    """
    found = find_subscription(transaction, token, signing_key=signing_key)
    recipient, email, name = found.recipient, found.recipient.email, found.name
    if found.status == "unsubscribed":
        return Unsubscribed(result="already_unsubscribed", email=email, monitor_name=name)
    gone = replace(
        recipient, status="unsubscribed", token_hash=None, token_expires_at=None, updated_at=now
    )
    transaction.put(RECIPIENTS, gone)
    _cancel(transaction, recipient.monitor_id, email, UNSUBSCRIBED)
    return Unsubscribed(result="unsubscribed", email=email, monitor_name=name)


def find_mail_obstacle(transaction: Transaction, delivery: Delivery) -> str | None:
    """Return why a mail may not be sent, if it may not; ask before each try.

    Between the time at which it was written and now, somebody may have unsubscribed, or may have
    been taken off the list; and what was cancelled for that can be asked for again.
    """
    recipient = transaction.find(RECIPIENTS, delivery.monitor_id, delivery.destination)
    found = _belong(transaction, recipient) if recipient else None
    if found is None or found.recipient.email not in list_recipients(found.monitor):
        return NOT_LISTED
    if found.status == "unsubscribed":
        return UNSUBSCRIBED
    is_question = delivery.event == CONFIRMATION
    return None if is_question or found.status == "confirmed" else UNCONFIRMED


def _select(transaction: Transaction, monitor_id: str) -> dict[str, Recipient]:
    rows = transaction.select(RECIPIENTS, {"monitor_id": monitor_id})
    return {row.email: row for row in rows}


def _belong(transaction: Transaction, recipient: Recipient) -> Subscription | None:
    monitor = transaction.find(MONITORS, recipient.monitor_id)
    return None if monitor is None else Subscription(recipient, monitor)


def _invite(transaction: Transaction, monitor: Monitor, email: str, now: datetime) -> Recipient:
    recipient = Recipient(monitor_id=monitor.id, email=email, created_at=now, updated_at=now)
    transaction.put(RECIPIENTS, recipient)
    return recipient


def _is_to_be_asked(recipient: Recipient, now: datetime) -> bool:
    if recipient.status != "pending":
        return False
    return recipient.token_expires_at is None or now >= recipient.token_expires_at


def _ask(
    transaction: Transaction,
    monitor: Monitor,
    recipient: Recipient,
    now: datetime,
    *,
    new_token: NewToken,
    links: Links,
) -> Delivery | None:
    """Mail somebody a new token and keep its hash; None where a link could lead nowhere.

    And None where too many were asked today, or they were too often.
    """
    token = new_token()
    link = links.confirm(token)
    if link is None or not count_question(transaction, monitor.owner, recipient.email, now=now):
        return None
    token_hash = hash_text(token)
    asked = replace(recipient, token_hash=token_hash, token_expires_at=now + _LIFE, updated_at=now)
    transaction.put(RECIPIENTS, asked)
    # An older mail that still waits would bring a link that works no longer.
    _cancel(transaction, monitor.id, recipient.email, _SUPERSEDED)
    message = write_confirmation(monitor, confirm=link, links=links, email=recipient.email)
    mail = make_delivery(
        monitor,
        recipient.email,
        message,
        event=CONFIRMATION,
        cause=f"{monitor.id}:{token_hash}",
        now=now,
    )
    post(transaction, mail)
    return mail


def _cancel(transaction: Transaction, monitor_id: str, email: str, cause: str) -> None:
    """Let nothing that waits for an address be sent to it."""
    where = {
        "monitor_id": monitor_id,
        "channel": "email",
        "destination": email,
        "status": "pending",
    }
    for delivery in transaction.select(DELIVERIES, where):
        cancel(transaction, delivery, cause)
