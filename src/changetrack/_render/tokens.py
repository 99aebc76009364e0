"""How many tokens a text costs a language model, reckoned without any model's tokenizer.

An estimate, meant to be too high: words, digits, signs and blanks are counted as tokenizers split
them, and letters of other scripts by what their blocks cost. The costs were set against what the
tokenizers of GPT-4o, GPT-4, Llama 3, Qwen 3, Gemma 3 and DeepSeek V3 count of texts in some thirty
languages, which stand in `tests/spec/tokens.jsonl`. Markup, prose and tables in English come to
between 1.0 and 2.2 times of what any of them counts. In other languages the dearest of the six may
count up to 1.35 times the estimate, and twice or more where words are random letters: whoever must
not go over leaves a quarter of a model's room free.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter

from changetrack._structure.graphemes import find_cut

_WORDS = re.compile(r"[A-Za-z]+")
# Some tokenizers take three digits for one token, others each for its own.
_DIGITS = re.compile(r"[0-9]")
# A run of the same sign, as in rules and the lines of tables, is few tokens.
_SIGNS = re.compile(r"([!-/:-@\[-`{-~])\1*")
# One blank before a word or a sign is part of its token; before a digit, or of many, it is not.
_BLANKS = re.compile(r" (?=[^\s0-9])|( +)")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_OTHERS = re.compile(r"[^\x00-\x7f]")

# Vocabularies hold common words whole, and pieces of long ones; the longer, the shorter the pieces.
_COMMON_CHARS, _LONG_CHARS = 12, 24
_PER_COMMON, _PER_LONG, _PER_STRANGE = 4, 3, 2
_PER_RUN = 4

# Quarters of a token that a character costs, from a code point on. No token is less than a byte,
# so four tokens bound every character; scripts that few pages are written in come close to that.
_QUARTERS = (
    *((0x80, 4), (0x250, 8)),  # Latin with marks; phonetics
    *((0x300, 4), (0x400, 2), (0x530, 8)),  # marks and Greek, Cyrillic, Armenian
    *((0x590, 4), (0x600, 3), (0x700, 8)),  # Hebrew, Arabic, Syriac and others
    *((0x900, 4), (0x980, 6), (0xE00, 4), (0xE80, 10)),  # Devanagari, scripts of India, Thai, more
    *((0x1E00, 4), (0x1F00, 8)),  # Vietnamese; ancient Greek
    *((0x2000, 4), (0x2100, 8)),  # punctuation and currencies; arrows, boxes and other signs
    *((0x2E80, 4), (0x3100, 8), (0x3200, 6)),  # kana; bopomofo and others; letters in circles
    *((0x3400, 12), (0x4E00, 4), (0xA000, 10)),  # rare Han, Han, Yi and others
    *((0xAC00, 4), (0xD7B0, 12), (0xF900, 10)),  # Hangul; what is no character; compatibility
    *((0xFE00, 4), (0xFE20, 8), (0xFF00, 4)),  # selectors, half marks, full width
    *((0x10000, 16), (0x1F000, 12), (0x1FB00, 16)),  # all others; emoji; all others
)
_STARTS = [start for start, _ in _QUARTERS]

# Four letters and a blank are one token, and no token is more characters by this reckoning.
TOKEN_CHARS = 5


def estimate_tokens(text: str) -> int:
    """Return an estimate of the tokens of a text, rather too high than too low.

    It never shrinks when a text grows, and is never more than those of its lines together.

    >>> estimate_tokens("Pro costs $24"), estimate_tokens("東京")
    (6, 2)
    """
    tokens = sum(map(_count_word, _WORDS.findall(text)))
    tokens += len(_DIGITS.findall(text)) + len(_CONTROLS.findall(text))
    tokens += sum(_divide(len(found[0]), _PER_RUN) for found in _SIGNS.finditer(text))
    tokens += sum(_divide(len(blanks), _PER_RUN) for blanks in _BLANKS.findall(text) if blanks)
    return tokens if text.isascii() else tokens + _count_others(text)


def _count_word(word: str) -> int:
    size = len(word)
    is_mixed = size > 1 and not word[1:].islower() and not word.isupper()
    if is_mixed or size > _LONG_CHARS:
        return _divide(size, _PER_STRANGE)
    if size > _COMMON_CHARS or (word.isupper() and size > _PER_COMMON):
        return _divide(size, _PER_LONG)
    return _divide(size, _PER_COMMON)


def _count_others(text: str) -> int:
    counts = Counter(_OTHERS.findall(text))
    quarters = sum(
        _QUARTERS[bisect_right(_STARTS, ord(character)) - 1][1] * count
        for character, count in counts.items()
    )
    return _divide(quarters, 4)


def _divide(number: int, by: int) -> int:
    """Return a quotient, rounded up."""
    return -(-number // by)


def cut_tokens(text: str, most: int) -> int:
    """Return how many characters of a text cost so many tokens at most; one at least.

    What a reader sees as one character is not cut where anything else is left.

    >>> cut_tokens("Pro costs $24", 3), cut_tokens("東京", 1)
    (9, 1)
    """
    low, high = 1, min(len(text), TOKEN_CHARS * (most + 1))
    guess = high
    while low < high:
        # Where all of the text is like its beginning it is about there; if not, somewhere between.
        for middle in (min(guess, high), (low + high + 1) // 2):
            if low < middle <= high:
                tokens = estimate_tokens(text[:middle])
                low, high = (middle, high) if tokens <= most else (low, middle - 1)
                guess = max(low + 1, middle * most // max(tokens, 1))
    return find_cut(text, 0, low)
