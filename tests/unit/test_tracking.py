"""track() as Python code calls it; what the wire shows too is in the spec rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from changetrack import (
    Diff,
    FieldChange,
    Hashes,
    Limits,
    Observation,
    Options,
    Result,
    Snapshot,
    diff_fields,
    diff_text,
    hash_json,
    hash_markdown,
    track,
    track_many,
)
from changetrack._hashing import hash_text
from changetrack._models import JsonValue
from changetrack.errors import (
    ContentTooLarge,
    InvalidJson,
    InvalidRequest,
    InvalidSchema,
    InvalidSnapshot,
    InvalidText,
    MissingContent,
)


def test_the_example_of_the_readme() -> None:
    """The first thing that anybody tries."""
    first = track("# Pricing\n\nStarter $19")
    later = track("# Pricing\n\nStarter $24", previous=first.snapshot)
    assert (first.status, first.first_observation, first.changed) == ("changed", True, True)
    assert later == Result(
        status="changed",
        first_observation=False,
        content_hash=hash_markdown("# Pricing\n\nStarter $24"),
        snapshot=Snapshot(
            markdown="# Pricing\n\nStarter $24",
            content_hash=hash_markdown("# Pricing\n\nStarter $24"),
        ),
        diff=Diff(diff_text("# Pricing\n\nStarter $19", "# Pricing\n\nStarter $24"), None),
    )


def test_the_json_example_of_the_readme() -> None:
    """The path map, and the typed changes that it is rendered from."""
    result = track(json={"price": "$24"}, previous={"json": {"price": "$19"}}, modes=["json"])
    assert result.diff is not None
    assert result.diff.json == {"price": {"previous": "$19", "current": "$24"}}
    assert result.diff.text is None
    assert result.diff.field_diff is not None
    assert list(result.diff.field_diff) == [
        FieldChange(op="replace", path=("price",), previous="$19", current="$24")
    ]


def test_a_mixed_result_has_both() -> None:
    """And a snapshot with both hashes."""
    modes = Options(modes=("gitDiff", "json"))
    first = track("a", json={"p": 1}, options=modes)
    later = track("b", json={"p": 2}, previous=first.snapshot, options=modes, captured_at="now")
    assert later.snapshot == Snapshot(
        markdown="b",
        json={"p": 2},
        content_hash=hash_markdown("b"),
        captured_at="now",
        hashes=Hashes(hash_markdown("b"), hash_json({"p": 2})),
    )
    assert later.diff == Diff(diff_text("a", "b"), diff_fields({"p": 1}, {"p": 2}))


@pytest.mark.parametrize(
    ("diff", "text", "json", "truncated"),
    [
        (Diff(), None, {}, False),
        (Diff(diff_text("", "")), "", diff_text("", "").ast, False),
        (
            Diff(None, diff_fields({}, {"a": 1})),
            None,
            {"a": {"previous": None, "current": 1}},
            False,
        ),
        (
            Diff(diff_text("a", "a"), diff_fields(1, 2)),
            "",
            {"$": {"previous": 1, "current": 2}},
            False,
        ),
        (
            Diff(None, diff_fields([], [1, 2], limits=Limits(field_entries=1))),
            None,
            {"[0]": {"previous": None, "current": 1}},
            True,
        ),
    ],
)
def test_a_diff_shows_what_it_has(
    diff: Diff,
    text: str | None,
    json: JsonValue,
    truncated: bool,  # noqa: FBT001 - a table
) -> None:
    """The path map stands before the tree, and a side that is not there shows as nothing."""
    assert (diff.text, diff.json, diff.truncated) == (text, json, truncated)


def test_a_result_is_truncated_as_its_diff_is() -> None:
    """And never without one."""
    result = track("b\nc", previous=Snapshot(markdown="a"), limits=Limits(ast_changes=2))
    assert result.truncated
    assert not track("a").truncated


def test_arguments_stand_for_options() -> None:
    """What is given wins, what is not given stays."""
    options = Options(modes=("json",), context=0)
    previous = {"json": {"p": 1}, "markdown": "a\nb"}
    fields = track("a\nc", json={"p": 2}, previous=previous, options=options)
    assert fields.diff == Diff(None, diff_fields({"p": 1}, {"p": 2}))
    lines = track("a\nc", json={"p": 2}, previous=previous, modes=["git-diff"], options=options)
    assert lines.diff == Diff(diff_text("a\nb", "a\nc", context=0), None)


def test_nothing_to_track_is_refused() -> None:
    """An empty page is something, no page is nothing."""
    with pytest.raises(MissingContent) as caught:
        track()
    assert caught.value == MissingContent(
        "there is no page to track", "pass markdown, json or both"
    )
    assert track("").status == "changed"


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (
            lambda: track(b"%PDF"),  # type: ignore[arg-type]
            InvalidRequest(
                "the markdown is bytes, not a string",
                "pass text: decode bytes, give JSON as json=",
                "current.markdown",
            ),
        ),
        (
            lambda: track(b"%PDF", content_type="application/pdf"),  # type: ignore[arg-type]
            InvalidRequest(
                "the markdown is bytes, not a string",
                "pass text: decode bytes, give JSON as json=",
                "current.markdown",
            ),
        ),
        (lambda: track("a\ud800"), InvalidText(1, "current.markdown")),
        (
            lambda: track("a\ud800", content_type="application/pdf"),
            InvalidText(1, "current.markdown"),
        ),
        (
            lambda: track("a", content_type="a/b", previous={"markdown": "\ud800"}),
            InvalidText(0, "previous.markdown"),
        ),
        (
            lambda: track("abc", limits=Limits(markdown_chars=2)),
            ContentTooLarge(2, 3, "current.markdown"),
        ),
        (
            lambda: track("a", previous={"markdown": "abc"}, limits=Limits(markdown_chars=2)),
            ContentTooLarge(2, 3, "previous.markdown"),
        ),
        (
            lambda: track(json={"a": {1, 2}}, modes=["json"]),  # type: ignore[dict-item]
            InvalidJson(
                "set is not a JSON type", "convert it to a string or a number", "current.json.a"
            ),
        ),
        (
            lambda: track("a", previous=track("a")),  # type: ignore[arg-type]
            InvalidSnapshot(
                "expected a snapshot, got Result",
                "pass result.snapshot, the dict it was stored as, or Snapshot.from_json(text)",
                "previous",
            ),
        ),
        (
            lambda: track(json={}, modes=["json"], schema={"type": 5}),
            InvalidSchema(
                "must be one or a list of array, boolean, integer, null, number, object, string,"
                " is a number",
                "correct it or leave it out",
                "schema.type",
            ),
        ),
    ],
)
def test_what_is_wrong_is_refused_by_its_place(
    call: Callable[[], Result], error: Exception
) -> None:
    """Nothing is compared, and the error says what to do."""
    with pytest.raises(type(error)) as caught:
        call()
    assert caught.value == error


def test_an_error_among_many_pages_names_the_page() -> None:
    """Whichever comes first."""
    pages = [Observation(markdown="a"), Observation(json=[{1}])]  # type: ignore[list-item]
    with pytest.raises(InvalidJson) as caught:
        track_many(pages)
    assert caught.value.path == "[1].current.json[0]"


def test_many_pages_have_options_of_their_own() -> None:
    """Instead of those of the call, not on top of them."""
    page = Observation(json=1, options=Options(modes=("json",)))
    shared = Options(context=0, content_type="application/pdf")
    results = track_many(iter([page, Observation(markdown="a ")]), options=shared)
    assert [result.snapshot for result in results] == [
        Snapshot(json=1, content_hash=hash_json(1)),
        Snapshot(content_hash=hash_text("a ")),
    ]
    assert track_many([]) == []


def test_the_snapshot_in_memory_is_not_copied() -> None:
    """An unchanged page costs no second copy of itself."""
    first = track("# Page\n\ntext")
    again = track("# Page\n\n" + "text", previous=first.snapshot)
    assert again.snapshot.markdown is first.snapshot.markdown


def test_limits_on_a_schema_are_those_of_the_call() -> None:
    """A schema that raised limits allow is used under them."""
    schema: JsonValue = {"properties": {f"field{at}": {} for at in range(3_000)}}
    limits = Limits(schema_bytes=10**6, schema_nodes=10_000)
    result = track(
        json={"field7": 1, "x": 2}, modes=["json"], schema=schema, options=Options(), limits=limits
    )
    assert result.snapshot.json == {"field7": 1}
    with pytest.raises(InvalidSchema):
        track(json={"field7": 1}, modes=["json"], schema=schema)


def test_a_schema_too_costly_for_a_page_is_refused_by_its_place() -> None:
    """The schema is well formed; it is this page on which it would never end."""
    branches: JsonValue = [{"properties": {f"k{at}": {"$ref": "#"}}} for at in range(80)]
    schema: JsonValue = {
        "anyOf": branches,
        "patternProperties": {"(a|b)*c[^d]{1,40}": {"$ref": "#"}},
    }
    deep: JsonValue = 1
    for at in range(120):
        deep = {f"k{at % 80}": deep, **{f"{'ab' * 40}c{at}{n}": at for n in range(60)}}
    with pytest.raises(InvalidSchema) as caught:
        track(json=deep, modes=["json"], schema=schema)
    assert caught.value == InvalidSchema(
        "the branches and patterns of the schema take too much work on this value",
        "use fewer of them",
        "schema",
    )
