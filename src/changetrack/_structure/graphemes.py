"""Where a text may be cut without cutting what a reader sees as one character.

A small rule for the clusters of Unicode (UAX 29): marks, variation selectors, skin tones and tags
stay with what they follow, a joiner holds on to the next one, two regional indicators are a flag.
"""

from __future__ import annotations

import re
from functools import cache

# Where marks are: scripts and symbols, without the Han and Hangul that lie between.
_MARKED = ((0x300, 0x3100), (0xA000, 0xAC00), (0xF900, 0x10000), (0x10000, 0x1F000))
# What extends a character and is no mark: joiners, halfwidth voice marks, skin tones, tags, vowels
# of Thai and Lao, and the selectors of variants.
_EXTENDERS = "\u200c\u200d\uff9e\uff9f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\u0e33\u0eb3"
_SELECTORS = "\U000e0100-\U000e01ef"
FLAGS = "\U0001f1e6-\U0001f1ff"
# Signs that stand in front of numbers and belong to what follows.
PREFIXES = "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
JOINER = "\u200d"
_FIRST_EXTENDER = "\u0300"


@cache
def extenders() -> str:
    """Return all that stays with the character before it, as the inside of a class of `re`."""
    from unicodedata import category  # 1 MB of tables, for pages that need them

    marks = [
        chr(code)
        for start, end in _MARKED
        for code in range(start, end)
        if category(chr(code))[0] == "M"
    ]
    return f"{_spell_ranges(marks)}{_EXTENDERS}{_SELECTORS}"


def _spell_ranges(chars: list[str]) -> str:
    ranges: list[list[str]] = []
    for char in chars:
        if ranges and ord(char) == ord(ranges[-1][1]) + 1:
            ranges[-1][1] = char
        else:
            ranges.append([char, char])
    return "".join([f"{first}-{last}" for first, last in ranges])


@cache
def _uncuttable() -> re.Pattern[str]:
    """Match what may not be cut after its first character, at the place before it."""
    jamo = "\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb"
    return re.compile(
        f".[{extenders()}]|[{JOINER}{PREFIXES}].|[{FLAGS}]{{2}}|[가-힣{jamo}][{jamo}]",
        re.DOTALL,
    )


def is_cuttable(text: str, at: int) -> bool:
    """Return whether a text may be cut before the character `at`.

    Careful rather than exact: flags in a row, and what a joiner only seems to join, are not cut.
    """
    if not 0 < at < len(text):
        return True
    around = text[at - 1 : at + 1]
    return around.isascii() or _uncuttable().match(around) is None


def find_cut(text: str, start: int, at: int) -> int:
    r"""Return the last place up to `at`, and behind `start`, where a text may be cut.

    A cluster that goes on from `start` to there is cut at `at`, in a row of flags between two.

    >>> find_cut("ab e\u0301", 0, 4), find_cut("e\u0301\u0301", 0, 2)
    (3, 2)
    """
    end = at
    while end > start and not is_cuttable(text, end):
        end -= 1
    if end > start:
        return end
    is_flags = re.fullmatch(f"[{FLAGS}]+", text[start : at + 1]) is not None
    return max(at - (at - start) % 2, start + 1) if is_flags else at
