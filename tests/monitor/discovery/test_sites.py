"""What a crawl, a sitemap and a feed have, on a real site, read by real processes."""

from __future__ import annotations

import gzip

import pytest

from tests.monitor.discovery.world import File, discover, write_index, write_sitemap

PAGES = write_sitemap("HERE/a", "HERE/b#part", "HERE/a")


def test_a_crawl_has_the_pages_of_the_sitemap_where_sites_have_it() -> None:
    """Each once, in its order and spelling; nothing is wrong and nothing is missing."""
    seen = discover({"/sitemap.xml": PAGES})
    assert (seen.urls, seen.found.is_complete, seen.found.error, seen.found.warnings) == (
        ["HERE/a", "HERE/b"],
        True,
        None,
        (),
    )
    # Once for what may be fetched, and once for what it names.
    assert seen.visits == ["/robots.txt", "/robots.txt", "/sitemap.xml"]


def test_a_crawl_has_the_sitemaps_that_robots_txt_names() -> None:
    """And then nobody guesses."""
    files: dict[str, File | str | bytes] = {
        "/robots.txt": File("User-agent: *\nAllow: /\nSitemap: HERE/one.xml\nsitemap: /two.xml.gz"),
        "/one.xml": write_sitemap("HERE/1"),
        "/two.xml.gz": File(gzip.compress(write_sitemap("https://a.test/2").encode())),
    }
    seen = discover(files, path="/docs")
    assert seen.urls == ["HERE/1", "https://a.test/2"]
    assert (seen.found.is_complete, "/sitemap.xml" in seen.visits) == (True, False)


@pytest.mark.parametrize(
    ("files", "is_complete"),
    [
        ({}, True),
        ({"/sitemap.xml": File("<h1>Not found</h1>", "text/html")}, True),
        ({"/sitemap.xml": File("", status=403)}, True),
        ({"/sitemap.xml": File("", status=503)}, False),
        ({"/sitemap.xml": PAGES[:-20]}, False),
        ({"/sitemap.xml": File("<!DOCTYPE a [<!ENTITY b 'c'>]><urlset/>")}, False),
        ({"/robots.txt": "Sitemap: HERE/gone.xml"}, True),
        ({"/robots.txt": "Sitemap: HERE/html", "/html": File("<p>", "text/html")}, False),
        ({"/robots.txt": File("User-agent: *\nDisallow: /sitemap.xml", "text/plain")}, True),
    ],
    ids=[
        *("none", "a page", "forbidden", "down", "half", "hostile", "named and gone"),
        *("named and a page", "not allowed"),
    ],
)
def test_C43_a_crawl_without_a_sitemap_has_none(
    files: dict[str, File | str | bytes], *, is_complete: bool
) -> None:
    """That is no error; but where there may be one, nobody can say which pages are gone."""
    found = discover(files).found
    assert (found.is_complete, found.error, bool(found.warnings)) == (
        is_complete,
        None,
        not is_complete or "gone" in str(files),
    )


def test_a_crawl_that_skips_the_sitemap_asks_for_nothing() -> None:
    """Not even for robots.txt, which whoever fetches pages reads."""
    seen = discover({"/sitemap.xml": PAGES}, sitemap="skip")
    assert (seen.urls, seen.visits) == ([], [])


def test_a_crawl_of_nothing_but_the_sitemap_needs_one() -> None:
    """Without it there is nothing to look at, and that is an error."""
    error = discover({}, sitemap="only").found.error
    assert error is not None
    assert (error.reason, error.problem) == (
        "not_a_sitemap",
        "the site answered with the status 404",
    )


def test_a_sitemap_of_sitemaps() -> None:
    """Nested, packed, in lines of text; dates are kept; and cycles end."""
    dated = "<urlset><url><loc>HERE/a?x=1&y=2</loc><lastmod>2026-11-01</lastmod></url></urlset>"
    seen = discover(
        {
            "/index.xml": write_index("HERE/index.xml", "HERE/more.xml", "HERE/a.xml"),
            "/more.xml": write_index("HERE/index.xml", "HERE/lines.txt"),
            "/a.xml": dated,
            "/lines.txt": File("HERE/c\r\nHERE/d\n\n", "text/plain"),
        },
        "sitemap",
        "/index.xml",
    )
    assert seen.urls == ["HERE/a?x=1&y=2", "HERE/c", "HERE/d"]
    assert list(seen.found.lastmods.values()) == ["2026-11-01"]
    assert (seen.found.is_complete, seen.found.error) == (True, None)


