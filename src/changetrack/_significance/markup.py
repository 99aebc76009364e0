"""A line of markdown as its reader sees it: its words without markup, its targets apart."""

from __future__ import annotations

import re
from typing import NamedTuple

from changetrack._significance.words import UNSPACED
from changetrack._structure.link_syntax import scan_links

# Characters that nobody sees and that carry no meaning inside a word.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_ENTITIES = (("&nbsp;", " "), ("&amp;", "&"))

_MARKER = re.compile(r"\s*(?:>\s*)*(?:[-*+](?:\s+|$)|\d{1,9}[.)](?:\s+|$))?(?:#{1,6}(?:\s+|$))?")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:\s|$)")
# A star or two at one end of a word; one between blanks or digits is a sign.
_EMPHASIS = re.compile(r"\*\*|`|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")

# Marks that change what is said: struck out, done, not done.
_MEANT = r"~~|\[[ xX]\](?=\s)"
# Punctuation and marks that say nothing by themselves; everything else that is no letter, digit or
# blank is a word of its own, such as a currency, a percent sign or an emoji.
_SILENT = (
    r"\-!\"#&'()*,./:;?@\[\\\]\^_`{|}~\u00a1\u00a7\u00ab\u00b6\u00b7\u00bb\u00bf\u2010-\u2027"
    r"\u2032-\u205e\u3001-\u3003\u3008-\u3011\u3014-\u301f\u30fb\uff01\uff08\uff09\uff0c\uff0e"
    r"\uff1a\uff1b\uff1f\ufe0e\ufe0f"
)
_WORDS = re.compile(
    rf"{_MEANT}"
    # A number with what belongs into it; a sign is one where no word or number ends before it.
    r"|(?<![\w)])[-+\u2212]?\d+(?:[.,:/'’]\d+)*"
    rf"|[{UNSPACED}]"
    rf"|[^\W_{UNSPACED}]+[+#]*"
    rf"|[^\w\s{_SILENT}]"
)


class Visible(NamedTuple):
    """What a reader sees of a line, and the addresses that its links point to."""

    text: str
    targets: tuple[str, ...]


def read_visible(line: str) -> Visible:
    """Return the text of a line without markers, tags and targets, and the targets.

    >>> read_visible("- See [the **plans**](/plans) ")
    Visible(text='See the plans', targets=('/plans',))
    """
    seen = line.translate(_UNSEEN)
    pieces, targets, at = [], [], 0
    for link in scan_links(seen):
        targets.append(link.target)
        if link.start >= at:  # an image inside of a link is part of its text already
            # An address that stands for itself has nothing else to be read.
            text = " " if link.text == link.target else link.text
            pieces += [seen[at : link.start], text]
            at = link.end
    bare = _EMPHASIS.sub("", _TAG.sub("", "".join([*pieces, seen[at:]])))
    for entity, letter in _ENTITIES:
        bare = bare.replace(entity, letter)
    return Visible(_strip_marker(bare), tuple(targets))


def _strip_marker(text: str) -> str:
    found = _MARKER.match(text)
    return text[found.end() if found else 0 :].strip()


def list_words(text: str) -> tuple[str, ...]:
    """Return the words of a visible text: what is left is how they are set.

    >>> list_words("**Bold**, and  _don't_!") == list_words("Bold and don’t")
    True
    >>> list_words("-5 °C"), list_words("1.5 > 1"), list_words("在庫")
    (('-5', '°', 'C'), ('1.5', '>', '1'), ('在', '庫'))
    """
    return tuple(_WORDS.findall(text))


def find_level(line: str) -> int:
    """Return the level of a heading, from 1; 0 for a line that is none."""
    found = _HEADING.match(line)
    return len(found[1]) if found else 0


def strip_position(line: str) -> str:
    """Return a line without its indentation and list markers, which depend on where it stands.

    >>> strip_position("   2. Pro"), strip_position("- - Pro"), strip_position("-5")
    ('Pro', 'Pro', '-5')
    """
    at = 0
    while found := _LIST_MARKER.match(line, at):
        at = found.end()
    return line[at:].strip()


_LIST_MARKER = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+")
