"""How many tokens a text costs a language model, at most, without any model's tokenizer.

Tokenizers of today's models work on bytes: no token is less than one byte of UTF-8. That alone
bounds the cost of digits, punctuation, and every script but the Latin one without accents. Runs of
ASCII letters are where it would be far too much: there, nearly every pair of letters is a token of
every vocabulary, and words are few tokens; one for each two characters is what random letters come
to, and prose costs about half of it.
"""

from __future__ import annotations

import re

# A blank before a word is part of the word's token.
_WORDS = re.compile(r" ?[A-Za-z]+")


def estimate_tokens(text: str) -> int:
    """Return an upper estimate of the tokens of a text.

    It is additive over lines: a line end belongs to no word.

    >>> estimate_tokens("Pro costs $24"), estimate_tokens("東京")
    (9, 6)
    """
    words = _WORDS.findall(text)
    letters = sum(map(len, words))
    pairs = sum((len(word) + 1) // 2 for word in words)
    return len(text.encode(errors="surrogatepass")) - letters + pairs


def cut_tokens(text: str, most: int) -> int:
    """Return how many characters of a text cost so many tokens at most; one at least.

    >>> cut_tokens("Pro costs $24", 5), cut_tokens("東京", 4)
    (9, 1)
    """
    # No character costs less than half a token, and estimates only grow with the text.
    low, high = 1, min(len(text), 2 * most + 1)
    while low < high:
        middle = (low + high + 1) // 2
        if estimate_tokens(text[:middle]) <= most:
            low = middle
        else:
            high = middle - 1
    return low
