"""The `html` format: nothing in it runs, loads or hides, and it says what the page says."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack import html_to_markdown
from changetrack_server.pages.cleaning import clean_html
from changetrack_server.pages.document import parse_document
from changetrack_server.pages.text import read_text
from tests.server.extracting.fixtures import read_file

URL = "https://example.com/a/b"


def _clean(html: str, *, main_content: bool = False) -> str:
    return clean_html(parse_document(html, url=URL), main_content=main_content)


def _body(html: str) -> str:
    """Return what becomes of a fragment."""
    found = re.search("<body>(.*)</body>", _clean(html), re.DOTALL)
    return found[1] if found else ""


CLEANED = [
    ("<p>a", "<p>a</p>"),
    ("<p class=x id=y data-z=1>a", '<p class="x" id="y" data-z="1">a</p>'),
    ("a &amp; b &lt; c &nbsp;&eacute;", "a &amp; b &lt; c &nbsp;é"),
    ("<a title='\"&lt;'>a</a>", '<a title="&quot;&lt;">a</a>'),
    ("a<br>b<img src=c><hr>", 'a<br>b<img src="https://example.com/a/c"><hr>'),
    # What runs.
    ("a<script>b</script>c<style>d</style>e", "ace"),
    ("a<noscript>b</noscript><template>c</template>d", "ad"),
    ("a<iframe src=x>b</iframe><object>c</object><embed src=d>e", "ae"),
    ("a<svg onload=x><text>b</text></svg>c", "ac"),
    ("a<!-- b --><?c?>d", "ad"),
    ("<p onclick=a ONLOAD=b onfoo=c style='d' nonce=e>f", "<p>f</p>"),
    ("<iframe srcdoc='<script>'></iframe><p srcdoc=a ping=b>c", "<p>c</p>"),
    ("<p @click=a v-on:click=b :href=c>d", '<p v-on:click="b">d</p>'),
    ("<script type=application/ld+json>{}</script>a", "a"),
    # Where it leads.
    ("<a href=c>a</a>", '<a href="https://example.com/a/c">a</a>'),
    ("<a href='#c'>a</a>", '<a href="#c">a</a>'),
    ("<a href='javascript:b'>a</a>", "<a>a</a>"),
    ("<a href=' java\nscript:b'>a</a>", "<a>a</a>"),
    ("<a href='&#106;avascript:b'>a</a>", "<a>a</a>"),
    ("<a href='mailto:b@c'>a</a>", '<a href="mailto:b@c">a</a>'),
    ("<img src='data:image/png;base64,x' alt=a>", '<img alt="a">'),
    (
        "<img srcset='a.png 1x, data:x 2x, b.png 300w'>",
        '<img srcset="https://example.com/a/a.png 1x, https://example.com/a/b.png 300w">',
    ),
    (
        "<form action=javascript:a><button formaction=data:b>c</button></form>",
        "<form><button>c</button></form>",
    ),
    (
        "<video poster=p src=s></video>",
        '<video poster="https://example.com/a/p" src="https://example.com/a/s"></video>',
    ),
    # What browsers read by other rules than text is written as text.
    ("<xmp><b>a</b></xmp>", "<pre>&lt;b&gt;a&lt;/b&gt;</pre>"),
    ("<plaintext><b>", "<pre>&lt;b&gt;</pre>"),
    ("<textarea></p><script></textarea>", "<textarea>&lt;/p&gt;&lt;script&gt;</textarea>"),
    ("<noembed><img src=x onerror=y></noembed>a", "a"),
]


@pytest.mark.parametrize(("html", "cleaned"), CLEANED)
def test_B32_what_is_left_of_markup(html: str, cleaned: str) -> None:
    """Elements and attributes that say something, with absolute links."""
    assert _body(html) == cleaned


def test_a_whole_page() -> None:
    """The head keeps its title and what it says about itself, and loads nothing."""
    html = """<!DOCTYPE html><html lang=en><head><title>T</title><base href=/z/>
