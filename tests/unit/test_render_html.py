"""Diffs as HTML: what is in it, how much of it, and how it looks."""

from __future__ import annotations

import re

import lxml.html
import pytest

from changetrack import Options, Snapshot, diff_fields, diff_text, track
from changetrack._diffs import Diff
from changetrack._models import JsonValue
from changetrack._render import escape_controls, render_html
from changetrack._render.caps import MAIL_CAPS, PAGE_CAPS
from changetrack._render.html.styles import DARK, LIGHT, SHEET
from changetrack._render.lines import cut_line
from changetrack._render.markup import Markup, element, join
from changetrack._structure import Span
from tests.renderings import read_page

_OLD = (
    "# Acme\n\n## Pricing\n\n- Starter: $9\n- Pro: $29\n\nAll prices are net.\n\n## Contact\n\nHi"
)
_NEW = "# Acme\n\n## Pricing\n\n- Starter: $9\n- Pro: $24\n\n## Contact\n\nHi\nWrite to us."
_FIELDS: tuple[JsonValue, JsonValue] = (
    {"price": "$29", "name": "Pro plan", "beta": True},
    {"price": "$24", "name": "Pro offer", "days": 14},
)


def _parse(html: str) -> lxml.html.HtmlElement:
    return lxml.html.fragment_fromstring(html)


def _read_rows(html: str) -> list[list[str]]:
    """Return the words of each row that is not of the head."""
    rows = _parse(html).xpath(".//tbody/tr")
    return [[cell.text_content() for cell in row] for row in rows]


def test_lines_stand_beside_each_other() -> None:
    """Numbers, signs and texts of both sides; a line without a partner has the row for itself."""
    assert _read_rows(render_html(Diff(diff_text(_OLD, _NEW, context=1)))) == [
        ["Acme › Pricing · line 6 #h091842e7021d #h6c35ec010e45"],
        ["5", "", "- Starter: $9", "5", "", "- Starter: $9"],
        ["6", "-", "- Pro: $29", "6", "+", "- Pro: $24"],
        ["7", "", "", "7", "", ""],
        ["8", "-", "All prices are net.", ""],
        ["9", "-", "", ""],
        ["10", "", "## Contact", "8", "", "## Contact"],
        ["Acme › Contact · line 11 #h706ea14fb848"],
        ["12", "", "Hi", "10", "", "Hi"],
        ["", "11", "+", "Write to us."],
    ]


def test_lines_stand_below_each_other() -> None:
    """As in a unified text: what went before what came, each with its number."""
    diff = Diff(diff_text("- Starter: $9\n- Pro: $29", "- Starter: $9\n- Pro: $24"))
    assert _read_rows(render_html(diff, layout="inline")) == [
        ["Line 2 #h091842e7021d"],
        ["1", "1", "", "- Starter: $9"],
        ["2", "", "-", "- Pro: $29"],
        ["", "2", "+", "- Pro: $24"],
    ]


def test_what_differs_in_a_line_is_marked() -> None:
    """As deleted on one side, as inserted on the other."""
    html = render_html(Diff(diff_text("Pro costs $29 a month", "Pro costs $24 per month")))
    assert "Pro costs <del>$29 a</del> month" in html
    assert "Pro costs <ins>$24 per</ins> month" in html


def test_fields_stand_in_a_table() -> None:
    """Where, what it was, what it is, and by how much."""
    html = render_html(Diff(None, diff_fields(*_FIELDS)))
    assert _read_rows(html) == [
        ["price replaced", '"$29"', '"$24"', "-17.2 %"],
        ["name replaced", '"Pro plan"', '"Pro offer"', ""],
        ["beta removed", "true", "", ""],
        ["days added", "", "14", ""],
    ]
    assert '"Pro <ins>offer</ins>"'.replace('"', "&quot;") in html


def test_moved_lines_say_where_they_went_and_where_they_came_from() -> None:
    """On their own side, and as moved lines to whoever hears them."""
    old = "# A\n\nThese words stand first.\nThey go on.\n\n# B\n\nOthers.\nMore.\nAnd more."
    new = "# B\n\nOthers.\nMore.\nAnd more.\n\n# A\n\nThese words stand first.\nThey go on."
    html = render_html(Diff(diff_text(old, new)))
    assert [row for row in _read_rows(html) if "Moved" in "".join(row)] == [
        ["↷ Moved to lines 7-10", ""],
        ["", "↶ Moved from lines 1-4"],
    ]
    assert len(_parse(html).xpath(".//td[@aria-label='added, moved']")) == 4
    mail = render_html(Diff(diff_text(old, new)), mail=True)
    assert "↷ Moved to lines 7-10" in mail


