"""Laws of the renderings: one diff, many dresses, the same counts and the whole text in each."""

from __future__ import annotations

import re
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changetrack import diff_fields, diff_text
from changetrack._diffs import Diff
from changetrack._models import JsonObject
from changetrack._render import (
    escape_controls,
    render_added,
    render_budget,
    render_html,
    render_removed,
    render_terminal,
    summarize,
)
from changetrack._render.ansi import PAINTS, RESET, REVERSED, UPRIGHT
from changetrack._render.caps import PAGE_CAPS
from changetrack._render.columns import measure
from changetrack._render.rows import Layout, count_changes
from changetrack._render.stored import read_stored
from changetrack._render.terminal import list_plain_lines
from changetrack._render.tokens import cut_tokens, estimate_tokens
from changetrack._structure import RichHunk
from changetrack.errors import InvalidOption
from tests.renderings import (
    PLENTY,
    Counts,
    count_budget,
    count_html,
    count_summary,
    count_terminal,
    count_views,
    quote,
    read_page,
)
from tests.strategies.hostile_text import hostile_lines, texts
from tests.strategies.json_values import json_pairs
from tests.strategies.pages import edited, page_pairs, text_pairs

# What a page may hold to break out of what it is written into.
_MARKUP = st.sampled_from(
    (
        *("<script>alert(1)</script>", "</td></table>", "<!--", "]]>", "<![CDATA[", "&lt;&#0;&amp"),
        *('" onload="x', "' style='x", "`${x}`", "</style>", "</section>", "=== untrusted", "[h0]"),
        *("Cursor for the rest: 0.0.0", "[javascript:x](javascript:x)", "# <img src=x>"),
    )
)
markup_pairs = edited(texts(st.one_of(_MARKUP, hostile_lines)))


@st.composite
def _diffs(draw: st.DrawFn, pairs: st.SearchStrategy[tuple[str, str]] = text_pairs) -> Diff:
    """Return a diff of lines, of fields, or of both."""
    kind = draw(st.sampled_from(("text", "json", "both")))
    text = None if kind == "json" else diff_text(*draw(pairs))
    fields = None if kind == "text" else diff_fields(*draw(json_pairs))
    return Diff(text, fields)


_LAYOUTS: tuple[Layout, ...] = ("split", "inline")
diffs = _diffs()
hostile_diffs = _diffs(markup_pairs)


@given(diffs)
@settings(max_examples=60)
def test_counts_are_the_same_in_every_rendering(diff: Diff) -> None:
    """And they are those of the edit script."""
    text = diff.text_diff
    fields = diff.field_diff
    counts = Counts(
        text.additions if text else 0,
        text.deletions if text else 0,
        diff.stats.moved_lines,
        len(fields) if fields is not None else 0,
    )
    assert Counts(*count_changes(diff)) == counts
    assert count_html(diff, "split") == counts
    assert count_html(diff, "inline") == counts
    assert count_terminal(diff, None) == counts
    assert count_terminal(diff, 140) == counts
    assert count_budget(diff) == counts
    assert count_views(diff) == counts._replace(moved=None, fields=None)


def _describe(hunk: RichHunk) -> list[object]:
    """Return what a hunk says that needs no more of the page than its own lines."""
    lines = (hunk.old_start, hunk.old_lines, hunk.removed, hunk.new_start, hunk.new_lines)
    return [*lines, hunk.added]


@given(diffs)
@settings(max_examples=60)
def test_a_stored_diff_says_what_the_diff_said(diff: Diff) -> None:
    """Its lines, the words that differ in them, its fields, and how many there are of each."""
    stored = read_stored(cast("JsonObject", {"text": diff.text, "json": diff.json}))
    if diff.text_diff:
        assert stored.text_diff is not None
        assert stored.text_diff.hunks == diff.text_diff.hunks
    assert [*map(_describe, stored.hunks)] == [*map(_describe, diff.hunks)]
    for known, hunk in zip(stored.hunks, diff.hunks, strict=True):
        # What moved is judged by the whole page, and what it became is in the pairs as well.
        assert known.moved or hunk.moved or known.pairs == hunk.pairs
    shown = [line[:1] for line in list_plain_lines(stored, PAGE_CAPS)][len(stored.fields) :]
    counts = count_changes(diff)
    assert count_changes(stored)._replace(moved=0) == counts._replace(moved=0)
    # A value that is null and one that is not there are the same in a path map.
    told = [[(each.path, each.delta) for each in of.fields[:100]] for of in (stored, diff)]
    assert told[0] == told[1]
    assert (shown.count("+"), shown.count("-")) == (counts.additions, counts.deletions)


