"""What holds for the text diff of any two texts."""

from __future__ import annotations

import contextlib
from itertools import pairwise

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from changetrack import (
    Limits,
    TextDiff,
    apply_text,
    diff_text,
    normalize_markdown,
    parse_unified,
    revert_text,
)
from changetrack._models import Change, DiffAst
from changetrack._textdiff.edits import compare_lines, compare_tokens, count_head, count_tail
from changetrack.errors import DiffSyntaxError, HunkDoesNotApply, PatchError
from tests.strategies.growths import Growth, growths
from tests.strategies.hostile_text import repeated_lines, texts
from tests.strategies.pages import repeated_pairs, text_pairs

Pair = tuple[str, str]

# Pieces of diffs, in any order, and sometimes one that is right.
_PIECES = (
    *("--- a\n", "+++ b\n", "--- /dev/null\n", "+++ /dev/null\n", "@@ -1 +1 @@\n", "-a\n", "+b\n"),
    *(" a\n", "\n", "@@ -0,0 +1 @@\n", "@@ -1,2 +1,3 @@ x\n", "@@ -1,0 +2 @@\n", "@@ -1 +1\n"),
    *("@@ -99999999999999999999 +1 @@\n", "@@ -1,99999999999 +1 @@\n", "@@ -١ +1 @@\n", "\r\n"),
    *("\\ No newline at end of file\n", "\\\n", "diff --git a/x b/x\n", "GIT binary patch\n", "x"),
    *("Binary files a and b differ\n", "rename from x\n", "new file mode 100644\n", "\x00", "-a"),
    *("deleted file mode 100644\n", "--- a\tdate\n", '+++ "b\\303"\n', "---\n", "+++\n", "\ud800"),
)
diff_like_texts = st.lists(st.sampled_from(_PIECES), max_size=8).map("".join)
repeated_texts = texts(repeated_lines, 6)
contexts = st.one_of(st.integers(0, 4), st.sampled_from((20, 1_000_000)))


def _split(text: str) -> list[str]:
    return normalize_markdown(text).split("\n") if normalize_markdown(text) else []


@given(text_pairs, contexts)
@example(("", ""), 3)
@example(("", "a"), 0)
@example(("a", ""), 0)
def test_a_diff_leads_there_and_back(pair: Pair, context: int) -> None:
    """Applied to the previous text it gives the current one, reverted the previous one."""
    previous, current = map(normalize_markdown, pair)
    diff = diff_text(*pair, context=context)
    for form in (diff, diff.text):
        assert apply_text(form, pair[0]) == current
        assert revert_text(form, pair[1]) == previous


_tokens = st.lists(st.sampled_from(["a", "b", "c", " ", "\x00", ""]), max_size=12)


@given(_tokens, _tokens)
def test_tokens_are_compared_as_lines_are(old: list[str], new: list[str]) -> None:
    """The quick way for short lists finds the same edits."""
    assert compare_tokens(old, new) == compare_lines(old, new)
    one, other = "".join(old), "".join(new)
    head = count_head(one, other)
    tail = count_tail(one, other, head)
    assert one[:head] == other[:head]
    assert one[head : head + 1] != other[head : head + 1] or one == other
    assert one[len(one) - tail :] == other[len(other) - tail :]
    left, right = one[head : len(one) - tail], other[head : len(other) - tail]
    assert not left or not right or left[-1] != right[-1]


@settings(max_examples=20)
@given(growths(max_lines=2_000), contexts)
@example(Growth(1, 100_000, "edited"), 3)
@example(Growth(1, 100_000, "few letters"), 0)
@example(Growth(1, 100_000, "shuffled"), 3)
@example(Growth(1, 100_000, "rewritten"), 3)
@example(Growth(1, 100_000, "rotated"), 3)
@example(Growth(1, 100_000, "periodic"), 3)
def test_a_large_diff_leads_there_and_back(growth: Growth, context: int) -> None:
    """The same of texts that are too large to be solved exactly."""
    previous, current = growth.pair()
    diff = diff_text(previous, current, context=context)
    _check_edits(diff)
    assert apply_text(diff, previous) == normalize_markdown(current)
    # unidiff takes a second for 100,000 lines; there the diff itself must do.
    form = diff if growth.lines > 5_000 else diff.text
    assert revert_text(form, current) == normalize_markdown(previous)


