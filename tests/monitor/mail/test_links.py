"""Links in mails, and their tokens."""

from __future__ import annotations

import pytest

from changetrack.monitor.mail import Links
from changetrack.monitor.mail.links import is_token, read_signed
from tests.monitor.mail.news import ALICE, BOB, LINKS, MONITOR_ID, SIGNING_KEY


def _token() -> str:
    link = LINKS.unsubscribe(MONITOR_ID, ALICE)
    assert link is not None
    return link.partition("token=")[2]


def test_a_token_has_the_shape_of_the_protocol() -> None:
    """It has 16 to 64 characters, none of which needs an escape in a URL."""
    token = _token()
    assert is_token(token)
    assert len(token) == 63


def test_a_signed_token_is_for_one_address_of_one_monitor() -> None:
    """Nobody else's address, no other monitor, no other key."""
    signed = read_signed(_token())
    assert signed is not None
    assert signed.monitor_id == MONITOR_ID
    assert signed.is_for(ALICE, SIGNING_KEY)
    assert not signed.is_for(BOB, SIGNING_KEY)
    assert not signed.is_for(ALICE, "another key")
    assert not signed._replace(monitor_id=f"{MONITOR_ID[:-1]}2").is_for(ALICE, SIGNING_KEY)


@pytest.mark.parametrize(
    "text", ["", "short", "x" * 65, "a" * 20 + "/" * 20, "ä" * 30, "a" * 30 + "\n", "a" * 27]
)
def test_what_is_no_token_is_not_read(text: str) -> None:
    """Its length and its letters decide before anything is looked up."""
    assert read_signed(text) is None


def test_links_lead_to_where_others_reach_the_server() -> None:
    """The address may have a path; without one there are no links, and no headers either."""
    proxied = Links(public_url="https://example.com/changes/", signing_key="k")
    assert proxied.confirm("t") == "https://example.com/changes/v1/monitor/email/confirm?token=t"
    nowhere = Links(public_url="", signing_key="k")
    assert (nowhere.confirm("t"), nowhere.unsubscribe("m", ALICE), nowhere.head("m", ALICE)) == (
        None,
        None,
        (),
    )


def test_a_link_hides_the_key_from_whoever_prints_it() -> None:
    """A log that holds it could unsubscribe everybody."""
    assert SIGNING_KEY not in repr(LINKS)
