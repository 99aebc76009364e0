"""A mail in the outbox, and what it takes to send it to a server on loopback."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import anyio

from changetrack.monitor.mail import queue_mail
from changetrack.monitor.models import Delivery
from changetrack.monitor.ports import Store, Transaction
from changetrack.monitor.webhooks.retries import Outcome
from changetrack_server.monitor.delivery.mailer import Mailer
from changetrack_server.settings import Settings
from tests.monitor.mail.mail_servers import (
    Postbox,
    serve_mail,
)
from tests.monitor.mail.news import (
    ALICE,
    LINKS,
    diff_texts,
    keep,
    make_check,
    make_mail_monitor,
    make_page,
)
from tests.monitor.makers import NOON

T = TypeVar("T")
FROM = "changes@sender.example"


class AtOnce:
    """A store without the thread that a server has for it."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def __call__(self, work: Callable[[Transaction], T]) -> T:
        """Run a transaction."""
        return self.store.transact(work)


def make_world(name: str = "Prices", page: Any = None) -> tuple[Store, Delivery]:  # noqa: ANN401 - a page, if any
    """Return a store, and the summary in it that is to go to Alice."""
    monitor = make_mail_monitor(ALICE, name=name)
    page = page or make_page(diff=diff_texts("a", "b"))
    check = make_check(page)
    store = keep(monitor, check, page, confirmed=(ALICE,))
    (mail,) = store.transact(
        partial(
            queue_mail,
            monitor=monitor,
            check=check,
            now=NOON,
            links=LINKS,
        )
    )
    return store, mail


def make_mailer(store: Store, port: int, **given: Any) -> Mailer:  # noqa: ANN401 - any setting, and the seams
    """Return a mailer that knows the server on this port."""
    seams = {name: given.pop(name) for name in ("tls", "seconds", "clock") if name in given}
    fields = {"smtp_host": "127.0.0.1", "smtp_tls": "none", "mail_from": FROM, **given}
    settings = Settings(smtp_port=port, **fields)
    return Mailer(AtOnce(store), settings, **{"clock": lambda: 0.0, **seams})  # type: ignore[arg-type]  # called as one


def send(
    postbox: Postbox,
    *,
    world: tuple[Store, Delivery] | None = None,
    server: dict[str, Any] | None = None,
    **given: Any,  # noqa: ANN401 - any setting, and the seams
) -> Outcome:
    """Return what comes of sending a mail to a server."""
    store, mail = world or make_world()

    async def run() -> Outcome:
        async with serve_mail(postbox, **server or {}) as port:
            return await make_mailer(store, port, **given).send(mail)

    return anyio.run(run)