@given(text_pairs)
def test_nothing_differs_if_and_only_if_the_normal_texts_are_equal(pair: Pair) -> None:
    """An empty diff is empty everywhere, and a diff is never empty by mistake."""
    diff = diff_text(*pair)
    same = normalize_markdown(pair[0]) == normalize_markdown(pair[1])
    assert bool(diff) is not same
    assert (diff.text == "") is same
    assert (diff.hunks == []) is same
    assert (diff.ast["files"][0]["chunks"] == []) is same


@given(text_pairs, contexts)
def test_the_text_reads_back_as_the_tree(pair: Pair, context: int) -> None:
    """Text and tree are two renderings of one script."""
    diff = diff_text(*pair, context=context)
    assert parse_unified(diff.text) == diff.ast


@given(text_pairs, contexts)
def test_counts_agree_everywhere(pair: Pair, context: int) -> None:
    """Script, text, tree and the sizes of the texts count the same lines."""
    diff = diff_text(*pair, context=context)
    kinds = [change["type"] for change in _changes(diff.ast)]
    signs = [line[:1] for line in diff.text.split("\n")[2:]]
    counts = diff.additions, diff.deletions
    assert (kinds.count("add"), kinds.count("del")) == counts
    assert (signs.count("+"), signs.count("-")) == counts
    assert (diff.ast["additions"], diff.ast["deletions"]) == counts
    assert diff.additions - diff.deletions == len(_split(pair[1])) - len(_split(pair[0]))


@given(text_pairs, contexts, st.integers(0, 30))
def test_a_capped_tree_is_the_beginning_of_the_whole_one(
    pair: Pair, context: int, cap: int
) -> None:
    """It says `truncated` exactly when something is missing; totals and headers stay."""
    whole = diff_text(*pair, context=context)
    capped = diff_text(*pair, context=context, limits=Limits(ast_changes=cap))
    every, kept = _changes(whole.ast), _changes(capped.ast)
    assert kept == every[:cap]
    assert capped.truncated is (len(every) > cap)
    assert capped.ast.get("truncated", False) is capped.truncated
    assert capped.text == whole.text
    assert (capped.ast["additions"], capped.ast["deletions"]) == (whole.additions, whole.deletions)
    headers = [chunk["content"] for chunk in capped.ast["files"][0]["chunks"]]
    assert headers == [c["content"] for c in whole.ast["files"][0]["chunks"]][: len(headers)]


@given(text_pairs, contexts)
def test_edits_and_hunks_are_in_order(pair: Pair, context: int) -> None:
    """No edit touches the next one, no hunk overlaps the next one, context is as asked for."""
    diff = diff_text(*pair, context=context)
    _check_edits(diff)
    for hunk, following in pairwise(diff.hunks):
        assert hunk.edits[-1][1] + 2 * context < following.edits[0][0]
        assert hunk.old_end <= following.old_start
        assert hunk.new_end <= following.new_start
    for hunk in diff.hunks:
        above = hunk.edits[0][0] - hunk.old_start
        below = hunk.old_end - hunk.edits[-1][1]
        assert above == min(context, hunk.edits[0][0])
        assert below == min(context, len(diff.old) - hunk.edits[-1][1])
        assert hunk.new_start == hunk.edits[0][2] - above
        assert hunk.new_end == hunk.edits[-1][3] + below
    assert [edit for hunk in diff.hunks for edit in hunk.edits] == diff.edits


@given(st.one_of(repeated_pairs, text_pairs))
def test_small_diffs_are_as_small_as_possible(pair: Pair) -> None:
    """As many lines are kept as a longest common subsequence has."""
    old, new = _split(pair[0]), _split(pair[1])
    # To the engine a lone NUL looks like an empty line until it looks again; then it is too late.
    assume("\x00" not in old + new)
    diff = diff_text(*pair)
    assert not diff.coarse
    assert len(old) - diff.deletions == _longest_common(old, new)


