"""Who is told of what was found: a webhook, people with an address, services of all kinds."""

from __future__ import annotations

from typing import TypeVar, cast, get_args

from changetrack._kinds import name_kind
from changetrack._models import JsonObject, JsonValue
from changetrack._reader import Reader
from changetrack.errors import ChangeTrackError, InvalidMonitor
from changetrack.monitor.changes import EmailWish, NotificationWish, WebhookWish
from changetrack.monitor.mail.addresses import read_recipients
from changetrack.monitor.mail.channels import read_channels
from changetrack.monitor.models import PageStatus, Webhook
from changetrack.monitor.webhooks.events import EVENTS
from changetrack.monitor.webhooks.rules import check_webhook
from changetrack.monitor.wire.rules import Rules
from changetrack.monitor.wire.spelling import name_unknown, quote

__all__ = ["hide_address", "read_notification", "read_webhook"]

T = TypeVar("T", bound=str)

_STATUSES: tuple[PageStatus, ...] = get_args(PageStatus)

_WEBHOOK = frozenset(
    {
        *("url", "headers", "metadata", "events", "statuses", "onlyMeaningful"),
        *("firecrawlSignature", "active", "disabled", "failingSince"),
    }
)
_NOTIFICATION = frozenset({"email", "emails", "includeDiffs", "channels", "slack"})
_EMAIL = frozenset({"enabled", "recipients", "includeDiffs"})

_MOST_URL = 2_048
_ANY_URL = "https://example.com/"

# What stands for the secret part of a channel.
_MASK = "…"


def read_webhook(value: JsonValue, place: str, rules: Rules, warnings: list[str]) -> WebhookWish:
    """Return a webhook: an object, or its URL alone.

    Raises:
        ChangeTrackError: something in it is wrong; the error names the place.
    """
    fields = Reader({"url": value} if isinstance(value, str) else value, place)
    warnings += name_unknown(fields, _WEBHOOK, "option of a webhook")
    wish = WebhookWish(
        url=_read_receiver(fields, rules),
        headers=_read_map(fields, "headers"),
        metadata=_read_map(fields, "metadata"),
        events=_read_words(fields, "events", EVENTS, needs_one=True),
        statuses=_read_words(fields, "statuses", _STATUSES),
        only_meaningful=fields.flag("onlyMeaningful"),
        firecrawl_signature=fields.flag("firecrawlSignature"),
    )
    _check(wish, place, rules)
    return wish


def _read_receiver(fields: Reader, rules: Rules) -> str | None:
    url = fields.text("url", at_most=_MOST_URL)
    if url is None:
        return None
    try:
        rules.check_receiver(url.strip())
    except ChangeTrackError as error:
        raise error.under(fields.place("url")) from None
    return url.strip()


def _check(wish: WebhookWish, place: str, rules: Rules) -> None:
    # What leaves the URL as it is was checked with it before.
    url = wish.url or _ANY_URL
    webhook = Webhook(
        url=url,
        headers=wish.headers or {},
        metadata=wish.metadata or {},
        events=EVENTS if wish.events is None else wish.events,
        statuses=wish.statuses or (),
    )
    check_webhook(webhook, is_inside=rules.is_inside(url), path=place)


def _read_map(fields: Reader, name: str) -> JsonObject | None:
    # Its keys are the caller's own, so neither spelling of one is another's.
    inner = fields.within(name)
    value = fields.raw(name)
    return None if inner is None else dict(cast("JsonObject", value))


def _read_words(
    fields: Reader, name: str, known: tuple[T, ...], *, needs_one: bool = False
) -> tuple[T, ...] | None:
    given = fields.items(name)
    if given is None:
        return None
    place = fields.place(name)
    if needs_one and not given:
        problem = "the list is empty, so nothing would ever be told"
        raise InvalidMonitor(problem, "leave it out for all of them", place)
    for index, word in enumerate(given):
        if word not in known:
            shown = quote(word) if isinstance(word, str) else name_kind(word)
            problem = f"there is none such as {shown}"
            remedy = f"use {', '.join(known)}"
            raise InvalidMonitor(problem, remedy, f"{place}[{index}]")
    return tuple(word for word in known if word in given)


def read_notification(
    value: JsonValue, place: str, rules: Rules, warnings: list[str]
) -> NotificationWish:
    """Return who is to be told: `email` as an object, or `emails` as a list, and `channels`.

    Raises:
        ChangeTrackError: something in it is wrong; the error names the place.
    """
    fields = Reader(value, place)
    warnings += name_unknown(fields, _NOTIFICATION, "way to tell anybody")
    if fields.raw("slack") is not None:
        warnings.append(f"{fields.place('slack')} was ignored: send its webhook as one of channels")
    email = _read_email(fields, warnings)
    if email is not None and not rules.has_mail and email.enabled:
        warnings.append("this server has no way for mail to go out, so nobody gets any")
    return NotificationWish(
        email=email,
        is_without_email="email" in fields.names and fields.raw("email") is None,
        channels=_read_channels(fields),
    )


def _read_email(fields: Reader, warnings: list[str]) -> EmailWish | None:
    """Return who gets mail, out of whichever of the two shapes it has."""
    email = fields.within("email")
    if email is None:
        recipients = _read_recipients(fields, "emails")
        diffs = fields.flag("includeDiffs")
        if recipients is None and diffs is None:
            return None
        enabled = bool(recipients) if recipients is not None else None
        return EmailWish(enabled=enabled, recipients=recipients, include_diffs=diffs)
    warnings += name_unknown(email, _EMAIL, "option of mail")
    return EmailWish(
        enabled=email.flag("enabled"),
        recipients=_read_recipients(email, "recipients"),
        include_diffs=email.flag("includeDiffs"),
    )


def _read_recipients(fields: Reader, name: str) -> tuple[str, ...] | None:
    given = fields.items(name)
    return None if given is None else read_recipients(given, fields.place(name))


def _read_channels(fields: Reader) -> tuple[str, ...] | None:
    given = fields.items("channels")
    if given is None:
        return None
    for index, value in enumerate(given):
        if isinstance(value, str) and value.endswith(_MASK):
            problem = "this is what we show in place of the secret"
            remedy = "leave channels out to keep them"
            raise InvalidMonitor(problem, remedy, fields.place(f"channels[{index}]"))
    return read_channels(given, fields.place("channels"))


def hide_address(channel: str) -> str:
    """Return the URL of a channel without what is secret in it.

    >>> hide_address("slack://T1/B2/xyz")
    'slack://…'
    """
    return f"{channel.partition('://')[0]}://{_MASK}"
