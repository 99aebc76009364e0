"""What a heading says once its markup is gone, and the word that links to it."""

from __future__ import annotations

import re

# Nobody reads further, and what costs more than linear time in a title costs it on this much.
TITLE_CHARS = 500

_MARKUP = re.compile(r"[\\`*_\[<&~]")
# Code and escaped signs say what they say: what stands in them is no markup.
_LITERAL = re.compile(r"\\([!-/:-@\[-`{-~])|(`+)(?!`)(.*?[^`])\2(?!`)")
_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\])")
# An image in a link is the deepest that pages nest, and an image in its text one more.
_LINK_DEPTH = 3
# Signs that documentation hangs behind its headings, as links to themselves.
_ANCHORS = frozenset(("", "#", "¶", "§", "🔗"))
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?-->")
_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]*:[^<>\s]*)>")
_EMPHASIS = re.compile(r"(?<=\S)\*+|\*+(?=\S)|~~|(?<![^\W_])_+(?=\S)|(?<=\S)_+(?![^\W_])")
# Where literal signs wait until the markup is gone: a private plane that no page uses.
_HIDDEN = {code: 0x10_FF00 + code for code in range(0x20, 0x7F)}
_SHOWN = {hidden: code for code, hidden in _HIDDEN.items()}
_CLOSING = re.compile(r"(?:^|[ \t])#+$")


def read_title(line: str) -> str:
    """Return the title of an ATX heading, without its signs and without markup.

    >>> read_title("## [Pro](https://example.com) **plan** ##")
    'Pro plan'
    """
    text = line[: TITLE_CHARS + 10].strip(" ").lstrip("#").strip(" \t")
    if text[-1:] == "#":
        text = _CLOSING.sub("", text).rstrip(" \t")
    return read_plain(text)


def read_plain(text: str) -> str:
    r"""Return what a reader sees of a line of Markdown: its words, without markup.

    >>> read_plain(r"[`snake_case`](#x) & *more* \*"), read_plain("[![Logo](a.png)](/) Home")
    ('snake_case & more *', 'Logo Home')
    """
    text = text[:TITLE_CHARS]
    if _MARKUP.search(text) is None:
        return text
    if "\\" in text or "`" in text:
        text = _LITERAL.sub(_hide, text)
    if "](" in text or "][" in text:
        text = _drop_links(text)
    if "<" in text:
        text = _TAG.sub("", _AUTOLINK.sub(r"\1", text))
    text = _EMPHASIS.sub("", text)
    if "&" in text:
        from html import unescape  # a table of 2,000 names, for the few titles that need it

        text = unescape(text)
    return " ".join(text.translate(_SHOWN).split())


def _hide(found: re.Match[str]) -> str:
    literal = found[1] or found[3].strip(" ")
    return literal.translate(_HIDDEN)


def _drop_links(text: str) -> str:
    for _ in range(_LINK_DEPTH):
        text, count = _LINK.subn(_keep_text, text)
        if not count:
            break
    return text


def _keep_text(found: re.Match[str]) -> str:
    text = found[1]
    return "" if text in _ANCHORS and found[0][0] == "[" else text
