"""Mails on their way to a real SMTP server on loopback, and what becomes of them."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import anyio
import pytest

from changetrack.monitor.deliveries import claim_deliveries, settle_delivery
from changetrack.monitor.models import Delivery
from changetrack.monitor.tables import DELIVERIES
from changetrack.monitor.webhooks.retries import Outcome
from tests.monitor.mail.mail_servers import (
    PASSWORD,
    USER,
    Postbox,
    make_certificates,
    serve_mail,
)
from tests.monitor.mail.sending import FROM, make_mailer, make_world, send
from tests.monitor.makers import NOON

TRUST = make_certificates()


@pytest.mark.parametrize("kind", ["tls", "starttls"])
def test_a_mail_goes_over_tls_with_a_login(kind: str) -> None:
    """With a certificate that is believed, and a password that the server knows."""
    postbox = Postbox()
    outcome = send(
        postbox,
        server={kind: TRUST.server, "login": True},
        tls=TRUST.client,
        smtp_tls=kind,
        smtp_user=USER,
        smtp_password=PASSWORD,
    )
    assert outcome == Outcome(status_code=250)
    assert postbox.secured == [True]


STRANGERS = {
    "an unknown authority": TRUST.server,
    "another host": make_certificates("mail.example").server,
}


@pytest.mark.parametrize("kind", ["tls", "starttls"])
@pytest.mark.parametrize("server", STRANGERS.values(), ids=STRANGERS)
def test_a_server_that_nobody_vouches_for_gets_nothing(server: ssl.SSLContext, kind: str) -> None:
    """No mail and no password; the mail waits until the certificate is right."""
    postbox = Postbox()
    outcome = send(
        postbox,
        server={kind: server},
        smtp_tls=kind,
        smtp_user=USER,
        smtp_password=PASSWORD,
        tls=ssl.create_default_context(),
    )
    assert (outcome.is_delivered, outcome.is_final) == (False, False)
    assert str(outcome.error).startswith("mail_server_unreachable: ")
    assert postbox.raw == []


def test_a_server_without_starttls_gets_nothing() -> None:
    """Somebody on the way may have taken the offer away, to read the password."""
    postbox = Postbox()
    outcome = send(postbox, smtp_tls="starttls", smtp_user=USER, smtp_password=PASSWORD)
    assert outcome == Outcome(
        error="mail_server_refused: it does not offer what the settings ask for"
    )
    assert postbox.raw == []


def test_a_wrong_password_is_the_operator_s_to_put_right() -> None:
    """The mail waits; whoever reads of it learns nothing about the server."""
    outcome = send(
        Postbox(),
        server={"login": True},
        smtp_user=USER,
        smtp_password=PASSWORD[1:],
        smtp_host="localhost",
    )
    assert outcome == Outcome(
        status_code=535, error="login_refused: see the server's settings", is_final=False
    )


# What a server says to a command: the reason, and whether the same mail may arrive later.
ANSWERS = {
    ("RCPT", "550 5.1.1 no such user"): ("receiver_refused", True),
    ("RCPT", "450 4.2.1 mailbox is busy"): ("receiver_refused", False),
    ("RCPT", "421 4.3.2 closing down"): ("receiver_refused", False),
    ("DATA", "554 5.7.1 this is spam"): ("mail_refused", True),
    ("DATA", "452 4.3.1 the disk is full"): ("mail_refused", False),
    ("MAIL", "550 5.7.1 you may not send"): ("mail_server_refused", False),
    ("MAIL", "451 4.7.1 greylisted"): ("mail_server_refused", False),
}


@pytest.mark.parametrize(("said", "meant"), ANSWERS.items(), ids=range(len(ANSWERS)))
def test_what_a_server_refuses_for_good_is_not_tried_again(
    said: tuple[str, str], meant: tuple[str, bool]
) -> None:
    """Of the receiver and of this mail; what it says of us, an operator can put right."""
    (command, answer), (reason, is_final) = said, meant
    code = int(answer[:3])
    assert send(Postbox({command: answer})) == Outcome(
        status_code=code,
        error=f"{reason}: the mail server answered {code} {answer[4:]}",
        is_final=is_final,
    )


def test_a_server_that_hangs_up_is_tried_again() -> None:
    """It may have taken the mail before; then the same one arrives twice."""
    assert send(Postbox({"DATA": "hang up"})) == Outcome(
        error="mail_server_unreachable: it hung up"
    )


@asynccontextmanager
async def serve_raw(words: bytes) -> Any:  # noqa: ANN401 - a context manager of a port
    """Yield the port of a server that says some words to whoever comes, and then nothing."""

    async def talk(stream: anyio.abc.ByteStream) -> None:
        async with stream:
            if words:
                await stream.send(words)
            await anyio.sleep_forever()

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, talk)
        yield listener.extra(anyio.abc.SocketAttribute.local_port)  # noqa: S610 - no Django
        tasks.cancel_scope.cancel()


def try_at(
    serve: Callable[[], AbstractAsyncContextManager[int]],
    **given: Any,  # noqa: ANN401 - any setting
) -> Outcome:
    """Return what comes of sending a mail to whatever this serves."""
    store, mail = make_world()

    async def run() -> Outcome:
        async with serve() as port:
            return await make_mailer(store, port, **given).send(mail)

    return anyio.run(run)


@pytest.mark.parametrize("words", [b"", b"220 hello\r\n", b"2", b"220-" + b"x" * 100 + b"\r\n"])
@pytest.mark.parametrize("kind", ["none", "tls", "starttls"])
def test_C35_a_server_that_hangs_is_left(words: bytes, kind: str) -> None:
    """Whatever it said before; the mail waits."""
    begun = time.monotonic()
    outcome = try_at(partial(serve_raw, words), seconds=0.2, smtp_tls=kind)
    assert (outcome.is_delivered, outcome.is_final) == (False, False)
    assert str(outcome.error).startswith(("timeout: ", "mail_server_unreachable: "))
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize(
    "words", [b"554 go away\r\n", b"\xff\xfe\r\n", b"HTTP/1.1 400 Bad\r\n\r\n"]
)
def test_what_is_no_mail_server_is_tried_again(words: bytes) -> None:
    """Nothing that it says is an exception."""
    outcome = try_at(partial(serve_raw, words), seconds=1.0)
    assert (outcome.is_delivered, outcome.is_final) == (False, False)
    assert str(outcome.error).startswith("mail_server_")


def test_C35_a_server_that_is_down_gets_the_mail_when_it_is_back() -> None:
    """Through the outbox: claimed, failed, due again five seconds later, delivered."""
    (store, mail), postbox = make_world(), Postbox()
    lease = timedelta(seconds=120)

    def claim(now: Any) -> list[Delivery]:  # noqa: ANN401 - a time
        return store.transact(
            partial(claim_deliveries, now=now, lease=lease, limit=10, per_receiver=4)
        )

    async def run() -> list[Any]:
        seen: list[Any] = []
        async with serve_mail(postbox) as port:
            up = make_mailer(store, port)
        # Nobody listens there any more.
        for now, sender in ((NOON, up), (NOON + timedelta(seconds=5), None)):
            (claimed,) = claim(now)
            if sender is None:
                async with serve_mail(postbox) as port:
                    outcome = await make_mailer(store, port).send(claimed)
            else:
                outcome = await sender.send(claimed)
            settled = store.transact(
                partial(settle_delivery, claimed=claimed, outcome=outcome, now=now, jitter=0.5)
            )
            assert settled is not None
            seen.append((settled.status, settled.last_error, settled.next_attempt_at))
        return seen

    assert anyio.run(run) == [
        (
            "pending",
            "mail_server_unreachable: there is no connection to it",
            NOON + timedelta(seconds=5),
        ),
        ("delivered", None, None),
    ]
    assert len(postbox.raw) == 1
    assert store.transact(lambda transaction: transaction.find(DELIVERIES, mail.id)) is not None


def test_C35_without_a_server_mails_wait() -> None:
    """Until an operator sets one, or their three days are over."""
    store, mail = make_world()
    for given in ({"smtp_host": ""}, {"mail_from": ""}):
        fields: dict[str, Any] = {"smtp_host": "", "mail_from": FROM, **given}
        mailer = make_mailer(store, 25, **fields)
        assert anyio.run(mailer.send, mail) == Outcome(
            error="no_mail_server: set CHANGETRACK_SMTP_HOST and CHANGETRACK_MAIL_FROM"
        )


def test_C34_whoever_unsubscribed_meanwhile_gets_nothing() -> None:
    """It is asked again at each try, also for what somebody asks to have sent once more."""
    postbox, (store, mail) = Postbox(), make_world()
    stranger = replace(mail, destination="stranger@example.com")
    assert send(postbox, world=(store, stranger)) == Outcome(
        error="recipient_not_listed: the mail is for nobody who wants it", is_final=True
    )
    assert postbox.envelopes == []
