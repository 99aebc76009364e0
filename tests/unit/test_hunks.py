"""Hunks, words, moves and composed diffs: the odd ones, and those that mean harm.

Where work could go quadratic, the sizes here would take minutes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from changetrack import TextDiff, diff_text
from changetrack._structure import (
    MovedRun,
    Span,
    compare_words,
    describe_hunks,
    find_moves,
    read_outline,
)
from changetrack._structure.words import split_words
from changetrack._textdiff import apply_text, compose_text, revert_text
from changetrack._textdiff.edits import compare_lines

if TYPE_CHECKING:
    from changetrack._textdiff.edits import Edit


def _cut(line: str, spans: tuple[Span, ...]) -> list[str]:
    return [line[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("don't stop rock'n'roll", ["don't", " ", "stop", " ", "rock'n'roll"]),
        ("l’été d’Åsa", ["l’été", " ", "d’Åsa"]),
        ("'quoted' snake_case", ["'", "quoted", "'", " ", "snake", "_", "case"]),
        ("$1,299.00/mo 50% 1.2.3", ["$1,299.00", "/", "mo", " ", "50%", " ", "1.2.3"]),
        ("1 299,00 € 5\u00a0000€", ["1", " ", "299,00", " ", "€", " ", "5\u00a0000€"]),
        ("v2 49th é2", ["v2", " ", "49", "th", " ", "é2"]),
        ("東京タワー３階", ["東", "京", "タ", "ワ", "ー", "３", "階"]),
        ("か\u3099葛\U000e0100", ["か\u3099", "葛\U000e0100"]),
        ("한국어 지원", ["한국어", " ", "지원"]),
        ("👨‍👩‍👧‍👦🇩🇪🇫🇷👍🏽1️⃣", ["👨‍👩‍👧‍👦", "🇩🇪", "🇫🇷", "👍🏽", "1️⃣"]),
        ("क्षत्रिय १२", ["क्षत्रिय", " ", "१२"]),
        ("\u0600" + "12 \u0600", ["\u0600" + "12", " ", "\u0600"]),
        ("\u0301a \u0301", ["\u0301", "a", " \u0301"]),
        ("\ud800\x1f\u2028", ["\ud800", "\x1f\u2028"]),
    ],
)
def test_words(line: str, words: list[str]) -> None:
    """Words, whole numbers, single characters where nothing is spaced, and whole clusters."""
    assert split_words(line) == words


@pytest.mark.parametrize(
    ("old", "new", "deleted", "inserted"),
    [
        ("a b c", "a c", ["b "], []),
        ("a c", "a b c", [], ["b "]),
        ("a  b", "a b", ["  "], [" "]),
        ("one two, three", "uno dos, three", ["one two"], ["uno dos"]),
        ("x" * 30_000 + " a", "x" * 30_000 + " b", ["a"], ["b"]),
    ],
)
def test_spans(old: str, new: str, deleted: list[str], inserted: list[str]) -> None:
    """What went and what came, with the blanks between two changes."""
    found = compare_words(old, new)
    assert (_cut(old, found.deleted), _cut(new, found.inserted)) == (deleted, inserted)
    assert not found.coarse


@pytest.mark.parametrize(
    ("old", "new", "deleted", "inserted"),
    [
        (
            "<" + "ab" * 500_000 + ">",
            "<" + "cd" * 500_000 + ">",
            [(1, 1_000_001)],
            [(1, 1_000_001)],
        ),
        # Neither a letter is cut from its marks, nor a flag, nor a family.
        ("e" + "\u0301" * 100_000, "e" + "\u0301" * 99_999, [(0, 100_001)], [(0, 100_000)]),
        ("東🇩🇪" + "ab" * 9_999, "東🇩🇰" + "cd" * 9_999, [(1, 20_001)], [(1, 20_001)]),
        ("ab" * 9_999 + "👩\u200d💻.", "cd" * 9_999 + "👨\u200d💻.", [(0, 20_001)], [(0, 20_001)]),
        ("a" * 30_000, "a" * 30_001, [], [(30_000, 30_001)]),
    ],
)
def test_long_lines_differ_between_their_ends(
    old: str, new: str, deleted: list[tuple[int, int]], inserted: list[tuple[int, int]]
) -> None:
    """Beyond the budget the answer is coarse, cheap, and never inside of a character."""
    assert compare_words(old, new) == (tuple(deleted), tuple(inserted), True)


def _numbered(word: str, count: int) -> str:
    return "\n".join(f"{word} number {at} of them" for at in range(count))


@pytest.mark.parametrize(
    ("previous", "current", "is_coarse"),
    [
        (_numbered("quite old", 50_000), _numbered("rather new", 50_000), True),
        ("\n".join(["same"] * 8_000), "\n".join(["same", "other"] * 4_000), False),
        (_numbered("old", 2_000), "\n".join(reversed(_numbered("old", 2_000).split("\n"))), False),
        ("a" * 1_000_000, "b" * 1_000_000, False),
        ("x " * 500_000 + "a", "x " * 500_000 + "b", False),
        ("e" + "\u0301" * 100_000 + " a", "e" + "\u0301" * 100_001 + " b", False),
        ("\n".join(["a | b"] * 10_000), "\n".join(["a | b", "c | d"] * 5_000), False),
        ("- a\n" * 10_000, "- a\n  - b\n" * 5_000, False),
    ],
    ids=["rewritten", "halves", "reversed", "one line", "one word", "marks", "rows", "items"],
)
def test_hostile_pages(previous: str, current: str, is_coarse: bool) -> None:  # noqa: FBT001 - a row
    """Hunks of any two pages cost what the pages are long."""
    diff = diff_text(previous, current)
    hunks = describe_hunks(diff)
    assert sum(hunk.new_lines for hunk in hunks) == diff.additions
    assert any(pair.coarse for hunk in hunks for pair in hunk.pairs) == is_coarse


def _spell(previous: str, current: str) -> list[tuple[int, ...]]:
    return [
        (run.old_start, run.old_lines, run.new_start, run.new_lines, int(run.edited))
        for run in find_moves(diff_text(previous, current))
    ]


_KEPT = "# One\n\n# Two\n\n# Three"


@pytest.mark.parametrize(
    ("previous", "current", "moves"),
    [
        # Two short lines that say something, and two that stand everywhere.
        (f"ab\ncd\n\n{_KEPT}", f"{_KEPT}\n\nab\ncd", [(1, 2, 6 + 1, 2, 0)]),
        (f"ab\nab\n\n{_KEPT}\n\nab", f"{_KEPT}\n\nab\n\nab\nab", []),
        # A block of four lines is believed even so.
        (
            "a\nb\na\nb\n\n# K\n\na\n# L\n\nb\n# M",
            "# K\n\na\n# L\n\nb\n# M\n\na\nb\na\nb",
            [(1, 4, 9, 4, 0)],
        ),
        # A heading that changed goes along with its text.
        (
            f"## Old name of it\n\nunique text\n\n{_KEPT}",
            f"{_KEPT}\n\n## New name of it\n\nunique text",
            [(1, 3, 7, 3, 1)],
        ),
        # Lines between changed; too many, and there are two moves.
        (f"alpha\nx1\nbeta\n\n{_KEPT}", f"{_KEPT}\n\nalpha\nx2\nbeta", [(1, 3, 7, 3, 1)]),
        (
            f"alphabet\n1\n2\n3\n4\nbetabeth\n\n{_KEPT}",
            f"{_KEPT}\n\nalphabet\n5\n6\n7\n8\nbetabeth",
            [(1, 1, 7, 1, 0), (6, 1, 12, 1, 0)],
        ),
        # Nothing in common, nearly the same words.
        (
            f"Road bikes from €499 a piece\n\n{_KEPT}",
            f"{_KEPT}\n\nRoad bikes from €549 a piece",
            [(1, 1, 7, 1, 1)],
        ),
        (
            f"Road bikes from €499 a piece\n\n{_KEPT}",
            f"{_KEPT}\n\nBooks of everywhere",
            [],
        ),
        # In place: nothing moved.
        ("alpha beta gamma", "gamma beta alpha", []),
    ],
)
def test_moves(previous: str, current: str, moves: list[tuple[int, ...]]) -> None:
    """What moved, word for word or nearly so, and what only looks so."""
    assert _spell(previous, current) == moves


@pytest.mark.parametrize(
    ("old", "new", "edits", "moves"),
    [
        # The end of a card was deleted above it, that of the card before in its stead.
        (
            "k|buy||Lamp in red|||buy",
            "k|Lamp in red||buy||buy",
            [(1, 1, 1, 5), (1, 5, 5, 5)],
            [(4, 2, 2, 2), (2, 2, 4, 2)],
        ),
        # A beginning that all cards have goes along, too.
        (
            "k|new|Lamp in red|k|new",
            "k|new|k|new|Lamp in red",
            [(0, 3, 0, 0), (5, 5, 2, 5)],
            [(1, 3, 3, 3)],
        ),
        # Blank lines around it go along.
        (
            "k||Lamp in red|z|# B",
            "k|# B||Lamp in red|w",
            [(1, 4, 1, 1), (5, 5, 2, 5)],
            [(2, 2, 3, 2)],
        ),
        # What stood below it stands above it.
        (
            "k|Lamp in red|z|buy|now|# B|buy|now",
            "k|# B|buy|now|buy|now|Lamp in red",
            [(1, 5, 1, 1), (8, 8, 4, 7)],
            [(4, 2, 5, 2), (2, 1, 7, 1)],
        ),
        # Blank lines alone do not move.
        ("k|Lamp in red||# B", "k|# B||Lamp in red", [(1, 3, 1, 1), (4, 4, 2, 4)], [(2, 1, 4, 1)]),
    ],
    ids=["end", "beginning", "blank lines", "apart", "a blank line elsewhere"],
)
def test_what_repeats_goes_along_with_what_moved(
    old: str, new: str, edits: list[Edit], moves: list[tuple[int, ...]]
) -> None:
    """Buttons and blank lines beside a line that moved for certain are no lines of their own."""
    diff = TextDiff(old.split("|"), new.split("|"), edits)
    assert [
        (run.old_start, run.old_lines, run.new_start, run.new_lines) for run in find_moves(diff)
    ] == moves


def test_moves_are_found_once() -> None:
    """Whoever asks again gets the same answer without the work."""
    diff = diff_text(f"ab\ncd\n\n{_KEPT}", f"{_KEPT}\n\nab\ncd")
    assert find_moves(diff) is find_moves(diff)
    assert find_moves(diff) == (MovedRun(old_start=1, old_lines=2, new_start=7, new_lines=2),)


def test_a_page_that_was_not_tracked_may_hold_anything() -> None:
    """What UTF-8 cannot carry has an id all the same."""
    first, second = (describe_hunks(diff_text("", text))[0].id for text in ("\ud800", "\udfff"))
    assert first != second


def test_unequal_numbers_of_lines_are_paired_by_likeness() -> None:
    """In order, so that most is shared; beyond the budget, none are."""
    diff = diff_text("one fish is red\ntwo fish are blue", "no\ntwo fish are black\nnot")
    (hunk,) = describe_hunks(diff)
    assert [(pair.old_line, pair.new_line) for pair in hunk.pairs] == [(2, 2)]
    many = diff_text(_numbered("old", 40), _numbered("new", 41))
    assert describe_hunks(many)[0].pairs == ()


def test_a_coarse_diff_is_composed_from_its_steps() -> None:
    """Two small steps between pages that a direct diff would compare coarsely stay small."""
    lines = [f"line {at % 7} of {at}" for at in range(6_000)]
    previous = "\n".join(lines)
    between = "\n".join([*lines[3_000:], *lines[:3_000]])
    current = "\n".join([*lines[3_000:], "new", *lines[:3_000]])
    first, second = diff_text(previous, between), diff_text(between, current)
    both = compose_text(first, second)
    assert apply_text(both, previous) == current
    assert revert_text(both, current) == previous
    assert both.additions + both.deletions <= 6_000 + 1
    assert both.coarse == compare_lines(first.old, second.new).coarse


def test_a_composed_diff_keeps_a_blank_line_that_tidying_would_drop() -> None:
    """It must not be larger than both, though a blank line between rewrites reads badly."""
    top, bottom = _numbered("old", 20), _numbered("end", 20)
    previous = f"{top}\n\n{bottom}"
    between = f"{_numbered('new', 20)}\n\n{bottom}"
    current = f"{_numbered('new', 20)}\n\n{_numbered('fin', 20)}"
    both = compose_text(diff_text(previous, between), diff_text(between, current))
    assert (both.additions, both.deletions, len(both.edits)) == (40, 40, 2)
    direct = diff_text(previous, current)
    assert (direct.additions, direct.deletions, len(direct.edits)) == (41, 41, 1)


def test_notes_are_no_part_of_a_diff() -> None:
    """A diff that was looked at equals one that was not."""
    one, other = diff_text("# a\n\nb", "# a\n\nc"), diff_text("# a\n\nb", "# a\n\nc")
    assert describe_hunks(one)
    assert one == other
    assert repr(one) == repr(other) == "TextDiff(edits=[(2, 3, 2, 3)], coarse=False, context=3)"
    assert isinstance(one, TextDiff)
    assert read_outline(one.new).headings[0].title == "a"
