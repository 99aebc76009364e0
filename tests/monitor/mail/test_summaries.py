"""The mail that sums up a check, as a reader gets it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from changetrack.monitor.mail import (
    Links,
    Message,
    read_message,
    write_confirmation,
    write_message,
    write_summaries,
)
from changetrack.monitor.models import Check, Monitor, Page
from tests.monitor.mail.news import (
    ALICE,
    BOB,
    LINKS,
    MEANINGFUL,
    NOISE,
    diff_texts,
    make_check,
    make_mail_monitor,
    make_page,
)

GOLDEN = Path(__file__).parent / "golden"

PAGES = [
    make_page(
        0,
        url="https://example.com/blog",
        metadata={"title": "Blog"},
        judgment=NOISE,
        diff=diff_texts("2 May", "3 May"),
    ),
    make_page(1, url="https://example.com/docs", status="error", error="The site answered 503."),
    make_page(2, url="https://example.com/old", status="removed"),
    make_page(3, url="https://example.com/new", status="new", metadata={"title": "Novità"}),
    make_page(
        4,
        url="https://example.com/plans.json",
        diff={"json": {"plans[0].price": {"previous": "$19", "current": "$24"}}},
    ),
    make_page(
        5,
        url="https://example.com/pricing?a=1&b=2",
        metadata={"title": "Pricing"},
        judgment=MEANINGFUL,
        diff=diff_texts("# Plans\n\nStarter $19\n\nPro $49", "# Plans\n\nStarter $24\n\nPro $49"),
    ),
]


class Elements(HTMLParser):
    """What a reader's program sees in HTML: elements, and where links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.names.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data


def summarize(*pages: Page, name: str = "Prices", diffs: bool = True) -> Message:
    """Return the mail about a check with these pages."""
    monitor = make_mail_monitor(name=name, diffs=diffs)
    return write_one(monitor, make_check(*pages), pages)


def write_one(
    monitor: Monitor, check: Check, pages: Sequence[Page], links: Links = LINKS
) -> Message:
    """Return the mail about a check to one receiver."""
    written = write_summaries(monitor, check, pages, links=links, emails=[ALICE])
    return dict(written)[ALICE]


