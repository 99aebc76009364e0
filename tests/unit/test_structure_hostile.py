"""Pages that mean harm to whoever reads sections, links and tables: quadratic work would hang."""

from __future__ import annotations

import pytest

from changetrack import TextDiff, diff_text
from changetrack._structure import (
    describe_hunks,
    describe_links,
    describe_sections,
    describe_tables,
)
from changetrack._structure.link_syntax import scan_links

# Long enough that work by the square of it takes minutes.
_SIZE = 20_000
_HEAD = "| a | b |\n| --- | --- |\n"


def _join(line: str, shift: int = 0) -> str:
    return "\n".join(line.format(at + shift) for at in range(_SIZE // 4))


@pytest.mark.parametrize(
    ("piece", "count"),
    [
        ("[", 0),
        ("![", 0),
        ("[](a", 0),
        ("[](", 0),
        ('[a](b "', 0),
        ("[a](b '", 0),
        ("[a](b (", 0),
        ("[a](<b", 0),
        ("![a](", 0),
        ("`", 0),
        ("``a`", 0),
        ("<a:", 0),
        ("<a@", 0),
        ("https://a)) ", _SIZE // 12),
        ("[a](b)", _SIZE // 6),
    ],
)
def test_a_line_of_beginnings_is_read_in_its_length(piece: str, count: int) -> None:
    """What opens again and again and never closes costs no more than what it is long."""
    assert len(scan_links(piece * (_SIZE // len(piece)))) == count


def test_images_in_images_end_at_a_depth() -> None:
    """Text in text in text is spelled out a few times, not once for each level."""
    assert len(scan_links("![" * _SIZE + "](u)" * _SIZE)) == 1
    assert len(scan_links("[" * _SIZE + "a" + "](u)" * _SIZE)) == 1


def test_links_in_links_are_text() -> None:
    """The innermost one counts, and brackets beside it still make links of their own."""
    found = scan_links("[a [b [c](1) d](2) e](3) [f](4) ![g [h](5)](6)")
    assert [(link.text, link.target) for link in found] == [
        ("c", "1"),
        ("f", "4"),
        ("g [h](5)", "6"),
    ]


@pytest.mark.parametrize(
    ("line", "targets"),
    [
        ("(see https://a.example/x_(y)).", ["https://a.example/x_(y)"]),
        ("**https://a.example/**", ["https://a.example/"]),
        ("www.a.example, WWW.b.example", ["www.a.example", "WWW.b.example"]),
        ("xhttps://a.example", []),
        ("https:// nothing", []),
        ('<a href="https://a.example">', ["https://a.example"]),
        ("[^1]: a note", []),
        ("[ ]: /blank", []),
        ("[a]: /1 and more", []),
        ("[a][1]", []),
        ("[a] (b)", []),
        ("[a](b c)", []),
        ("[a]()", [""]),
        ("\\![a](1)", ["1"]),
        ("\\\\[a](1)", ["1"]),
        ("``[a](1) ` `` [b](2)", ["2"]),
        ("<not an address> <https://a.example/ b>", ["https://a.example/"]),
    ],
)
def test_what_is_a_link_and_what_is_not(line: str, targets: list[str]) -> None:
    """The ways to write one, and what only looks like it."""
    assert [link.target for link in scan_links(line)] == targets


_PAIRS = {
    "every row of a long table": (_HEAD + _join("| {} | x |"), _HEAD + _join("| {} | y |")),
    "one name for all rows": (_HEAD + _join("| k | {} |"), _HEAD + _join("| k | {} |", 1)),
    "a wide header over short rows": (
        "|" + "a|" * _SIZE + "\n|" + "-|" * _SIZE + _join("\nx"),
        "|" + "a|" * _SIZE + "\n|" + "-|" * _SIZE + _join("\ny"),
    ),
    "tables of one header": (
        _join(f"{_HEAD}| {{}} | x |\n"),
        _join(f"{_HEAD}| {{}} | y |\n", 7),
    ),
    "rows without an end": (_join("a | {}"), _join("a | {}").replace("9", "z")),
    "headings renamed": (_join("# a{0}\nbody {0}"), _join("# b{0}\nbody {0}")),
    "headings of one title": (_join("# a\n{}"), _join("# a\n{}", 1)),
    "a quote underlined again and again": ("> q" + "\n===" * _SIZE, "> r" + "\n===" * _SIZE),
    "blocks of code beside each other": (_join("```\n{}\n```"), _join("```\n{}\n```", 1)),
    "one link again and again": (_join("[a](1)"), _join("[a](2)")),
    "no two links alike": (_join("[a{0}](/{0})"), _join("[b{0}](/x{0})")),
    "a line of links": ("[a](/1) " * _SIZE, "[a](/2) " * _SIZE),
}


@pytest.mark.parametrize("name", _PAIRS)
def test_a_page_costs_what_it_is_long(name: str) -> None:
    """Everything is told of pages that were made to be expensive, and the counts hold."""
    diff = diff_text(*_PAIRS[name])
    changes = describe_sections(diff, ())
    assert sum(change.added for change in changes) == diff.additions
    assert sum(change.removed for change in changes) == diff.deletions
    describe_links(diff)
    describe_tables(diff)


def test_an_empty_diff_has_sections_and_nothing_else() -> None:
    """A page that stayed has all of its sections, unchanged."""
    diff = diff_text("# A\n\n[a](1)", "# A\n\n[a](1)")
    changes = describe_sections(diff, describe_hunks(diff))
    assert [(change.status, change.heading) for change in changes] == [("unchanged", ("A",))]
    assert (describe_links(diff), describe_tables(diff)) == ((), ())
    assert describe_sections(TextDiff([], [], []), ()) == ()
