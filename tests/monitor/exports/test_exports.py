"""A history as it leaves: whole, in a fixed order, and harmless wherever it is opened."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from changetrack.errors import InvalidOption
from changetrack.monitor.atom import feed_token, is_feed_token, list_news, write_atom
from changetrack.monitor.exports import (
    EXPORT_COLUMNS,
    ExportFormat,
    HistoryRow,
    HistoryWriter,
    read_format,
    read_history,
)
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Check, Page
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import CHECKS, PAGES
from tests.monitor.makers import NOON, make_config, make_monitor
from tests.renderings import read_page

M = make_monitor().id
DAY = timedelta(days=1)
ATOM = "{http://www.w3.org/2005/Atom}"


def make_check(number: int = 0, **given: Any) -> Check:  # noqa: ANN401 - any field of a check
    """Return a check of a day."""
    fields: dict[str, Any] = {
        "id": f"c{number}",
        "monitor_id": M,
        "owner": "local",
        "status": "completed",
        "trigger": "scheduled",
        "created_at": NOON + number * DAY,
        "updated_at": NOON,
    }
    return Check(**fields | given)


def make_page(number: int = 0, check: str = "c0", **given: Any) -> Page:  # noqa: ANN401 - any field of a page
    """Return a page of a check."""
    fields: dict[str, Any] = {
        "id": f"p{number}",
        "check_id": check,
        "monitor_id": M,
        "target_id": "t",
        "url": f"https://a.test/{number}",
        "status": "changed",
        "position": number,
        "created_at": NOON + timedelta(minutes=number),
    }
    return Page(**fields | given)


def export(kind: ExportFormat, *rows: HistoryRow) -> str:
    """Return a whole export."""
    writer = HistoryWriter(kind)
    pieces = [writer.open(), *(writer.write([row]) for row in rows), writer.close()]
    return b"".join(pieces).decode()


def read_cells(text: str) -> list[list[str]]:
    """Return the cells as any other reader finds them."""
    return list(csv.reader(io.StringIO(text, newline="")))


PAGE = make_page(
    diff={"text": "--- a\n+++ b\n", "json": {"price": {"previous": 1, "current": 2}}},
    metadata={"title": "Preis — 19 €"},
    warnings=("w",),
    status_code=200,
)


def test_the_same_rows_in_every_format() -> None:
    """JSON and its lines hold the same values, CSV the same as text."""
    rows = [HistoryRow(make_check(), PAGE), HistoryRow(make_check(1, status="skipped_overlap"))]
    values = json.loads(export("json", *rows))
    assert [json.loads(line) for line in export("ndjson", *rows).splitlines()] == values
    assert values[0]["diff"] == PAGE.diff
    assert (values[0]["checkId"], values[0]["title"], values[0]["statusCode"]) == (
        "c0",
        "Preis — 19 €",
        200,
    )
    assert (values[1]["checkStatus"], values[1]["url"]) == ("skipped_overlap", None)
    head, first, second = read_cells(export("csv", *rows))
    assert tuple(head) == EXPORT_COLUMNS == tuple(values[0])
    cells = dict(zip(head, first, strict=True))
    assert json.loads(cells["diff"]) == PAGE.diff
    assert (cells["title"], cells["warnings"], cells["credits"]) == ("Preis — 19 €", '["w"]', "1")
    assert len(second) == len(head)


def test_an_export_of_nothing_is_one() -> None:
    """An empty array, no line, and a head."""
    assert (json.loads(export("json")), export("ndjson")) == ([], "")
    assert read_cells(export("csv")) == [list(EXPORT_COLUMNS)]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1+cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        '=HYPERLINK("http://evil.test","x")',
    ],
)
def test_no_cell_begins_as_a_formula_does(text: str) -> None:
    """Whatever a page calls itself; and the text behind the sign is as it was."""
    page = make_page(metadata={"title": text}, error=text, url=text)
    _, cells = read_cells(export("csv", HistoryRow(make_check(), page)))
    assert cells.count(f"'{text}") == 3
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "@", "\t", "\r", "\n"}]


@given(title=st.text(max_size=30), error=st.text(max_size=30))
def test_every_text_survives_a_table(title: str, error: str) -> None:
    """Commas, quotes, line ends and all."""
    page = make_page(metadata={"title": title}, error=error)
    rows = read_cells(export("csv", HistoryRow(make_check(), page)))
    assert [len(row) for row in rows] == [len(EXPORT_COLUMNS)] * 2
    cells = dict(zip(*rows, strict=True))
    assert cells["title"].removeprefix("'") == title.removeprefix("'")
    assert cells["error"].removeprefix("'") == error.removeprefix("'")


def test_a_format_that_is_none_is_refused() -> None:
    """By the name of the parameter."""
    assert read_format("csv") == "csv"
    with pytest.raises(InvalidOption) as caught:
        read_format("xlsx")
    assert caught.value.path == "format"


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_a_history_is_read_in_portions(limit: int) -> None:
    """All rows, each once, oldest first, however large a portion is."""
    store = MemoryStore()
    sizes = [0, 3, 1, 0, 2]

    def write(transaction: Transaction) -> None:
        for number, size in enumerate(sizes):
            transaction.put(CHECKS, make_check(number))
            for each in range(size):
                transaction.put(PAGES, make_page(each, f"c{number}", id=f"{number}-{each}"))
        transaction.put(CHECKS, make_check(9, monitor_id="another"))

    store.transact(write)
    found: list[HistoryRow] = []
    place, is_over = None, False
    while not is_over:
        rows, place = store.transact(partial(read_history, monitor_id=M, place=place, limit=limit))
        assert len(rows) <= limit
        found += rows
        is_over = place is None
    shown = [row.page.id if row.page else row.check.id for row in found]
    assert shown == ["c0", "1-0", "1-1", "1-2", "2-0", "c3", "4-0", "4-1"]


def read_feed(*pages: Page, name: str = "m") -> etree._Element:
    """Return the feed of a monitor, read as XML without any kindness."""
    monitor = make_monitor(make_config(name=name))
    return etree.fromstring(write_atom(monitor, pages, url="https://c.test/feed.atom?a=1&b=2"))


def test_an_atom_feed_has_what_the_format_asks_for() -> None:
    """Names, times, an author, links, and the diff as HTML without looks."""
    page = make_page(
        1,
        id="0190c0de-0000-7000-8000-000000000001",
        diff={
            "text": "@@ -7 +7 @@\n-a <b>\n+a & b\n",
            "json": {"price": {"previous": 1, "current": "2"}},
        },
        judgment={"meaningful": True, "reason": "The price < 3"},
        metadata={"title": "Prices & more"},
    )
    feed = read_feed(page, name="Tom & <Jerry>")
    (entry,) = feed.findall(f"{ATOM}entry")
    said = {each.tag.removeprefix(ATOM): each.text for each in [*feed, *entry] if each.text}
    assert feed.findtext(f"{ATOM}title") == "Tom & <Jerry>"
    assert feed.findtext(f"{ATOM}id") == f"urn:uuid:{M}"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "changetrack"
    assert said["id"] == f"urn:uuid:{page.id}"
    assert said["title"] == "changed: Prices & more"
    assert said["updated"] == feed.findtext(f"{ATOM}updated") == "2026-11-26T12:01:00Z"
    content = read_page(said["content"])
    assert content.words.startswith("https://a.test/1The price < 31 field changed")
    assert [text for _, text in content.cells][4:8] == ["price replaced", "1", '"2"', "+100.0 %"]
    assert [text for _, text in content.cells][-9:] == [
        *("Line 7", "7", "", "-", "a <b>"),
        *("", "7", "+", "a & b"),
    ]
    assert {name for _, name in content.attributes} == {"scope", "colspan", "aria-label", "dir"}
    links = [(link.get("rel"), link.get("href")) for link in feed.iter(f"{ATOM}link")]
    assert links == [
        ("self", "https://c.test/feed.atom?a=1&b=2"),
        ("alternate", "https://a.test/1"),
    ]


def test_a_feed_of_nothing_is_one() -> None:
    """It changed last when its monitor was made."""
    feed = read_feed()
    assert feed.findall(f"{ATOM}entry") == []
    assert feed.findtext(f"{ATOM}updated") == "2026-11-26T11:00:00Z"


def test_a_feed_has_the_newest_of_what_is_worth_telling() -> None:
    """Fifty pages that changed, came or went; stable names, whatever pages are called."""
    store = MemoryStore()

    def write(transaction: Transaction) -> None:
        for number in range(60):
            status = ("changed", "new", "removed", "same", "error")[number % 5]
            transaction.put(PAGES, make_page(number, status=status))
        for number in range(60, 90):
            transaction.put(PAGES, make_page(number))
        transaction.put(PAGES, make_page(99, monitor_id="another"))

    store.transact(write)
    pages = store.transact(partial(list_news, monitor_id=M))
    assert (len(pages), pages[0].id) == (50, "p89")
    assert {page.status for page in pages} == {"changed", "new", "removed"}
    names = [each.findtext(f"{ATOM}id") for each in read_feed(*pages).findall(f"{ATOM}entry")]
    assert len(set(names)) == 50
    assert names == [
        each.findtext(f"{ATOM}id") for each in read_feed(*pages).findall(f"{ATOM}entry")
    ]


def test_a_link_that_is_none_is_not_written() -> None:
    """No reader is led to a script."""
    (entry,) = read_feed(make_page(url="javascript:x", metadata={"url": "javascript:y"})).findall(
        f"{ATOM}entry"
    )
    assert entry.findall(f"{ATOM}link") == []


def test_a_diff_without_end_is_cut() -> None:
    """A reader of feeds reads all of it every time; what is left out is counted."""
    for diff, told in (
        ("+" + "x" * 10**6, "999,400 characters"),
        ("+x\n" * 10**6, "999,970 more changed lines"),
        ("-x\n+y & <z>\n x\n" * 10**5, "199,946 more changed lines"),
    ):
        text = write_atom(make_monitor(), [make_page(diff={"text": diff})], url="u")
        assert told in text.decode()
        assert len(text) < 25_000


@given(text=st.text(max_size=40))
def test_a_feed_is_well_formed_whatever_pages_hold(text: str) -> None:
    """Controls, markup, anything."""
    page = make_page(
        url=text,
        metadata={"title": text},
        diff={"text": text, "json": {text: {"previous": text, "current": None}}},
        judgment={"reason": text},
    )
    feed = read_feed(page, name=text)
    content = feed.findtext(f"{ATOM}entry/{ATOM}content") or ""
    assert etree.HTML(content or "<p>") is not None


def test_a_token_opens_one_feed() -> None:
    """Of one monitor, of one installation; and fits into a URL."""
    token = feed_token("key", M)
    assert (len(token), token.isascii(), "/" in token) == (27, True, False)
    assert is_feed_token(token, "key", M)
    for wrong in ("", token[:-1], f"{token}x", "é"):
        assert not is_feed_token(wrong, "key", M)
    assert not is_feed_token(token, "other", M)
    assert not is_feed_token(token, "key", "another")
