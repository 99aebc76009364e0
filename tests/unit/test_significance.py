"""What a change means: fingerprints, statistics, clusters, and the bounds of the work."""

from __future__ import annotations

import pytest

from changetrack._clusters import cluster
from changetrack._diffs import Diff
from changetrack._fielddiff import diff_fields
from changetrack._models import ItemKey, JsonValue, KeyPath
from changetrack._significance import Stats, Verdict, evaluate, read_conditions
from changetrack._significance.boilerplate import is_boilerplate
from changetrack._significance.conditions.nodes import find_place
from changetrack._significance.readings import read_texts
from changetrack._significance.shifts import list_shifts
from changetrack._structure.models import RichHunk, SectionChange
from changetrack._textdiff import diff_text
from changetrack._tracking import track
from changetrack.errors import InvalidOption


def _stats(old: str, new: str) -> Stats:
    return Diff(diff_text(old, new)).stats


def _stats_of_fields(old: JsonValue, new: JsonValue, key: str | None = None) -> Stats:
    keys = None if key is None else {"$": key}
    return Diff(None, diff_fields(old, new, list_keys=keys)).stats


def test_a_diff_in_numbers() -> None:
    """Shares are of lines, a moved line counts as changed, and one run of lines counts once."""
    line = "The paragraph that moves"
    stats = _stats(f"a\n\n{line}\n\nb\n\nc", f"a\n\nb\n\nc\n\n{line}")
    assert (stats.additions, stats.deletions, stats.moved_lines, stats.fields) == (2, 2, 1, 0)
    assert (stats.similarity, stats.changed_ratio, stats.coarse) == (0.7143, 0.2857, False)
    assert stats.significance.classes == ("moved-only",)


def test_json_alone_is_measured_in_fields() -> None:
    """Each value counts on the sides that have it; an empty list is a value."""
    stats = _stats_of_fields({"a": 1, "b": 2, "c": []}, {"a": 1, "b": 3, "d": [4, 5]})
    assert (stats.fields, stats.similarity, stats.changed_ratio) == (3, 0.2857, 0.7143)
    assert (stats.additions, stats.deletions) == (0, 0)