_PAGE_ATTRIBUTES = {
    ("section", "class"),
    ("section", "aria-label"),
    ("p", "class"),
    ("table", "class"),
    ("col", "class"),
    *((cell, name) for cell in ("td", "th") for name in ("class", "colspan")),
    ("td", "aria-label"),
    ("td", "data-label"),
    ("th", "scope"),
    ("tr", "class"),
    ("tr", "id"),
    ("a", "href"),
    ("span", "class"),
}
_PAGE_NAMES = {name for name, _ in _PAGE_ATTRIBUTES} | {
    *("style", "caption", "colgroup", "thead", "tbody", "del", "ins"),
}
_MAIL_ATTRIBUTES = {
    *(
        (name, "style")
        for name in ("p", "caption", "span", "del", "ins", "table", "tr", "td", "th")
    ),
    *(("table", name) for name in ("border", "cellpadding", "cellspacing", "width")),
    *((cell, "colspan") for cell in ("td", "th")),
    ("td", "aria-label"),
    ("td", "dir"),
    ("th", "scope"),
}
_MAIL_NAMES = {name for name, _ in _MAIL_ATTRIBUTES} | {"div", "thead", "tbody"}
_LINK = re.compile(r"#?changetrack-diff-h[0-9a-f]{12}(-\d+)?")


@given(hostile_diffs, st.sampled_from(_LAYOUTS), st.text(max_size=20))
@settings(max_examples=60)
def test_html_holds_nothing_that_we_did_not_build(diff: Diff, layout: Layout, title: str) -> None:
    """Elements are nested, known, and say nothing but text, whatever the page holds."""
    page = read_page(render_html(diff, layout=layout, title=title))
    assert page.names <= _PAGE_NAMES
    assert page.attributes <= _PAGE_ATTRIBUTES
    assert all(map(_LINK.fullmatch, page.links))
    assert page.words == escape_controls(page.words)
    mail = read_page(render_html(diff, mail=True, title=title))
    assert mail.names <= _MAIL_NAMES
    assert mail.attributes <= _MAIL_ATTRIBUTES
    assert mail.words == escape_controls(mail.words)


@given(hostile_diffs)
@settings(max_examples=60)
def test_every_changed_line_is_in_every_rendering(diff: Diff) -> None:
    """Letter for letter, apart from what is spelled out."""
    removed = [escape_controls(line) for hunk in diff.hunks for line in hunk.removed]
    added = [escape_controls(line) for hunk in diff.hunks for line in hunk.added]
    for layout in _LAYOUTS:
        page = read_page(render_html(diff, layout=layout))
        assert page.find_cells("text", "del") == removed
        assert page.find_cells("text", "add") == added
    if diff.text_diff:
        plain = render_terminal(Diff(diff.text_diff), color=False).split("\n")[2:]
        assert [line[1:] for line in plain if line.startswith("-")] == removed
        assert [line[1:] for line in plain if line.startswith("+")] == added
        lines = render_added(Diff(diff.text_diff)).split("\n")
        assert [line[2:] for line in lines if line.startswith("+")] == added
        lines = render_removed(Diff(diff.text_diff)).split("\n")
        assert [line[2:] for line in lines if line.startswith("-")] == removed


_OURS = (*PAINTS.values(), RESET, REVERSED, UPRIGHT)


@given(hostile_diffs, st.sampled_from((None, 120, 131, 200)))
@settings(max_examples=60)
def test_a_terminal_is_told_our_colours_and_nothing_else(diff: Diff, width: int | None) -> None:
    """Without them it is the plain rendering, and no line of it is too wide."""
    painted = render_terminal(diff, width=width)
    for code in _OURS:
        painted = painted.replace(code, "")
    plain = render_terminal(diff, width=width, color=False)
    assert painted == plain
    assert plain == escape_controls(plain)
    if width is not None:
        lines = render_terminal(Diff(diff.text_diff), width=width, color=False).split("\n")
        assert max((measure(line) for line in lines if line[:2] != "@@"), default=0) <= width


