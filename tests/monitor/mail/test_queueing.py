"""Which messages a check leaves in the outbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from changetrack.monitor.mail import queue_mail, queue_notifications, queue_webhook_failure
from changetrack.monitor.mail.telling import read_news
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import (
    Check,
    Delivery,
    Monitor,
    Notification,
    Page,
    Summary,
    Webhook,
)
from changetrack.monitor.planning import materialise_due
from changetrack.monitor.ports import Store, Transaction
from changetrack.monitor.tables import DELIVERIES
from changetrack.monitor.webhooks.states import WebhookFailure
from tests.monitor.mail.news import (
    ALICE,
    BOB,
    LINKS,
    MEANINGFUL,
    NOISE,
    keep,
    make_check,
    make_mail_monitor,
    make_mailing,
    make_page,
)
from tests.monitor.makers import NOON, PAGE, make_config, make_monitor, put_monitor, run_check

SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


def queue(store: Store, monitor: Monitor, check: Check) -> list[Delivery]:
    """Queue the mails of a check."""
    return store.transact(
        partial(
            queue_mail,
            monitor=monitor,
            check=check,
            now=NOON,
            links=LINKS,
        )
    )


def mail(*pages: Page, monitor: Monitor | None = None, **kept: Any) -> list[Delivery]:  # noqa: ANN401 - see keep
    """Return the mails about a check with these pages to Alice, who confirmed."""
    monitor, check = monitor or make_mail_monitor(), make_check(*pages)
    return queue(keep(monitor, check, *pages, **{"confirmed": (ALICE,), **kept}), monitor, check)


def judged(**given: Any) -> Monitor:  # noqa: ANN401 - any field of a configuration
    """Return a monitor whose changes are judged."""
    return make_mail_monitor(goal="prices", judge_enabled=True, **given)


def test_each_who_confirmed_gets_a_mail_of_their_own() -> None:
    """With their own link to leave; it waits in the outbox, due at once, under a name for ever."""
    monitor, page = make_mail_monitor(ALICE, BOB), make_page()
    check = make_check(page)
    store = keep(monitor, check, page, confirmed=(ALICE, BOB))
    mails = queue(store, monitor, check)
    assert [(each.destination, each.event, each.status, each.check_id) for each in mails] == [
        (ALICE, "email.summary", "pending", "check"),
        (BOB, "email.summary", "pending", "check"),
    ]
    assert {each.next_attempt_at for each in mails} == {NOON}
    assert len({each.id for each in mails} | {each.body for each in mails}) == 4
    assert queue(store, monitor, check) == []
    kept = store.transact(lambda transaction: transaction.select(DELIVERIES, {}))
    assert sorted(kept, key=lambda each: each.id) == sorted(mails, key=lambda each: each.id)


def test_C34_nobody_who_did_not_confirm_gets_a_mail() -> None:
    """Nor somebody who confirmed and is not listed any more."""
    page = make_page()
    assert mail(page, confirmed=()) == []
    assert mail(page, monitor=make_mail_monitor(BOB)) == []


def test_mail_that_is_switched_off_is_not_written() -> None:
    """Whatever happened, and whoever confirmed."""
    config = make_mailing(ALICE)
    assert config.notification is not None
    assert config.notification.email is not None
    off = replace(config.notification, email=replace(config.notification.email, enabled=False))
    silent = [None, Notification(), off]
    monitors = [make_monitor(replace(config, notification=each)) for each in silent]
    assert [mail(make_page(), monitor=monitor) for monitor in monitors] == [[], [], []]
    assert mail(make_page(), monitor=replace(make_mail_monitor(), status="deleted")) == []


def test_a_check_that_found_nothing_is_not_told() -> None:
    """Pages that stayed the same are no news."""
    assert mail(make_page(status="same")) == []


def test_the_first_check_tells_nothing_but_failures() -> None:
    """Everything is new to it; from the second one on, what is new is told."""
    new, failed = make_page(0, status="new"), make_page(1, status="error")
    assert mail(new, is_first=True) == []
    assert len(mail(new, failed, is_first=True)) == 1
    assert len(mail(new)) == 1


def test_noise_alone_is_not_told() -> None:
    """One change that matters, or one that nobody judged, is enough for a mail of all."""
    noise, matters = make_page(0, judgment=NOISE), make_page(1, judgment=MEANINGFUL)
    assert mail(noise, monitor=judged()) == []
    assert len(mail(noise, matters, monitor=judged())) == 1
    assert len(mail(noise, make_page(1), monitor=judged())) == 1
    assert len(mail(noise)) == 1


def test_what_the_check_was_to_do_decides_and_not_what_somebody_changed_meanwhile() -> None:
    """A judge that is switched on during a check judged none of its pages."""
    page = make_page(judgment=NOISE)
    check = make_check(page, config=make_mailing())
    assert len(queue(keep(judged(), check, page, confirmed=(ALICE,)), judged(), check)) == 1


class Counted:
    """A transaction that counts the rows which are read."""

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        self.rows = 0

    def select(self, *args: Any, **given: Any) -> list[Any]:  # noqa: ANN401 - as a transaction has it
        """Pass it on, and count."""
        rows: list[Any] = self.transaction.select(*args, **given)
        self.rows += len(rows)
        return rows


def read_counted(monitor: Monitor, pages: list[Page]) -> tuple[list[int] | None, int]:
    """Return the places of the pages that are told of, and how many rows it took."""
    check = make_check(*pages)
    store = keep(monitor, check, *pages)

    def work(transaction: Transaction) -> tuple[list[int] | None, int]:
        counted = Counted(transaction)
        news = read_news(counted, monitor, check)  # type: ignore[arg-type]  # it only selects
        return [page.position for page in news] if news is not None else None, counted.rows

    return store.transact(work)


def test_a_check_of_ten_thousand_pages_is_read_in_part() -> None:
    """Twenty that matter are looked for, and not further than pages are judged."""
    plain = [make_page(at) for at in range(2_000)]
    assert read_counted(make_mail_monitor(), plain) == ([*range(20)], 50 + 2)
    noise = [make_page(at, judgment=NOISE) for at in range(240)]
    assert read_counted(judged(), noise) == (None, 240 + 2)
    late = [*noise, make_page(240, judgment=MEANINGFUL), *plain[241:]]
    assert read_counted(judged(), late) == ([240, *range(241, 250), *range(10)], 250 + 2)


def test_a_check_on_the_real_engine_is_told_once_it_has_news() -> None:
    """The first check, one without news, and one with a change, recorded as the engine does."""
    store, monitor = MemoryStore(), make_monitor()
    put_monitor(store, monitor)
    told: list[list[str] | None] = []
    for number, text in enumerate(("a", "a", "b")):
        now = NOON + number * timedelta(minutes=30)
        store.transact(partial(materialise_due, now=now, limit=1))
        check, _ = run_check(store, {PAGE: text}, now=now)
        news = store.transact(partial(read_news, monitor=monitor, check=check))
        told.append(None if news is None else [page.url for page in news])
    assert told == [None, None, [PAGE]]


def test_a_webhook_that_fails_is_told_once() -> None:
    """However many events die of it, until one arrives again; its secret path is not shown."""
    webhook = Webhook(url="https://hooks.example.com/secret-path?token=1")
    monitor = make_mail_monitor(webhook=webhook)
    store = keep(monitor, make_check(), confirmed=(ALICE,))
    delivery = Delivery(
        id="d",
        owner="local",
        monitor_id=monitor.id,
        channel="webhook",
        event="monitor.page",
        destination=webhook.url,
        body="{}",
        created_at=NOON,
    )
    failure = WebhookFailure(monitor=monitor, delivery=delivery, reason="dead", since=NOON)
    gone = replace(failure, reason="gone")
    again = replace(failure, since=NOON.replace(hour=13))
    mails = [
        store.transact(
            partial(
                queue_webhook_failure,
                failure=each,
                now=NOON,
                links=LINKS,
            )
        )
        for each in (failure, gone, again)
    ]
    assert [[each.destination for each in some] for some in mails] == [[ALICE], [], [ALICE]]
    body = mails[0][0].body
    assert "Webhook of Prices fails" in body
    assert "https://hooks.example.com" in body
    assert "secret-path" not in body


def test_each_channel_gets_a_notice_by_the_same_rule() -> None:
    """Once, to nobody when there is no news, and without any mail."""
    monitor = make_monitor(make_config(name="Prices", notification=Notification(channels=(SLACK,))))
    page = make_page()
    check = make_check(page)
    store = keep(monitor, check, page)
    tell = partial(queue_notifications, monitor=monitor, check=check, now=NOON)
    (notice,) = store.transact(tell)
    assert (notice.channel, notice.event, notice.destination, notice.check_id) == (
        "notify",
        "notify.summary",
        SLACK,
        "check",
    )
    assert store.transact(tell) == []
    quiet = make_check(summary=Summary(same=1, total_pages=1))
    assert store.transact(partial(tell, check=quiet)) == []
    assert queue(store, monitor, check) == []