def test_the_whole_mail() -> None:
    """Subject, text, HTML and headers, letter by letter; what matters comes first."""
    message = summarize(*PAGES)
    assert message.subject == "Changes on Prices: 3 changed, 1 new, 1 removed, 1 error"
    assert message.text == (GOLDEN / "summary.txt").read_text(encoding="utf-8")
    assert message.html == (GOLDEN / "summary.html").read_text(encoding="utf-8")
    link = LINKS.unsubscribe(PAGES[0].monitor_id, ALICE)
    assert message.headers == (
        ("List-Unsubscribe", f"<{link}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    )


def test_without_diffs_there_are_none() -> None:
    """The pages and what was said of them stay; their lines do not."""
    message = summarize(*PAGES, diffs=False)
    assert "Starter $24" in message.text  # a judge's words
    assert "# Plans" not in message.text
    assert "# Plans" not in message.html


def test_a_mail_is_bounded() -> None:
    """Twenty pages, the diffs of five, and a size that no program cuts off."""
    long = "\n".join(f"{number} {'w' * 300}" for number in range(500))
    pages = [
        make_page(
            at,
            url=f"https://example.com/{at}/{'p' * 900}",
            metadata={"title": "T" * 5_000},
            judgment={"meaningful": True, "reason": "r" * 5_000},
            diff=diff_texts(long, long.replace("w", "v")),
        )
        for at in range(60)
    ]
    message = summarize(*pages)
    assert message.html.count(">Changed<") == 20
    assert message.html.count('class="diff"') == 5
    assert "And 40 more pages." in message.text
    assert len(message.html.encode()) < 100_000
    assert max(map(len, message.text.splitlines())) <= 303


def test_a_page_whose_diff_has_no_room_has_a_sentence() -> None:
    """The sixth one of a mail; not where more changed than is read, nor without diffs."""
    pages = [make_page(at, diff=diff_texts("a b", f"a c{at}")) for at in range(6)]
    huge = make_page(6, diff={"text": "+x\n" * 5_000})
    fields = make_page(7, diff={"json": {"price": {"previous": 19, "current": 24}}})
    message = summarize(*pages, huge, fields)
    assert message.text.count("\n    Line 1:\n") == 5
    assert message.text.count("\n1 line changed.\n") == message.html.count(">1 line changed.<") == 1
    assert "CHANGED  https://example.com/6\n\n" in message.text
    assert "\nprice: 19 → 24 (+26.3 %).\n" in message.text
    assert "1 line changed" not in summarize(*pages, diffs=False).text


def test_each_receiver_gets_a_mail_of_their_own() -> None:
    """The same, but for how not to get it."""
    monitor, check = make_mail_monitor(ALICE, BOB), make_check(*PAGES)
    mails = dict(write_summaries(monitor, check, PAGES, links=LINKS, emails=[ALICE, BOB]))
    links = {email: LINKS.unsubscribe(monitor.id, email) or "" for email in mails}
    for email, other in ((ALICE, BOB), (BOB, ALICE)):
        assert links[email] in mails[email].text
        assert links[other] not in mails[email].text + mails[email].html
    assert mails[ALICE].text.replace(links[ALICE], links[BOB]) == mails[BOB].text


def test_a_long_list_says_how_many_it_leaves_out() -> None:
    """One page is a page."""
    pages = [make_page(at) for at in range(21)]
    assert "And 1 more page.\n" in summarize(*pages).text
    assert "more page" not in summarize(*pages[:20]).text


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title></head><body onload=alert(1)>",
    "<!--",
    "]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "' onmouseover='alert(1)' x=\"",
    "<a href=javascript:alert(1)>x</a>",
    "\x00<svg/onload=alert(1)>\x1b[31m",
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_B32_no_markup_of_a_page_survives(hostile: str) -> None:
    """Wherever a page may write, the mail has the same elements and links as with plain words."""

    def write(words: str, url: str) -> Elements:
        page = make_page(
            0,
            url=url,
            metadata={"title": words},
            judgment={
                "meaningful": True,
                "reason": words,
                "meaningfulChanges": [{"before": words, "after": words}],
            },
            diff={"text": f"-{words}\n+{words}", "json": {words: {"previous": words}}},
        )
        error = make_page(1, status="error", error=words)
        return Elements(summarize(page, error, name=words).html)

    attacked, plain = write(hostile, f"https://a.test/ {hostile}"), write("x", "ftp://a.test/")
    assert attacked.names == plain.names
    assert attacked.handlers == []
    assert attacked.links == plain.links
    shown = "".join("\ufffd" if each in "\x00\x1b" else each for each in hostile)
    assert attacked.text.count(shown) >= 5


URLS = {
    "https://example.com/a?b=1&c=%20#d": True,
    "HTTP://EXAMPLE.com": True,
    "javascript:alert(1)": False,
    "data:text/html,x": False,
    "ftp://example.com/": False,
    "https://user@example.com/": False,
    "https://bank.example:x@evil.example/": False,
    "https://evil.example\\@bank.example/": False,
    'https://example.com/"onclick="x': False,
    "https://example.com/ x": False,
    "https://example.com/\u202egnp": False,
    "https://": False,
    "//example.com/": False,
    "https://example.com/" + "x" * 2_048: False,
}


@pytest.mark.parametrize(("url", "is_link"), URLS.items(), ids=range(len(URLS)))
def test_B32_only_the_web_can_be_clicked(url: str, *, is_link: bool) -> None:
    """Everything else is shown, and leads nowhere."""
    seen = Elements(summarize(make_page(url=url)).html)
    assert (url in seen.links) is is_link
    assert [link for link in seen.links if not link.startswith("https://changes.")] == (
        [url] if is_link else []
    )


def test_C34_the_name_of_a_monitor_writes_no_header() -> None:
    """The subject is one line, whatever the name has, and not longer than anybody reads."""
    message = summarize(PAGES[0], name="a\r\nBcc: b@example.com\n\n" + "n" * 250)
    assert re.fullmatch(r"Changes on a Bcc: b@example\.com n+…: 1 changed", message.subject)
    assert len(message.subject) < 130


def test_nothing_is_fetched_and_nothing_runs() -> None:
    """No picture, no font, no script, no form: the mail is all that there is of it."""
    seen = Elements(summarize(*PAGES).html)
    allowed = {
        *("html", "head", "meta", "title", "style", "body", "table", "tr", "td"),
        *("div", "span", "p", "a", "h1", "h2"),
        *("caption", "thead", "tbody", "th", "del", "ins"),
    }
    assert set(seen.names) <= allowed
    assert "url(" not in seen.text
    assert "@import" not in seen.text


def test_diffs_are_dark_in_the_dark() -> None:
    """What a diff wears is known to the sheet of the mail, or has no colour."""
    html = summarize(*PAGES).html
    worn = set(re.findall(r'class="(changetrack-diff-[a-z-]+)"', html))
    assert "changetrack-diff-row-added" in worn
    dark = html.partition("@media (prefers-color-scheme:dark){")[2].partition("</style>")[0]
    assert worn <= set(re.findall(r"\.([a-z-]+)\{", dark))
    colored = re.findall(r'<[a-z][^>]*style="[^"]*color:[^>]*>', html)
    assert not [tag for tag in colored if "class=" not in tag]


def test_a_site_that_is_down_is_said_to_be() -> None:
    """Who reads that nothing was removed should know why."""
    monitor, pages = make_mail_monitor(), [PAGES[1]]
    check = make_check(*pages, is_site_down=True)
    message = write_one(monitor, check, pages)
    assert "Most of the site did not answer, so no page was taken for removed." in message.text


def test_without_a_public_address_a_mail_says_whom_to_ask() -> None:
    """There is no link to leave, so there are no headers that promise one."""
    monitor, pages = make_mail_monitor(), [PAGES[0]]
    nowhere = Links(public_url="", signing_key="k")
    message = write_one(monitor, make_check(*pages), pages, nowhere)
    assert message.headers == ()
    assert "To get no more of it, ask whoever runs the monitor." in message.text
    assert Elements(message.html).links == ["https://example.com/blog"]


def test_a_message_survives_the_outbox() -> None:
    """What is read is what was written, for both kinds of mail."""
    monitor = make_mail_monitor()
    question = write_confirmation(monitor, confirm="https://x.test/", links=LINKS, email=ALICE)
    for message in (summarize(*PAGES), question):
        assert read_message(write_message(message)) == message


def test_a_page_that_failed_without_a_word_is_said_to_have_failed() -> None:
    """There is always something to read."""
    assert "The page could not be read." in summarize(replace(PAGES[1], error=None)).text
