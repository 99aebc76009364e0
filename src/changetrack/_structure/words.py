"""What in a line differs, word by word, as offsets: nothing is ever marked inside the text.

A word is what its script takes for one: letters and digits, a number with its separators, one
character where words are not spaced. No token ends inside of what a reader sees as one character.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from changetrack._structure.graphemes import FLAGS, JOINER, PREFIXES, extenders, is_cuttable
from changetrack._structure.models import Span
from changetrack._textdiff.edits import compare_tokens, count_head, count_tail

if TYPE_CHECKING:
    from collections.abc import Iterable


# What differs in more characters than this, on both sides together, is not cut into words: no
# sentence is so long.
LINE_CHARS = 20_000

_ASCII_TOKEN = re.compile(
    r"[A-Za-z][A-Za-z0-9]*+(?:'[A-Za-z0-9]++)*+|\$?[0-9]++(?:[.,'][0-9]++)*+%?+|\s++|.", re.DOTALL
)
# Han and kana, Bopomofo, Thai, Lao, Myanmar and Khmer: scripts that put no blanks between words.
UNSPACED = (
    "\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
    "\u0e00-\u0e4f\u0e80-\u0ecf\u1000-\u103f\u1050-\u108f\u1780-\u17d3"
)
_CURRENCY = "$\u00a2-\u00a5\u0e3f\u20a0-\u20cf\ufdfc\ufe69\uff04\uffe0\uffe1\uffe5\uffe6"
_PERCENT = "%\u2030\uff05\u066a"
# Blanks that no line breaks at also separate thousands.
_SEPARATORS = ".,'\u2019\u066b\u066c\u00a0\u202f\u2009"
# A cluster of more characters than this is none of any script.
_CLUSTER = 64


class WordDiff(NamedTuple):
    """Spans of the old line that went, and of the new one that came.

    `coarse` says that the lines were too long, and the spans hold more than what differs.
    """

    deleted: tuple[Span, ...]
    inserted: tuple[Span, ...]
    coarse: bool


def compare_words(old_line: str, new_line: str, room: int = LINE_CHARS) -> WordDiff:
    """Return which characters of two lines differ, in whole words.

    Only what lies between the blanks around the first difference and around the last one is cut
    into words. Work is counted in characters: where that has more than `room` on both sides
    together, all of it counts as different.

    >>> compare_words("Starter $19 a month", "Starter $24 per month")[:2]
    ((Span(start=8, end=13),), (Span(start=8, end=15),))
    """
    if old_line == new_line:
        return WordDiff((), (), coarse=False)
    head = count_head(old_line, new_line)
    tail = count_tail(old_line, new_line, head)
    # Before a blank, a word ends in any script, and what follows it does not matter.
    start = max(old_line.rfind(" ", 0, head), 0)
    blank = old_line.find(" ", len(old_line) - tail)
    after = len(old_line) - blank if blank >= 0 else 0
    old_end, new_end = len(old_line) - after, len(new_line) - after
    if old_end + new_end - 2 * start > room:
        return compare_ends(old_line, new_line)
    word = start + (old_line[start : start + 1] == new_line[start : start + 1] == " ")
    if is_word(old_line[word:old_end]) and is_word(new_line[word:new_end]):
        return WordDiff((Span(word, old_end),), (Span(word, new_end),), coarse=False)
    old, new = split_words(old_line[start:old_end]), split_words(new_line[start:new_end])
    edits, coarse = compare_tokens(old, new)
    deleted = [(i, i_end) for i, i_end, _, _ in edits if i < i_end]
    inserted = [(j, j_end) for _, _, j, j_end in edits if j < j_end]
    return WordDiff(
        _mark(deleted, old, old_line, start), _mark(inserted, new, new_line, start), coarse
    )


def is_word(text: str) -> bool:
    """Tell whether a text is one token for certain: then most lines need not be cut at all."""
    return text.isascii() and text.isalnum() and (text[0].isalpha() or text.isdigit())


def split_words(line: str) -> list[str]:
    """Return the tokens of a line; joined, they are the line.

    >>> split_words("Pro: $1,299.00/mo"), split_words("東京の naïve 👩‍💻")
    (['Pro', ':', ' ', '$1,299.00', '/', 'mo'], ['東', '京', 'の', ' ', 'naïve', ' ', '👩‍💻'])
    """
    return (_ASCII_TOKEN if line.isascii() else _any_token()).findall(line)


@cache
def _any_token() -> re.Pattern[str]:
    marks = f"[{extenders()}]"
    letter = rf"[^\W_{UNSPACED}]"
    word = rf"{letter}*+(?:(?:['\u2019](?={letter})|{marks}++){letter}*+)*+"
    number = rf"[{_CURRENCY}]?\d++(?:[{_SEPARATORS}]\d++)*+[{_PERCENT}{_CURRENCY}]?{marks}*+"
    # What is joined to an emoji, and what a sign in front of a number belongs to, are told last.
    other = rf"[{FLAGS}]{{2}}{marks}*+|\S{marks}*+"
    joined = rf"(?:(?<={JOINER})\S{marks}*+)*+"
    return re.compile(
        rf"[^\W\d_{UNSPACED}]{word}|\s++{marks}*+|{number}|[{UNSPACED}]{marks}*+"
        rf"|(?![{PREFIXES}])(?:{other}){joined}|[{PREFIXES}]++(?:{number}|\w{word}|{other})?+"
    )


def _mark(
    runs: Iterable[tuple[int, int]], tokens: list[str], line: str, offset: int
) -> tuple[Span, ...]:
    """Return runs of tokens as spans of the line; one swallows the blanks before the next."""
    spans: list[Span] = []
    at, start = 0, offset
    for first, end in runs:
        start += len("".join(tokens[at:first]))
        at, stop = end, start + len("".join(tokens[first:end]))
        if spans and line[spans[-1].end : start].isspace():
            spans[-1] = Span(spans[-1].start, stop)
        else:
            spans.append(Span(start, stop))
        start = stop
    return tuple(spans)


def compare_ends(old_line: str, new_line: str) -> WordDiff:
    """Return as differing what is not in the common beginning or the common end of two lines."""
    head = count_head(old_line, new_line)
    head -= _count_uncuttable(old_line, new_line, head, head, -1)
    tail = count_tail(old_line, new_line, head)
    old_end, new_end = len(old_line) - tail, len(new_line) - tail
    step = _count_uncuttable(old_line, new_line, old_end, new_end, 1)
    deleted, inserted = Span(head, old_end + step), Span(head, new_end + step)
    return WordDiff(
        (deleted,) if deleted.start < deleted.end else (),
        (inserted,) if inserted.start < inserted.end else (),
        coarse=True,
    )


def _count_uncuttable(old_line: str, new_line: str, i: int, j: int, way: int) -> int:
    """Return how far two cuts move that way until neither of them is inside of a character."""
    for steps in range(_CLUSTER):
        at, other = i + way * steps, j + way * steps
        if is_cuttable(old_line, at) and is_cuttable(new_line, other):
            return steps
    return i if way < 0 else len(old_line) - i
