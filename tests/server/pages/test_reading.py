"""The one entry: a job and a text in, plain data out (catalogue B26)."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack import ChangeTrackError, JsonObject
from changetrack.errors import InvalidSchema
from changetrack_server.errors import EndpointError
from changetrack_server.pages.kinds import name_kind
from changetrack_server.reading import PageContent, PageJob, Want, read_page
from tests.server.extracting.fixtures import describe, read_file
from tests.strategies.hostile_text import hostile_texts

URL = "https://example.com/pricing"
ALL: tuple[Want, ...] = ("fields", "html", "links", "markdown", "raw_html")
PRICES: JsonObject = describe(
    prices={"type": "array", "x-selector": ".price", "items": {"type": "string"}}
)


def test_everything_of_a_page() -> None:
    """Each format as its own module makes it, in one answer."""
    html = """<html lang=en><title>T</title><nav><a href=/n>N</a></nav><main><h1>A</h1>
        <p class=price>$5 <a href=b>b</a></main>"""
    job = PageJob(url=URL, content_type="text/html; charset=utf-8", wants=ALL, schema=PRICES)
    content = read_page(html, job)
    assert dict(content) == {
        "kind": "html",
        "markdown": "[N](https://example.com/n)\n\n# A\n\n$5 [b](https://example.com/b)",
        "html": '<!DOCTYPE html>\n<html lang="en"><head><title>T</title></head><body><nav>'
        '<a href="https://example.com/n">N</a></nav><main><h1>A</h1>\n        '
        '<p class="price">$5 <a href="https://example.com/b">b</a></p></main></body></html>',
        "raw_html": html,
        "links": ["https://example.com/n", "https://example.com/b"],
        "metadata": {"title": "T", "language": "en"},
        "doubts": [],
        "extraction": {
            "value": {"prices": ["$5 b"]},
            "extractor": "selectors",
            "missing": [],
            "is_complete": True,
            "warnings": [],
        },
        "warnings": [],
    }


def test_only_what_is_wanted_is_made() -> None:
    """What a page says about itself and what speaks against it is always there."""
    assert dict(read_page("<title>T</title>", PageJob(wants=(), status=404))) == {
        "kind": "html",
        "markdown": None,
        "html": None,
        "raw_html": None,
        "links": None,
        "metadata": {"title": "T"},
        "doubts": [
            {"reason": "http_error", "warning": "the page answered with status 404"},
            {
                "reason": "empty_page",
                "warning": "the page shows no text; what scripts would show is not seen",
            },
        ],
        "extraction": None,
        "warnings": [],
    }


@pytest.mark.parametrize(
    ("status", "reasons"), [(200, ["empty_page"]), (404, ["http_error", "empty_page"])]
)
def test_B27_a_binary_page_without_a_byte_is_doubted(status: int, reasons: list[str]) -> None:
    """A download that failed must not take the place of a document."""
    content = read_page("", PageJob(url=URL, content_type="application/pdf", status=status))
    assert (content["kind"], [each["reason"] for each in content["doubts"]]) == ("binary", reasons)
    assert content["doubts"][-1]["warning"] == "the page is empty: nothing was sent"


def test_the_main_part_alone() -> None:
    """For the formats that show the page; its links are all of them."""
    page = read_file("pricing.html")
    content = read_page(
        page, PageJob(url=URL, wants=("html", "links", "markdown"), main_content=True)
    )
    assert (content["markdown"] or "").startswith("# Pricing\n")
    assert (content["html"] or "").startswith("<main>")
    assert (content["links"] or [])[:2] == ["https://example.com/", "https://example.com/login"]


def _show(content: PageContent) -> tuple[object, ...]:
    extraction = content["extraction"]
    found = extraction and (extraction["extractor"], extraction["value"])
    return (content["kind"], content["markdown"], content["html"], content["links"], found)


@pytest.mark.parametrize(
    ("content_type", "text", "shown"),
    [
        ("text/plain", "<p>a\r\n", ("text", "<p>a\r\n", None, [], (None, None))),
        ("text/markdown; charset=utf-8", "# a", ("text", "# a", None, [], (None, None))),
        ("application/xml", "<a/>", ("text", "<a/>", None, [], (None, None))),
        ("image/svg+xml", "<svg/>", ("text", "<svg/>", None, [], (None, None))),
        ("application/json", '{"a": 1}', ("json", '{"a": 1}', None, [], ("document", {"a": 1}))),
        ("application/ld+json", "[1]", ("json", "[1]", None, [], ("document", [1]))),
        ("application/pdf", "%PDF", ("binary", None, None, [], (None, None))),
        ("image/png", "\x89PNG", ("binary", None, None, [], (None, None))),
        ("application/octet-stream", " ", ("binary", None, None, [], (None, None))),
        (None, "just text", ("text", "just text", None, [], (None, None))),
    ],
)
def test_B26_other_pages_are_what_they_say(
    content_type: str | None, text: str, shown: tuple[object, ...]
) -> None:
    """Text is as it is, JSON is its own extraction, of a binary page nothing is known."""
    job = PageJob(url=URL, content_type=content_type, wants=ALL, schema={})
    content = read_page(text, job)
    assert _show(content) == shown
    assert content["raw_html"] == (None if shown[0] == "binary" else text)
    assert content["doubts"] == []


@pytest.mark.parametrize(
    ("content_type", "text", "kind"),
    [
        ("TEXT/HTML", "", "html"),
        ("application/xhtml+xml;charset=x", "", "html"),
        ("text/html", "no tags at all", "html"),
        ("text/plain", "<html>", "text"),
        ("text/vnd.x", "", "text"),
        ("application/javascript", "", "text"),
        ("text/csv", "", "text"),
        ("application/x-yaml", "", "text"),
        ("application/rss+xml", "", "text"),
        ("application/x-ndjson", "", "text"),
        ("application/problem+json", "", "json"),
        ("text/json", "", "json"),
        ("application/zip", "<html>", "binary"),
        ("image/html", "", "text"),
        ("nonsense", "", "binary"),
        ("", "<!DOCTYPE HTML><p>", "html"),
        (" ", "\ufeff \n<html>", "html"),
        (None, '<?xml version="1.0"?>\n<html xmlns="x">', "html"),
        (None, "<!-- a --><p>", "html"),
        (None, '<?xml version="1.0"?><rss>', "text"),
        (None, '{"a": 1}', "text"),
        (None, "<pre>", "text"),
        (None, "", "text"),
    ],
)
def test_B26_the_type_decides_what_a_page_is(
    content_type: str | None, text: str, kind: str
) -> None:
    """As the protocol has it; only where there is none, the beginning is looked at."""
    assert name_kind(content_type, text) == kind


def test_a_job_is_json_and_so_is_what_it_gives() -> None:
    """Both cross the border of a process."""
    job = PageJob(url=URL, wants=ALL, schema=PRICES, requested_url="https://example.com/")
    assert PageJob(**json.loads(json.dumps(asdict(job)))) == job
    content = read_page(read_file("pricing.html"), job)
    assert json.loads(json.dumps(content)) == content


def test_more_links_than_are_listed_are_a_warning() -> None:
    """Ten thousand are listed."""
    html = "".join(f"<a href={at}>" for at in range(10_001))
    content = read_page(html, PageJob(url=URL, wants=("links",)))
    assert (len(content["links"] or ()), content["warnings"]) == (
        10_000,
        ["the page has more than 10,000 links"],
    )


@pytest.mark.parametrize(
    ("text", "job", "error"),
    [
        (
            "a\ud800",
            PageJob(),
            EndpointError(
                "conversion_failed", problem="its text holds a lone surrogate at character 1"
            ),
        ),
        (
            "<p><p>",
            PageJob(page_elements=3),
            EndpointError("conversion_failed", problem="the page has more than 3 elements"),
        ),
        (
            "<p>",
            PageJob(wants=("fields",)),
            InvalidSchema("a schema is an object", "leave it out to track all fields", "schema"),
        ),
    ],
)
def test_what_cannot_be_read_is_an_error(text: str, job: PageJob, error: ChangeTrackError) -> None:
    """One of ours, that says what is wrong."""
    with pytest.raises(type(error)) as caught:
        read_page(text, job)
    assert caught.value == error


_TYPES = st.one_of(
    st.sampled_from(("text/html", "text/plain", "application/json", "application/pdf", "")),
    st.none(),
    st.text(max_size=12),
)
_TAGS = st.sampled_from(
    (
        *("<p>", "<div class=plan>", "<h2>", "</div>", "<a href='", "'>", "<base href=", "<title>"),
        *("<script type=application/ld+json>", '{"name": "x", "price": "1,299"}', "</script>", "<"),
        *("<meta property=og:title content=", "<div itemscope itemprop=name>", "&#xD800;", "&#0;"),
        *(
            "<input type=password>",
            "<table><td>",
            "<svg>",
            "<![CDATA[",
            "<!--",
            "<?",
            "\x0c",
            "$19",
        ),
        *("<html lang=de>", "<template>", "<noscript>", "<plaintext>", "<a\x01b=c>", "<é>"),
    )
)
_TEXTS = st.one_of(
    st.text(max_size=60),
    hostile_texts,
    st.lists(st.one_of(_TAGS, hostile_texts), max_size=20).map("".join),
)
_SCHEMA: JsonObject = describe(
    name="string",
    price={"type": ["number", "null"]},
    plans={"type": "array", "x-selector": ".plan", "items": {"type": "string"}},
    link={"type": "string", "x-selector": "a::attr(href)"},
)


@given(
    text=_TEXTS,
    content_type=_TYPES,
    main_content=st.booleans(),
    url=st.sampled_from((URL, "", "x:")),
)
def test_any_text_is_read_or_refused(
    text: str,
    content_type: str | None,
    main_content: bool,  # noqa: FBT001
    url: str,
) -> None:
    """By an error of ours and nothing else; the same page is read the same, and fits into JSON."""
    job = PageJob(
        url=url,
        content_type=content_type,
        wants=ALL,
        main_content=main_content,
        schema=_SCHEMA,
    )
    results = []
    for _ in range(2):
        try:
            results.append(json.dumps(read_page(text, job), ensure_ascii=False).encode())
        except ChangeTrackError as error:
            results.append(str(error).encode())
    assert results[0] == results[1]
