"""What is told of a check in a chat or on a phone: a title, some pages, and nothing of their text.

A chat understands marks that mail does not: names that wake everybody, links under other words. So
no title of a page comes here, and of a judge's words only the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

from changetrack._hashing import dump_plain_json, load_json
from changetrack._reader import Reader
from changetrack.errors import InvalidRequest
from changetrack.monitor.mail.summaries import write_subject
from changetrack.monitor.mail.wording import find_link, one_line
from changetrack.monitor.models import Check, Monitor, Page

__all__ = ["Notice", "read_notice", "write_notice"]

# A phone shows no more, and the strictest of the chats takes 2,000 characters in all.
_PAGES = 8
_URL_CHARS = 120
_SAID_CHARS = 100

# Whatever any chat makes something of: *bold*, [words](link), <!channel>, @everyone, #room, `code`.
_MARKS = re.compile(r"[^\w\s.,;:!?%$€£¥'\"→/+=–—…-]|_|://|\bwww\.")
# What of a URL may stay as it is; what it means is the same where the rest is escaped.
_SAFE = "/:?#=&%+,;.-_!$'"

_DEPTH = 2
_DIGITS = 20


class Notice(NamedTuple):
    """A title, and the lines under it."""

    title: str
    text: str


def write_notice(monitor: Monitor, check: Check, pages: Sequence[Page]) -> str:
    """Return the notice of a check as the body of a delivery."""
    lines = [line for page in pages[:_PAGES] for line in _write_page(page)]
    told = check.summary
    left = told.changed + told.new + told.removed + told.error - len(pages[:_PAGES])
    if left > 0:
        lines.append(f"and {left:,} more")
    subject = write_subject(monitor, check)
    return dump_plain_json({"title": subject, "text": "\n".join(lines)}).decode()


def read_notice(body: str) -> Notice:
    """Return the notice in the body of a delivery.

    Raises:
        InvalidRequest: it is none.
    """
    fields = Reader(load_json(body, depth=_DEPTH, digits=_DIGITS))
    title, text = fields.text("title"), fields.text("text")
    if title is None or text is None:
        raise InvalidRequest("the notice is not whole", "queue it again")
    return Notice(title, text)


def _write_page(page: Page) -> Iterator[str]:
    status = "noise" if page.is_noise else page.status
    link = find_link(page.url)
    url = quote(link, safe=_SAFE) if link else _plain(page.url, _URL_CHARS)
    # A URL that is cut leads elsewhere.
    yield f"{status}: {url if len(url) <= _URL_CHARS else _name_site(url)}"
    reason = page.judgment.get("reason") if page.judgment else None
    if isinstance(reason, str) and reason.strip():
        yield f"    {_plain(reason, _SAID_CHARS)}"


def _name_site(url: str) -> str:
    return one_line("/".join(url.split("/", 3)[:3]), _URL_CHARS) + "/…"


def _plain(text: str, chars: int) -> str:
    return one_line(_MARKS.sub(" ", one_line(text, chars)), chars)
