"""Markdown pages as sites have them, and what becomes of a page until the next visit."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeAlias

from hypothesis import strategies as st

from changetrack import normalize_markdown
from tests.strategies.hostile_text import hostile_lines, hostile_texts, repeated_lines, texts

Lines: TypeAlias = "list[str]"

_WORDS = (
    *("the", "price", "of", "a", "plan", "is", "month", "year", "Pro", "free", "storage"),
    *("café", "東京", "Ελλάδα", "über", "🚀"),
)


def _phrase(number: int) -> str:
    """Return a few words; the same number always gives the same ones."""
    return " ".join(_WORDS[number * step % len(_WORDS)] for step in range(1, 2 + number % 4))


def _section(number: int) -> Lines:
    return ["", f"{'#' * (1 + number % 3)} {_phrase(number)}", ""]


def _paragraph(number: int) -> Lines:
    return [*(f"{_phrase(number + at)}." for at in range(1 + number % 3)), ""]


def _bullets(number: int) -> Lines:
    mark = ("- ", "  - ", "1. ")[number % 3]
    return [f"{mark}{_phrase(number + at)}" for at in range(3)]


def _link(number: int) -> Lines:
    return [f"- [{_phrase(number)}](https://example.com/{number})", ""]


def _prices(number: int) -> Lines:
    rows = [f"| {_phrase(number + at)} | ${number + 10 * at} |" for at in range(3)]
    return ["| Plan | Price |", "| --- | --- |", *rows, ""]


def _code(number: int) -> Lines:
    return ["```", f"    pip install {_phrase(number)}", "", "```", ""]


_BLOCKS = (_section, _paragraph, _bullets, _link, _prices, _code)


@st.composite
def pages(draw: st.DrawFn) -> str:
    """Return a page as a site would have it: headings, paragraphs, lists, tables, links, prices."""
    # One draw for each block: its kind, and a number that its words come from.
    drawn = draw(st.lists(st.integers(0, 40 * len(_BLOCKS)), max_size=8))
    lines = [f"# {_phrase(len(drawn))}", ""]
    for number in drawn:
        lines += _BLOCKS[number % len(_BLOCKS)](number // len(_BLOCKS))
    return "\n".join(lines)


def _replace(draw: st.DrawFn, lines: Lines) -> None:
    lines[_place(draw, lines)] = draw(hostile_lines)


def _insert(draw: st.DrawFn, lines: Lines) -> None:
    at = draw(st.integers(0, len(lines)))
    lines[at:at] = draw(st.lists(hostile_lines, min_size=1, max_size=4))


def _delete(draw: st.DrawFn, lines: Lines) -> None:
    at = _place(draw, lines)
    del lines[at : at + draw(st.integers(1, 4))]


def _move(draw: st.DrawFn, lines: Lines) -> None:
    at = _place(draw, lines)
    block = lines[at : at + 3]
    del lines[at : at + 3]
    to = draw(st.integers(0, len(lines)))
    lines[to:to] = block


def _copy(draw: st.DrawFn, lines: Lines) -> None:
    at = _place(draw, lines)
    lines[at:at] = lines[at : at + draw(st.integers(1, 5))]


def _change_price(draw: st.DrawFn, lines: Lines) -> None:
    at = _place(draw, lines)
    lines[at] = lines[at].replace("$", f"${draw(st.integers(0, 9))}")


def _place(draw: st.DrawFn, lines: Lines) -> int:
    return draw(st.integers(0, len(lines) - 1))


_EDITS: tuple[Callable[[st.DrawFn, Lines], None], ...] = (
    *(_replace, _insert, _delete, _move, _copy, _change_price),
)


@st.composite
def edited(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> tuple[str, str]:
    """Return a text, and what a few edits make of it."""
    previous = draw(texts)
    lines = previous.split("\n")
    for _ in range(draw(st.integers(0, 5))):
        if lines:
            draw(st.sampled_from(_EDITS))(draw, lines)
    return previous, "\n".join(lines)


page_pairs = edited(pages())
repeated_pairs = st.tuples(texts(repeated_lines, 20), texts(repeated_lines, 20))
hostile_pairs = st.one_of(edited(hostile_texts), st.tuples(hostile_texts, hostile_texts))
text_pairs = st.one_of(page_pairs, hostile_pairs, repeated_pairs)


@st.composite
def cosmetic_variants(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> tuple[str, str]:
    """Return a text, and the same with line ends, trailing space and blank runs changed."""
    text = draw(texts)
    rng = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311 - pages, no secrets
    changed = [rng.choice(("", "\n", " \n\t\n"))]
    for line in normalize_markdown(text).split("\n"):
        changed += [line, rng.choice(("", " ", "\t \u00a0", "\u3000")), "\n"]
        if not line:
            changed.append(rng.choice(("", "\n", "  \n\u2028\n")))
    end = draw(st.sampled_from(("\n", "\r\n", "\r")))
    return text, "".join(changed).replace("\n", end)
