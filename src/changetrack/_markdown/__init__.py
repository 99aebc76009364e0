"""HTML to Markdown: one linear walk from lxml's events to text that a diff can trust.

    html ──lxml──▶ tame tree ──main part──▶ markdownify's conversions ──▶ normalized Markdown

`taming` decides what a tag leaves behind, `tree` keeps white space and depth in bounds, `content`
finds the main part, `converter` writes. No parser but lxml is ever used, nothing is loaded, and no
input is refused for its shape. The user's page on this is docs/reference/html-to-markdown.md.
"""

from __future__ import annotations

from itertools import islice

from changetrack._normalize import encode_text, normalize_markdown
from changetrack.errors import InvalidRequest

__all__ = ["html_to_markdown"]

_MOST_PARTS = 16


def html_to_markdown(html: str, base_url: str | None = None, *, main_content: bool = False) -> str:
    r"""Return the visible content of an HTML page as normalized Markdown.

    Takes time linear in the page, whatever it holds: broken markup, any depth, any size. The same
    page always gives the same text, and a change to one cell, link or item changes only its line.
    Links never lead to scripts. With `base_url` they are absolute. With `main_content` navigation,
    header, footer and sidebars are left out where the page marks them or its main part, but never
    all of its text.

    Raises:
        InvalidRequest: an argument is not a string.
        InvalidText: the page holds a lone surrogate.

    >>> html_to_markdown("<h1>Pricing</h1><p>Starter <b>$19</b>, <a href='/pro'>Pro</a> $49",
    ...                  base_url="https://example.com/pricing")
    '# Pricing\n\nStarter **$19**, [Pro](https://example.com/pro) $49'
    """
    # Nobody who only compares text should wait for the tables and expressions of this package.
    from changetrack._markdown.content import main_parts
    from changetrack._markdown.converter import convert_tree
    from changetrack._markdown.links import LinkResolver
    from changetrack._markdown.taming import parse_html

    _check_text(html, "html")
    if base_url is not None:
        _check_text(base_url, "base_url")
    page = parse_html(html, landmarks=main_content)
    links = LinkResolver(base_url, page.base, len(html))
    parts = main_parts(page.root) if main_content else iter(())
    # Only a page that means harm has so many parts without a word; then it is taken whole.
    for part in (*islice(parts, _MOST_PARTS), page.root):
        markdown = normalize_markdown(convert_tree(part, links))
        if markdown:
            return markdown
    return ""


def _check_text(value: object, path: str) -> None:
    if not isinstance(value, str):
        problem = f"the value is {type(value).__name__}, not a string"
        raise InvalidRequest(problem, "decode bytes before", path)
    encode_text(value, path)