def test_nothing_is_no_change() -> None:
    """Two equal sides have all in common, no classes and no score."""
    stats = Diff().stats
    assert (stats.similarity, stats.significance.score, stats.significance.terms) == (1.0, 0.0, ())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            ("# A\n\n- Pro $29", "# A\n\n- Pro $24"),
            ("Text\n\nB\n\n  * Pro $29", "Text\n\nB\n\n  * Pro $24"),
        ),
        (("1. Pro\n2. Max", "1. Pro"), ("x\n\n4. Pro\n5. Max", "x\n\n4. Pro")),
        (("a\n\nb", "x\n\nb\n\ny"), ("q\n\na\n\nb", "q\n\nx\n\nb\n\ny")),
    ],
)
def test_the_same_change_has_the_same_fingerprint(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    """Neither the page around it, nor the place, the indentation or the marker counts."""
    assert _stats(*one).fingerprint == _stats(*other).fingerprint


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Pro $29", "Pro $24"), ("Pro $24", "Pro $29")),
        (("Pro $29", "Pro $24"), ("Pro $29", "Pro $25")),
        (("a\n\nx", "b\n\nx"), ("a\n\nx\n\na\n\ny", "b\n\nx\n\nb\n\ny")),
    ],
)
def test_another_change_has_another_fingerprint(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    """Its direction, its words and how often it happens count."""
    assert _stats(*one).fingerprint != _stats(*other).fingerprint


def test_fingerprints_of_fields_are_typed_and_know_no_positions() -> None:
    """Where in a list does not count, what key an item has does, and so do the types of values."""
    first = _stats_of_fields({"p": [{"v": 1}, {"v": 2}]}, {"p": [{"v": 9}, {"v": 2}]})
    second = _stats_of_fields({"p": [{"v": 2}, {"v": 1}]}, {"p": [{"v": 2}, {"v": 9}]})
    assert first.fingerprint == second.fingerprint
    values: list[tuple[JsonValue, JsonValue]] = [
        ({"v": 1}, {"v": 2}), ({"v": "1"}, {"v": 2}), ({"v": 1}, {"v": 2.0}), ({}, {"v": 2}),
        ({"v": None}, {"v": 2}), ({"v": True}, {"v": 2}), ({"v": 1}, {}), ({"w": 1}, {"w": 2}),
    ]  # fmt: skip
    assert len({_stats_of_fields(*each).fingerprint for each in values}) == len(values)
    old: JsonValue = [{"k": "a", "v": 1}, {"k": "b", "v": 1}]
    news: list[JsonValue] = [
        [{"k": "a", "v": 2}, {"k": "b", "v": 1}],
        [{"k": "a", "v": 1}, {"k": "b", "v": 2}],
        [{"k": "b", "v": 1}, {"k": "a", "v": 1}],
    ]
    by_key = [_stats_of_fields(old, new, "k").fingerprint for new in news]
    assert len(set(by_key)) == len(by_key)


def test_moves_of_items_without_a_key_are_told_apart_by_what_moved() -> None:
    """A move has no value of its own, but what stands at its place has."""
    items: list[list[JsonValue]] = [
        [{"a": 1, "b": "x"}, {"a": 2}, {"a": 3}],
        [{"a": 7, "b": "y"}, {"a": 8}, {"a": 9}],
    ]
    moves = [diff_fields(old, [*old[1:], old[0]], list_keys="infer") for old in items]
    assert [[change.op for change in move] for move in moves] == [["move"], ["move"]]
    assert len({Diff(None, move).stats.fingerprint for move in moves}) == 2


def test_clusters_are_the_largest_first() -> None:
    """Results without a diff are in none; the summary is that of the first member."""
    pages = [
        ("a\n© 2025", "a\n© 2026"),
        ("x", "x"),
        ("p", "q"),
        ("b\n\nc\n© 2025", "b\n\nc\n© 2026"),
    ]
    results = [track(new, previous=track(old).snapshot) for old, new in pages]
    clusters = cluster(results)
    assert [each.members for each in clusters] == [(0, 3), (2,)]
    assert clusters[0].summary == results[0].summary
    assert clusters[0].fingerprint == _stats(*pages[0]).fingerprint
    assert cluster([]) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("© 2026 Acme", True),
        ("Copyright 2019–2026 Acme Inc. All rights reserved.", True),
        ("© 2026 Acme. The book costs $29.", False),
        ("Stand: 12.01.2026", True),
        ("Stand der Technik 2020", False),
        ("Dernière mise à jour : 3 mars 2026", True),
        ("最終更新日：2026年1月12日", True),
        ("Last updated yesterday", True),
        ("Last updated prices 2026", False),
        ("Accept all cookies", True),
        ("We bake cookies", False),
        ("You may accept that cookies " + "are stored and read " * 20, False),
        ("", False),
    ],
)
def test_boilerplate_is_only_what_is_surely_so(text: str, expected: bool) -> None:  # noqa: FBT001
    """What could say something is no boilerplate."""
    assert is_boilerplate(text) is expected


def test_a_notice_period_is_no_relative_time() -> None:
    """In Japanese both are written with the same word; a clause of a contract is text."""
    old, new = "14日前までに通知します。", "30日前までに通知します。"
    assert _stats(old, new).significance.classes == ("text",)


def test_a_line_that_moved_and_was_edited_is_one_change() -> None:
    """What of a run did not change is no news where it stands now."""
    run = "## Pro plan\n\nAll of the starter plan and more of it\n\nCosts {} a month, billed yearly"
    rest = "\n\n".join(f"Another paragraph number {at} of words" for at in "abcdef")
    old, new = f"{run.format('$29')}\n\n{rest}", f"{rest}\n\n{run.format('$24')}"
    diff = Diff(diff_text(old, new))
    conditions = read_conditions(
        [{"text": {"added": "starter"}}, {"number": {"percent": {"lt": -10}}}]
    )
    assert [verdict.met for verdict in evaluate(conditions, diff)] == [False, True]
    assert "text" not in diff.stats.significance.classes


def test_verdicts_are_values() -> None:
    """The whole answer, once; the reading may be used again."""
    conditions = read_conditions(({"class": ("price",), "name": "p"},), "options.conditions")
    diff = Diff(diff_text("Pro $29", "Pro $24"))
    wanted = (Verdict(met=True, because="the change is of class price", name="p"),)
    assert evaluate(conditions, diff) == evaluate(conditions, diff) == wanted
    assert evaluate(conditions, None) == (Verdict(met=False, because="nothing changed", name="p"),)
    assert read_conditions(None) == ()


