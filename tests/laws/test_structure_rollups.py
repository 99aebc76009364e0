"""What holds for the sections, links and tables of any two texts."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from changetrack import TextDiff, diff_text
from changetrack._structure import (
    Outline,
    describe_hunks,
    describe_links,
    describe_sections,
    describe_tables,
    format_section,
    read_outline,
    read_outlines,
)
from changetrack._structure.link_syntax import scan_links
from changetrack._structure.section_pairs import SectionPairs
from changetrack._structure.section_rollup import Rollup
from changetrack._structure.table_syntax import split_cells
from changetrack._structure.titles import read_title
from tests.strategies.pages import text_pairs

# Lines that make headings, tables, links and fences of each other in every way.
_LINES = (
    *("# A", "## B", "## B", "### C", "# [A](/a) *x*", "####### no", "A", "===", "---", "", "", ""),
    *(
        "| a | b |",
        "| --- | --- |",
        "| a | 1 |",
        "| a | 2 |",
        "| b | 1 |",
        "a | b",
        "| b | a | c |",
    ),
    *(
        "| --- | --- | --- |",
        "> | a | b |",
        "```",
        "~~~",
        "    code",
        "- [a](/1)",
        "[a](/2) [b](/1)",
    ),
    *("![a](/1)", "[![a](/1)](/2)", "[a]: /1", "https://a.example/1", "`[a](/1)`", "[a](/1", "x"),
)
_texts = st.lists(st.sampled_from(_LINES), max_size=16).map("\n".join)
pairs = st.one_of(text_pairs, st.tuples(_texts, _texts))
_SIGNS = st.text(st.sampled_from("[]()!<>`\\\"' ahttps://.|:-"), max_size=40)


def _diff(pair: tuple[str, str]) -> TextDiff:
    return diff_text(*pair)


@given(pairs)
def test_the_counts_of_all_sections_are_those_of_the_diff(pair: tuple[str, str]) -> None:
    """No line is lost between two sections, and none is counted twice."""
    diff = _diff(pair)
    changes = describe_sections(diff, describe_hunks(diff))
    assert sum(change.added for change in changes) == diff.additions
    assert sum(change.removed for change in changes) == diff.deletions


@given(pairs)
def test_a_section_is_unchanged_where_it_has_no_lines_of_the_diff(pair: tuple[str, str]) -> None:
    """And only there, unless a heading came or went and lines are in another section by that."""
    diff = _diff(pair)
    for change in describe_sections(diff, describe_hunks(diff)):
        is_counted = bool(change.added or change.removed)
        if change.status == "unchanged" or read_outlines(diff).is_carried:
            assert is_counted == (change.status != "unchanged")
        assert not format_section(change).endswith(" ")
        edited = (change.edited_added, change.edited_removed)
        assert edited == (None, None) or (change.status == "moved" and any(edited))


@given(pairs)
def test_every_section_of_the_current_page_is_told_in_order(pair: tuple[str, str]) -> None:
    """And of the previous page every one once: as what it became, or as removed."""
    diff = _diff(pair)
    outlines = read_outlines(diff)
    changes = describe_sections(diff, describe_hunks(diff))
    stayed = [change.slug for change in changes if change.status != "removed" and change.slug]
    assert stayed == [each.slug for each in outlines.new.sections[1:]]
    earlier = [
        change.heading if change.previous_heading is None else change.previous_heading
        for change in changes
        if change.status != "added" and change.slug
    ]
    assert sorted(earlier) == sorted(each.heading for each in outlines.old.sections[1:])


@given(pairs)
def test_every_hunk_belongs_to_a_section(pair: tuple[str, str]) -> None:
    """A hunk is named by each section that it touches, once."""
    diff = _diff(pair)
    hunks = describe_hunks(diff)
    changes = describe_sections(diff, hunks)
    assert {each for change in changes for each in change.hunks} == {hunk.id for hunk in hunks}
    for change in changes:
        assert len(set(change.hunks)) == len(change.hunks)
        assert bool(change.hunks) == bool(change.added or change.removed)
        assert format_section(change)


@given(pairs)
def test_edits_between_headings_are_told_as_by_following_each_section(
    pair: tuple[str, str],
) -> None:
    """Where no edit touches a heading, few sections are looked at, and that is enough."""
    diff = _diff(pair)
    hunks = describe_hunks(diff)
    if read_outlines(diff).is_carried:
        old, new = read_outline(diff.old).listed, read_outline(diff.new).listed
        places = list(range(len(new.paths)))
        followed = Rollup(diff, old, new, SectionPairs(places, places)).list_changes(hunks)
        assert describe_sections(diff, hunks) == followed


@given(pairs)
def test_titles_and_slugs_are_what_they_are_one_by_one(pair: tuple[str, str]) -> None:
    """All sections are read at once, and nothing is lost or mixed up by that."""
    for outline in read_outlines(_diff(pair))[:2]:
        _check_list(outline)


@given(st.lists(st.text("# []()<>*_`\\&-|a1ßΣ料¶é\u0301\u200b", max_size=12), max_size=6))
def test_odd_titles_are_read_alike(titles: list[str]) -> None:
    """Markup, marks and letters of all kinds make the same titles and slugs in both ways."""
    _check_list(read_outlines(_diff(("", "\n".join(f"# {title}" for title in titles)))).new)


def _check_list(outline: Outline) -> None:
    starts, _, paths, slugs, _ = outline.listed
    for start, path, slug in zip(starts, paths[1:], slugs[1:], strict=True):
        if start not in outline.skeleton.underlines:
            assert path[-1] == read_title(outline.lines[start])
        own = _spell_slug(path[-1])
        assert re.fullmatch(f"{re.escape(own)}(-[1-9][0-9]*)*", slug.split("/")[-1])
    assert len(set(slugs)) == len(slugs)


def _spell_slug(title: str) -> str:
    """Return a title as one word, letter by letter: the simple version of what is one pass."""
    letters = (each for each in title.lower() if each.isalnum() or each in " -_" or _is_mark(each))
    return "".join(letters).replace(" ", "-").strip("-") or "section"


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")


@given(pairs)
def test_changes_of_links_are_of_links_that_are_there(pair: tuple[str, str]) -> None:
    """Each stands where the change says, on a changed line, and is told of once."""
    diff = _diff(pair)
    changes = describe_links(diff)
    for side, lines, start in (("previous", diff.old, 0), ("current", diff.new, 2)):
        touched = {line for edit in diff.edits for line in range(edit[start], edit[start + 1])}
        for change in changes:
            link = getattr(change, side)
            if link is not None:
                assert link.line - 1 in touched
                there = {each[:3] for each in scan_links(lines[link.line - 1])}
                assert (change.kind, link.text, link.target) in there


@given(pairs)
def test_a_change_undone_is_told_the_other_way_round(pair: tuple[str, str]) -> None:
    """Each link comes back as it went, wherever the two diffs are each other's reverse."""
    there, back = _diff(pair), _diff((pair[1], pair[0]))
    if [edit[:2] for edit in there.edits] != [edit[2:] for edit in back.edits]:
        return  # two texts may have several smallest diffs
    told = Counter((each.kind, each.previous, each.current) for each in describe_links(there))
    assert told == Counter(
        (each.kind, each.current, each.previous) for each in describe_links(back)
    )


