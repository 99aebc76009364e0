"""Markdown without its cosmetic differences (DESIGN §4.5, fastCRW contract §3.1).

Everything is done on the list of lines with C-level calls: regular expressions walk twenty times
slower, and `[ws]+$` is quadratic on a long blank run.
"""

from __future__ import annotations

from itertools import islice, pairwise
from operator import eq
from typing import TYPE_CHECKING

from changetrack.errors import ContentTooLarge, InvalidRequest, InvalidText

if TYPE_CHECKING:
    from changetrack._models import Limits

# Unicode White_Space. `str.strip` without an argument also eats U+001C-001F, which are not in it.
WHITE_SPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)

# Two pages are compared in blocks of so many characters: a memory comparison each.
_BLOCK = 2_048


def normalize_markdown(markdown: str) -> str:
    r"""Return the markdown with every cosmetic difference removed.

    Pages that differ only in line endings, trailing white space or blank-line runs normalize alike,
    so they hash alike and diff to nothing. Lines end at ``\n`` only (after CRLF and CR), never at
    the other characters that `str.splitlines` knows. Idempotent.

    Raises:
        InvalidRequest: it is not a string.

    >>> normalize_markdown("Starter $19  \r\n\r\n\r\nPro $49\n")
    'Starter $19\n\nPro $49'
    """
    _check_text(markdown, "")
    return normalize_lines(markdown)[0]


def normalize_lines(markdown: str) -> tuple[str, list[str]]:
    """Return the normalized text and its lines, which cost nothing more."""
    text = markdown
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    stripped = _strip_ends(text, lines)
    # Where nothing was stripped the lists hold the same objects, so they are compared by identity.
    if stripped == lines and lines[0] and lines[-1] and not _has_blank_run(text, lines):
        return text, lines
    kept = _collapse_blanks(stripped)
    return "\n".join(kept), kept


def normalize_beside(markdown: str, text: str, lines: list[str]) -> list[str]:
    """Return the normalized lines of a page, given a normal text like it, and that text's lines.

    Most pages change in one place. What stands above and below it is known to be normal then, and
    its lines are there already, so only the middle is looked at.
    """
    head, tail = _common_ends(markdown, text) if len(markdown) > _BLOCK else (0, 0)
    middle = markdown[head : len(markdown) - tail]
    if 2 * len(middle) >= len(markdown):
        return normalize_lines(markdown)[1]
    own = middle.split("\n")
    above = lines[: text.count("\n", 0, head)]
    below = lines[-1 - text.count("\n", len(text) - tail) :] if tail else []
    if tail:
        own.pop()  # the middle ends with the newline before the tail
    near = [*above[-1:], *own, *below[:1]]
    is_normal = (
        "\r" not in middle
        and _strip_ends(middle, own) == own
        and (above or near[0])
        and (below or near[-1])
        and all(one or other for one, other in pairwise(near))
    )
    return above + own + below if is_normal else normalize_lines(markdown)[1]


def read_markdown(markdown: str, limits: Limits, path: str) -> tuple[str, list[str]]:
    """Return the normalized text of a caller's page and its lines; `path` names it in errors.

    Raises:
        InvalidRequest: it is not a string.
        ContentTooLarge: it is longer than `limits.markdown_chars`.
    """
    check_page(markdown, limits, path)
    return normalize_lines(markdown)


def check_page(markdown: str, limits: Limits, path: str) -> None:
    """Check that a caller's page is a text that is not too large; `path` names it in errors.

    Raises:
        InvalidRequest: it is not a string.
        ContentTooLarge: it is longer than `limits.markdown_chars`.
    """
    _check_text(markdown, path)
    if len(markdown) > limits.markdown_chars:
        raise ContentTooLarge(limits.markdown_chars, len(markdown), path)


def _check_text(markdown: object, path: str) -> None:
    if not isinstance(markdown, str):
        problem = f"the markdown is {type(markdown).__name__}, not a string"
        raise InvalidRequest(problem, "pass text: decode bytes, give JSON as json=", path)


def split_lines(text: str) -> list[str]:
    r"""Return the lines of normalized text: they end at ``\n`` only, and an empty text has none.

    >>> split_lines("a\u2028b\n\nc"), split_lines("")
    (['a\u2028b', '', 'c'], [])
    """
    return text.split("\n") if text else []


def encode_text(text: str, path: str = "") -> bytes:
    """Return the UTF-8 of the text; `path` names it in the error.

    Raises:
        InvalidText: it holds a lone surrogate.
    """
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InvalidText(error.start, path) from None


def _common_ends(page: str, text: str) -> tuple[int, int]:
    """Return how many characters both share at the start and at the end, in whole lines of both."""
    size = min(len(page), len(text))
    head = 0
    while head < size and page[head : head + _BLOCK] == text[head : head + _BLOCK]:
        head += _BLOCK
    head = text.rfind("\n", 0, min(head, size)) + 1
    tail, room = 0, size - head
    while tail < room:
        end = tail + min(_BLOCK, room - tail)
        if page[len(page) - end : len(page) - tail] != text[len(text) - end : len(text) - tail]:
            break
        tail = end
    cut = text.find("\n", len(text) - tail) if tail else -1
    return head, len(text) - cut - 1 if cut >= 0 else 0


def _strip_ends(text: str, lines: list[str]) -> list[str]:
    # Four searches in C; a loop over them would cost more than they do.
    if "\x1c" in text or "\x1d" in text or "\x1e" in text or "\x1f" in text:
        return [line.rstrip(WHITE_SPACE) for line in lines]
    return list(map(str.rstrip, lines))


def _has_blank_run(text: str, lines: list[str]) -> bool:
    # Few pages hold two equal lines in a row, and asking that first is faster than the search.
    return any(map(eq, lines, islice(lines, 1, None))) and "\n\n\n" in text


def _collapse_blanks(lines: list[str]) -> list[str]:
    """Keep a line unless it is blank and follows a blank, then drop the blank ends."""
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    if kept and not kept[-1]:
        kept.pop()
    return kept