def test_a_diff_without_changes_is_a_sentence() -> None:
    """Unless there is another one to say."""
    empty = Diff(diff_text("a", "a"), diff_fields({}, {}))
    assert read_page(render_html(empty)).words == "Nothing changed."
    assert read_page(render_html(empty, mail=True)).words == "Nothing changed."
    assert read_page(render_html(empty, title="Seen for the first time.")).words == (
        "Seen for the first time."
    )


@pytest.mark.parametrize(("mail", "caps"), [(False, PAGE_CAPS), (True, MAIL_CAPS)])
def test_what_there_is_no_room_for_is_counted(mail: bool, caps: tuple[int, ...]) -> None:  # noqa: FBT001 - a table
    """Fifty thousand changed lines are as many rows as fit, and one that counts the others."""
    old = "\n".join(f"{at}" for at in range(25_000))
    new = "\n".join(f"row {at}" for at in range(25_000))
    html = render_html(Diff(diff_text(old, new)), mail=mail)
    *_, last = _read_rows(html)
    shown = caps[0] if mail else 2 * caps[0]
    assert sum(map(int, re.findall(r"[\d,]{4,}", last[0].partition("(")[0].replace(",", "")))) == (
        50_000 - shown
    )
    assert "25,000 lines added, 25,000 lines deleted" in html
    assert len(html) < (100_000 if mail else 4_000_000)


def test_fields_without_room_are_counted() -> None:
    """The rows of fields are bounded as well."""
    diff = Diff(None, diff_fields({}, {f"{at}": at for at in range(2_000)}))
    *_, last = _read_rows(render_html(diff))
    assert last == ["… 1,000 more fields"]


def test_of_a_long_line_what_differs_is_shown() -> None:
    """However far from its beginning, and how much is left out around it."""
    long = "word " * 40_000
    html = render_html(Diff(diff_text(f"{long}old {long}", f"{long}new {long}")))
    assert "<del>old</del>" in html
    assert "<ins>new</ins>" in html
    assert "… 199,000 characters …" in html
    assert len(html) < 30_000
    pieces = cut_line("abcdef" * 100, (Span(0, 0), Span(300, 303), Span(302, 310)), 100)
    assert "".join(text for kind, text in pieces if kind == "marked") == "abcdefabcd"


@pytest.mark.parametrize(
    "text", ["<script>x</script>", '"x"', "a & b", "&lt;", "\x00\x1b", "\u202e"]
)
def test_no_text_is_an_element(text: str) -> None:
    """What is built is escaped; what is built already is left alone."""
    shown = element("b", text, title=text)
    read = _parse(shown)
    assert read.text_content() == read.get("title") == escape_controls(text)
    assert join([shown, text]).startswith(shown)
    assert isinstance(join([text]), Markup)


def test_a_lone_surrogate_does_no_harm() -> None:
    """No file could carry it, so it is spelled out."""
    assert element("b", "\ud800 \uffff") == "<b>\\ud800 \\uffff</b>"


def _measure_light(color: str) -> float:
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "grounds"),
    [
        ("ink", ("paper", "head", "none")),
        ("soft", ("paper", "head", "del", "add", "moved")),
        ("link", ("paper", "head")),
        ("del-ink", ("del", "del-word")),
        ("add-ink", ("add", "add-word")),
        ("moved-ink", ("moved",)),
        ("ink", ("del-word", "add-word")),
    ],
)
def test_everything_can_be_read(colors: dict[str, str], ink: str, grounds: tuple[str, ...]) -> None:
    """The contrast of every ink on its grounds is what WCAG asks of small text."""
    for ground in grounds:
        darker, lighter = sorted(_measure_light(colors[name]) for name in (ink, ground))
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (ink, ground)