@given(pairs)
def test_changes_of_tables_are_changes(pair: tuple[str, str]) -> None:
    """A cell that is told of differs; a table that says nothing is not told of."""
    diff = _diff(pair)
    lines = [table.line for table in describe_tables(diff) if table.status != "removed"]
    assert lines == sorted(lines)
    for table in describe_tables(diff):
        assert all((cell.previous or "") != (cell.current or "") for cell in table.cells)
        columns = table.columns_added + table.columns_removed
        rows = table.rows_added + table.rows_removed
        assert columns or table.columns_renamed or rows or table.cells


@given(_SIGNS)
def test_links_of_a_line_are_in_it(line: str) -> None:
    """They begin and end inside of the line, in order, and none begins where another does."""
    found = scan_links(line)
    starts = [link.start for link in found]
    assert starts == sorted(set(starts))
    assert all(0 <= link.start < link.end <= len(line) for link in found)


@given(st.lists(st.text("ab \\`*|", max_size=6).map(str.strip), min_size=1, max_size=5))
def test_cells_come_back_as_they_were_written(cells: list[str]) -> None:
    """A row that is written with its pipes escaped splits into the cells that it was made of."""
    whole = [cell for cell in cells if "\\" not in cell]
    row = " | ".join(cell.replace("|", "\\|") for cell in whole)
    assert split_cells(f"| {row} |") == (whole or [""])
