"""Who gets mail of a monitor: double opt-in, and for ever out (reliability C34)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from changetrack.errors import InvalidRecipient, InvalidToken, NothingToConfirm, TokenNotFound
from changetrack.monitor.ids import hash_text
from changetrack.monitor.mail import (
    Confirmed,
    Links,
    Unsubscribed,
    confirm,
    find_invitation,
    find_mail_obstacle,
    find_subscription,
    read_message,
    resend,
    sync_recipients,
    unsubscribe,
)
from changetrack.monitor.models import Delivery, Email, Monitor, Notification, Recipient
from changetrack.monitor.ports import Store, Transaction
from changetrack.monitor.tables import DELIVERIES, MONITORS, RECIPIENTS
from tests.monitor.mail.news import (
    ALICE,
    BOB,
    LINKS,
    MONITOR_ID,
    SIGNING_KEY,
    keep,
    make_check,
    make_mail_monitor,
    make_mailing,
)
from tests.monitor.makers import NOON, make_config

WEEK = timedelta(days=7)


class Town:
    """A store, and tokens that are made one after the other."""

    def __init__(self, *listed: str, confirmed: tuple[str, ...] = ()) -> None:
        self.monitor = make_mail_monitor(*listed)
        self.store: Store = keep(self.monitor, make_check(), confirmed=confirmed)
        self.tokens: list[str] = []

    def new_token(self) -> str:
        """Return a token that nobody can foresee but the test."""
        self.tokens.append(f"token-{len(self.tokens)}".ljust(43, "x"))
        return self.tokens[-1]

    def aim(self, *emails: str, now: datetime = NOON, links: Links = LINKS) -> list[Delivery]:
        """Make these the recipients."""
        self.monitor = replace(self.monitor, config=make_mailing(*emails))
        return self.sync(now, links)

    def sync(self, now: datetime = NOON, links: Links = LINKS) -> list[Delivery]:
        """Make the rows agree with the list."""

        def work(transaction: Transaction) -> list[Delivery]:
            transaction.put(MONITORS, self.monitor)
            return sync_recipients(transaction, self.monitor, now, self.new_token, links=links)

        return self.store.transact(work)

    def confirm(self, token: str, now: datetime = NOON) -> Confirmed:
        """Click on the link that confirms, and on its button."""
        return self.store.transact(lambda transaction: confirm(transaction, token, now))

    def unsubscribe(self, email: str = ALICE, now: datetime = NOON) -> Unsubscribed:
        """Click on the link that unsubscribes, and on its button."""
        token = _read_token(LINKS, email)
        return self.store.transact(
            lambda transaction: unsubscribe(transaction, token, now, signing_key=SIGNING_KEY)
        )

    def resend(self, email: str = ALICE, now: datetime = NOON, links: Links = LINKS) -> Delivery:
        """Ask somebody again."""
        return self.store.transact(
            lambda transaction: resend(
                transaction, self.monitor, email, now, new_token=self.new_token, links=links
            )
        )

    def row(self, email: str = ALICE) -> Recipient | None:
        """Return the row of an address."""
        return self.store.transact(
            lambda transaction: transaction.find(RECIPIENTS, MONITOR_ID, email)
        )

    def statuses(self) -> dict[str, str]:
        """Return how everybody stands."""
        rows = self.store.transact(lambda transaction: transaction.select(RECIPIENTS, {}))
        return {row.email: row.status for row in rows}

    def outbox(self) -> list[tuple[str, str, str]]:
        """Return what was put into the outbox, and what became of it."""
        rows = self.store.transact(
            lambda transaction: transaction.select(DELIVERIES, {}, order=("created_at", "id"))
        )
        return [(row.destination, row.event, row.status) for row in rows]

    def obstacle(self, delivery: Delivery) -> str | None:
        """Return why a mail may not be sent."""
        return self.store.transact(lambda transaction: find_mail_obstacle(transaction, delivery))


def test_C34_whoever_is_new_is_asked_once() -> None:
    """A row that waits, with the hash of the token alone, and one mail with the token in it."""
    town = Town(ALICE)
    (mail,) = town.sync()
    assert town.row() == Recipient(
        monitor_id=MONITOR_ID,
        email=ALICE,
        token_hash=hash_text(town.tokens[0]),
        token_expires_at=NOON + WEEK,
        created_at=NOON,
        updated_at=NOON,
    )
    assert (mail.channel, mail.event, mail.destination, mail.next_attempt_at) == (
        "email",
        "email.confirmation",
        ALICE,
        NOON,
    )
    message = read_message(mail.body)
    link = f"https://changes.example.com/v1/monitor/email/confirm?token={town.tokens[0]}"
    assert message.subject == "Confirm mail of the monitor Prices"
    assert link in message.text.splitlines()
    assert f'href="{link}"' in message.html
    assert town.sync(NOON + timedelta(days=6)) == []
    assert town.outbox() == [(ALICE, "email.confirmation", "pending")]


def test_C34_a_click_confirms_and_a_second_one_says_so() -> None:
    """Within the week the second click is answered as what it is; no other row is touched."""
    town = Town(ALICE, BOB)
    town.sync()
    answers = [town.confirm(town.tokens[0], NOON + timedelta(days=each)) for each in (1, 2)]
    assert answers == [
        Confirmed(result=result, email=ALICE, monitor_name="Prices")
        for result in ("confirmed", "already_confirmed")
    ]
    assert town.statuses() == {ALICE: "confirmed", BOB: "pending"}


def test_C34_a_token_works_for_a_week() -> None:
    """To the last moment it does, and from then on it does not, confirmed or not."""
    town = Town(ALICE, BOB)
    town.sync()
    last = NOON + WEEK - timedelta(microseconds=1)
    assert town.confirm(town.tokens[0], last).result == "confirmed"
    for token in town.tokens:
        with pytest.raises(InvalidToken, match="older than 7 days"):
            town.confirm(token, NOON + WEEK)
    assert town.statuses() == {ALICE: "confirmed", BOB: "pending"}


@pytest.mark.parametrize("token", ["", "x" * 15, "x" * 65, "x" * 20 + "!", "x" * 43 + "\n"])
def test_C34_what_cannot_be_a_token_is_invalid(token: str) -> None:
    """It is refused before the store is asked, by both functions."""
    town = Town(ALICE)
    with pytest.raises(InvalidToken):
        town.confirm(token)
    with pytest.raises(InvalidToken):
        town.store.transact(
            lambda transaction: unsubscribe(transaction, token, NOON, signing_key=SIGNING_KEY)
        )


def test_C34_a_token_that_nobody_has_is_not_found() -> None:
    """A guess, the hash itself, and a token of a monitor that was deleted."""
    town = Town(ALICE)
    town.sync()
    for guess in ("x" * 43, hash_text(town.tokens[0])):
        with pytest.raises(TokenNotFound):
            town.confirm(guess)
    town.monitor = replace(town.monitor, status="deleted")
    town.sync()
    with pytest.raises(TokenNotFound):
        town.confirm(town.tokens[0])


def test_C34_looking_at_a_link_changes_nothing() -> None:
    """What a page shows is read, and whoever fetches it ahead has agreed to nothing."""
    town = Town(ALICE)
    town.sync()
    before = town.row()
    found = town.store.transact(
        lambda transaction: find_invitation(transaction, town.tokens[0], NOON)
    )
    assert (found.name, found.status, found.recipient) == ("Prices", "pending", before)
    assert town.row() == before


def test_C34_whoever_unsubscribed_is_never_asked_again() -> None:
    """Neither the list, nor taking them off and on, nor the old link, nor asking again helps."""
    town = Town(ALICE, BOB)
    town.sync()
    town.confirm(town.tokens[0])
    assert town.unsubscribe() == Unsubscribed(
        result="unsubscribed", email=ALICE, monitor_name="Prices"
    )
    assert town.unsubscribe().result == "already_unsubscribed"
    assert town.aim(BOB, now=NOON + 2 * WEEK) != []
    assert [mail.destination for mail in town.aim(ALICE, BOB, now=NOON + 4 * WEEK)] == [BOB]
    with pytest.raises(TokenNotFound):
        town.confirm(town.tokens[0])
    with pytest.raises(NothingToConfirm, match="unsubscribed already"):
        town.resend(now=NOON + 4 * WEEK)
    assert town.statuses() == {ALICE: "unsubscribed", BOB: "pending"}


def test_C34_a_question_can_be_answered_with_never() -> None:
    """Who never confirmed can unsubscribe as well, and what waits for them is not sent."""
    town = Town(ALICE)
    (mail,) = town.sync()
    assert town.unsubscribe().result == "unsubscribed"
    assert town.outbox() == [(ALICE, "email.confirmation", "cancelled")]
    assert town.obstacle(mail) == "recipient_unsubscribed"


def test_C34_a_forged_token_unsubscribes_nobody() -> None:
    """Neither one with another letter or monitor, nor the right one of another installation."""
    town = Town(ALICE, confirmed=(ALICE,))
    token = _read_token(LINKS)
    other = _read_token(Links(public_url="https://x.test", signing_key="other"))
    for forged in (f"{token[:-1]}_", f"1{token[1:]}", other):
        with pytest.raises(TokenNotFound):
            town.store.transact(partial(find_subscription, token=forged, signing_key=SIGNING_KEY))
    assert town.statuses() == {ALICE: "confirmed"}


def _read_token(links: Links, email: str = ALICE) -> str:
    return str(links.unsubscribe(MONITOR_ID, email)).partition("token=")[2]


def test_somebody_who_is_put_back_need_not_confirm_twice() -> None:
    """Taken off they get nothing, put back they get mail: they have agreed to this monitor."""
    town = Town(ALICE, confirmed=(ALICE,))
    assert town.aim(BOB) != []
    assert town.aim(ALICE) == []
    assert town.statuses() == {ALICE: "confirmed", BOB: "pending"}


def test_what_waits_for_somebody_who_is_taken_off_is_not_sent() -> None:
    """Neither the question, nor anything that is asked for again later."""
    town = Town(ALICE, BOB)
    mails = {mail.destination: mail for mail in town.sync()}
    town.aim(BOB)
    assert sorted(town.outbox()) == [
        (ALICE, "email.confirmation", "cancelled"),
        (BOB, "email.confirmation", "pending"),
    ]
    assert [town.obstacle(mails[email]) for email in (ALICE, BOB)] == ["recipient_not_listed", None]


def test_a_summary_waits_for_nobody_who_did_not_confirm() -> None:
    """Before each try it is asked again whether the receiver still wants it."""
    town = Town(ALICE, BOB, confirmed=(BOB,))
    (mail,) = town.sync()
    summary = replace(mail, event="email.summary")
    assert town.obstacle(summary) == "recipient_unconfirmed"
    assert town.obstacle(replace(summary, destination=BOB)) is None
    assert town.obstacle(replace(summary, destination="c@example.com")) == "recipient_not_listed"
    assert town.obstacle(replace(summary, monitor_id="gone")) == "recipient_not_listed"


def test_whoever_lost_the_mail_is_asked_again() -> None:
    """The new link works, and the old one does not; the old mail is not sent any more."""
    town = Town(ALICE)
    town.sync()
    again = town.resend(now=NOON + timedelta(minutes=15))
    assert town.tokens[1] in again.body
    with pytest.raises(TokenNotFound):
        town.confirm(town.tokens[0])
    assert town.confirm(town.tokens[1]).result == "confirmed"
    assert town.outbox() == [
        (ALICE, "email.confirmation", "cancelled"),
        (ALICE, "email.confirmation", "pending"),
    ]


def test_nobody_is_asked_for_nothing() -> None:
    """Not a moment later, not who answered, not who is not listed, not with a link to nowhere."""
    town = Town(ALICE)
    town.sync()
    with pytest.raises(NothingToConfirm, match="less than 15 minutes ago"):
        town.resend(now=NOON + timedelta(minutes=14))
    with pytest.raises(NothingToConfirm, match="no recipient of the monitor"):
        town.resend(BOB)
    with pytest.raises(NothingToConfirm, match="no public address"):
        town.resend(now=NOON + WEEK, links=Links(public_url="", signing_key="k"))
    town.confirm(town.tokens[0])
    with pytest.raises(NothingToConfirm, match="confirmed already"):
        town.resend(now=NOON + WEEK)


def test_a_question_is_asked_again_when_its_week_is_over() -> None:
    """The next change of the list does it; not before, whatever is changed."""
    town = Town(ALICE)
    town.sync()
    assert town.aim(BOB, now=NOON + timedelta(days=1)) != []
    assert town.aim(ALICE, now=NOON + timedelta(days=2)) == []
    assert len(town.aim(ALICE, now=NOON + WEEK)) == 1


def test_without_an_address_of_its_own_a_server_asks_nobody_until_it_has_one() -> None:
    """The row waits without a token; once there is an address, the mail goes out."""
    town = Town(ALICE)
    assert town.sync(links=Links(public_url="", signing_key="k")) == []
    row = town.row()
    assert row is not None
    assert (row.status, row.token_hash) == ("pending", None)
    assert len(town.sync()) == 1


def test_mail_that_is_switched_off_asks_nobody() -> None:
    """Neither a list that is off, nor no list at all."""
    town = Town()
    off = Notification(email=Email(enabled=False, recipients=(ALICE,)))
    for notification in (None, Notification(), off):
        town.monitor = replace(town.monitor, config=make_config(notification=notification))
        assert town.sync() == []
    assert town.statuses() == {}


def test_a_monitor_cannot_write_to_the_whole_world() -> None:
    """A hundred addresses in its life; the change that brings more is refused whole."""
    town = Town()
    for start in range(0, 100, 25):
        town.aim(*(f"r{number}@example.com" for number in range(start, start + 25)))
    with pytest.raises(InvalidRecipient, match="has had 100 addresses"):
        town.aim("one-more@example.com")
    assert len(town.statuses()) == 100
    assert town.aim("r1@example.com") == []


def test_C34_the_name_of_a_monitor_writes_no_header() -> None:
    """Line breaks in it are blanks, in the subject and everywhere else."""
    town = Town(ALICE)
    name = "Prices\r\nBcc: everybody@example.com\r\n\r\n<b>hello</b>"
    town.monitor = replace(town.monitor, config=make_mailing(ALICE, name=name))
    message = read_message(town.sync()[0].body)
    shown = "Prices Bcc: everybody@example.com <b>hello</b>"
    assert message.subject == f"Confirm mail of the monitor {shown}"
    assert "<b>" not in message.html
    assert any(shown in line for line in message.text.splitlines())


def test_mail_of_one_monitor_says_nothing_of_another() -> None:
    """The same address confirms for each monitor by itself."""
    town = Town(ALICE, confirmed=(ALICE,))
    other: Monitor = replace(town.monitor, id=MONITOR_ID.replace("01", "02"))
    (mail,) = town.store.transact(
        lambda transaction: sync_recipients(transaction, other, NOON, town.new_token, links=LINKS)
    )
    assert (mail.monitor_id, mail.destination) == (other.id, ALICE)
