"""What is told of a check in a chat or on a phone."""

from __future__ import annotations

import json

import pytest

from changetrack.errors import InvalidRequest
from changetrack.monitor.mail import Notice, read_notice, write_notice
from changetrack.monitor.models import Page
from tests.monitor.mail.news import MEANINGFUL, NOISE, make_check, make_mail_monitor, make_page


def notice(*pages: Page, name: str = "Prices") -> Notice:
    """Return the notice about these pages."""
    return read_notice(write_notice(make_mail_monitor(name=name), make_check(*pages), pages))


def test_a_notice_is_a_title_and_a_few_lines() -> None:
    """What happened, where, and why it matters."""
    pages = [
        make_page(0, url="https://example.com/pricing", judgment=MEANINGFUL),
        make_page(1, status="new"),
        make_page(2, judgment=NOISE),
        make_page(3, status="error", error="secret detail"),
    ]
    assert notice(*pages) == Notice(
        "Changes on Prices: 2 changed, 1 new, 1 error",
        "changed: https://example.com/pricing\n"
        "    The Starter plan costs more.\n"
        "new: https://example.com/1\n"
        "noise: https://example.com/2\n"
        "    Only a date moved.\n"
        "error: https://example.com/3",
    )


def test_a_notice_fits_into_any_chat() -> None:
    """Eight pages and how many more; what would be cut is not shown as a link."""
    pages = [
        make_page(
            at,
            url=f"https://example.com/{'p' * 1_000}",
            judgment={"meaningful": True, "reason": "r" * 1_000},
        )
        for at in range(30)
    ]
    told = notice(*pages)
    assert len(told.text) < 2_000
    assert told.text.count("changed: https://example.com/…\n") == 8
    assert told.text.endswith("\nand 22 more")


HOSTILE = {
    "@everyone <!channel> <@U1> hi": "everyone !channel U1 hi",
    "[Click](https://evil.example/)": "Click https evil.example/",
    "**bold** _it_ ~x~ `code` > quote # head": "bold it x code quote head",
    "www.evil.example": "evil.example",
    "a\nb\r\n\x1b[31mc": "a b 31mc",
    "Preis: 19 € → 24 €, +26 %": "Preis: 19 € → 24 €, +26 %",
}


@pytest.mark.parametrize(("said", "shown"), HOSTILE.items(), ids=range(len(HOSTILE)))
def test_B32_the_words_of_a_judge_mean_nothing_to_a_chat(said: str, shown: str) -> None:
    """A page can make a judge repeat it; nobody is woken up by that, and nothing is linked."""
    page = make_page(judgment={"meaningful": True, "reason": said})
    assert notice(page).text == f"changed: https://example.com/0\n    {shown}"


def test_B32_a_page_writes_nothing_into_a_chat() -> None:
    """Its title is not shown, and its address only as one."""
    title = make_page(0, metadata={"title": "@everyone"})
    url = make_page(1, url="https://example.com/@everyone/[x](https://evil.example)*a*?q=%40")
    odd = make_page(2, url="javascript:alert(@everyone)")
    assert notice(title, url, odd).text.splitlines() == [
        "changed: https://example.com/0",
        "changed: https://example.com/%40everyone/%5Bx%5D%28https://evil.example%29%2Aa%2A?q=%40",
        "changed: javascript:alert everyone",
    ]


@pytest.mark.parametrize("body", ["", "{}", '{"title": "a"}', "[]", json.dumps({"title": 1})])
def test_what_is_no_notice_is_not_read(body: str) -> None:
    """The outbox holds other things as well."""
    with pytest.raises(InvalidRequest):
        read_notice(body)
