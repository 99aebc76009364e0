"""Weights of changes: worked out once, and not by reading all there is."""

from __future__ import annotations

from changetrack import JsonValue, diff_fields, diff_text
from changetrack._diffs import Diff
from changetrack._render import render_budget, summarize
from changetrack._significance import weigh_changes, weigh_field, weigh_hunk

# A price among as many numbers as a text of this size can have.
_NUMBERS = "7 8 " * 49 + "$"


def test_one_diff_is_weighed_once() -> None:
    """The numbers, the sentence and the rendering go by the same weights."""
    diff = Diff(diff_text("# A\n\nPro $1", "# A\n\nPro $2"), diff_fields({"a": 1}, {"a": 2}))
    (weight,), (hunk_weight,) = diff.field_weights, diff.hunk_weights
    summarize(diff)
    render_budget(diff, budget=800)
    assert diff.stats.significance.classes == ("price", "number")
    assert diff.field_weights[0] is weight
    assert diff.weighed_fields[0][0] is weight
    assert diff.hunk_weights[0] is hunk_weight
    assert weight == weigh_field(diff.fields[0])
    assert hunk_weight == weigh_hunk(diff.hunks[0])


def test_of_very_much_text_the_first_is_read() -> None:
    """Three thousand fields that are full of numbers; the others weigh as any text does."""
    names = [f"k{number}" for number in range(3_000)]
    previous: JsonValue = dict.fromkeys(names, f"{_NUMBERS}1")
    current: JsonValue = dict.fromkeys(names, f"{_NUMBERS}2")
    diff = Diff(None, diff_fields(previous, current))
    classes = [weight.classes for weight in diff.field_weights]
    read = classes.count(("price",))
    assert 50 < read < 300
    assert classes == [("price",)] * read + [("text",)] * (3_000 - read)
    assert diff.stats.fields == 3_000
    assert summarize(diff).endswith(" and 2,997 more fields.")


def test_of_very_many_numbers_ten_thousand_are_read() -> None:
    """A number takes little."""
    names = [f"k{number}" for number in range(10_010)]
    weights = weigh_changes(diff_fields(dict.fromkeys(names, 1), dict.fromkeys(names, 2)))
    assert weights[9_999].classes == ("number",)
    assert weights[-1].classes == ("text",)


def test_inside_of_one_value_no_more_is_read_than_elsewhere() -> None:
    """Two hundred texts of twenty thousand characters, in an object that came."""
    rows: JsonValue = {str(number): "1 " * 10_000 for number in range(200)}
    current: JsonValue = {"rows": rows, "long": f"{_NUMBERS}1", "price": "$1"}
    classes = [weight.classes for weight in weigh_changes(diff_fields({}, current))]
    assert classes == [("text",), ("text",), ("price",)]


def test_what_no_model_would_read_is_counted_and_not_shown() -> None:
    """Of fields that are longer together than a million characters, the lightest."""
    names = [f"k{number}" for number in range(300)]
    previous: JsonValue = dict.fromkeys(names, "w" * 2_500)
    current: JsonValue = {**dict.fromkeys(names, "s" * 2_500), "price": "$1"}
    diff = Diff(None, diff_fields(previous, current))
    rendering = render_budget(diff, budget=10**9)
    assert rendering.shown + rendering.omitted == 301
    assert 100 < rendering.shown < 300
    assert "price" in rendering.text