@settings(max_examples=50)
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_only_blank_lines_between_rewrites_are_given_up(seed: int, letters: int) -> None:
    """Where a diff is not minimal, it deletes and adds blank lines again that it could keep."""
    old, new = (["", "a", "b", "c", "d"][: letters + 1] for _ in range(2))
    grown = Growth(seed, 60, "few letters")
    old = [old[ord(line) % len(old)] for line in grown.pair()[0].split("\n")]
    new = [new[ord(line) % len(new)] for line in grown.pair()[1].split("\n")]
    diff = diff_text("\n".join(old), "\n".join(new))
    lost = _longest_common(diff.old, diff.new) - (len(diff.old) - diff.deletions)
    blanks = sum(not line for edit in diff.edits for line in diff.old[edit[0] : edit[1]])
    assert 0 <= lost <= blanks
    assert lost == 0 or any(edit[1] - edit[0] + edit[3] - edit[2] > 40 for edit in diff.edits)


@given(text_pairs)
def test_the_way_back_is_as_long(pair: Pair) -> None:
    """Swapping small texts swaps additions and deletions."""
    assume("\x00" not in _split(pair[0]) + _split(pair[1]))
    there, back = diff_text(*pair), diff_text(pair[1], pair[0])
    assert (back.additions, back.deletions) == (there.deletions, there.additions)


@given(text_pairs, st.integers(1, 5))
def test_an_equal_beginning_only_shifts_the_numbers(pair: Pair, size: int) -> None:
    """What stands above a change does not change the change."""
    head = "".join(f"unlike anything {at}\n" for at in range(size))
    texts = [normalize_markdown(f"x\n{text}") for text in pair]
    plain = diff_text(*texts, context=0)
    shifted = diff_text(*(head + text for text in texts), context=0)
    moved = [tuple(at + size for at in edit) for edit in plain.edits]
    assert shifted.edits == moved


@given(text_pairs, contexts)
def test_a_diff_fits_no_other_text(pair: Pair, context: int) -> None:
    """On a text whose lines all differ from what it expects, nothing is guessed."""
    diff = diff_text(*pair, context=context)
    if diff.deletions:
        other = "\n".join(f"unlike {at}" for at in range(len(diff.old)))
        with pytest.raises(HunkDoesNotApply):
            apply_text(diff, other)


@given(diff_like_texts, repeated_texts)
def test_any_text_given_as_a_diff_is_read_or_refused(text: str, page: str) -> None:
    """Half a diff, two diffs, binary markers, odd numbers: an error of ours or an answer."""
    with contextlib.suppress(DiffSyntaxError):
        assert parse_unified(text)["files"][0]["from"] == "previous"
    for use in (apply_text, revert_text):
        with contextlib.suppress(PatchError):
            assert isinstance(use(text, page), str)


@given(text_pairs)
def test_the_same_texts_give_the_same_diff(pair: Pair) -> None:
    """No clock, no dice, no hash seed: two diffs of one pair are equal, and hash alike."""
    one, other = diff_text(*pair), diff_text(*pair)
    assert one == other
    assert hash(one) == hash(other)


def _check_edits(diff: TextDiff) -> None:
    """Assert that the edits are in order, do not touch, and that all lines between are equal."""
    at_old = at_new = 0
    for number, (i, i_end, j, j_end) in enumerate(diff.edits):
        assert i - at_old == j - at_new
        assert i > at_old or number == 0
        assert i <= i_end
        assert j <= j_end
        assert (i, j) != (i_end, j_end)
        assert diff.old[at_old:i] == diff.new[at_new:j]
        at_old, at_new = i_end, j_end
    assert diff.old[at_old:] == diff.new[at_new:]


def _changes(ast: DiffAst) -> list[Change]:
    return [change for chunk in ast["files"][0]["chunks"] for change in chunk["changes"]]


def _longest_common(old: list[str], new: list[str]) -> int:
    """Return the length of a longest common subsequence, by the table that everyone knows."""
    row = [0] * (len(new) + 1)
    for line in old:
        above = 0
        for at, other in enumerate(new, 1):
            above, row[at] = row[at], above + 1 if line == other else max(row[at], row[at - 1])
    return row[-1]