def test_C43_a_sitemap_of_which_a_part_is_missing_is_not_complete() -> None:
    """What the part has is not gone because the part cannot be read."""
    files: dict[str, File | str | bytes] = {
        "/index.xml": write_index("HERE/a.xml", "HERE/b.xml"),
        "/a.xml": PAGES,
        "/b.xml": File("", status=500),
    }
    seen = discover(files, "sitemap", "/index.xml")
    assert (seen.urls, seen.found.is_complete, seen.found.error) == (
        ["HERE/a", "HERE/b"],
        False,
        None,
    )


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (None, "not_a_sitemap"),
        (File("<html><body>no", "text/html"), "not_a_sitemap"),
        (File(b"\x1f\x8b\x08broken"), "bad_encoding"),
        (File(gzip.compress(bytes(30_000_000))), "response_too_large"),
        (File("<!DOCTYPE a [<!ENTITY b 'c'>]><urlset/>"), "conversion_failed"),
    ],
    ids=["gone", "a page", "broken", "a bomb", "entities"],
)
def test_a_sitemap_that_cannot_be_read_is_an_error(file: File | None, reason: str) -> None:
    """Of the root, which the check shows; and nothing is complete then."""
    found = discover({"/s.xml": file} if file else {}, "sitemap", "/s.xml").found
    assert found.error is not None
    assert (found.error.reason, found.urls, found.is_complete) == (reason, (), False)


def test_a_site_that_cannot_be_reached_is_an_error_that_passes() -> None:
    """Named like any other page that cannot be fetched."""
    found = discover({}, "sitemap", "/s.xml", settings={"fetch_ports": "80"}).found
    assert found.error is not None
    assert (found.error.reason, found.is_complete) == ("port_not_allowed", False)


def test_sitemaps_without_end_are_cut() -> None:
    """Fifty files, four levels; and that is said."""
    names = [f"HERE/{number}.xml" for number in range(80)]
    files = {"/index.xml": write_index(*names)}
    seen = discover(files, "sitemap", "/index.xml")
    assert (len(seen.visits) - 1, seen.found.is_complete) == (50, False)
    deep = {f"/{n}.xml": write_index(f"HERE/{n + 1}.xml") for n in range(9)}
    seen = discover(deep, "sitemap", "/0.xml")
    assert (seen.visits[1:], seen.found.is_complete) == (
        ["/0.xml", "/1.xml", "/2.xml", "/3.xml"],
        False,
    )


FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
<item><guid isPermaLink="false">1</guid><title>One &amp; only</title><link>/one</link>
<pubDate>Mon, 30 Nov 2026 10:00:00 +0100</pubDate>
<description>&lt;p&gt;The &lt;b&gt;text&lt;/b&gt;</description>
</item></channel></rss>"""


def test_a_feed_has_entries_that_are_compared_by_their_own_text() -> None:
    """And it is never complete: entries leave it with time."""
    seen = discover({"/feed": FEED}, "feed", "/feed")
    (entry,) = seen.found.entries
    assert entry.url.endswith("/one")
    assert (entry.link, entry.title, entry.published, entry.markdown) == (
        entry.url,
        "One & only",
        "2026-11-30T09:00:00Z",
        "# One & only\n\nThe **text**",
    )
    assert (seen.found.is_complete, seen.found.error, seen.urls) == (False, None, [])


def test_a_feed_has_no_more_entries_than_its_target_allows() -> None:
    """The newest, which come first."""
    items = "".join(f"<item><link>/{n}</link></item>" for n in range(5))
    feed = f"<rss><channel>{items}</channel></rss>"
    found = discover({"/feed": feed}, "feed", "/feed", max_pages=2).found
    assert [entry.url[-2:] for entry in found.entries] == ["/0", "/1"]
    assert found.warnings == ("the feed has 5 entries, of which 2 were read",)


@pytest.mark.parametrize(
    "file",
    [File("<html><p>no", "text/html"), File("{}"), File("[", "application/json"), File(""), None],
    ids=["a page", "JSON", "broken JSON", "nothing", "gone"],
)
def test_what_is_no_feed_is_an_error(file: File | None) -> None:
    """Of the root, which the check shows."""
    found = discover({"/feed": file} if file else {}, "feed", "/feed").found
    assert found.error is not None
    assert (found.error.reason, found.entries, found.is_complete) == ("not_a_feed", (), False)
