"""Feeds: RSS of all its ages, RDF, Atom and JSON Feed, read into entries of one form."""

from __future__ import annotations

import hashlib
import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urljoin

from lxml import etree

from changetrack import ChangeTrackError, JsonObject, html_to_markdown, wire
from changetrack_server.egress.charsets import decode
from changetrack_server.errors import EndpointError
from changetrack_server.pages.document import Element, parse_document
from changetrack_server.pages.urls import is_web_url, write_url
from changetrack_server.pages.xml import XmlReading, name_element, read_text

__all__ = ["Feed", "FeedEntry", "read_feed"]

# Feeds hold tens of entries; archives hold hundreds. Each may be a page of its own.
_MOST_ENTRIES = 1_000
_MOST_URL = 2_048
# A name that is longer is as good by its hash.
_MOST_NAME = 300
_MOST_TITLE = 500
# Of a title before its tags are taken out.
_MOST_MARKUP = 10_000

_ROOTS = frozenset({"rss", "rdf", "feed"})
_ENTRIES = frozenset({"item", "entry"})
_ATOM_LINKS = frozenset({"", "alternate"})
# Where the text of an entry may stand, the whole of it before a part of it.
_CONTENTS = ("encoded", "content", "description", "summary")
_DATES = ("pubdate", "published", "date", "issued", "updated", "modified")
_BLANKS = re.compile(r"\s+")
# What is no text to read, whatever it is called.
_MEDIA = "{http://search.yahoo.com/mrss/}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry: `url` names it from one visit to the next, `link` is where people read it."""

    url: str
    link: str | None
    title: str
    # ISO 8601 in UTC, where the feed's own date could be read.
    published: str | None
    # Its title and its text: what is compared.
    markdown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed, its newest `most` entries in its own order."""

    title: str
    entries: tuple[FeedEntry, ...]
    warnings: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Draft:
    """An entry as its feed has it; title and content are HTML."""

    name: str = ""
    link: str | None = None
    title: str = ""
    content: str = ""
    date: str = ""


def read_feed(body: bytes, content_type: str, url: str, elements: int, most: int) -> Feed:
    """Return the entries of a feed that was found at a URL.

    Raises:
        EndpointError: it is no feed, or has more than so many elements.
    """
    text, _ = decode(body, content_type if "charset" in content_type.lower() else "")
    text = text.removeprefix("\ufeff").strip()
    title, drafts = _read_json(text) if text.startswith("{") else _read_xml(text, url, elements)
    most = min(most, _MOST_ENTRIES)
    warnings: tuple[str, ...] = ()
    if len(drafts) > most:
        warnings = (f"the feed has {len(drafts):,} entries, of which {most:,} were read",)
    entries = tuple(_finish(drafts[:most], url))
    return Feed(title=_strip(title), entries=entries, warnings=warnings)


def _finish(drafts: list[_Draft], feed_url: str) -> Iterator[FeedEntry]:
    """Yield each entry once, with its text as Markdown."""
    for draft in drafts:
        draft.link = _read_link(draft.link, feed_url)
    pairs = dict.fromkeys((draft.link, draft.name) for draft in drafts)
    links = Counter(link for link, _ in pairs)
    named: set[str] = set()
    for draft in drafts:
        shared = draft.link is not None and links[draft.link] > 1
        url = _name_entry(draft, feed_url, is_shared=shared)
        if url in named:
            continue
        named.add(url)
        title = _strip(draft.title)
        heading = f"<h1>{html.escape(title)}</h1>" if title else ""
        yield FeedEntry(
            url=url,
            link=draft.link,
            title=title,
            published=_read_date(draft.date),
            markdown=html_to_markdown(heading + draft.content, draft.link or feed_url),
        )


def _name_entry(draft: _Draft, feed_url: str, *, is_shared: bool) -> str:
    """Return the URL that names an entry: its own id where that is one, else where it leads.

    Where several lead to the same page, or it leads nowhere, its id is told apart by a fragment.
    """
    if is_web_url(draft.name) and len(draft.name) <= _MOST_URL:
        return write_url(draft.name)
    if draft.link is not None and not is_shared:
        return draft.link
    name = draft.name or f"{draft.title}\0{draft.date}"
    if len(name) > _MOST_NAME or not draft.name:
        name = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{(draft.link or feed_url).partition('#')[0]}#{quote(name, safe=':/,;@=')}"


def _read_link(raw: str | None, base: str) -> str | None:
    try:
        url = write_url(urljoin(base, (raw or "").strip())) if raw and raw.strip() else ""
    except ValueError:  # such as an unclosed bracket in the host
        return None
    return url if len(url) <= _MOST_URL and is_web_url(url) else None


def _strip(title: str) -> str:
    """Return a title of HTML as plain text on one line."""
    title = title[:_MOST_MARKUP]
    if "<" in title:
        text = "".join(map(str, parse_document(title).root.itertext()))
    else:
        text = html.unescape(title)
    return _BLANKS.sub(" ", text).strip()[:_MOST_TITLE]


def _read_date(text: str) -> str | None:
    """Return a date of RFC 5322 or ISO 8601 in UTC; None where it is neither."""
    text = text.strip()[:64]
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            date = read(text)
            date = date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        return date.isoformat(timespec="seconds").replace("+00:00", "Z")
    return None


def _read_xml(text: str, url: str, elements: int) -> tuple[str, list[_Draft]]:
    reading = XmlReading(text, elements)
    found: list[Element] = []
    for element in reading.read():
        if reading.root is None or name_element(reading.root) not in _ROOTS:
            break
        if name_element(element) in _ENTRIES and _is_entry(element):
            found.append(element)
    if reading.root is None or name_element(reading.root) not in _ROOTS:
        raise EndpointError("not_a_feed")
    root = reading.root
    titles = (each for each in root.iter("{*}title") if not _is_within_entry(each))
    return _show_html(next(titles, None)), [_read_entry(each, url) for each in found]


def _is_entry(element: Element) -> bool:
    """Tell an entry from what is called so within one."""
    parent = element.getparent()
    return parent is not None and name_element(parent) in {*_ROOTS, "channel"}


def _is_within_entry(element: Element) -> bool:
    return any(name_element(each) in _ENTRIES for each in element.iterancestors())


def _read_entry(element: Element, feed_url: str) -> _Draft:
    parts: dict[str, Element] = {}
    for part in element:
        if not str(part.tag).startswith(_MEDIA):
            parts.setdefault(name_element(part), part)
    contents = (_show_html(parts.get(name)) for name in _CONTENTS)
    name = read_text(parts.get("guid", parts.get("id")))
    link = _find_link(element, feed_url)
    if link is None and _is_permalink(parts.get("guid")):
        # Said by nobody most of the time, and then only an address is one.
        link = name if is_web_url(name) else None
    return _Draft(
        name=name,
        link=link,
        title=_show_html(parts.get("title")),
        content=next((content for content in contents if content), ""),
        date=next((read_text(parts[each]) for each in _DATES if each in parts), ""),
    )


def _is_permalink(guid: Element | None) -> bool:
    """Tell whether the id of an entry is where it leads, which it is unless it says otherwise."""
    said = {} if guid is None else {name.lower(): value for name, value in guid.items()}
    return guid is not None and said.get("ispermalink") != "false"


def _find_link(element: Element, feed_url: str) -> str | None:
    """Return where an entry leads: text in RSS, an attribute in Atom."""
    for part in element.iterchildren("{*}link"):
        target = part.get("href")
        if target is None and read_text(part):
            return read_text(part)
        if target is not None and (part.get("rel") or "") in _ATOM_LINKS:
            base = next(_list_bases(part), "")
            return urljoin(urljoin(feed_url, base), target.strip())
    return None


def _list_bases(element: Element) -> Iterator[str]:
    for each in (element, *element.iterancestors()):
        base = each.get("{http://www.w3.org/XML/1998/namespace}base")
        if base:
            yield base


def _show_html(element: Element | None) -> str:
    """Return what an element says as HTML: RSS always says HTML, Atom says what it says."""
    if element is None or element.get("src"):
        return ""
    kind = (element.get("type") or "").lower()
    if len(element):
        # Written out, as in Atom's xhtml, or in RSS by those who forgot to escape it.
        etree.cleanup_namespaces(element)
        return "".join(_write_children(element))
    text = read_text(element)
    is_atom = "Atom" in str(element.tag) or "atom" in str(element.tag)
    is_plain = kind in {"text", "text/plain"} or (not kind and is_atom)
    return html.escape(text) if is_plain else text


def _write_children(element: Element) -> Iterable[str]:
    yield html.escape(element.text or "")
    for child in element:
        for each in child.iter():
            each.tag = name_element(each)
        yield etree.tostring(child, encoding="unicode", method="html")


def _read_json(text: str) -> tuple[str, list[_Draft]]:
    try:
        feed = wire.load(text)
    except ChangeTrackError:
        raise EndpointError("not_a_feed") from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(feed, dict) or not isinstance(items, list):
        raise EndpointError("not_a_feed")
    drafts = [_read_item(each) for each in items if isinstance(each, dict)]
    return html.escape(_text(feed, "title")), drafts


def _read_item(item: JsonObject) -> _Draft:
    plain = _text(item, "content_text") or _text(item, "summary")
    escaped = "".join(f"<p>{html.escape(each)}</p>" for each in plain.split("\n\n") if each.strip())
    name = item.get("id")
    return _Draft(
        # Numbers are allowed, by the first version.
        name=str(name) if isinstance(name, str | int) else "",
        link=_text(item, "url") or _text(item, "external_url") or None,
        title=html.escape(_text(item, "title")),
        content=_text(item, "content_html") or escaped,
        date=_text(item, "date_published") or _text(item, "date_modified"),
    )


def _text(item: JsonObject, name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""
