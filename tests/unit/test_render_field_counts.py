"""How many fields changed is the same in every rendering, above every cap and in a cut."""

from __future__ import annotations

import re
from typing import cast

import pytest

from changetrack import Diff, JsonObject, JsonValue, Limits, Options, diff_fields, wire
from changetrack._fielddiff import apply_fields
from changetrack._reader import Reader
from changetrack._render import (
    render_added,
    render_budget,
    render_html,
    render_removed,
    render_terminal,
    summarize,
)
from changetrack.errors import InvalidRequest
from changetrack.wire.changes import read_diff
from changetrack.wire.extras import write_diff_extras
from tests.definitions import build_validator, close_objects, list_misfits
from tests.renderings import PLENTY, quote, read_page

# More than the path map has entries, and than a page of HTML has rows.
MANY = 5_200
PREVIOUS: JsonValue = {f"p{number}": number for number in range(MANY)}
CURRENT: JsonValue = {f"p{number}": number + 1 for number in range(MANY)}
# What names the first thousand: "p0", "/p0", and so on.
THOUSAND = 2 * sum(len(f"p{number}") for number in range(1_000)) + 1_000


@pytest.fixture(scope="module", params=[4_000_000, THOUSAND, 0])
def diff(request: pytest.FixtureRequest) -> Diff:
    """Return a diff of so many fields, of which all, some or none are described."""
    limits = Limits(field_path_chars=request.param)
    return Diff(None, diff_fields(PREVIOUS, CURRENT, limits=limits))


def _count(pattern: str, text: str) -> int:
    return sum(int(found.replace(",", "")) for found in re.findall(pattern, text))


def _count_more(text: str) -> int:
    return _count(r"… ([\d,]+) more fields?", text)


def test_the_numbers_name_all_of_them(diff: Diff) -> None:
    """Whether they are described or not."""
    assert (diff.field_count, diff.stats.fields) == (MANY, MANY)
    assert diff.fields_truncated is (len(diff.fields) < MANY)
    assert len(diff.fields) in {MANY, 1_000, 0}
    assert diff.truncated
    (breadth,) = (term for term in diff.stats.significance.terms if term.name == "breadth")
    assert breadth.because == f"other changes: {MANY - 1:,}"


def test_the_terminal_counts_those_that_are_not_listed(diff: Diff) -> None:
    """Behind those that are."""
    told = render_terminal(diff, color=False)
    assert told.count("\n~ ") + told.startswith("~ ") + _count_more(told) == MANY
    # Of zero, the first, there are no percents.
    assert told.count("%)") == max(len(diff.fields) - 1, 0)


def test_each_side_counts_those_that_are_not_listed(diff: Diff) -> None:
    """What came and what went."""
    for view, sign in ((render_added, "\n+ "), (render_removed, "\n- ")):
        told = view(diff)
        assert told.count(sign) + _count_more(told) == MANY


@pytest.mark.parametrize("mail", [False, True])
def test_the_html_counts_those_that_are_not_shown(diff: Diff, *, mail: bool) -> None:
    """Its caption has all of them."""
    page = read_page(render_html(diff, mail=mail))
    assert f"{MANY:,} fields changed" in page.words
    assert _count_more(page.words) == MANY - min(len(diff.fields), 30 if mail else 1_000)


def test_the_rendering_for_a_model_counts_those_that_are_left_out(diff: Diff) -> None:
    """No cursor leads to what is not described."""
    rendering = render_budget(diff, budget=PLENTY)
    assert rendering.shown + rendering.omitted == MANY
    assert rendering.shown == len(diff.fields)
    assert rendering.cursor is None
    assert f"What changed: {MANY:,} fields changed." in rendering.text
    assert len(quote(rendering)) == len(diff.fields)
    few = render_budget(diff, budget=800)
    assert few.tokens <= 800
    assert few.shown + few.omitted == MANY
    assert (few.cursor is None) is (not diff.fields)


def test_the_summary_counts_all_of_them(diff: Diff) -> None:
    """Three are named at most."""
    told = summarize(diff)
    named = told.count("→")
    assert named + _count(r"([\d,]+) (?:more fields|fields changed)", told) == MANY


def test_a_cut_is_on_the_wire_and_is_refused_there(diff: Diff) -> None:
    """What leads to a wrong page is not applied; what is complete is."""
    options = Options(modes=("json",), include=("fields", "stats"))
    extras, warnings = write_diff_extras(diff, options)
    assert warnings == []
    assert extras.get("fieldsTruncated", False) is diff.fields_truncated
    definitions: JsonObject = {"$defs": close_objects(wire.describe_wire())}
    sent: JsonObject = {"json": cast("JsonValue", {}), **extras}
    if diff.fields:
        sent["fields"] = cast("list[JsonValue]", extras["fields"])[:3]
    assert list_misfits(build_validator(definitions, "#/$defs/Diff"), sent) == []
    if not diff.fields_truncated:
        fields = read_diff(Reader(extras)).fields
        assert fields is not None
        assert apply_fields(fields, PREVIOUS) == CURRENT
        return
    with pytest.raises(InvalidRequest) as caught:
        read_diff(Reader(extras, "diff"))
    assert str(caught.value) == (
        "diff.fields: the fields were cut; they do not lead from one page to the other;"
        " ask for jsonPatch, which never is, or track a part of the page"
    )
