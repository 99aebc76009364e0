"""The tree of a page: whatever was sent, there is one, and it is bounded."""

from __future__ import annotations

import pytest
from lxml import etree

from changetrack_server.errors import EndpointError
from changetrack_server.pages.document import Document, parse_document


def _write(document: Document) -> str:
    return etree.tostring(document.root, encoding="unicode", method="html")


TREES = [
    ("", "<html></html>"),
    (" \n", "<html></html>"),
    ("\0\0", "<html></html>"),
    ("<!--", "<html></html>"),
    ("</p></div>", "<html></html>"),
    ("text", "<html><body>text</body></html>"),
    ("a\0b", "<html><body>ab</body></html>"),
    ("<p>a<p>b", "<html><body><p>a</p><p>b</p></body></html>"),
    ("<title>a</title>", "<html><head><title>a</title></head></html>"),
    # What a page declares about its encoding is of the past.
    ("<?xml version='1.0' encoding='utf-16'?><p>é", "<html><body><p>é</p></body></html>"),
    (
        "<meta charset=utf-16><p>é",
        '<html><head><meta charset="utf-16"></head><body><p>é</p></body></html>',
    ),
    # What nobody reads is not kept, apart from structured data.
    (
        "<script>a</script><style>b</style><template><p>c</template>d",
        "<html><head></head><body>d</body></html>",
    ),
    (
        "<script type='application/LD+json'>{}</script>",
        '<html><head><script type="application/LD+json">{}</script></head></html>',
    ),
    ("a<!-- b --><?c?>d", "<html><body>ad</body></html>"),
    # What follows the end of a page belongs to it, as in browsers.
    ("<html lang=de></html><p>a</html>b", '<html lang="de"><body><p>a</p>b</body></html>'),
    ("<body>a</body>b<html>c", "<html><body>abc</body></html>"),
    # A page may leave out its body, and libxml2 does not know what begins one.
    (
        "<title>t</title><nav>a</nav>b",
        "<html><head><title>t</title></head><body><nav>a</nav>b</body></html>",
    ),
    (
        "<head><meta name=a><main>b</main></head><body class=c>d",
        '<html><head><meta name="a"></head><body><main>b</main>d</body></html>',
    ),
    ("<main>a</main>", "<html><body><main>a</main></body></html>"),
    (
        "<html><link rel=a><x-y>b",
        '<html><head><link rel="a"></head><body><x-y>b</x-y></body></html>',
    ),
    (
        "<head><title>a</title><noscript><p>b</p></noscript></head>c",
        "<html><head><title>a</title><noscript><p>b</p></noscript></head><body>c</body></html>",
    ),
    # Nor what ends a paragraph.
    (
        "<p>a<section>b<p>c<figure>d</figure>e</section>f",
        "<html><body><p>a</p><section>b<p>c</p><figure>d</figure>e</section>f</body></html>",
    ),
    ("<p>a<b>b<nav>c</nav></b>", "<html><body><p>a<b>b<nav>c</nav></b></p></body></html>"),
    # What XML has no name or no character for.
    (
        "<p @click=a v-on:x=b [c]=d 1e=f>g",
        '<html><body><p @click="a" v-on:x="b">g</p></body></html>',
    ),
    ('<a"b>c</a"b>d', "<html><body>cd</body></html>"),
    (
        "<p title='a&#1;b'>c\x02d\x0ce&#xFFFF;",
        '<html><body><p title="a b">c d e </p></body></html>',
    ),
    ("<x-y>a</x-y><svg:b>c", "<html><body><x-y>a</x-y><svg:b>c</svg:b></body></html>"),
    (
        "<embed src=a>b<track>c<wbr>d",
        '<html><body><embed src="a"></embed>b<track></track>c<wbr></wbr>d</body></html>',
    ),
    ("<frameset><frame src=a></frameset>", '<html><frameset><frame src="a"></frameset></html>'),
]


@pytest.mark.parametrize(("html", "tree"), TREES)
def test_there_is_always_a_tree(html: str, tree: str) -> None:
    """With `html` as its root."""
    assert _write(parse_document(html)) == tree


def test_B31_entities_of_a_page_are_never_resolved() -> None:
    """Neither a bomb nor a file: only HTML's own entities are known."""
    bomb = (
        '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY f SYSTEM "file:///etc/passwd">]><html><body><p>&b;&f;&amp;&eacute;</p>'
    )
    assert "<p>&amp;b;&amp;f;&amp;é</p>" in _write(parse_document(bomb))


def test_a_page_with_too_many_elements_is_refused() -> None:
    """At the first one too many, whatever follows; one less is fine."""
    html = "<p>" * 8
    assert parse_document(html, page_elements=10).size == 10
    with pytest.raises(EndpointError) as caught:
        parse_document(html, page_elements=9)
    assert caught.value == EndpointError(
        "conversion_failed", problem="the page has more than 9 elements"
    )


def test_B31_a_page_of_nothing_but_tags_ends_where_it_has_too_many() -> None:
    """Twenty megabytes are not read for it."""
    with pytest.raises(EndpointError):
        parse_document("<b>" * 7_000_000)


def test_the_shape_of_a_page_is_known() -> None:
    """How many elements, how deep in the mean, how wide, how much text."""
    document = parse_document("<ul><li>a<li>bc<li></ul>", url="https://example.com/a/b")
    assert document[1:] == (
        "https://example.com/a/b",
        "https://example.com/a/b",
        6,
        (1 + 2 + 3 + 3 * 4) / 6,
        3,
        3,
        24,
    )


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("<base href='/c/'>", "https://example.com/c/"),
        ("<base href='https://other.example/'>", "https://other.example/"),
        ("<base href='//other.example'>", "https://other.example"),
        ("<base target=x><base href=/first/><base href=/second/>", "https://example.com/first/"),
        ("<base href='javascript:x'>", "https://example.com/a/b"),
        ("<base href='http://['>", "https://example.com/a/b"),
        (f"<base href='/{'x' * 3_000}'>", "https://example.com/a/b"),
        ("", "https://example.com/a/b"),
    ],
)
def test_the_base_of_links_is_what_the_page_declares(base: str, expected: str) -> None:
    """Where that leads anywhere."""
    assert parse_document(base, url="https://example.com/a/b").base_url == expected


def test_attributes_are_bounded() -> None:
    """More than any element has are not kept."""
    html = f"<p {' '.join(f'a{at}=1' for at in range(10_000))}>x"
    assert len(next(parse_document(html).root.iter("p")).attrib) == 256


def test_what_is_too_deep_stands_beside() -> None:
    """No text is lost, and nothing is deeper than a thousand."""
    document = parse_document("<div>a" * 20_000)
    levels = max(len(list(each.iterancestors())) for each in document.root.iter("div"))
    assert ("".join(map(str, document.root.itertext())), levels < 1_000) == ("a" * 20_000, True)


def test_text_beyond_the_parser_limits_survives() -> None:
    """libxml2 cuts trees at 10 MB of text; events go on."""
    document = parse_document(f"<p>{'a' * 11_000_000}</p>end")
    assert document.chars == 11_000_003
