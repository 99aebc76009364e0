"""Sitemaps and feeds as bytes: every kind there is, and those that mean harm."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack_server.errors import EndpointError
from changetrack_server.pages.feeds import FeedEntry, read_feed
from changetrack_server.pages.sitemaps import Located, inflate, read_sitemap
from changetrack_server.pages.xml import XmlReading

URL = "https://a.test/feed.xml"


def read(text: str | bytes, content_type: str = "application/xml") -> tuple[FeedEntry, ...]:
    """Return the entries of a feed."""
    body = text if isinstance(text, bytes) else text.encode()
    return read_feed(body, content_type, URL, 10_000, 100).entries


def read_one(text: str | bytes, content_type: str = "application/xml") -> FeedEntry:
    """Return the only entry of a feed."""
    (entry,) = read(text, content_type)
    return entry


def find_fault(work: Callable[[], object]) -> str:
    """Return why something is refused, or nothing."""
    try:
        work()
    except EndpointError as error:
        return error.reason
    return ""


def entry(
    url: str = "https://a.test/1",
    link: str | None = "https://a.test/1",
    title: str = "One",
    published: str | None = None,
    markdown: str = "# One\n\nText",
) -> FeedEntry:
    """Return an entry like this."""
    return FeedEntry(url=url, link=link, title=title, published=published, markdown=markdown)


RSS_091 = """<?xml version="1.0"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
"http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel>
<item><title>One</title><link>https://a.test/1</link><description>Text</description></item>
</channel></rss>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>C</title></channel>
<item rdf:about="https://a.test/1"><title>One</title><link>https://a.test/1</link>
<description>Text</description><dc:date>2026-11-30T12:00:00Z</dc:date></item></rdf:RDF>"""

RSS_2 = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<atom:link href="https://a.test/feed.xml" rel="self"/><title>C</title><item>
<media:title>Picture</media:title><title>One</title><guid>https://a.test/?p=1</guid>
<link>https://a.test/1</link><description>Short</description>
<content:encoded><![CDATA[<p>Text</p>]]></content:encoded>
<pubDate>Mon, 30 Nov 2026 12:00:00 GMT</pubDate></item></channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.test/blog/"><title>C</title>
<entry><id>tag:a.test,2026:1</id><title type="html">O&lt;b&gt;n&lt;/b&gt;e</title>
<link rel="edit" href="/edit"/><link href="../1"/><updated>2026-11-30T13:00:00+01:00</updated>
<summary>Short</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Text</p>
</div></content></entry></feed>"""

