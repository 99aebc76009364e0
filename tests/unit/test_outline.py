"""Headings, fences, titles and slugs, as readers of Markdown see them."""

from __future__ import annotations

import pytest

from changetrack._normalize import normalize_lines
from changetrack._structure import Place, read_outline
from changetrack._structure.models import TablePlace
from changetrack._structure.titles import read_plain, read_title


def _headings(text: str) -> list[tuple[int, int, str]]:
    outline = read_outline(normalize_lines(text)[1])
    return [(each.line, each.level, each.title) for each in outline.headings]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("## [Pro](https://example.com/a_(b)) **plan**", "Pro plan"),
        ("# Pro ##", "Pro"),
        ("# C#", "C#"),
        ("#", ""),
        ("# #", ""),
        ("### `code_like(*args)` & more", "code_like(*args) & more"),
        ("# [![Logo](logo.png)](/) Home", "Logo Home"),
        ("# ![](icon.svg) Pro", "Pro"),
        ("## Install[¶](#install)", "Install"),
        ("# 5 \\* 3 = 15, 2 * 4 = 8", "5 * 3 = 15, 2 * 4 = 8"),
        ("# snake_case and _emphasis_ and ~~old~~", "snake_case and emphasis and old"),
        ("# R&amp;D &copy; <b>bold</b> <https://example.com>", "R&D © bold https://example.com"),
        ("# [text][ref] [alone]", "text [alone]"),
        ("# ``a ` b``", "a ` b"),
    ],
)
def test_titles_are_what_a_reader_sees(line: str, title: str) -> None:
    """Markup goes, text stays, and what only looks like markup stays too."""
    assert read_title(line) == title


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Pro plan", "pro-plan"),
        ("What's new?", "whats-new"),
        ("Preise & Größen", "preise--größen"),
        ("料金（税込）", "料金税込"),
        ("कीमत", "कीमत"),
        ("🚀", "section"),
        ("snake_case 1.2", "snake_case-12"),
        ("- dashed -", "dashed"),
    ],
)
def test_slugs_are_as_elsewhere(title: str, slug: str) -> None:
    """Letters of all scripts stay, signs go, blanks become dashes."""
    outline = read_outline([f"# {title}"])
    assert outline.sections[1].slug == slug


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("# a\n#b\n####### c\n   ## d\n    # e\n\\# f", [(0, 1, "a"), (3, 2, "d")]),
        ("a\n===\nb\nc\n---\n\n---\n\n===", [(0, 1, "a"), (2, 2, "b c")]),
        ("- a\n---\n> b\n===\n| c |\n---\n* * *\n---\n    d\n---", []),
        ("a\n    b\n===", [(0, 1, "a b")]),
        ("# a\nb\n---", [(0, 1, "a"), (1, 2, "b")]),
        ("<div>\n===\n\n<https://example.com>\n---", [(3, 2, "https://example.com")]),
        ("---\na: b\n# c\n---\n# d", [(4, 1, "d")]),
        ("---\n# a\n---", [(1, 1, "a")]),
        ("```\n# a\n~~~\n```\n# b", [(4, 1, "b")]),
        ("````\n# a\n```\n# b\n````\n# c", [(5, 1, "c")]),
        ("```\n# a\n    ```\n# b\n```\n# c", [(5, 1, "c")]),
        ("```\n# a\n``` x\n# b", []),
        ("``` a `b` ```\n# c", [(1, 1, "c")]),
        ("~~~ a ` b\n# c\n~~~~\n# d", [(3, 1, "d")]),
        ("- ```\n  # a\n  ```\n# b", [(3, 1, "b")]),
        ("1. - ~~~\n     # a\n     ~~~\n# b", [(3, 1, "b")]),
        ("- x\n  - y\n\n    ```\n    a\n    ```\n# b", [(6, 1, "b")]),
        # The block ends with its list item, though no fence closes it.
        ("- ```\n  # a\n\n# b\n\n  ```", [(3, 1, "b")]),
        ("text\n\n    ```\n# a", [(3, 1, "a")]),
    ],
)
def test_headings(text: str, headings: list[tuple[int, int, str]]) -> None:
    """By CommonMark's rules for lines; code, lists, tables and front matter hold none."""
    assert _headings(text) == headings


def test_sections_and_their_slugs() -> None:
    """Each heading begins one; a slug that is taken gets the next number that is not."""
    text = "intro\n# A\n## B\n## B\n#### D\n## B 1\n# A\n## B"
    outline = read_outline(text.split("\n"))
    assert [(each.start, each.end, each.heading, each.slug) for each in outline.sections] == [
        (0, 1, (), ""),
        (1, 2, ("A",), "a"),
        (2, 3, ("A", "B"), "a/b"),
        (3, 4, ("A", "B"), "a/b-1"),
        (4, 5, ("A", "B", "D"), "a/b-1/d"),
        (5, 6, ("A", "B 1"), "a/b-1-1"),
        (6, 7, ("A",), "a-1"),
        (7, 8, ("A", "B"), "a-1/b"),
    ]
    assert [outline.find_heading(line) for line in range(8)] == [-1, 0, 1, 2, 3, 4, 5, 6]


def test_places() -> None:
    """A line knows its headings, its lists, its row, its code; in any order that it is asked."""
    text = (
        "# A\n\n1. one\n   - two\n\n     more\n\n   ```\n   - code | x\n   ```\n\n"
        "| *N* | P |\n| --- | --- |\n| **x** | 1 |\ny | 2\n\nend | of it\n- a | b"
    )
    outline = read_outline(text.split("\n"))
    header = ("N", "P")
    expected = [
        Place(heading=("A",), slug="a", **more)  # type: ignore[arg-type]  # as the rows say
        for more in (
            *({}, {}, {"list_depth": 1}, {"list_depth": 2}, {}, {"list_depth": 2}, {}),
            *([{"list_depth": 1, "fenced": True}] * 3),
            {},
            *([{"table": TablePlace(header=header, row_key="")}] * 2),
            {"table": TablePlace(header=header, row_key="x")},
            {"table": TablePlace(header=header, row_key="y")},
            *({}, {}, {"list_depth": 1}),
        )
    ]
    lines = range(len(expected))
    assert [outline.find_place(line) for line in lines] == expected
    fresh = read_outline(text.split("\n"))
    assert [fresh.find_place(line) for line in reversed(lines)] == expected[::-1]
    assert [outline.is_fenced(line) for line in lines].count(True) == 3
    table = outline.find_table(14)
    assert table is not None
    assert (table.start, table.end, table.header) == (11, 15, ("*N*", "P"))
    assert (outline.find_table(8), outline.find_table(0)) == (None, None)


def test_an_empty_page_has_one_empty_section() -> None:
    """It is above all headings."""
    outline = read_outline([])
    assert outline.headings == ()
    assert [tuple(each) for each in outline.sections] == [(0, 0, (), "", 0)]


def test_plain_text_is_read_up_to_its_limit() -> None:
    """What nobody reads to its end costs nobody anything."""
    assert read_plain("[" * 1_000_000) == "[" * 500
    assert read_plain("`" * 1_000_000)[:1] == "`"