def test_a_condition_says_its_place_as_the_caller_knows_it() -> None:
    """The path begins with what the caller gave, and a long key is shown in part."""
    with pytest.raises(InvalidOption) as caught:
        read_conditions([{"x" * 500: 1}], "batch[2].conditions")
    assert caught.value.path == f"batch[2].conditions[0].{'x' * 60}"


@pytest.mark.parametrize("bound", [float("nan"), float("inf"), 10**400, None, [1]])
def test_a_bound_is_a_number_that_can_be_compared(bound: object) -> None:
    """Everything else is refused, also what Python takes for a number."""
    with pytest.raises(InvalidOption):
        read_conditions([{"score": {"gte": bound}}])


@pytest.mark.parametrize(
    ("field", "value"), [("added", "x" * 1_001), ("ignoreCase", "yes"), ("added", 5)]
)
def test_words_are_short_text(field: str, value: object) -> None:
    """Pages and other types are refused with the place."""
    with pytest.raises(InvalidOption) as caught:
        read_conditions([{"text": {"added": "a"} | {field: value}}])
    assert caught.value.path == f"conditions[0].text.{field}"


@pytest.mark.parametrize(
    "path", ["", " ", "a.", "[", "a[x]", '[a="]', "$.a", "a" + ".b" * 64, "a[1", '["a'], ids=repr
)
def test_what_is_no_path_is_refused(path: str) -> None:
    """With the place of the path."""
    with pytest.raises(InvalidOption) as caught:
        read_conditions([{"field": {"path": path}}])
    assert caught.value.path == "conditions[0].field.path"


@pytest.mark.parametrize(
    ("path", "met"),
    [
        ('["a.b"].c', True), ("*.c", True), ("**", True), ("**.c", True), ("a.**.c", False),
        ('["*"].c', False), ("[*].c", False), ('["a.b"]', True), ("$", True),
    ],
)  # fmt: skip
def test_patterns_of_paths(path: str, met: bool) -> None:  # noqa: FBT001
    """A star is any key, two are any way, and a quoted one is a name."""
    diff = Diff(None, diff_fields({"a.b": {"c": 1}}, {"a.b": {"c": 2}}))
    conditions = read_conditions([{"field": {"path": path}}])
    assert [verdict.met for verdict in evaluate(conditions, diff)] == [met]


def test_items_are_found_by_typed_keys() -> None:
    """1 and "1" are two keys, and several names make one."""
    old: JsonValue = [{"a": 1, "b": "x", "v": 1}, {"a": "1", "b": "x", "v": 1}]
    new: JsonValue = [{"a": 1, "b": "x", "v": 2}, {"a": "1", "b": "x", "v": 1}]
    diff = Diff(None, diff_fields(old, new, list_keys={"$": ["a", "b"]}))
    paths = ['[a=1,b="x"].v', '[a="1",b="x"].v', "[a=1].v", "[0].v", "[*].v"]
    conditions = read_conditions([{"field": {"path": path}} for path in paths])
    assert [verdict.met for verdict in evaluate(conditions, diff)] == [
        True,
        False,
        False,
        True,
        True,
    ]
    becomes: JsonValue = {"a": 1, "b": "x", "v": 2}
    conditions = read_conditions([{"field": {"path": '[a=1,b="x"]', "becomes": becomes}}])
    assert evaluate(conditions, diff)[0].met