ATOM_TEXT = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>a &lt; b</title>
<link href="https://a.test/1"/><content src="https://a.test/video" type="video/mp4"/>
<summary>1 &lt;b&gt; 2</summary></entry></feed>"""

JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "C",
        "items": [
            {
                "id": "1",
                "url": "https://a.test/1",
                "title": "One",
                "content_html": "<p>Text</p>",
                "date_published": "2026-11-30T12:00:00Z",
            },
            7,
        ],
    }
)
NOON = "2026-11-30T12:00:00Z"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RSS_091, entry()),
        (RDF, entry(published=NOON)),
        (RSS_2, entry(url="https://a.test/?p=1", published=NOON)),
        (ATOM, entry(published=NOON)),
        (ATOM_TEXT, entry(title="a < b", markdown="# a < b\n\n1 <b> 2")),
        (JSON_FEED, entry(published=NOON)),
    ],
    ids=["RSS 0.91", "RDF", "RSS 2.0", "Atom", "Atom in plain text", "JSON"],
)
def test_every_kind_of_feed(text: str, expected: FeedEntry) -> None:
    """Becomes entries of one form, the whole text before a part of it."""
    found = read_one(text)
    # Signs that mean something in Markdown may be written with a backslash.
    assert (found.url, found.link, found.title, found.published) == (
        expected.url,
        expected.link,
        expected.title,
        expected.published,
    )
    assert found.markdown.replace("\\", "") == expected.markdown


@pytest.mark.parametrize(
    ("items", "urls"),
    [
        ("<item><guid>https://a.test/1</guid></item>", ["https://a.test/1"]),
        ("<item><guid>x</guid><link>/1</link></item>", ["https://a.test/1"]),
        (
            "<item><guid>x y</guid><link>/s</link></item>\n<item><guid>z</guid><link>/s</link>",
            ["https://a.test/s#x%20y", "https://a.test/s#z"],
        ),
        ("<item><guid isPermaLink='false'>x</guid></item>", [f"{URL}#x"]),
        ("<item><guid>x</guid></item><item><guid>x</guid></item>", [f"{URL}#x"]),
        ("<item><link>javascript:x</link><guid isPermaLink='false'>g</guid></item>", [f"{URL}#g"]),
    ],
    ids=["an address", "a link", "one link for two", "a name alone", "twice the same", "a script"],
)
def test_what_names_an_entry(items: str, urls: list[str]) -> None:
    """The same from one visit to the next, whatever else there is; and it can be followed."""
    assert [each.url for each in read(f"<rss><channel>{items}</channel></rss>")] == urls


def test_an_entry_without_a_name_has_one_all_the_same() -> None:
    """Of its title and its date, so that it is the same the next time."""
    feed = "<rss><channel><item><title>One</title></item></channel></rss>"
    assert read_one(feed).url == read_one(feed).url
    assert read_one(feed).url.startswith(f"{URL}#")


def write_titled(title: str, encoding: str = "utf-8") -> str:
    """Return a feed with an entry of this title."""
    item = f"<item><title>{title}</title><link>/1</link></item>"
    return f'<?xml version="1.0" encoding="{encoding}"?><rss><channel>{item}</channel></rss>'


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (write_titled("Été", "iso-8859-1").encode("latin-1"), "application/rss+xml"),
        (write_titled("Été", "windows-1252").encode("cp1252"), "text/plain"),
        (write_titled("Été", "utf-16").encode("utf-16"), "text/plain"),
        (write_titled("Été").encode("latin-1"), "text/xml; charset=latin1"),
        (write_titled("&Eacute;t&eacute;").encode(), ""),
        (write_titled("&#201;t&#xe9;").encode(), ""),
        (write_titled("<![CDATA[Été]]>").encode(), ""),
    ],
    ids=["declared", "as text", "marked", "by header", "by name", "by number", "as a section"],
)
def test_characters_in_all_their_spellings(body: bytes, content_type: str) -> None:
    """A mark says more than a header, a header more than the file, the file more than no header."""
    assert read_one(body, content_type).title == "Été"


@pytest.mark.parametrize(
    "broken",
    [
        "<rss><channel><item><title>A & B</title><link>/?a=1&b=2</link></item></channel></rss>",
        "<rss><channel><item><title>A \x0b& B</title><link>/?a=1&b=2</link></item>",
        "<rss><channel><item><title>A &#11;&amp; B</title><link>/?a=1&amp;b=2</link></item></rss>",
    ],
)
def test_feeds_that_are_broken_as_feeds_are(broken: str) -> None:
    """Are read all the same: stray ampersands, controls, tags without an end."""
    found = read_one(broken)
    assert found.link == "https://a.test/?a=1&b=2"
    assert found.title.startswith("A ")
    assert found.title.endswith("& B")


LAUGHS = (
    '<!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><rss><channel><item><title>&j;</title></item></channel></rss>"
)
INSIDE = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (LAUGHS, "conversion_failed"),
        (f"<!-- a --><?b?>{INSIDE}", "conversion_failed"),
        (f"<rss><channel>{'<a>' * 300}", "conversion_failed"),
        (f"<rss><channel>{'<a/>' * 10_000}", "conversion_failed"),
        ("<html><body>", "not_a_feed"),
        ("", "not_a_feed"),
        ("text", "not_a_feed"),
        ('{"items": {}}', "not_a_feed"),
        ("[" * 100_000, "not_a_feed"),
    ],
    ids=["laughs", "a file", "deep", "many", "HTML", "nothing", "text", "JSON", "brackets"],
)
def test_documents_that_mean_harm_are_refused(text: str, reason: str) -> None:
    """At once, and with a reason; nothing they name is ever opened."""
    begun = time.process_time()
    with pytest.raises(EndpointError) as caught:
        read(text)
    assert caught.value.reason == reason
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    "text",
    [
        f"<urlset>{'<![CDATA[' * 200_000}",
        f"<urlset>{'<!--' * 200_000}",
        f"{'<!--' * 200_000}",
        f"<urlset>{'&' * 1_000_000}",
        "<urlset><url {}/></urlset>".format(" ".join(f"a{n}='x'" for n in range(100_000))),
        "<urlset {}/>".format(" ".join(f"xmlns:a{n}='x'" for n in range(30_000))),
    ],
    ids=["sections", "comments", "before it", "ampersands", "attributes", "namespaces"],
)  # fmt: skip
def test_documents_that_cost_are_read_in_linear_time(text: str) -> None:
    """Whatever becomes of them."""
    begun = time.process_time()
    assert find_fault(lambda: read_sitemap(text.encode(), "application/xml")) in {
        "",
        "not_a_sitemap",
    }
    assert time.process_time() - begun < 2


def test_a_full_sitemap_is_read_whole_and_a_larger_one_is_cut() -> None:
    """Fifty thousand pages, as the protocol allows; of more, it is said that there are more."""
    entries = [
        f"<url><loc>https://a.test/{n}</loc><priority>1</priority></url>" for n in range(50_001)
    ]
    full = f"<urlset>{''.join(entries[:-1])}</urlset>".encode()
    begun = time.process_time()
    found = read_sitemap(full, "application/xml")
    assert (len(found.locations), found.is_whole) == (50_000, True)
    # Half a second here.
    assert time.process_time() - begun < 5
    more = read_sitemap(f"<urlset>{''.join(entries)}</urlset>".encode(), "application/xml")
    assert (len(more.locations), more.is_whole) == (50_000, False)


def test_a_sitemap_without_an_end_has_no_halves() -> None:
    """Of an address that was cut in two, the first half is another address."""
    text = b"<urlset><url><loc>https://a.test/1</loc></url><url><loc>https://a.te"
    found = read_sitemap(text, "application/xml")
    assert (found.is_whole, Located("https://a.te") in found.locations) == (False, False)


def test_addresses_that_lead_nowhere_are_left_out() -> None:
    """Scripts, mail, nothing, and those without end."""
    urls = ["javascript:x", "mailto:a@b.c", "", "/relative", f"https://a.test/{'x' * 3_000}"]
    entries = "".join(f"<url><loc>{url}</loc></url>" for url in [*urls, " https://a.test/a b "])
    found = read_sitemap(f"<urlset>{entries}</urlset>".encode(), "")
    assert found.locations == [Located("https://a.test/a%20b")]


def test_A26_packed_files() -> None:
    """Several behind each other are one; a bomb, a half and nonsense are faults."""
    packed = gzip.compress(b"one") + gzip.compress(b"two")
    assert (inflate(packed, 10), inflate(b"plain", 1)) == (b"onetwo", b"plain")
    for body, reason in [
        (gzip.compress(bytes(11)), "response_too_large"),
        (gzip.compress(b"a") * 11, "response_too_large"),
        (packed[:-9], "truncated_body"),
        (b"\x1f\x8bnonsense", "bad_encoding"),
    ]:
        with pytest.raises(EndpointError) as caught:
            inflate(body, 10)
        assert caught.value.reason == reason


@given(text=st.text(alphabet='<>&;/!?[]-"abcCDATA \n', max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """And nothing else comes of it."""
    assert find_fault(lambda: list(XmlReading(text, 50).read())) in {"", "conversion_failed"}


@given(body=st.binary(max_size=200) | st.binary(max_size=100).map(b"<rss><channel><item>".__add__))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    """As a feed, and as a sitemap."""
    refusals = {"", "conversion_failed", "not_a_feed", "not_a_sitemap"}
    assert find_fault(lambda: read(body, "")) in refusals
    assert find_fault(lambda: read_sitemap(body, "")) in refusals
