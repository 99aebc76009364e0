"""Pages that are made to be slow, deep or large (catalogue B31): time stays linear, text stays.

What is measured is the time of this process at n and 4n: linear is 4, quadratic is 16.
"""

from __future__ import annotations

import inspect
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from changetrack._markdown import html_to_markdown

# Linear is 4, quadratic 16; a machine that does other things besides spoils a ratio by half.
_MAX_RATIO = 12
_SIZE = 20_000
# What a machine does besides disturbs a measurement; the best of a few is what the code takes.
_ATTEMPTS = 4


def _repeat(text: str, before: str = "", after: str = "") -> Callable[[int], str]:
    """Return what makes a page of about n characters out of one piece."""
    return lambda size: before + text * (size // len(text)) + after


def _pairs(opening: str, closing: str) -> Callable[[int], str]:
    """Return what makes a page that opens everything before it closes anything."""
    return lambda size: (
        opening * (size // len(opening + closing)) + closing * (size // len(opening + closing))
    )


BOMBS: dict[str, Callable[[int], str]] = {
    "spaces": _repeat(" ", "<p>a", "b"),
    "tabs": _repeat("\t", "<p>a", "b"),
    "newlines": _repeat("\n", "<p>a", "b"),
    "no_break_spaces": _repeat("&nbsp;", "<p>a", "b"),
    "space_references": _repeat("&#32;", "<p>a", "b"),
    "em_spaces": _repeat("\u2003", "<p>a", "b"),
    "information_separators": _repeat("\x1c", "<p>a", "b"),
    "spaces_in_pre": _repeat(" ", "<pre>a", "b"),
    "newlines_in_pre": _repeat("\n", "<pre>a", "b"),
    "blank_lines_in_pre": _repeat(" \n", "<pre>", "b"),
    "tabs_in_pre": _repeat("\t", "<pre>a", "b"),
    "no_break_spaces_in_pre": _repeat("&nbsp;", "<pre>a", "b"),
    "space_references_in_pre": _repeat("&#32;", "<pre>a", "b"),
    "items": _repeat("<li>a</li>", "<ul>"),
    "numbered_items": _repeat("<li>a</li>", "<ol>"),
    "items_without_a_list": _repeat("<li>a"),
    "empty_items": _repeat("<li>", "<ul>"),
    "items_at_the_deepest_level": _repeat("<li>a", "<ol start=999999900><li>" * 20 + "<ol>"),
    "paragraphs_at_the_deepest_quotation": _repeat("<p>a", "<blockquote>" * 20),
    "breaks": _repeat("a<br>"),
    "breaks_only": _repeat("<br>"),
    "breaks_and_spaces": _repeat("<br> "),
    "nested_div": _repeat("<div>a"),
    "nested_div_closed": _pairs("<div>a", "</div>b"),
    "nested_ul": _repeat("<ul><li>a"),
    "nested_ul_without_items": _repeat("<ul>"),
    "nested_blockquote": _repeat("<blockquote>a"),
    "nested_b": _repeat("<b>", "", "a"),
    "nested_b_and_p": _repeat("<b><p>a"),
    "nested_table": _repeat("<table><tr><td>a"),
    "nested_select": _repeat("<select><option>a"),
    "nested_dl": _repeat("<dl><dd>a"),
    "nested_pre": _repeat("<pre>a"),
    "nested_h1": _repeat("<h1>a"),
    "nested_a": _repeat("<a href=x><div>a"),
    "nested_span": _repeat("<span>a"),
    "nested_section": _repeat("<section>a"),
    "end_tags_that_fit_nothing": _pairs("<div>", "</span>"),
    "end_tags_of_unknown_elements": _pairs("<b>", "</zz>"),
    "end_tags_of_div_after_p": _pairs("<p>", "</div>"),
    "depth_inside_of_a_script": _repeat("<a", "<div>" * 600 + "<script>"),
    "depth_inside_of_a_template": _repeat("<b>", "<div>" * 600 + "<template>"),
    "depth_inside_of_a_textarea": _repeat("<b>", "<div>" * 600 + "<textarea>"),
    "start_of_nines": lambda size: f"<ol start={'9' * size}><li>a",
    "comments_that_never_end": _repeat("<!--"),
    "tags_that_never_end": _repeat("<a "),
    "declarations_that_never_end": _repeat("<!"),
    "instructions_that_never_end": _repeat("<?"),
    "cdata_that_never_ends": _repeat("<![CDATA["),
    "scripts_that_never_end": _repeat("<script>"),
    "attributes": lambda size: f"<p {' '.join(f'a{n}=1' for n in range(size // 8))}>a",
    "attributes_of_a_link": lambda size: (
        f"<a href=x {' '.join(f'a{n}=1' for n in range(size // 8))}>a"
    ),
    "cells": _repeat("<td>a", "<table><tr>"),
    "cells_without_rows": _repeat("<td>a", "<table>"),
    "cells_that_span": _repeat("<td colspan=99>", "<table><tr>", "a"),
    "cells_that_span_a_billion": _repeat("<td colspan=1000000000>a", "<table><tr>"),
    "rows": _repeat("<tr><td>a<td>b", "<table>"),
    "empty_rows": _repeat("<tr>", "<table>"),
    "rows_below_a_wide_one": lambda size: (
        f"<table><tr>{'<td>a' * (size // 10)}{'<tr><td>b' * (size // 18)}"
    ),
    "captions": _repeat("<table><caption>a</caption>"),
    "paragraphs": _repeat("<p>a</p>"),
    "links_without_a_target": _repeat("<a href>a</a>"),
    "links": _repeat("<a href=/x>a</a> "),
    "links_below_a_long_base": lambda size: (
        f"<base href='http://x/{'a' * 2_000}/'>" + "<a href=a>b</a>" * (size // 15)
    ),
    "links_below_an_endless_base": lambda size: (
        f"<base href='http://x/{'a' * size}/'>" + "<a href=a>b</a>" * (size // 15)
    ),
    "a_long_target": lambda size: f"<a href='{'x y' * (size // 3)}'>a",
    "a_target_of_schemes": lambda size: f"<a href='{'a:' * (size // 2)}'>a",
    "a_target_that_climbs": lambda size: f"<a href='{'../' * (size // 3)}'>a",
    "a_title_of_backslashes": lambda size: "<a href=x title='" + "\\" * size + "'>a",
    "an_alternative_text_of_brackets": lambda size: f"<img src=x alt='{'[' * size}'>",
    "a_class_of_languages": lambda size: f"<pre class='{'language-' * (size // 9)}'>a",
    "emphasis": _repeat("<b>a</b>"),
    "emphasis_of_two_kinds": _repeat("<b>a</b><i>b</i>"),
    "code": _repeat("<code>a</code>b"),
    "rules": _repeat("<hr>"),
    "images": _repeat("<img src=x alt=y>"),
    "headings": _repeat("<h2>a</h2>"),
    "terms": _repeat("<dt>a<dd>b", "<dl>"),
    "hidden": _repeat("<p hidden>a"),
    "landmarks": _repeat("<main></main>", "", "a"),
    "exclamations_before_links": _repeat("!<a href=x>y</a>"),
    "stars_and_underscores": _repeat("_*", "<p>"),
    **{
        f"text_of_{name}": _repeat(text, "<p>a")
        for name, text in {
            "underscores": "_",
            "backticks": "`",
            "backslashes": "\\",
            "opening_brackets": "[",
            "closing_brackets": "]",
            "link_joints": "](",
            "tildes": "~",
            "hashes": "# ",
            "dashes": "- ",
            "equal_signs": "=",
            "digits": "1",
            "ampersands": "&amp;a",
            "angle_brackets": "&lt;",
            "addresses": "&lt;a@",
            "pipes": "|",
            "astral_characters": "😀",
        }.items()
    },
    "backticks_in_code": _repeat("`", "<code>"),
    "backticks_in_pre": _repeat("`", "<pre>"),
    "pipes_in_a_cell": _repeat("|", "<table><tr><td>a<td>"),
    "hashes_in_a_heading": _repeat("#", "<h1>"),
    "brackets_in_a_link": _repeat("[", "<a href=x>"),
    "quotations_in_a_block_link": _repeat("&gt; ", "<a href=x><p>"),
}


def _seconds(html: str, *, main_content: bool) -> float:
    started = time.process_time()
    html_to_markdown(html, main_content=main_content)
    return time.process_time() - started


@pytest.mark.parametrize("name", BOMBS)
def test_B31_time_is_linear(name: str) -> None:
    """Four times the page takes about four times as long."""
    _check_growth(name, main_content=False)


@pytest.mark.parametrize("name", [name for name in BOMBS if name.startswith("nested")])
def test_B31_the_main_part_is_found_in_linear_time(name: str) -> None:
    """Looking for it adds no more than a second walk."""
    _check_growth(name, main_content=True)


def test_B31_many_main_parts_are_tried_in_linear_time() -> None:
    """Each of them is empty, and the next may not be."""
    _check_growth("landmarks", main_content=True)


def _check_growth(name: str, *, main_content: bool) -> None:
    small, large = BOMBS[name](_SIZE), BOMBS[name](4 * _SIZE)
    ratio, least, most = 0.0, float("inf"), float("inf")
    for _ in range(_ATTEMPTS):
        least = min(least, _seconds(small, main_content=main_content))
        most = min(most, _seconds(large, main_content=main_content))
        # Below a millisecond there is nothing to measure, and nothing to fear.
        ratio = most / max(least, 0.001)
        if ratio <= _MAX_RATIO:
            return
    pytest.fail(f"{ratio:.1f} times as long: {least:.3f} s, {most:.3f} s")


@pytest.mark.parametrize("name", BOMBS)
def test_B31_what_comes_out_is_bounded(name: str) -> None:
    """No page grows beyond what the deepest list and the widest cell are allowed to add."""
    html = BOMBS[name](_SIZE)
    assert len(html_to_markdown(html)) <= 65_536 + 40 * len(html)


DEEP = [
    "<div>{}",
    "<ul><li>{}",
    "<ol><li><p>{}",
    "<blockquote>{}",
    "<b>{}",
    "<b><p>{}",
    "<i><b>{}",
    "<table><tr><td>{}",
    "<select><option>{}",
    "<dl><dt>{}",
    "<dl><dd>{}",
    "<a href=x><div>{}",
    "<section>{}",
    "<code>{}",
    "<q>{}",
    "<h1>{}",
    "<zz>{}",
    "<pre>{}\n",
    "<object>{} ",
    "<button>{}",
    "<div>{}</span>",
]


@contextmanager
def _short_of_stack(frames: int) -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + frames)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


@pytest.mark.parametrize("main_content", [False, True], ids=["page", "main"])
@pytest.mark.parametrize("depth", [330, 5_000])
@pytest.mark.parametrize("piece", DEEP)
def test_B31_every_word_survives_any_depth(
    piece: str,
    depth: int,
    main_content: bool,  # noqa: FBT001
) -> None:
    """Depth is flattened, never refused, in order, and with hardly any stack to run on."""
    html_to_markdown("<p>loads the libraries</p>")
    html = "".join(piece.format(f"w{number}w") for number in range(depth))
    with _short_of_stack(40):
        markdown = html_to_markdown(html, main_content=main_content)
    assert _words(markdown) == list(range(depth))


@pytest.mark.parametrize("piece", ["<div>{}", "<ul><li>{}", "<b>{}", "<table><tr><td>{}"])
def test_B31_every_word_survives_100000_levels(piece: str) -> None:
    """There is no depth at which this ends."""
    html = "".join(piece.format(f"w{number}w") for number in range(100_000))
    assert _words(html_to_markdown(html)) == list(range(100_000))


def _words(markdown: str) -> list[int]:
    return [int(number) for number in re.findall(r"w(\d+)w", markdown)]


def test_B31_what_is_hidden_stays_hidden_at_any_depth() -> None:
    """Closing what is too deep does not end a script or a template."""
    inside = "<b>" * 2_000 + "x"
    html = f"{'<div>' * 600}<template>{inside}</template><p hidden>{inside}</p>after"
    assert html_to_markdown(html) == "after"


@pytest.mark.parametrize("size", [40_000, 2_000_000])
@pytest.mark.parametrize("space", [" ", "\t", "\n", "&nbsp;", "&#32;"])
def test_B31_runs_of_white_space_are_one_space(space: str, size: int) -> None:
    """However long, nobody sees more of it."""
    assert html_to_markdown(f"<p>a{space * (size // len(space))}b") == "a b"


def test_B31_sixteen_thousand_items_are_counted() -> None:
    """Every item has its number."""
    markdown = html_to_markdown("<ol>" + "<li>a" * 16_000)
    assert markdown.split("\n") == [f"{number}. a" for number in range(1, 16_001)]


def test_text_beyond_the_parser_limits_survives() -> None:
    """libxml2 cuts trees at 10 MB of text; events go on."""
    assert html_to_markdown(f"<p>{'a' * 11_000_000}</p>end") == f"{'a' * 11_000_000}\n\nend"