def test_depth_has_no_limit() -> None:
    """A value that came is looked into as deep as patterns go, and weighed however deep it is."""
    deep: JsonValue = 1
    for _ in range(3_000):
        deep = {"a": deep}
    diff = Diff(None, diff_fields({}, {"x": deep}))
    assert evaluate(read_conditions([{"field": {"path": "**.a.a", "op": "add"}}]), diff)[0].met
    assert diff.stats.significance.classes == ("text",)


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "$1.50 ",
        "2026-01-01 ",
        "[a](b) ",
        "available ",
        "在庫あり",
        "* ",
        "<a ",
        "3 hours ago ",
        "a",
    ],
)
def test_a_page_without_line_ends_is_read_at_once(piece: str) -> None:
    """Half a megabyte of anything in one line costs nothing that one would notice."""
    line = piece * (500_000 // len(piece))
    diff = Diff(diff_text(f"{line} was $29", f"{line} was $24"))
    assert "price" in diff.stats.significance.classes


def test_a_large_rewrite_is_read_in_part() -> None:
    """From some thousand lines on, the words are counted and no longer understood."""
    old = "\n".join(f"Line {at} of the page that was" for at in range(12_000))
    new = "\n".join(f"{at} is another page altogether" for at in range(12_000))
    significance = _stats(f"{old}\n\nHere\n\nPro $29", f"{new}\n\nHere\n\nPro $24").significance
    assert set(significance.classes) <= {"number", "text"}
    assert 0.3 < significance.score < 1


@pytest.mark.parametrize(
    ("condition", "place"),
    [
        ({"field": {}}, "field"),
        ({"section": {"status": "added"}}, "section"),
        ({"section": {"heading": []}}, "section.heading"),
        ({"class": 5}, "class"),
        ({"class": []}, "class"),
        ({"number": {"path": "a[k=01]", "value": {"lt": 1}}}, "number.path"),
        ({"number": {"path": "$.a", "value": {"lt": 1}}}, "number.path"),
        ({"name": "", "class": "price"}, "name"),
        ({"name": 5, "class": "price"}, "name"),
        ({"all": {"class": "price"}}, "all"),
        ({"not": [{"class": "price"}]}, "not"),
    ],
)
def test_what_is_missing_or_of_another_kind_is_refused(condition: JsonValue, place: str) -> None:
    """With the place in the condition."""
    with pytest.raises(InvalidOption) as caught:
        read_conditions([condition])
    assert caught.value.path == f"conditions[0].{place}"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), True), (("l", 1), True), (("l", 2), False), (("l", "a"), False), (("x",), False),
        (("l", ItemKey(("k",), (1,))), True), (("l", ItemKey(("k",), ("1",))), False),
        (("l", ItemKey((), (0,))), False), (("l", 0, "k"), True), (("s", 0), False),
        (("x", "y"), False),
    ],
)  # fmt: skip
def test_places_are_found_by_names_positions_and_keys(path: KeyPath, expected: bool) -> None:  # noqa: FBT001
    """Nothing is found where there is nothing, or something of another kind."""
    value: JsonValue = {"l": [{"k": 1}, 5], "s": "text"}
    assert (find_place(value, path) is not None) is expected


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Pro $29", "Pro $24", ["Pro went from $29 to $24 (-17.2 %)"]),
        ("Pro $29", "Pro 29 €", ["Pro went from $29 to 29 €"]),
        ("2 for $29", "3 for $29", ["a number went from 2 to 3 (+50.0 %)"]),
        ("5 kg, 7 kg", "5 kg, 6 kg, 7 kg", ["5 kg appeared as 6 kg"]),
        ("5 m at $7", "5 m", ["5 m at is gone (it was $7)"]),
        ("Users: 1,299", "Users: 1299", []),
        ("Pro $29/mo", "Pro $29/month", []),
        ("Pro $29/mo", "Pro $29/year", ["Pro went from $29/mo to $29/year"]),
    ],
)
def test_numbers_that_differ_are_told(old: str, new: str, told: list[str]) -> None:
    """In pairs where they belong together, and by themselves where one came or went."""
    before, after = read_texts(old, new)
    shifts = list_shifts(before, after)
    assert [f"{shift.label}{shift.told}" for shift in shifts] == told


class _Numbers:
    """A diff of which nothing may be asked but its two halves."""

    def __init__(self) -> None:
        self.text_diff = None
        self.field_diff = diff_fields({"price": 29}, {"price": 24})

    @property
    def hunks(self) -> tuple[RichHunk, ...]:
        raise AssertionError

    @property
    def sections(self) -> tuple[SectionChange, ...]:
        raise AssertionError

    @property
    def stats(self) -> Stats:
        raise AssertionError


def test_only_what_a_condition_asks_for_is_worked_out() -> None:
    """A number of a field needs neither hunks nor sections nor statistics."""
    conditions = read_conditions([{"number": {"path": "price", "absolute": {"eq": -5}}}])
    assert [verdict.met for verdict in evaluate(conditions, _Numbers())] == [True]


def test_a_junction_names_three_reasons_and_counts_the_others() -> None:
    """A sentence stays a sentence."""
    parts: list[JsonValue] = [{"field": {"path": name}} for name in "abcdef"]
    diff = Diff(None, diff_fields(dict.fromkeys("abcdef", 1), dict.fromkeys("abcdef", 2)))
    (verdict,) = evaluate(read_conditions([{"all": parts}]), diff)
    reasons = "; ".join(f"{name} went from 1 to 2" for name in "abc")
    assert verdict == Verdict(met=True, because=f"{reasons}; and 3 more")
