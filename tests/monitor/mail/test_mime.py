"""How a mail is written, whatever somebody tries to write into it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from changetrack.monitor.mail import read_message, sync_recipients, write_message
from changetrack.monitor.webhooks.retries import Outcome
from changetrack_server.monitor.delivery.mailer import write_email
from changetrack_server.settings import Settings, SettingsError
from tests.monitor.mail.mail_servers import (
    Postbox,
)
from tests.monitor.mail.news import (
    ALICE,
    LINKS,
    PUBLIC_URL,
    keep,
    make_check,
    make_mail_monitor,
    make_page,
)
from tests.monitor.mail.sending import FROM, make_world, send
from tests.monitor.makers import NOON


def test_a_mail_arrives_as_it_was_written() -> None:
    """Envelope, headers and both parts, as a program reads them on the other side."""
    postbox, world = Postbox(), make_world()
    assert send(postbox, world=world) == Outcome(status_code=250)
    message, (mail,) = read_message(world[1].body), postbox.mails
    assert postbox.envelopes == [(FROM, [ALICE])]
    assert dict(mail.items()) == {
        "From": f"changetrack <{FROM}>",
        "To": ALICE,
        "Subject": "Changes on Prices: 1 changed",
        "Date": "Thu, 26 Nov 2026 12:00:00 +0000",
        "Message-ID": f"<{world[1].id}@sender.example>",
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": dict(message.headers)["List-Unsubscribe"],
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "MIME-Version": "1.0",
        "Content-Type": mail["Content-Type"],
    }
    assert mail.get_content_type() == "multipart/alternative"
    plain, html = (part.get_content() for part in mail.iter_parts())
    assert (_unix(plain), _unix(html)) == (message.text, message.html + "\n")
    assert max(map(len, postbox.raw[0].split(b"\r\n"))) <= 998


def test_the_link_to_unsubscribe_is_one_word_on_the_wire() -> None:
    """Mail programs look for `<` and a URL; encoded words are none (RFC 2369, RFC 8058)."""
    postbox, world = Postbox(), make_world(name="é" * 80)
    send(postbox, world=world)
    link = dict(read_message(world[1].body).headers)["List-Unsubscribe"]
    head = postbox.raw[0].partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert f"List-Unsubscribe: {link}".encode() in head
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head
    # The other headers are folded as ever.
    assert max(len(line) for line in head if not line.startswith(b"List-")) <= 78


def _unix(text: str) -> str:
    """Return lines as they were before a mail ended them its own way."""
    return text.replace("\r\n", "\n")


def test_each_try_sends_the_same_bytes() -> None:
    """Who gets a mail twice can see that it is one."""
    postbox, world = Postbox(), make_world()
    later = replace(world[1], attempts=3, next_attempt_at=NOON + timedelta(hours=1))
    send(postbox, world=world)
    send(postbox, world=(world[0], later))
    first, second = postbox.raw
    assert first == second


INJECTIONS = [
    {"subject": "a\r\nBcc: everybody@example.com"},
    {"subject": "a\nb"},
    {"headers": (("List-Unsubscribe", "<https://x>\r\nBcc: everybody@example.com"),)},
    {"headers": (("List-Unsubscribe", "<https://é>"),)},
    {"headers": (("X-A: b\r\nBcc", "everybody@example.com"),)},
    {"headers": (("Bcc", "everybody@example.com"),)},
    {"headers": (("To", "everybody@example.com"),)},
]


@pytest.mark.parametrize("words", INJECTIONS, ids=range(len(INJECTIONS)))
def test_C34_no_word_becomes_a_header(words: dict[str, Any]) -> None:
    """What would be a line of its own is not sent at all, whoever wrote it into the outbox."""
    postbox, (store, mail) = Postbox(), make_world()
    message = replace(read_message(mail.body), **words)
    outcome = send(postbox, world=(store, replace(mail, body=write_message(message))))
    assert outcome == Outcome(error="invalid_mail: it cannot be written", is_final=True)
    assert postbox.raw == []


def test_C34_a_page_ends_no_part_and_no_mail() -> None:
    """Dots, boundaries and whole headers on its lines are lines of text on the other side."""
    lines = [
        ".",
        "..",
        ".\r",
        "--=_00000000",
        "",
        "Content-Type: text/html",
        "QUIT",
        "From nobody",
        "=2E",
        "ü€😀",
        "x" * 5_000,
    ]
    page = make_page(diff={"text": "".join(f"+{line}\n" for line in lines)})
    postbox, world = Postbox(), make_world(name="ü\r\n.\r\nQUIT 😀", page=page)
    assert send(postbox, world=world).is_delivered
    (mail,) = postbox.mails
    message = read_message(world[1].body)
    plain, _ = mail.iter_parts()
    assert _unix(plain.get_content()) == message.text
    assert mail["Subject"] == message.subject == "Changes on ü . QUIT 😀: 1 changed"
    assert postbox.raw[0].isascii()


@pytest.mark.parametrize("body", ["", "{}", "no json", '{"subject": 1}'])
def test_what_is_no_mail_is_not_sent(body: str) -> None:
    """It will be none the next time either."""
    store, mail = make_world()
    outcome = send(Postbox(), world=(store, replace(mail, body=body)))
    assert outcome == Outcome(error="invalid_mail: it cannot be written", is_final=True)


def test_the_question_is_a_mail_as_well() -> None:
    """It goes to somebody who has not confirmed, and the link in it is whole."""
    monitor, postbox = make_mail_monitor(ALICE), Postbox()
    store = keep(monitor, make_check())
    token = "t" * 43
    (mail,) = store.transact(
        partial(sync_recipients, monitor=monitor, now=NOON, new_token=lambda: token, links=LINKS)
    )
    assert send(postbox, world=(store, mail)).is_delivered
    for part in postbox.mails[0].iter_parts():
        assert f"{PUBLIC_URL}/v1/monitor/email/confirm?token={token}" in part.get_content()


SENDERS = {
    "changes@sender.example": "changetrack <changes@sender.example>",
    "Price Watch <changes@sender.example>": "Price Watch <changes@sender.example>",
    '"Müller, Preise" <Changes@Sender.example>': '"Müller, Preise" <changes@sender.example>',
}


@pytest.mark.parametrize(("given", "shown"), SENDERS.items())
def test_the_sender_may_have_a_name(given: str, shown: str) -> None:
    """An address alone has ours."""
    _, mail = make_world()
    email = write_email(read_message(mail.body), mail, mail_from=given)
    assert str(email["From"]) == shown


@pytest.mark.parametrize(
    "mail_from",
    ["", "changes", "a@b.example, c@d.example", "a@b.example\r\nBcc: x@y.example", "A <b"],
)
def test_a_sender_that_is_none_stops_the_server_and_not_each_mail(mail_from: str) -> None:
    """Said when it starts, with the name of the setting."""
    with pytest.raises(SettingsError, match="CHANGETRACK_MAIL_FROM"):
        Settings(smtp_host="mail.example", mail_from=mail_from)


def test_a_password_goes_in_clear_to_this_machine_only() -> None:
    """Without one, a relay in a network of one's own may do without TLS."""
    for host in ("mail.example", "10.0.0.1"):
        given: dict[str, Any] = {"smtp_host": host, "smtp_tls": "none", "mail_from": FROM}
        Settings(**given)
        with pytest.raises(SettingsError, match="CHANGETRACK_SMTP_TLS"):
            Settings(**given, smtp_user="u")
    for host in ("localhost", "127.0.0.1", "::1"):
        Settings(smtp_host=host, smtp_tls="none", mail_from=FROM, smtp_user="u")
