"""What a monitor found, as an Atom feed (RFC 4287): an entry for each page that is not as it was.

Whatever a page holds, the feed is well-formed: characters that XML has not are left out, and an
entry is HTML that is built as every other of ours is, and escaped once more for who reads the XML.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import escape

from changetrack._hashing import dump_plain_json
from changetrack._render.caps import Caps
from changetrack._render.html import FEED, write_parts
from changetrack._render.markup import Markup, element, join
from changetrack._render.stored import read_stored
from changetrack.monitor.ids import is_id, name_id
from changetrack.monitor.models import Monitor, Page, PageStatus
from changetrack.monitor.ports import OneOf, Transaction
from changetrack.monitor.tables import PAGES
from changetrack.monitor.tokens import sign_token

__all__ = ["ATOM_TYPE", "feed_token", "is_feed_token", "list_news", "write_atom"]

ATOM_TYPE = "application/atom+xml; charset=utf-8"

# As many as readers show, and as many as fit into a megabyte.
_MOST_ENTRIES = 50
# Of a diff, some 20 KB; what is beyond it is counted, and stands in the check.
_CAPS = Caps(rows=80, chars=8_000, line_chars=600, fields=40, value_chars=200, run=30)
_MOST_TITLE = 300
# Of diffs that are held for one feed, and one more: it is asked for every few minutes, by whoever
# has its URL.
_MOST_READ = 16 * 2**20

_TOLD: tuple[PageStatus, ...] = ("changed", "new", "removed")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLANKS = re.compile(r"\s+")
_WEB = ("http://", "https://")


def list_news(transaction: Transaction, monitor_id: str) -> list[Page]:
    """Return the newest pages of a monitor that a feed tells of, the newest first.

    Fewer pages, where their diffs are very large.
    """
    pages: list[Page] = []
    after = None
    weight = 0
    while len(pages) < _MOST_ENTRIES and weight < _MOST_READ:
        found = transaction.select(
            PAGES,
            {"monitor_id": monitor_id, "status": OneOf(_TOLD)},
            order=("created_at", "id"),
            descending=True,
            after=after,
            # One by one: each may hold a diff as large as its page.
            limit=1,
        )
        if not found:
            break
        (page,) = found
        after = (page.created_at, page.id)
        weight += len(dump_plain_json(page.diff)) if page.diff else 0
        pages.append(page)
    return pages


def write_atom(monitor: Monitor, pages: Sequence[Page], *, url: str) -> bytes:
    """Return the feed of a monitor; `url` is where it is read, and `pages` are newest first."""
    updated = max([page.created_at for page in pages], default=monitor.created_at)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>{_write_id(monitor.id)}</id>",
        f"<title>{_write_text(_shorten(monitor.config.name))}</title>",
        f"<updated>{_write_time(updated)}</updated>",
        f'<link rel="self" type="application/atom+xml" href="{_write_text(url)}"/>',
        "<author><name>changetrack</name></author>",
        "<generator>changetrack</generator>",
        *(_write_entry(page) for page in pages),
        "</feed>",
        "",
    ]
    return "\n".join(lines).encode("utf-8", "replace")


def _write_entry(page: Page) -> str:
    said = page.metadata.get("title")
    name = said if isinstance(said, str) and said.strip() else page.url
    link = page.metadata.get("url")
    target = link if isinstance(link, str) and link.startswith(_WEB) else page.url
    lines = [
        "<entry>",
        f"<id>{_write_id(page.id)}</id>",
        f"<title>{_write_text(_shorten(f'{page.status}: {name}'))}</title>",
        f"<updated>{_write_time(page.created_at)}</updated>",
        f'<category term="{page.status}"/>',
    ]
    if target.startswith(_WEB):
        lines.append(f'<link rel="alternate" href="{_write_text(target)}"/>')
    content = join(_write_content(page))
    lines += [f'<content type="html">{_write_text(content)}</content>', "</entry>"]
    return "\n".join(lines)


def _write_content(page: Page) -> Iterator[Markup]:
    """Yield the HTML of an entry."""
    yield element("p", page.url)
    reason = (page.judgment or {}).get("reason")
    if isinstance(reason, str) and reason:
        yield element("p", reason)
    yield from write_parts(read_stored(page.diff), FEED, _CAPS)


def _shorten(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()[:_MOST_TITLE]


def _write_id(name: str) -> str:
    return f"urn:uuid:{name if is_id(name) else name_id('atom', name)}"


def _write_text(text: str) -> str:
    return escape(_NOT_XML.sub("", text))


def _write_time(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def feed_token(signing_key: str, monitor_id: str) -> str:
    """Return what opens the feed of a monitor, for readers that send no headers."""
    return sign_token(signing_key, "feed", monitor_id)


def is_feed_token(token: str, signing_key: str, monitor_id: str) -> bool:
    """Tell whether a token opens the feed; the time does not tell how nearly."""
    return hmac.compare_digest(token.encode(), feed_token(signing_key, monitor_id).encode())
