"""A CommonMark reader sees in our Markdown what the page shows, and nothing that could run."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterator, Sequence

import pytest

from changetrack._markdown import html_to_markdown

pytest.importorskip("markdown_it", reason="markdown-it-py is not installed")

from markdown_it import MarkdownIt
from markdown_it.token import Token

LINK = "https://ok.example/link"
IMAGE = "https://ok.example/image"

TAGS = [
    *("b", "i", "code", "p", "div", "li", "ul", "ol", "h2", "td", "tr", "table", "blockquote"),
    *("span", "pre", "q", "del", "br", "hr", "dd", "dt", "dl", "button"),
    *(f'a href="{LINK}"', f'img src="{IMAGE}" alt="a]b"', 'a href="javascript:alert(1)"'),
    *('a href="java&#10;script:x"', 'a href="javascript&amp;colon;x"', 'a href="data:x"'),
    *('img src="data:x" alt="[z](javascript:1)"', f'a href="{LINK}" title="&quot;)[x](y)"'),
]
TEXT = [
    *("[x]", "(javascript:alert(1))", "(", "[", "]", "](javascript:alert(1))", "!", "![", "<"),
    *("<b", "</", "<!--", "<?", "<script>", "<javascript:alert(1)>", "javascript:1", "`", "```"),
    *("*", "**", "_", "__", "~~", "~", "|", ":", "[x]: javascript:1", "#", "##", "-", "---"),
    *("1.", "1)", ">", "===", "&", "&lt;", "&#106;", "&copy;", " ", "w", "word", "é", '"', "'"),
    *("+", "=", "$19", "9", "a_b", "http://x.y", ".", "x@y.z", "\u200b", "😀", "\\"),
]


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    # It refuses scripts itself; here it has to show them.
    reader.validateLink = lambda url: True  # type: ignore[method-assign] # noqa: ARG005
    return reader


def _targets(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield where links and images lead, and all raw HTML."""
    for token in tokens:
        if token.type in {"html_block", "html_inline"}:
            yield token.content
        yield from (str(token.attrs[name]) for name in ("href", "src") if name in token.attrs)
        yield from _targets(token.children or [])


def _shown(tokens: Sequence[Token]) -> str:
    """Return the text that a reader shows, with the names of all but plain paragraphs in it."""
    shown = ""
    for token in tokens:
        if token.type == "inline":
            shown += _shown(token.children or [])
        elif token.type in {"softbreak", "paragraph_close"}:
            shown += "\n"
        elif token.type == "text":
            shown += token.content
        elif token.type != "paragraph_open":
            shown += f"({token.type})"
    return shown


def test_B32_no_page_makes_a_link_that_it_does_not_have() -> None:
    """Text never becomes a link or a tag, and no link leads to a script."""
    reader, dice = _reader(), random.Random(7)  # noqa: S311 - the same pages every time
    for _ in range(4_000):
        pieces = [
            dice.choice(
                [
                    f"<{dice.choice(TAGS)}>",
                    f"</{dice.choice(TAGS).split()[0]}>",
                    html.escape(dice.choice(TEXT)),
                ]
            )
            for _ in range(dice.randint(1, 25))
        ]
        page = "".join(pieces)
        targets = set(_targets(reader.parse(html_to_markdown(page))))
        assert targets <= {LINK, IMAGE}, page


def test_text_reads_as_it_was_written() -> None:
    """Markup characters of every kind come back as the characters that they are."""
    reader, dice = _reader(), random.Random(11)  # noqa: S311 - as above
    # A backslash is kept where it escapes already, which is a choice: see `escaping`.
    text = [each for each in TEXT if each != "\\"]
    for _ in range(4_000):
        lines = ["".join(dice.choice(text) for _ in range(dice.randint(1, 8))) for _ in range(3)]
        lines = [re.sub(" +", " ", line).strip() for line in lines]
        page = "<p>" + "<br>".join(html.escape(line) for line in lines if line)
        shown = _shown(reader.parse(html_to_markdown(page)))
        assert shown == "".join(f"{line}\n" for line in lines if line), page
