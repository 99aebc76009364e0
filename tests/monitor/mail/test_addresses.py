"""Addresses that mail goes to."""

from __future__ import annotations

import pytest

from changetrack import JsonValue
from changetrack.errors import InvalidRecipient
from changetrack.monitor.mail import read_address, read_recipients

PLACE = "notification.email.recipients"

GOOD = {
    "alice@example.com": "alice@example.com",
    "  Alice@Example.COM ": "alice@example.com",
    "a.b+tag@sub.example.co.uk": "a.b+tag@sub.example.co.uk",
    "o'hara@example.com": "o'hara@example.com",
    "x@xn--mller-kva.de": "x@xn--mller-kva.de",
    f"{'l' * 64}@{'d' * 63}.{'d' * 63}.{'d' * 57}.eu": (
        f"{'l' * 64}@{'d' * 63}.{'d' * 63}.{'d' * 57}.eu"
    ),
}

BAD = [
    "",
    "alice",
    "alice@",
    "@example.com",
    "alice@example",
    "alice@localhost",
    "alice@127.0.0.1",
    "alice@[127.0.0.1]",
    "alice@example..com",
    "alice@-example.com",
    "alice@example.com.",
    ".alice@example.com",
    "alice.@example.com",
    "al..ice@example.com",
    "alice@bob@example.com",
    "alice@example.com,bob@example.com",
    "alice@example.com;bob@example.com",
    "alice@example.com bob@example.com",
    "Alice <alice@example.com>",
    "<alice@example.com>",
    '"alice b"@example.com',
    "alice(comment)@example.com",
    "alice@example.com\r\nBcc: everybody@example.com",
    "alice@example.com\n",
    "\talice@example.com",
    "alice\x00@example.com",
    "alice@exam\u2025ple.com",
    "\u212aate@example.com",
    "älice@example.com",
    "alice@exämple.com",
    "alice@example.com\u2028",
    "\ud800@example.com",
    "a@b.c" * 60,
    f"{'l' * 65}@example.com",
    f"a@{'d' * 64}.com",
]


@pytest.mark.parametrize(("given", "read"), GOOD.items())
def test_an_address_has_one_spelling(given: str, read: str) -> None:
    """Blanks around it are dropped, and its letters are small."""
    assert read_address(given) == read


@pytest.mark.parametrize("given", BAD)
def test_C34_what_is_not_one_plain_address_is_refused(given: str) -> None:
    """No name, no list, no line break, nothing beyond ASCII; the error names the place."""
    with pytest.raises(InvalidRecipient) as caught:
        read_recipients(["alice@example.com", given], PLACE)
    assert caught.value.path == f"{PLACE}[1]"


@pytest.mark.parametrize("given", [None, 1, True, ["a@example.com"], {"email": "a@example.com"}])
def test_a_recipient_is_a_string(given: JsonValue) -> None:
    """Anything else is refused by what it is."""
    with pytest.raises(InvalidRecipient, match=rf"{PLACE}\[0\]: expected an address, got "):
        read_recipients([given], PLACE.replace("[", r"\["))


def test_C34_twenty_six_recipients_are_one_too_many() -> None:
    """Twenty-five are allowed; who is named twice is one."""
    many = [f"r{number}@example.com" for number in range(25)]
    assert read_recipients([*many, "R1@EXAMPLE.com"], PLACE) == tuple(many)
    with pytest.raises(InvalidRecipient) as caught:
        read_recipients([*many, "one-more@example.com"], PLACE)
    assert (caught.value.path, caught.value.problem) == (PLACE, "more than 25 addresses")


def test_an_error_quotes_no_address() -> None:
    """What was sent may be a secret that was pasted into the wrong field."""
    with pytest.raises(InvalidRecipient) as caught:
        read_address("hunter2 hunter2")
    assert "hunter2" not in str(caught.value)
