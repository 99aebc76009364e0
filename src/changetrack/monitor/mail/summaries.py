"""The mail that sums up a check: what changed, what matters first, and how it changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from changetrack._models import JsonObject, JsonValue
from changetrack.monitor.mail.excerpts import Excerpt, Room, tell_changes
from changetrack.monitor.mail.letters import styled, write_letter
from changetrack.monitor.mail.links import Links
from changetrack.monitor.mail.markup import Markup
from changetrack.monitor.mail.messages import Message
from changetrack.monitor.mail.telling import SHOWN_PAGES, order_pages
from changetrack.monitor.mail.wording import cut, find_link, list_counts, one_line, spell_time
from changetrack.monitor.models import Check, Monitor, Page

__all__ = ["write_subject", "write_summaries"]

# Diffs of more pages have too little room each.
_DIFFS = 5
# A phone shows some forty characters of a subject, everything else about a hundred.
_NAME_CHARS = 100
_TITLE_CHARS = 120
# What is shown of an address; the link is whole.
_URL_CHARS = 200
_SAID_CHARS = 300
# Where a judge lists what matters, as the wire has it; how many of it, and how much of each side.
_CHANGES = "meaningfulChanges"
_ITEMS = 5
_SIDE_CHARS = 80

_BADGES = {
    "changed": "Changed",
    "new": "New",
    "removed": "Removed",
    "error": "Error",
    "noise": "Judged as noise",
}
_SITE_DOWN = "Most of the site did not answer, so no page was taken for removed."


class _Item(NamedTuple):
    """A page as a mail shows it; nothing in it is unfit for a line, and nothing is markup."""

    badge: str
    title: str
    url: str
    # Where a click leads, if anywhere.
    link: str | None
    said: tuple[str, ...]
    excerpt: Excerpt | None


def write_subject(monitor: Monitor, check: Check) -> str:
    """Return the one line that says it all."""
    counts = list_counts(check.summary) or "no changes"
    return f"Changes on {one_line(monitor.config.name, _NAME_CHARS)}: {counts}"


def write_summaries(
    monitor: Monitor, check: Check, pages: Sequence[Page], *, links: Links, emails: Sequence[str]
) -> Iterator[tuple[str, Message]]:
    """Yield each receiver of a check with the summary for them.

    Up to 20 pages are shown, those first that matter; where the monitor includes diffs, those of
    the first five that have one, and of the others a sentence. Whatever a page wrote is text, in
    both parts.
    """
    # Once for all of them: what differs is the small print.
    items = list(_list_items(monitor, order_pages(list(pages))[:SHOWN_PAGES]))
    told = check.summary
    left = told.changed + told.new + told.removed + told.error - len(items)
    name = one_line(monitor.config.name, _NAME_CHARS)
    title, lead = f"Changes on {name}", _write_lead(check)
    for email in emails:
        foot = _Foot(name, links.unsubscribe(monitor.id, email))
        yield (
            email,
            Message(
                subject=write_subject(monitor, check),
                text="\n".join(_write_text(title, lead, items, left, foot)),
                html=_write_html(title, lead, items, left, foot),
                headers=links.head(monitor.id, email),
            ),
        )


class _Foot(NamedTuple):
    """The small print: whose mail it is, and how not to get it."""

    name: str
    unsubscribe: str | None

    @property
    def why(self) -> str:
        return (
            f"You get this because you confirmed that you want mail of the monitor “{self.name}”."
        )

    @property
    def how(self) -> str:
        return "To get no more of it, ask whoever runs the monitor."


def _write_lead(check: Check) -> list[str]:
    at = check.finished_at or check.started_at or check.created_at
    same = f", {check.summary.same:,} the same" if check.summary.same else ""
    lines = [f"{list_counts(check.summary) or 'no changes'}{same} · {spell_time(at)}"]
    return [*lines, _SITE_DOWN] if check.is_site_down else lines


def _list_items(monitor: Monitor, pages: Sequence[Page]) -> Iterator[_Item]:
    notification = monitor.config.notification
    email = notification.email if notification else None
    has_diffs = email is not None and email.include_diffs
    room = Room(len(pages), _DIFFS if has_diffs else 0)
    for page in pages:
        excerpt = room.write(page.diff)
        sentence = tell_changes(page.diff) if has_diffs and excerpt is None else ""
        yield _Item(
            badge="noise" if page.is_noise else page.status,
            title=_read_title(page.metadata),
            url=cut(page.url, _URL_CHARS),
            link=find_link(page.url),
            said=(*_read_error(page), *_read_judgment(page.judgment), *filter(None, [sentence])),
            excerpt=excerpt,
        )


def _read_title(metadata: JsonObject) -> str:
    title = metadata.get("title")
    return one_line(title, _TITLE_CHARS) if isinstance(title, str) else ""


def _read_error(page: Page) -> Iterator[str]:
    if page.status == "error":
        yield one_line(page.error or "The page could not be read.", _SAID_CHARS)


def _read_judgment(judgment: JsonObject | None) -> Iterator[str]:
    """Yield what a judge said, and then each change that it found to matter."""
    if judgment is None:
        return
    reason, items = judgment.get("reason"), judgment.get(_CHANGES)
    if isinstance(reason, str) and reason.strip():
        yield one_line(reason, _SAID_CHARS)
    for item in items[:_ITEMS] if isinstance(items, list) else []:
        before, after = _read_sides(item)
        if before or after:
            yield f"{before or '∅'} → {after or '∅'}"


def _read_sides(item: JsonValue) -> tuple[str, str]:
    fields = item if isinstance(item, dict) else {}
    before, after = (fields.get(side) for side in ("before", "after"))
    return _read_side(before), _read_side(after)


def _read_side(value: JsonValue) -> str:
    return one_line(value, _SIDE_CHARS) if isinstance(value, str) else ""


def _write_text(
    title: str, lead: list[str], items: list[_Item], left: int, foot: _Foot
) -> Iterator[str]:
    yield from (title, *lead)
    for item in items:
        yield ""
        yield f"{_BADGES[item.badge].upper()}  {item.title or item.url}"
        if item.title:
            yield item.url
        yield from item.said
        if item.excerpt:
            # What a page says is indented, so that it cannot pass for what we say.
            yield ""
            yield from (f"    {line}".rstrip() for line in item.excerpt.lines)
    if left > 0:
        yield from ("", _count_pages(left))
    yield from ("", "-- ", foot.why)
    yield f"Unsubscribe: {foot.unsubscribe}" if foot.unsubscribe else foot.how
    yield ""


def _write_html(title: str, lead: list[str], items: list[_Item], left: int, foot: _Foot) -> str:
    more = [styled("p", "words", _count_pages(left))] if left > 0 else []
    small = [foot.why, " "]
    if foot.unsubscribe:
        small.append(styled("a", "link", "Unsubscribe", href=foot.unsubscribe))
    else:
        small.append(foot.how)
    return write_letter(
        title,
        styled("h1", "title", title, dir="auto"),
        *(styled("p", "lead", line) for line in lead),
        *map(_write_item, items),
        *more,
        foot=styled("p", "foot", *small),
    )


def _write_item(item: _Item) -> Markup:
    words = item.title or item.url
    name = (
        styled("a", "link", words, href=item.link, rel="noopener noreferrer")
        if item.link
        else words
    )
    address = [styled("div", "address", item.url)] if item.title else []
    shown = [styled("div", "diff", item.excerpt.html)] if item.excerpt else []
    return styled(
        "div",
        "page",
        styled("span", item.badge, _BADGES[item.badge]),
        styled("h2", "heading", name, dir="auto"),
        *address,
        *(styled("p", "said", line, dir="auto") for line in item.said),
        *shown,
    )


def _count_pages(left: int) -> str:
    return f"And {left:,} more page{'' if left == 1 else 's'}."