<meta charset=utf-8><meta name=description content=D><meta http-equiv=refresh content='0;url=x'>
<link rel=stylesheet href=s.css></head><body onload=x><p>a</p></body></html>"""
    assert _clean(html) == (
        '<!DOCTYPE html>\n<html lang="en"><head><title>T</title>\n<meta charset="utf-8">'
        '<meta name="description" content="D">\n</head><body><p>a</p></body></html>'
    )


@pytest.mark.parametrize(
    ("html", "part"),
    [
        ("<nav>n</nav><main><p>a</main><footer>f", "<main><p>a</p></main>"),
        ("<nav>n</nav><div role=main>a</div>", '<div role="main">a</div>'),
        ("<nav>n</nav><main></main><main>a</main>", "<main>a</main>"),
        (
            "<nav>n</nav><article><header>h</header>a</article>",
            "<article><header>h</header>a</article>",
        ),
        (
            (
                "<header>h</header><article>a</article><article>b<footer>c</footer></article>"
                "<aside>s</aside><div role=navigation>n</div><footer>f</footer>"
            ),
            "<body><article>a</article><article>b<footer>c</footer></article></body>",
        ),
        ("<nav>only</nav>", "<body><nav>only</nav></body>"),
        ("<main><script>x</script></main>text", "<body><main></main>text</body>"),
        ("", "<html></html>"),
    ],
)
def test_the_main_part_of_a_page(html: str, part: str) -> None:
    """What its owner marks so, or all but the frame; never without all of its text."""
    assert _clean(html, main_content=True) == part


def test_a_real_page_keeps_what_it_says() -> None:
    """As Markdown, the cleaned page is the page."""
    page = read_file("pricing.html")
    for main_content in (False, True):
        assert html_to_markdown(_clean(page, main_content=main_content)) == html_to_markdown(
            page, URL, main_content=main_content
        )


_PIECES = st.sampled_from(
    (
        *("<p>", "</p>", "<b", ">", "<script>", "</script>", "<style>", "</style>", "<!--", "-->"),
        *(
            "<svg>",
            "<math>",
            "<mtext>",
            "<table>",
            "<td>",
            "<xmp>",
            "</xmp>",
            "<textarea>",
            "<title>",
        ),
        *("<img src=x onerror=alert(1)>", "<a href=javascript:alert(1)>", "<noscript>", "<select>"),
        *(
            "<plaintext>",
            "<iframe>",
            "<noembed>",
            "<annotation-xml>",
            "<mglyph>",
            "<form>",
            "<base>",
        ),
        *(
            "&lt;script&gt;",
            "&#60;",
            "]]>",
            "<![CDATA[",
            "'",
            '"',
            "`",
            "text",
            "\x00",
            "\x0b",
            "é",
        ),
        *(
            "<a title='</textarea><script>'>",
            "<p style='x' onclick=y>",
            "<meta http-equiv=refresh>",
        ),
    )
)
# An element that runs or an attribute that does; text cannot look so, for it is escaped.
_UNSAFE = re.compile(
    r"<(?:script|style|iframe|object|embed|svg|noscript|template|base|link|xmp|plaintext)\b"
    r"|<[^>]* (?:on\w+|style|srcdoc)=|=\"\s*(?:javascript|data|vbscript):|<!--|<[^>]* http-equiv=",
    re.IGNORECASE,
)


@given(html=st.lists(_PIECES, max_size=25).map("".join), main_content=st.booleans())
def test_B32_nothing_that_is_written_runs(html: str, main_content: bool) -> None:  # noqa: FBT001
    """Whatever was sent; and reading it again finds nothing that cleaning would take away."""
    cleaned = _clean(html, main_content=main_content)
    again = parse_document(cleaned, url=URL)
    assert _UNSAFE.search(cleaned) is None
    assert [
        each.tag for each in again.root.iter() if each.tag in {"script", "style", "iframe"}
    ] == []
    assert read_text(again.root) == read_text(parse_document(clean_html(again), url=URL).root)
