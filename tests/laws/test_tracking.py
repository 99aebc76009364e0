"""What holds for any two observations of a page, in all modes."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import replace

from hypothesis import assume, given

from changetrack import (
    Hashes,
    Observation,
    Options,
    Result,
    Snapshot,
    apply_fields,
    apply_text,
    diff_text,
    hash_json,
    hash_markdown,
    normalize_markdown,
    revert_fields,
    revert_text,
    track,
    track_many,
)
from changetrack._hashing import same_json
from changetrack._mediatype import is_text
from changetrack._models import JsonValue
from tests.strategies.json_values import json_values, reverse_keys
from tests.strategies.observations import Visit, visits
from tests.strategies.pages import cosmetic_variants, pages


def _stored(snapshot: Snapshot) -> dict[str, JsonValue]:
    """Return the snapshot as it comes back from a store."""
    stored: dict[str, JsonValue] = json.loads(snapshot.to_json())
    return stored


@given(visits)
def test_a_first_observation_is_changed_and_has_no_diff(visit: Visit) -> None:
    """There is nothing to compare with, and the snapshot says what was seen."""
    result = visit.observe(0)
    assert (result.status, result.first_observation, result.diff) == ("changed", True, None)
    assert result.snapshot.content_hash == result.content_hash


@given(visits)
def test_the_snapshot_fed_back_is_same(visit: Visit) -> None:
    """However it was kept, an unchanged page is the same as its snapshot."""
    first = visit.observe(0)
    kept = first.snapshot
    for form in (
        kept,
        kept.to_dict(),
        _stored(kept),
        Snapshot.from_json(kept.to_json()),
        Snapshot.from_dict(kept.to_dict()),
        pickle.loads(pickle.dumps(kept)),  # noqa: S301 - our own bytes
        copy.copy(kept),
        copy.deepcopy(kept),
        replace(kept),
    ):
        again = visit.observe(0, form)
        assert (again.status, again.first_observation, again.diff) == ("same", False, None)
        assert again.snapshot == kept
        assert again.content_hash == first.content_hash
        assert again.snapshot.to_json() == kept.to_json()


@given(visits)
def test_a_stored_snapshot_gives_what_the_one_in_memory_gives(visit: Visit) -> None:
    """That track() trusts its own snapshots changes nothing but the time it takes."""
    kept = visit.observe(0).snapshot
    result = visit.observe(1, kept)
    for form in (_stored(kept), Snapshot.from_json(kept.to_json())):
        other = visit.observe(1, form)
        assert other == result
        assert _surfaces(other) == _surfaces(result)


@given(visits)
def test_same_means_equal_hashes(visit: Visit) -> None:
    """In each mode, the hashes of what is compared tell the status, and the other way round."""
    before = visit.observe(0)
    after = visit.observe(1, before.snapshot)
    # A side without JSON counts as an empty object, but it is not hashed as one.
    assume(None not in visit.jsons)
    # What is hashed differs where only one observation has the markdown of a binary page.
    assume(is_text(visit.options.content_type) or visit.markdowns.count(None) != 1)
    one, other = before.snapshot, after.snapshot
    equal = (one.content_hash, one.hashes) == (other.content_hash, other.hashes)
    assert (after.status == "same") is equal


@given(visits)
def test_hashes_alone_tell_the_status(visit: Visit) -> None:
    """A baseline of hashes says same and changed as the whole baseline does."""
    kept = visit.observe(0).snapshot
    whole = visit.observe(1, kept)
    # Nothing is known of the content, so an absent JSON and an empty one are two.
    assume(None not in visit.jsons)
    bare = Snapshot(content_hash=kept.content_hash, hashes=kept.hashes)
    assert visit.observe(1, bare).status == whole.status


@given(visits)
def test_a_baseline_with_less_in_it_is_never_same_by_mistake(visit: Visit) -> None:
    """Whatever parts of a snapshot were kept, a page that changed is changed."""
    kept = visit.observe(0).snapshot
    assume(visit.observe(1, kept).changed)
    assume(None not in visit.jsons)
    for part in (
        replace(kept, hashes=None, markdown=None, json=None),
        replace(kept, markdown=None),
        replace(kept, json=None),
        replace(kept, hashes=None, markdown=None) if kept.markdown else kept,
    ):
        assert visit.observe(1, part).changed


@given(visits)
def test_the_diff_leads_from_snapshot_to_snapshot(visit: Visit) -> None:
    """Both diffs of a result apply to what the baseline holds, and revert to it."""
    kept = visit.observe(0).snapshot
    result = visit.observe(1, kept)
    if result.diff is None:
        return
    text_diff, field_diff = result.diff.text_diff, result.diff.field_diff
    if text_diff is not None and result.diff.text is not None:
        old, new = kept.markdown or "", result.snapshot.markdown or ""
        assert apply_text(result.diff.text, old) == apply_text(text_diff, old) == new
        assert revert_text(result.diff.text, new) == revert_text(text_diff, new) == old
    if field_diff is not None and None not in visit.jsons:
        old_json, new_json = kept.json, result.snapshot.json
        assert same_json(apply_fields(field_diff, old_json), new_json)
        assert same_json(revert_fields(field_diff, new_json), old_json)


@given(visits)
def test_the_snapshot_holds_what_its_hashes_say(visit: Visit) -> None:
    """What is kept is normal, and its hashes can be computed from it."""
    kept = visit.observe(0).snapshot
    if not is_text(visit.options.content_type):
        assert (kept.markdown, kept.json) == (None, None)
        return
    hashes = Hashes(hash_markdown(kept.markdown or ""), hash_json(kept.json))
    modes = visit.options.modes
    assert kept.content_hash == (hashes.markdown if "gitDiff" in modes else hashes.json)
    assert kept.hashes == (hashes if len(modes) == 2 else None)
    assert kept.markdown == (
        normalize_markdown(visit.markdowns[0] or "") if "gitDiff" in modes else None
    )


@given(visits)
def test_many_pages_are_tracked_as_each_alone(visit: Visit) -> None:
    """track_many is track, once for each."""
    kept = visit.observe(0).snapshot
    alone = [
        Observation(markdown=markdown or "", json=fields, previous=previous, tag=tag)
        for previous in (None, kept)
        for tag, markdown, fields in zip("ab", visit.markdowns, visit.jsons, strict=True)
    ]
    results = track_many(alone, options=visit.options)
    assert results == [
        track(p.markdown, json=p.json, previous=p.previous, tag=p.tag, options=visit.options)
        for p in alone
    ]


@given(cosmetic_variants(pages()), json_values)
def test_what_does_not_count_does_not_count(pair: tuple[str, str], fields: JsonValue) -> None:
    """Cosmetic white space and the order of keys change no part of any result."""
    mixed = Options(modes=("gitDiff", "json"))
    one = track(pair[0], json=fields, options=mixed)
    other = track(pair[1], json=reverse_keys(fields), options=mixed)
    assert one == other
    assert track(pair[1], json=fields, previous=other.snapshot, options=mixed).status == "same"


@given(visits)
def test_a_result_in_gitdiff_mode_is_the_text_diff(visit: Visit) -> None:
    """track() adds nothing to what diff_text says."""
    old, new = (markdown or "" for markdown in visit.markdowns)
    result = track(new, previous=track(old).snapshot, options=Options(context=1))
    diff = diff_text(old, new, context=1)
    assert result.changed is bool(diff)
    if result.diff is not None:
        assert result.diff.text == diff.text
        assert result.diff.json == diff.ast


def _surfaces(result: Result) -> object:
    """Return all that a result shows of its diff."""
    diff = result.diff
    return None if diff is None else (diff.text, repr(diff.json), diff.truncated)
