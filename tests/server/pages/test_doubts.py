"""Which pages are doubted, and which are not (catalogue B27, B28)."""

from __future__ import annotations

import pytest

from changetrack_server.pages.document import parse_document
from changetrack_server.pages.doubts import Doubt, Visit, find_doubts
from tests.server.pages.good_pages import GOOD
from tests.server.pages.visits import Row
from tests.server.pages.walls import WALLS

_ROWS = (*WALLS, *GOOD)
_VISIT = Visit(url="https://example.com/", requested_url="https://example.com/", status=200)


def _judge(row: Row) -> tuple[Doubt, ...]:
    document = parse_document(row.html, url=row.url)
    visit = Visit(url=row.url, requested_url=row.requested_url, status=row.status)
    return find_doubts(document, row.html, visit)


@pytest.mark.parametrize(
    "row", _ROWS, ids=lambda row: f"{'-'.join(row.reasons) or 'good'}: {row.name}"
)
def test_B28_a_page_deserves_its_doubts(row: Row) -> None:
    """Every wall that is known here, and every good page that looks like one."""
    doubts = _judge(row)
    assert tuple(doubt.reason for doubt in doubts) == row.reasons
    assert all(doubt.warning for doubt in doubts)


def test_B28_there_are_enough_rows_of_both_kinds() -> None:
    """A doubt that falls on everything would pass half of them."""
    assert (len(WALLS) >= 45, len(GOOD) >= 25) == (True, True)


@pytest.mark.parametrize("row", WALLS, ids=lambda row: row.name)
def test_the_same_words_in_a_long_page_are_no_wall(row: Row) -> None:
    """Who says a lot besides is quoting."""
    article = "<article>" + "<p>Something else is said here, and at length.</p>" * 60
    longer = row._replace(html=f"{row.html}{article}", status=200)
    assert _judge(longer) == ()


@pytest.mark.parametrize("status", [200, 203, 206, 304, 399])
def test_B27_a_status_below_400_is_fine(status: int) -> None:
    """It is metadata, not a doubt."""
    row = Row("", "<p>Hello", status=status)
    assert _judge(row) == ()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 500, 503, 599])
def test_B27_a_status_from_400_on_is_a_doubt(status: int) -> None:
    """And the warning names it."""
    row = Row("", "<p>Hello", status=status)
    assert _judge(row) == (Doubt("http_error", f"the page answered with status {status}"),)


def test_plain_text_is_only_empty_or_not() -> None:
    """Walls are HTML; everything else is what it is."""
    texts = ("", " \n", "Access denied", "{}")
    found = [tuple(each.reason for each in find_doubts(None, text, _VISIT)) for text in texts]
    assert found == [("empty_page",), ("empty_page",), (), ()]


def test_a_binary_page_is_only_there_or_not() -> None:
    """Bytes that look like white space are bytes."""
    texts = ("", " \n", "\0")
    found = [find_doubts(None, text, _VISIT, is_binary=True) for text in texts]
    assert found == [(Doubt("empty_page", "the page is empty: nothing was sent"),), (), ()]


def test_a_warning_names_who_challenges() -> None:
    """An operator knows whom to ask."""
    doubts = _judge(WALLS[0])
    assert doubts[1] == Doubt(
        "blocked_page",
        "the page looks like a bot check or a refusal (Cloudflare), not like what is behind it",
    )


@pytest.mark.parametrize(
    ("url", "reasons"),
    [
        ("http://[", []),
        ("", []),
        ("login", ["login_wall"]),
        ("https://example.com/a/Login/b", ["login_wall"]),
        ("https://example.com/wp-login.php?x=1", ["login_wall"]),
        ("https://login.example.com/", ["login_wall"]),
        ("https://example.com/blogin/?next=/login", []),
    ],
)
def test_where_a_redirect_leads_is_read_from_its_path(url: str, reasons: list[str]) -> None:
    """Whatever an address looks like, it is read or passed over."""
    row = Row("", "<p>Hello", url=url, requested_url="https://example.com/a")
    assert [doubt.reason for doubt in _judge(row)] == reasons
