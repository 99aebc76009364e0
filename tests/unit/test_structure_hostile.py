"""Pages that mean harm to whoever reads sections, links and tables: quadratic work would hang."""

from __future__ import annotations

import pytest

from changetrack import TextDiff, diff_text
from changetrack._structure import (
    Place,
    TablePlace,
    describe_hunks,
    describe_links,
    describe_sections,
    describe_tables,
    find_moves,
    format_section,
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


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("[" * _SIZE + "![a](b)" * _SIZE + "]" * _SIZE, _SIZE),
        ("[" * _SIZE + "http://a.b " * _SIZE + "]" * _SIZE, _SIZE),
        ("![" * _SIZE + ("![" * 8 + "a" + "](u)" * 8) * (_SIZE // 8) + "](u)" * _SIZE, _SIZE // 8),
    ],
    ids=["brackets around images", "brackets around addresses", "images too deep"],
)
def test_brackets_around_many_links_are_closed_in_no_time(line: str, count: int) -> None:
    """What a bracket that makes no link has in it is not looked at when it closes."""
    assert len(scan_links(line)) == count


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


def _measure_places(previous: str, current: str) -> int:
    places = [hunk.place for hunk in describe_hunks(diff_text(previous, current))]
    told = [(place.slug, *place.heading, *(place.table or _NO_TABLE).header) for place in places]
    return sum(len("".join(each)) for each in told)


_NO_TABLE = TablePlace(header=(), row_key="")
_HEADINGS = "\n".join(f"{'#' * level} {'H' * 2_000}" for level in range(1, 7))
_WIDE = "|" + "|".join(["HHHH"] * 4_000) + "|\n|" + "-|" * 4_000


@pytest.mark.parametrize(
    ("head", "row"),
    [(_HEADINGS, "{}{}\nz"), (_WIDE, "|{}{}|\n|z|")],
    ids=["six long headings", "a wide table"],
)
def test_places_repeat_little_of_the_page(head: str, row: str) -> None:
    """Headings and headers are told with each change as long as that is in proportion."""
    pages = ["\n".join([head, *(row.format(side, at) for at in range(2_000))]) for side in "ab"]
    size = sum(map(len, pages))
    assert size * 3 < _measure_places(*pages) <= size * 4


def test_places_are_told_until_they_are_too_much() -> None:
    """The first ones as always, the later ones without what they repeat; rows keep their name."""
    table = "| Plan | " + " | ".join(["x" * 300] * 120) + " |\n|" + "-|" * 121
    pages = [
        "\n".join(["# A", "", table, *(f"|{at}|{side}|\n|z|" for at in range(50))]) for side in "ab"
    ]
    places = [hunk.place for hunk in describe_hunks(diff_text(*pages))]
    header = ("Plan", *["x" * 199 + "…"] * 99)
    first = TablePlace(header=header, row_key="0")
    assert places[0] == Place(heading=("A",), slug="a", table=first)
    assert places[-1] == Place(table=TablePlace(header=(), row_key="49"))


def _count_moves(filler: str) -> int:
    """Return how many of twenty lines are seen to have moved that were edited on their way."""
    names = [f"one of them has the name of zebra{chr(97 + at) * 3}" for at in range(20)]
    heads, tails = ([f"{kind} {at}" for at in range(20)] for kind in ("head", "tail"))
    old = [line for pair in zip(names, heads, strict=True) for line in pair]
    new = [line for pair in zip(tails, names, strict=True) for line in pair]
    previous = "\n".join([*old, filler, *tails])
    current = "\n".join([*heads, filler, *new]).replace("has", "had")
    return len(find_moves(diff_text(previous, current)))


def test_words_are_looked_for_within_bounds() -> None:
    """On a page of megabytes, what moved and was edited is believed up to a number of words."""
    assert _count_moves("filler") == 20
    assert 0 < _count_moves("word " * 2_000_000) < 20


def test_lines_that_went_and_came_as_they_were_are_counted() -> None:
    """A diff from elsewhere may say more than it has to; its lines have a section all the same."""
    (change,) = describe_sections(TextDiff(["# A", "x"], ["# A", "x"], [(1, 2, 1, 2)]), ())
    assert (change.status, change.added, change.removed) == ("moved", 1, 1)
    assert format_section(change) == "A: moved"


def test_an_empty_diff_has_sections_and_nothing_else() -> None:
    """A page that stayed has all of its sections, unchanged."""
    diff = diff_text("# A\n\n[a](1)", "# A\n\n[a](1)")
    changes = describe_sections(diff, describe_hunks(diff))
    assert [(change.status, change.heading) for change in changes] == [("unchanged", ("A",))]
    assert (describe_links(diff), describe_tables(diff)) == ((), ())
    assert describe_sections(TextDiff([], [], []), ()) == ()
