"""The two sides of a page, its markdown and its JSON, each read and compared on its own.

A baseline may hold the content of a side, or only its hash, or nothing of it. Content is compared
as content; a hash only tells same from changed; and what a hash does not cover counts as changed,
with a warning: never a false `same` (DESIGN §4.9).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from changetrack._fielddiff import FieldDiff, compare_fields
from changetrack._hashing import hash_plain_json, hash_text
from changetrack._normalize import check_page, normalize_beside, read_markdown, split_lines
from changetrack._textdiff import TextDiff, diff_lines

if TYPE_CHECKING:
    from changetrack._fielddiff.models import SuppressedChange
    from changetrack._models import JsonValue, Limits, Options
    from changetrack._scopes import Scope
    from changetrack._snapshots import Snapshot

HASH_ONLY = "the baseline holds only a hash, so what changed cannot be shown"
UNDECIDED = (
    "the baseline's hash does not cover the JSON, so the JSON counts as changed;"
    " keep the whole snapshot, or its `hashes`"
)
NO_MARKDOWN = "the baseline holds no markdown, so the empty page counts as changed"


@dataclass(slots=True, kw_only=True)
class Side:
    """One side: what of it is kept, and how it compares.

    A diff is None where nothing differs, and where only hashes could be compared.
    """

    content_hash: str
    changed: bool
    markdown: str | None = None
    json: JsonValue = None
    text_diff: TextDiff | None = None
    field_diff: FieldDiff | None = None
    warnings: tuple[str, ...] = ()
    suppressed: tuple[SuppressedChange, ...] = ()


def compare_markdown(
    markdown: str, previous: Snapshot | None, options: Options, limits: Limits
) -> Side:
    """Return the markdown side."""
    if previous is not None and previous.is_tracked and previous.markdown == markdown:
        # What track() kept is normal, so text that equals it is normal too and has its hash.
        known = previous.hashes.markdown if previous.hashes else previous.content_hash
        return Side(content_hash=known, changed=False, markdown=previous.markdown)
    text, lines = read_markdown(markdown, limits, "current.markdown")
    content_hash = hash_text(text, "current.markdown")
    if previous is None:
        return Side(content_hash=content_hash, changed=True, markdown=text)
    if previous.markdown is None:
        known = _known_markdown_hash(previous)
        if known:
            return _compare_hashes(content_hash, known, markdown=text)
        if not lines:
            return Side(
                content_hash=content_hash, changed=True, markdown=text, warnings=(NO_MARKDOWN,)
            )
        old: list[str] = []
    elif previous.markdown in (text, markdown):
        return Side(content_hash=content_hash, changed=False, markdown=text)
    elif previous.is_tracked:
        old = split_lines(previous.markdown)
    else:
        check_page(previous.markdown, limits, "previous.markdown")
        old = normalize_beside(previous.markdown, text, lines)
    diff = diff_lines(old, lines, context=options.context, limits=limits)
    return Side(content_hash=content_hash, changed=bool(diff), markdown=text, text_diff=diff)


def compare_json(
    json: JsonValue, previous: Snapshot | None, scope: Scope, limits: Limits, *, alone: bool
) -> Side:
    """Return the JSON side; `alone` says that the baseline's `content_hash` is of JSON."""
    tracked, warnings = scope.track(json)
    content_hash = hash_plain_json(tracked)
    if previous is None:
        return Side(content_hash=content_hash, changed=True, json=tracked, warnings=warnings)
    known = _known_json_hash(previous, alone=alone)
    if known is not None:
        return _compare_hashes(content_hash, known, json=tracked, warnings=warnings)
    baseline = scope.narrow(previous.json)
    sides = _fill_missing(baseline, tracked)
    diff = compare_fields(*sides, limits, scope.rules, shared=scope.likeness)
    return Side(
        content_hash=content_hash,
        changed=bool(diff),
        json=tracked,
        field_diff=diff,
        warnings=(*warnings, *diff.warnings),
        suppressed=diff.suppressed if diff.uncounted else (),
    )


def compare_binary_text(text: str, previous: Snapshot | None, limits: Limits) -> Side:
    """Return the side of a binary resource's extracted text: hashed raw, and hashed only."""
    check_page(text, limits, "current.markdown")
    content_hash = hash_text(text, "current.markdown")
    if previous is None:
        return Side(content_hash=content_hash, changed=True)
    known = previous.hashes.markdown if previous.hashes else previous.content_hash
    if not known and previous.markdown is not None:
        known = hash_text(previous.markdown, "previous.markdown")
    return Side(content_hash=content_hash, changed=known != content_hash)


def compare_binary_json(
    json: JsonValue, previous: Snapshot | None, scope: Scope, *, alone: bool
) -> Side:
    """Return the side of a binary resource's extracted JSON: hashed only."""
    tracked, warnings = scope.track(json)
    content_hash = hash_plain_json(tracked)
    if previous is None:
        return Side(content_hash=content_hash, changed=True, warnings=warnings)
    known = previous.content_hash if alone else ""
    if previous.hashes:
        known = previous.hashes.json
    elif previous.json is not None:
        known = hash_plain_json(scope.narrow(previous.json))
    if not known and not alone:
        warnings = (*warnings, UNDECIDED)
    return Side(content_hash=content_hash, changed=known != content_hash, warnings=warnings)


def _known_markdown_hash(previous: Snapshot) -> str:
    if previous.hashes:
        return previous.hashes.markdown
    return "" if previous.json is not None else previous.content_hash


def _known_json_hash(previous: Snapshot, *, alone: bool) -> str | None:
    """Return the hash of JSON that was not kept: "" when unknown, None when there is the JSON.

    None also when there was none, and that is known: then what is there now was added.
    """
    if previous.json is not None:
        return None
    if previous.hashes:
        known = previous.hashes.json
    elif previous.markdown is None and previous.content_hash:
        known = previous.content_hash if alone else ""
    else:
        return None
    return None if known == hash_plain_json(None) else known


def _compare_hashes(
    content_hash: str,
    known: str,
    *,
    markdown: str | None = None,
    json: JsonValue = None,
    warnings: tuple[str, ...] = (),
) -> Side:
    changed = known != content_hash
    if changed:
        warnings = (*warnings, HASH_ONLY if known else UNDECIDED)
    return Side(
        content_hash=content_hash, changed=changed, markdown=markdown, json=json, warnings=warnings
    )


def _fill_missing(previous: JsonValue, current: JsonValue) -> tuple[JsonValue, JsonValue]:
    """Return both sides with an absent one read as `{}`, so that it shows field by field."""
    if previous is None and isinstance(current, dict):
        return {}, current
    if current is None and isinstance(previous, dict) and previous:
        return previous, {}
    return previous, current
