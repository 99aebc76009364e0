"""What holds for all that is said of a change: nothing is lost, nothing invented."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from changetrack._structure import (
    LinePair,
    MovedRun,
    Outline,
    RichHunk,
    Span,
    compare_words,
    describe_hunks,
    find_moves,
    read_outline,
    read_outlines,
)
from changetrack._structure.words import is_word, split_words
from changetrack._textdiff import TextDiff, diff_text
from tests.strategies.hostile_text import hostile_lines
from tests.strategies.pages import text_pairs

Pair = tuple[str, str]

# What a reader sees as one character each, of every kind that there is a rule for.
_CLUSTERS = (
    *("a", "b", "Z", "é", "e\u0301", "ß", "7", "٤", "क्षि", "ी", "한", "각", "東", "か\u3099", "ツ"),
    *("กำ", "👩\u200d💻", "👍🏽", "🇩🇪", "🇫🇷", "1\ufe0f\u20e3", "❤\ufe0f", "🏴\U000e0067\U000e007f"),
    *(" ", "\u00a0", ".", ",", "'", "’", "$", "€", "%", "-", "_", "|", "(", "\u06001"),
)
_clustered = st.lists(st.sampled_from(_CLUSTERS), max_size=12)
# Words from few letters, so that two lines share some.
_lines = st.lists(st.sampled_from(["a", "b", "ab", " ", " ", "1.5", "東", "京", "."]), max_size=12)

_any_lines = st.one_of(_lines.map("".join), hostile_lines)
# Pages whose lines go away, come, and stand elsewhere.
_BLOCK = ("", "# One", "## Two words", "first line of text", "second line of text", "- item", "$19")
_shuffled = st.lists(st.sampled_from(_BLOCK), max_size=14).map("\n".join)


def _cut_out(line: str, spans: tuple[Span, ...]) -> str:
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(line)]
    return "".join(line[end:start] for end, start in zip(ends, starts, strict=True))


def _drop_blanks(text: str) -> str:
    return "".join(text.split())


def _boundaries(clusters: list[str]) -> set[int]:
    return {len("".join(clusters[:at])) for at in range(len(clusters) + 1)}


@given(_clustered, _clustered)
def test_spans_never_cut_a_character(old: list[str], new: list[str]) -> None:
    """They lie inside of their lines, in order, apart, and between what a reader sees."""
    found = compare_words("".join(old), "".join(new))
    for clusters, spans in ((old, found.deleted), (new, found.inserted)):
        places = [place for span in spans for place in span]
        assert places == sorted(set(places))
        # A mark behind another cluster belongs to it, so the pieces may be one; never less.
        assert {*places} <= _boundaries(clusters)


@given(_clustered.map("".join))
def test_the_words_of_a_line_are_the_line(line: str) -> None:
    """No character is lost between words, and none is empty."""
    words = split_words(line)
    assert "".join(words) == line
    assert all(words)


_texts = st.text("aZ09é东.$' ", max_size=4)


@given(_texts, _texts)
def test_what_is_told_to_be_a_word_is_one(old: str, new: str) -> None:
    """So nothing is lost where a line is not cut because one word of it was replaced."""
    if is_word(old) and is_word(new) and old != new:
        assert (split_words(old), split_words(new)) == ([old], [new])
        deleted, inserted = Span(2, 2 + len(old)), Span(2, 2 + len(new))
        assert compare_words(f"a {old} b", f"a {new} b") == ((deleted,), (inserted,), False)


@given(_any_lines, _any_lines)
def test_what_no_span_holds_is_the_same(old: str, new: str) -> None:
    """Without what went and what came, both lines say the same, but for swallowed blanks."""
    found = compare_words(old, new)
    left, right = _cut_out(old, found.deleted), _cut_out(new, found.inserted)
    assert _drop_blanks(left) == _drop_blanks(right)
    assert (found.deleted, found.inserted) != ((), ()) or old == new
    assert not compare_words(old, old)[0]


def _check_pairs(diff: TextDiff, hunk: RichHunk) -> None:
    """Check that pairs say what differs: those of the hunk in order, then those that moved."""
    old = range(hunk.old_start, hunk.old_start + hunk.old_lines)
    new = range(hunk.new_start, hunk.new_start + hunk.new_lines)
    inside = [pair for pair in hunk.pairs if pair.old_line in old and pair.new_line in new]
    assert inside == list(hunk.pairs[: len(inside)])
    places = [(pair.old_line, pair.new_line) for pair in inside]
    assert [old for old, _ in places] == sorted({old for old, _ in places})
    assert [new for _, new in places] == sorted({new for _, new in places})
    assert len({pair.old_line for pair in hunk.pairs}) == len(hunk.pairs)
    assert len({pair.new_line for pair in hunk.pairs}) == len(hunk.pairs)
    for pair in hunk.pairs:
        before, after = diff.old[pair.old_line - 1], diff.new[pair.new_line - 1]
        # Only a coarse edit holds a line that did not change.
        assert pair.deleted or pair.inserted or before == after
    for pair in hunk.pairs[len(inside) :]:
        assert any(run.edited and _holds(run, pair) for run in hunk.moved)


def _holds(run: MovedRun, pair: LinePair) -> bool:
    return (
        run.old_start <= pair.old_line < run.old_start + run.old_lines
        and run.new_start <= pair.new_line < run.new_start + run.new_lines
    )


def _revert(diff: TextDiff, hunks: tuple[RichHunk, ...]) -> list[str]:
    lines = list(diff.new)
    for hunk in reversed(hunks):
        start = hunk.new_start - bool(hunk.new_lines)
        assert lines[start : start + hunk.new_lines] == list(hunk.added)
        lines[start : start + hunk.new_lines] = hunk.removed
    return lines


@given(st.one_of(text_pairs, st.tuples(_shuffled, _shuffled)))
def test_hunks_are_the_diff(pair: Pair) -> None:
    """Their lines undo it, their counts are its counts, and their ids are theirs alone."""
    diff = diff_text(*pair)
    hunks = describe_hunks(diff)
    assert _revert(diff, hunks) == diff.old
    assert sum(hunk.new_lines for hunk in hunks) == diff.additions
    assert sum(hunk.old_lines for hunk in hunks) == diff.deletions
    assert len({hunk.id for hunk in hunks}) == len(hunks) == len(diff.edits)
    carried: Counter[LinePair] = Counter()
    for hunk in hunks:
        _check_pairs(diff, hunk)
        carried.update(pair for run in hunk.moved for pair in hunk.pairs if _holds(run, pair))
    # Both hunks tell of them.
    assert {*carried.values()} <= {2}
    assert describe_hunks(diff_text(*pair)) == hunks


@given(st.one_of(text_pairs, st.tuples(_shuffled, _shuffled)))
def test_moves_are_deleted_here_and_inserted_there(pair: Pair) -> None:
    """Each line moves once; unless it was edited, a run says the same on both sides."""
    diff = diff_text(*pair)
    removed = {at for i, i_end, _, _ in diff.edits for at in range(i + 1, i_end + 1)}
    added = {at for _, _, j, j_end in diff.edits for at in range(j + 1, j_end + 1)}
    old: Counter[int] = Counter()
    new: Counter[int] = Counter()
    for run in find_moves(diff):
        before = range(run.old_start, run.old_start + run.old_lines)
        after = range(run.new_start, run.new_start + run.new_lines)
        old.update(before)
        new.update(after)
        left = [diff.old[at - 1] for at in before]
        right = [diff.new[at - 1] for at in after]
        assert run.edited == (left != right)
        assert any(left)
        assert any(right)
    assert (set(old) - removed, set(new) - added) == (set(), set())
    assert {*old.values(), *new.values()} <= {1}
    for hunk in describe_hunks(diff):
        if hunk.op == "move":
            assert all(at in old for at, line in enumerate(hunk.removed, hunk.old_start) if line)
            assert all(at in new for at, line in enumerate(hunk.added, hunk.new_start) if line)


def _spell(outline: Outline) -> list[object]:
    places = [outline.find_place(line) for line in range(len(outline.lines))]
    return [outline.headings, outline.sections, outline.skeleton[:5], places]


@given(st.one_of(text_pairs, st.tuples(_shuffled, _shuffled)))
def test_what_is_carried_over_is_what_would_be_read(pair: Pair) -> None:
    """The previous page's outline, told from the current one's, is its own."""
    diff = diff_text(*pair)
    old, new, _ = read_outlines(diff)
    assert _spell(old) == _spell(read_outline(diff.old))
    assert _spell(new) == _spell(read_outline(diff.new))


_MARKS = (
    *("", "a", "# A", "## A", "## *A*", "===", "---", "```", "  ```", "- ```", "- b", "  - c"),
    *("    ~~~", "> a", "| a |", "x: y"),
)
_outlined = st.lists(st.sampled_from(_MARKS), max_size=14).map("\n".join)


@given(_outlined, _outlined)
def test_outlines_agree_on_any_marks(previous: str, current: str) -> None:
    """Fences in lists, underlines, headings in code: nothing is carried over wrongly."""
    diff = diff_text(previous, current)
    old, new, _ = read_outlines(diff)
    assert _spell(old) == _spell(read_outline(diff.old))
    slugs = [section.slug for section in new.sections]
    assert len(set(slugs)) == len(slugs)
    assert [place.heading for place in (new.find_place(at) for at in range(len(new.lines)))] == [
        section.heading for section in new.sections for _ in range(section.start, section.end)
    ]
