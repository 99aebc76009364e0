"""What the public functions take and give, as type checkers see it; read by mypy, never run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, assert_type

import changetrack
from changetrack import (
    BlamedLine,
    ChangeTrackError,
    Cluster,
    Diff,
    FieldChange,
    FieldDiff,
    Hashes,
    History,
    Hunk,
    Limits,
    LinkChange,
    Observation,
    Options,
    PageState,
    Rendering,
    Result,
    RichField,
    RichHunk,
    SectionChange,
    SetDiff,
    Snapshot,
    Stats,
    SuppressedChange,
    TableChange,
    TextDiff,
    ThreeWay,
    Verdict,
    errors,
    wire,
)
from changetrack._models import DiffAst, JsonObject, JsonValue, Mode, PathMap, Status
from changetrack._textdiff.edits import Edit

if TYPE_CHECKING:
    # The two examples of the README, with what they give.
    first = changetrack.track("# Pricing\n\nStarter $19")
    later = changetrack.track("# Pricing\n\nStarter $24", previous=first.snapshot)
    changetrack.track(json={"price": "$24"}, previous={"json": {"price": "$19"}}, modes=["json"])

    assert_type(later, Result)
    assert_type(later.status, Status)
    assert_type(later.changed, bool)
    assert_type(later.first_observation, bool)
    assert_type(later.content_hash, str)
    assert_type(later.snapshot, Snapshot)
    assert_type(later.diff, Diff | None)
    assert_type(later.judgment, JsonObject | None)
    assert_type(later.tag, str | None)
    assert_type(later.truncated, bool)
    assert_type(later.warnings, tuple[str, ...])

    if later.diff is not None:
        assert_type(later.diff.text, str | None)
        assert_type(later.diff.json, DiffAst | PathMap)
        assert_type(later.diff.text_diff, TextDiff | None)
        assert_type(later.diff.field_diff, FieldDiff | None)
    if later.status == "same":
        assert_type(later.diff, Diff | None)

    page = Observation(markdown="a", json=[1, {"a": None}], previous={"markdown": "b"}, tag="t")
    assert_type(changetrack.track_many([page], options=Options(context=1)), list[Result])
    assert_type(Options().modes, tuple[Mode, ...])
    assert_type(Limits().ast_changes, int)

    snapshot = Snapshot(markdown="a", json={"b": 1.5}, hashes=Hashes("x", "y"))
    assert_type(snapshot.json, JsonValue)
    assert_type(snapshot.to_dict(), JsonObject)
    assert_type(snapshot.to_json(), str)
    assert_type(Snapshot.from_json(b"{}"), Snapshot)
    assert_type(Snapshot.from_dict({"markdown": "a"}), Snapshot)

    diff = changetrack.diff_text("a", "b", context=1)
    assert_type(diff, TextDiff)
    assert_type(diff.text, str)
    assert_type(diff.ast, DiffAst)
    assert_type(diff.hunks, list[Hunk])
    assert_type(diff.edits, list[Edit])
    assert_type(diff.additions, int)
    assert_type(changetrack.parse_unified(diff.text), DiffAst)
    assert_type(changetrack.apply_text(diff, "a"), str)
    assert_type(changetrack.revert_text(diff.text, "b"), str)
    for change in diff.ast["files"][0]["chunks"][0]["changes"]:
        # The type of a leaf tells which line numbers it has.
        if change["type"] == "normal":
            assert_type((change["ln1"], change["ln2"]), tuple[int, int])
        else:
            assert_type(change["ln"], int)

    fields = changetrack.diff_fields({"a": 1}, {"a": 2})
    assert_type(fields, FieldDiff)
    assert_type(fields.map, PathMap)
    assert_type(fields.changes, tuple[FieldChange, ...])
    assert_type(iter(fields), Iterator[FieldChange])
    assert_type(changetrack.apply_fields(fields, {"a": 1}), JsonValue)
    assert_type(changetrack.revert_fields(list(fields), {"a": 2}), JsonValue)
    assert_type(changetrack.parse_path("a[0]"), tuple[str | int, ...])
    assert_type(changetrack.format_path(("a", 0)), str)

    if later.diff is not None:
        assert_type(later.diff.hunks, tuple[RichHunk, ...])
        assert_type(later.diff.sections, tuple[SectionChange, ...])
        assert_type(later.diff.links, tuple[LinkChange, ...])
        assert_type(later.diff.tables, tuple[TableChange, ...])
        assert_type(later.diff.fields, tuple[RichField, ...])
        assert_type(later.diff.json_patch(tests=True), list[JsonObject])
        assert_type(later.diff.merge_patch(), JsonValue)
        assert_type(later.diff.stats, Stats)
        assert_type(changetrack.apply(later.diff, first.snapshot), Snapshot)
        assert_type(changetrack.compose(later.diff, later.diff), Diff)
        assert_type(changetrack.render_html(later.diff, layout="inline", mail=True), str)
        assert_type(changetrack.render_terminal(later.diff, width=80), str)
    assert_type(later.summary, str)
    assert_type(later.render(budget=400), Rendering)
    assert_type(later.conditions, tuple[Verdict, ...])
    assert_type(later.history, History | None)
    assert_type(later.baseline, ThreeWay | None)
    assert_type(later.suppressed, tuple[SuppressedChange, ...])
    assert_type(changetrack.compose(diff, diff), TextDiff)
    assert_type(changetrack.compose(fields, fields), FieldDiff)
    assert_type(changetrack.cluster([first, later]), tuple[Cluster, ...])
    assert_type(changetrack.blame([first.snapshot]), tuple[BlamedLine, ...])
    pages = [PageState("https://example.com/", "a")]
    assert_type(changetrack.diff_pages(pages, pages), SetDiff[PageState])
    by_itself = changetrack.diff_set([1], [2], identity=[lambda each: each], compare=int.__eq__)
    assert_type(by_itself, SetDiff[int])

    assert_type(changetrack.normalize_markdown("a"), str)
    assert_type(changetrack.hash_markdown("a"), str)
    assert_type(changetrack.hash_json({"a": [None]}), str)
    assert_type(changetrack.canonical_json([]), bytes)
    assert_type(changetrack.html_to_markdown("<p>a</p>"), str)

    assert_type(wire.answer(b"{}"), JsonObject)
    assert_type(wire.encode(wire.answer({"current": {}})), bytes)
    assert_type(wire.read_request(wire.load("{}")), wire.DiffRequest)
    assert_type(wire.read_request({}).items, tuple[wire.DiffItem | ChangeTrackError, ...])
    assert_type(wire.write_error(errors.EmptyBatch()), JsonObject)
    assert_type(errors.HunkDoesNotApply(1, 2).under("x"), ChangeTrackError)
    assert_type(errors.InvalidRequest.code, str)

    # What a type checker must refuse; an ignore that is not needed is an error, too.
    changetrack.track(5)  # type: ignore[arg-type]
    changetrack.track("a", "b")  # type: ignore[call-arg]
    changetrack.track("a", previous="b")  # type: ignore[arg-type]
    changetrack.track("a", mode="json")  # type: ignore[call-arg]
    changetrack.hash_json({1, 2})  # type: ignore[arg-type]
    Options(modes=("html",))  # type: ignore[arg-type]
    Snapshot("a")  # type: ignore[call-arg]
    snapshot.markdown = "b"  # type: ignore[misc]
    later.status = "same"  # type: ignore[misc]
