"""Endpoints of monitors: make one, see it, change it, let it rest, run it, let it go."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import anyio.to_thread

from changetrack import JsonObject, JsonValue
from changetrack.errors import InvalidMonitor
from changetrack.monitor.atom import feed_token
from changetrack.monitor.commands import (
    Changed,
    NewMonitor,
    create_monitor,
    delete_monitor,
    patch_monitor,
    pause_monitor,
    resume_monitor,
    run_monitor,
)
from changetrack.monitor.idempotency import answer_once
from changetrack.monitor.lists import list_monitors
from changetrack.monitor.mail import sync_recipients
from changetrack.monitor.mail.recipients import list_recipients
from changetrack.monitor.models import Recipient
from changetrack.monitor.owners import find_monitor
from changetrack.monitor.tables import RECIPIENTS
from changetrack.monitor.webhooks import new_secret
from changetrack.monitor.wire import (
    list_doubts,
    read_monitor,
    read_patch,
    read_preview,
    write_check,
    write_monitor,
    write_preview,
)
from changetrack_server.errors import EndpointError
from changetrack_server.monitor.routes.envelopes import succeed
from changetrack_server.monitor.routes.rules import make_rules

if TYPE_CHECKING:
    from datetime import datetime

    from changetrack.monitor.changes import WebhookWish
    from changetrack.monitor.commands import Invite
    from changetrack.monitor.models import Monitor, Webhook
    from changetrack.monitor.ports import Transaction
    from changetrack_server.monitor.routes.asking import Ask, Orchestra

__all__ = [
    "create",
    "delete",
    "draw_secret",
    "get",
    "invite_by",
    "list_all",
    "patch",
    "pause",
    "preview",
    "resume",
    "run",
    "show",
]

# What is done about a monitor that is the caller's.
Work: TypeAlias = "Callable[[Transaction, Monitor], JsonObject]"

# How many runs a preview shows, when nobody says, and at most.
_RUNS = 10
_MOST_RUNS = 100


async def create(ask: Ask) -> JsonObject:
    """Make a monitor; sent again with the same Idempotency-Key, it is made once."""
    orchestra = ask.orchestra
    now, monitor_id = orchestra.now(), orchestra.new_id()
    rules = make_rules(orchestra.settings)
    read = partial(
        read_monitor, ask.read_body(), ask.dialect, rules, monitor_id=monitor_id, now=now
    )
    # Schemas may take a while to look through.
    wish = await anyio.to_thread.run_sync(read)
    await _check_receiver(orchestra, wish.config.webhook)
    new = NewMonitor(
        id=monitor_id,
        owner=ask.owner,
        config=wish.config,
        secret=draw_secret(orchestra),
        check_id=orchestra.new_id() if wish.is_to_run else None,
        is_paused=wish.is_paused,
    )
    repeatable, invite = ask.read_repeatable(), invite_by(orchestra, now)

    def work(transaction: Transaction) -> JsonObject:
        def answer() -> JsonObject:
            changed = create_monitor(
                transaction, new, now=now, most=orchestra.settings.max_monitors, invite=invite
            )
            return show(transaction, ask, changed, wish.warnings)

        return answer_once(transaction, repeatable, answer, now=now)

    answered = await orchestra.transact(work)
    orchestra.wake()
    return answered


async def list_all(ask: Ask) -> JsonObject:
    """Show monitors, the newest first."""
    window = ask.read_window("monitors")
    listed = await ask.orchestra.transact(partial(list_monitors, owner=ask.owner, window=window))
    shown: list[JsonValue] = [_write(each, ask) for each in listed.items]
    more: JsonObject = {}
    if listed.after is not None and ask.dialect.has_cursors:
        cursor = ask.write_cursor(listed.after, "monitors")
        more = {"next": cursor, "nextUrl": ask.write_next(limit=window.limit, cursor=cursor)}
    return succeed(shown, total=listed.total, **more)


async def get(ask: Ask) -> JsonObject:
    """Show a monitor."""

    def work(transaction: Transaction, monitor: Monitor) -> JsonObject:
        return show(transaction, ask, Changed(monitor=monitor))

    return await _with_monitor(ask, work)


async def patch(ask: Ask) -> JsonObject:
    """Change what is said of a monitor, and leave the rest."""
    orchestra = ask.orchestra
    now, rules = orchestra.now(), make_rules(orchestra.settings)
    monitor_id = ask.read_id()
    changes = await anyio.to_thread.run_sync(read_patch, ask.read_body(), ask.dialect, rules)
    await _check_receiver(orchestra, changes.webhook)
    secret, invite = draw_secret(orchestra), invite_by(orchestra, now)

    def work(transaction: Transaction) -> JsonObject:
        monitor = find_monitor(transaction, ask.owner, monitor_id)
        changed = patch_monitor(
            transaction,
            monitor,
            changes,
            now=now,
            minimum=rules.minimum,
            secret=secret,
            invite=invite,
        )
        before = list_doubts(monitor.config, rules)
        doubts = (each for each in list_doubts(changed.monitor.config, rules) if each not in before)
        return show(transaction, ask, changed, (*changes.warnings, *doubts))

    answered = await orchestra.transact(work)
    orchestra.wake()
    return answered


async def delete(ask: Ask) -> JsonObject:
    """Let a monitor be gone."""
    now = ask.orchestra.now()

    def work(transaction: Transaction, monitor: Monitor) -> JsonObject:
        delete_monitor(transaction, monitor, now=now)
        return succeed()

    return await _with_monitor(ask, work)


async def run(ask: Ask) -> JsonObject:
    """Have a monitor checked now; sent again with the same Idempotency-Key, it is so once."""
    orchestra = ask.orchestra
    now, check_id, monitor_id = orchestra.now(), orchestra.new_id(), ask.read_id()
    ask.read_body()
    repeatable = ask.read_repeatable()

    def work(transaction: Transaction) -> JsonObject:
        def answer() -> JsonObject:
            monitor = find_monitor(transaction, ask.owner, monitor_id)
            check = run_monitor(transaction, monitor, check_id=check_id, now=now)
            return succeed(write_check(check, ask.dialect), id=check.id)

        return answer_once(transaction, repeatable, answer, now=now)

    answered = await orchestra.transact(work)
    orchestra.wake()
    return answered


async def pause(ask: Ask) -> JsonObject:
    """Let a monitor rest."""
    now = ask.orchestra.now()

    def work(transaction: Transaction, monitor: Monitor) -> JsonObject:
        paused = pause_monitor(transaction, monitor, now=now)
        return show(transaction, ask, Changed(monitor=paused))

    return await _with_monitor(ask, work)


async def resume(ask: Ask) -> JsonObject:
    """Let a monitor run again, from its next slot on."""
    now = ask.orchestra.now()

    def work(transaction: Transaction, monitor: Monitor) -> JsonObject:
        resumed = resume_monitor(transaction, monitor, now=now)
        return show(transaction, ask, Changed(monitor=resumed))

    answered = await _with_monitor(ask, work)
    ask.orchestra.wake()
    return answered


async def preview(ask: Ask) -> JsonObject:
    """Show what a schedule means before anything is made of it."""
    orchestra = ask.orchestra
    now, body = orchestra.now(), ask.read_body()
    rules = make_rules(orchestra.settings)
    count, monitor_id = _RUNS, orchestra.new_id()
    if isinstance(body, dict):
        count = _read_count(body.get("count"))
        # Words without a time are spread by the id, so whoever has one sees its very runs.
        own = body.get("id")
        monitor_id = own if isinstance(own, str) else monitor_id
    read = partial(read_preview, body, ask.dialect, rules, monitor_id=monitor_id, now=now)
    wish = await anyio.to_thread.run_sync(read)
    return succeed(write_preview(wish, now=now, count=count))


def _read_count(value: JsonValue) -> int:
    if value is None:
        return _RUNS
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_RUNS:
        problem = f"expected a whole number from 1 to {_MOST_RUNS}"
        raise InvalidMonitor(problem, "correct or leave out the field", "count")
    return value


async def _check_receiver(orchestra: Orchestra, webhook: Webhook | WebhookWish | None) -> None:
    """Check where a webhook leads now; the sender sees it again at each try.

    Raises:
        EndpointError: nothing may be sent there.
    """
    if webhook is None or webhook.url is None:
        return
    try:
        await orchestra.services.fetcher.check_receiver(webhook.url)
    except EndpointError as error:
        raise error.under("webhook.url") from error.__cause__


async def _with_monitor(ask: Ask, work: Work) -> JsonObject:
    monitor_id = ask.read_id()

    def transact(transaction: Transaction) -> JsonObject:
        return work(transaction, find_monitor(transaction, ask.owner, monitor_id))

    return await ask.orchestra.transact(transact)


def show(
    transaction: Transaction, ask: Ask, changed: Changed, warnings: tuple[str, ...] = ()
) -> JsonObject:
    """Return the envelope of a monitor, with whoever gets its mail."""
    monitor = changed.monitor
    known = {
        each.email: each for each in transaction.select(RECIPIENTS, {"monitor_id": monitor.id})
    }
    recipients = [known.get(email) or _await(monitor, email) for email in list_recipients(monitor)]
    shown = _write(monitor, ask, recipients)
    if changed.secret is not None:
        shown["webhookSecret"] = changed.secret
    if warnings:
        shown["warnings"] = [*warnings]
    return succeed(shown)


def _write(monitor: Monitor, ask: Ask, recipients: Sequence[Recipient] | None = None) -> JsonObject:
    """Return a monitor, and where a reader of feeds, who has no key, finds it."""
    token = feed_token(ask.orchestra.signing_key, monitor.id)
    root = ask.orchestra.settings.public_url.rstrip("/")
    feed = f"{root}/v1/monitor/{monitor.id}/feed.atom?token={token}"
    shown = {**write_monitor(monitor, ask.dialect, recipients=recipients), "feedUrl": feed}
    return shown if ask.may_write else _hide_headers(shown)


def _hide_headers(shown: JsonObject) -> JsonObject:
    """Return a monitor without what opens somebody's door, for a key that may only read."""
    webhook = shown["webhook"]
    if not isinstance(webhook, dict) or not isinstance(webhook["headers"], dict):
        return shown
    return {**shown, "webhook": {**webhook, "headers": dict.fromkeys(webhook["headers"], "***")}}


def _await(monitor: Monitor, email: str) -> Recipient:
    """Return whoever was not asked yet."""
    return Recipient(
        monitor_id=monitor.id,
        email=email,
        created_at=monitor.created_at,
        updated_at=monitor.updated_at,
    )


def draw_secret(orchestra: Orchestra) -> str:
    """Return a new secret for a webhook."""
    return new_secret(base64.urlsafe_b64decode(orchestra.new_token() + "="))


def invite_by(orchestra: Orchestra, now: datetime) -> Invite:
    """Return what asks whoever is new among the recipients of a monitor."""

    def invite(transaction: Transaction, monitor: Monitor) -> None:
        sync_recipients(transaction, monitor, now, orchestra.new_token, links=orchestra.links)

    return invite