@given(hostile_diffs, st.integers(0, 700))
@settings(max_examples=60)
def test_going_through_all_cursors_shows_everything_once(diff: Diff, more: int) -> None:
    """In no more tokens than there are; what is left out is exactly what comes behind."""
    budget = _find_least(diff) + more
    begun: list[str] = []
    lines: dict[str, list[str]] = {}
    cursor: str | None = None
    total = len(diff.hunks) + len(diff.fields)
    while True:
        rendering = render_budget(diff, budget=budget, cursor=cursor)
        assert rendering.tokens <= budget
        assert rendering == render_budget(diff, budget=budget, cursor=cursor)
        goes_on = cursor is not None and cursor.split(".")[1] != "0"
        begun += rendering.ids[goes_on:]
        assert rendering.shown == len(rendering.ids[goes_on:])
        assert rendering.omitted == total - len(begun)
        _collect(quote(rendering) if rendering.ids else [], lines)
        shown = [line for name, part in lines.items() if name[0] == "h" for line in part]
        additions = sum(line[0] == "+" and line[1:2] in {"", " "} for line in shown)
        assert rendering.omitted_additions == count_changes(diff).additions - additions
        if rendering.cursor is None:
            break
        cursor = rendering.cursor
    assert len(begun) == len(set(begun)) == total
    whole: dict[str, list[str]] = {}
    rendering = render_budget(diff, budget=PLENTY)
    _collect(quote(rendering) if rendering.ids else [], whole)
    assert lines == whole


@given(texts(hostile_lines), st.integers(0, 60))
@settings(max_examples=60)
def test_tokens_grow_with_the_text_and_add_up(text: str, most: int) -> None:
    """Line by line they are no fewer, and what is cut has no more than there are."""
    parts = [estimate_tokens(text[:at]) for at in range(len(text) + 1)]
    assert parts == sorted(parts)
    lines = text.split("\n")
    assert parts[-1] <= sum(map(estimate_tokens, lines)) + len(lines) - 1
    end = cut_tokens(text, most) if text else 0
    assert end <= 1 or estimate_tokens(text[:end]) <= most


def _collect(quoted: list[str], lines: dict[str, list[str]]) -> None:
    name = ""
    for line in quoted:
        if line.startswith("["):
            name = line[1 : line.index("]")]
            lines.setdefault(name, [])
        else:
            lines[name].append(line)


def _find_least(diff: Diff) -> int:
    with pytest.raises(InvalidOption) as caught:
        render_budget(diff, budget=1)
    least = int(re.findall(r"use ([\d,]+) or more", str(caught.value))[0].replace(",", ""))
    # Enough for any diff, as its documentation says.
    assert least <= 300
    with pytest.raises(InvalidOption):
        render_budget(diff, budget=least - 1)
    return least


@given(hostile_diffs)
@settings(max_examples=60)
def test_a_summary_is_one_bounded_line(diff: Diff) -> None:
    """The same for the same diff."""
    told = summarize(diff)
    assert told == summarize(Diff(diff.text_diff, diff.field_diff))
    assert len(told) <= 200
    assert told == escape_controls(told)
    assert "\n" not in told
    assert told.endswith(".")
    assert (told == "Nothing changed.") == (str(count_changes(diff)) == "")


@given(page_pairs)
@settings(max_examples=60)
def test_a_summary_counts_every_line_once(pair: tuple[str, str]) -> None:
    """A line that became another one is one line, and so is one that moved."""
    diff = Diff(diff_text(*pair))
    told = 0
    for hunk in diff.hunks:
        gone = {
            at for run in hunk.moved for at in range(run.old_start, run.old_start + run.old_lines)
        }
        here = {
            at for run in hunk.moved for at in range(run.new_start, run.new_start + run.new_lines)
        }
        removed = {*range(hunk.old_start, hunk.old_start + hunk.old_lines)} - gone
        added = {*range(hunk.new_start, hunk.new_start + hunk.new_lines)} - here
        pairs = sum(each.old_line in removed and each.new_line in added for each in hunk.pairs)
        told += (len(removed) + len(added) - pairs) * (hunk.op != "move")
    assert count_summary(diff) == told + count_changes(diff).moved


@given(page_pairs)
@settings(max_examples=20)
def test_a_rendering_does_not_depend_on_what_was_read_before(pair: tuple[str, str]) -> None:
    """Everything is worked out when it is asked for, in any order."""
    one, other = Diff(diff_text(*pair)), Diff(diff_text(*pair))
    forth = [render_html(one), summarize(one), render_budget(one, budget=PLENTY)]
    back = [render_budget(other, budget=PLENTY), summarize(other), render_html(other)]
    assert forth == back[::-1]