def test_the_sheet_is_scoped_and_loads_nothing() -> None:
    """Nothing outside of the diff is styled by it, and nothing is fetched."""
    selectors = re.findall(r"(?:^|[{}])([^{}@]+)\{", SHEET)
    assert all(
        part.startswith(".changetrack-diff")
        for selector in selectors
        for part in selector.split(",")
    )
    assert not re.search(r"url\(|@import|expression|<", SHEET)
    assert {
        "@media print",
        "@media (prefers-color-scheme:dark)",
        "@media (max-width:700px)",
    } == set(re.findall(r"@media [^{]+", SHEET))


def test_lines_stand_at_one_edge_whatever_became_of_them() -> None:
    """And below each other they are a table on narrow screens as well."""
    printed = SHEET.index("@media print")
    assert not re.search(r"td\.text\.(?:del|add)\{", SHEET[:printed])
    stacked = re.findall(r"([^{}]+)\{display:(?:block|grid)", SHEET)
    assert stacked
    assert all(
        re.search(r" \.(?:split|fields)\b", each)
        for rule in stacked
        for each in rule.split(",")
        if " .op" not in each and "::before" not in each
    )


def test_a_mail_needs_no_sheet_and_keeps_its_blanks() -> None:
    """Each element carries its looks; blanks that a mail program would fold are hard."""
    html = render_html(Diff(diff_text("a", "  two  blanks\tand a tab")), mail=True, title="News")
    page = read_page(html)
    assert page.names.isdisjoint({"style", "a", "script", "section"})
    assert not any(name in {"class", "id"} for _, name in page.attributes)
    hard = "\u00a0"
    assert f"{hard * 2}two {hard}blanks{hard * 4}and a tab" in page.words


def test_a_result_is_shown_in_a_notebook() -> None:
    """Whatever it is, and with its sentence above."""
    first = track("# Pro\n\n$29")
    html = first._repr_html_()
    assert read_page(html).words == "Seen for the first time."
    second = track("# Pro\n\n$24", previous=first.snapshot)
    words = read_page(second._repr_html_()).words
    assert words.startswith(second.summary)
    assert "$24" in words
    same = track("# Pro\n\n$29", previous=first.snapshot)
    assert read_page(same._repr_html_()).words == "Nothing changed."
    blind = track("# Pro\n\n$24", previous=Snapshot(content_hash="0" * 64))
    assert read_page(blind._repr_html_()).words == blind.summary


def test_a_result_renders_for_a_language_model() -> None:
    """Its diff, or that there is none."""
    first = track("# Pro\n\n$29", options=Options())
    assert first.render().text == "Nothing changed.\n"
    second = track("# Pro\n\n$24", previous=first.snapshot)
    rendering = second.render(budget=300)
    assert rendering.shown == 1
    assert "+ $24" in rendering.text


def test_what_was_edited_on_its_way_is_marked() -> None:
    """Line by line, though the two stand far apart."""
    block = ["## Refunds", "You may return what you bought within 30 days.", "We pay the postage."]
    rest = [f"Line {at} of the page stays where it is." for at in range(9)]
    edited = [line.replace("30", "14") for line in block]
    html = render_html(Diff(diff_text("\n".join(block + rest), "\n".join(rest + edited))))
    assert "Moved and edited to lines 10-12" in html
    assert "within <del>30</del> days." in html
    assert "within <ins>14</ins> days." in html


def test_items_that_moved_say_from_where() -> None:
    """By position, or by their keys."""
    plans: list[JsonValue] = [{"name": "Free"}, {"name": "Pro"}, {"name": "Team"}]
    diff = Diff(None, diff_fields(plans, [plans[2], plans[0], plans[1]], list_keys={"$": "name"}))
    assert _read_rows(render_html(diff)) == [
        ['[name="Team"] moved', "[2]", "[0]", ""],
    ]


def test_a_heading_names_a_few_of_its_hunks() -> None:
    """The others are counted there, and have their names on their rows."""
    old = "\n".join(f"{at}" for at in range(20))
    new = "\n".join(f"{at}{'!' * (at % 4 == 0)}" for at in range(20))
    html = render_html(Diff(diff_text(old, new)))
    names = [row.get("id") for row in _parse(html).xpath(".//tr[@id]")]
    assert len(names) == 5
    links = [link.get("href") for link in _parse(html).xpath(".//a")]
    assert links == [f"#{name}" for name in names[:3]]
    assert _read_rows(html)[0][0].endswith(" +2")
