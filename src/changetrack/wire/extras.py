"""What a request may ask for beside the diff, each under a key of its own (DESIGN §5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, cast

from changetrack.errors import PatchError
from changetrack.wire.values import write_value

if TYPE_CHECKING:
    from types import ModuleType

    from changetrack._diffs import Diff
    from changetrack._fielddiff.models import RichField, SuppressedChange
    from changetrack._models import Extra, JsonObject, JsonValue, Limits, Mode, Options
    from changetrack._results import Result

__all__ = ["write_diff", "write_diff_extras", "write_field", "write_remarks"]

_Writer: TypeAlias = "Callable[[Diff, Options], JsonValue]"


def write_diff_extras(diff: Diff, options: Options) -> tuple[JsonObject, list[str]]:
    """Return what stands beside the text and the JSON of a diff, and what could not be written."""
    written: JsonObject = {}
    warnings = []
    for extra in options.include:
        if extra not in _WRITERS:
            continue
        mode = _NEEDED.get(extra)
        if mode is not None and mode not in options.modes:
            warnings.append(f"{extra} is of the mode {mode}, which was not asked for")
        try:
            written[extra] = _WRITERS[extra](diff, options)
        except PatchError as error:
            warnings.append(f"{extra} is left out: {error}")
    if "fields" in written and diff.fields_truncated:
        written["fieldsTruncated"] = True
    return written, warnings


def write_remarks(result: Result, options: Options, limits: Limits) -> JsonObject:
    """Return what stands beside the diff: what is asked for, and what there is to say."""
    written = _write_asked(result, options) if options.include else {}
    if result.suppressed:
        written |= _write_suppressed(result.suppressed, limits)
    if options.conditions:
        written["conditions"] = write_value(result.conditions)
    if result.history is not None:
        written["history"] = write_value(result.history)
    if result.baseline is not None:
        three = result.baseline
        diff = None if three.diff is None else write_diff(three.diff)
        written["baseline"] = {"relation": three.relation, "diff": diff}
    return written


def _write_suppressed(suppressed: tuple[SuppressedChange, ...], limits: Limits) -> JsonObject:
    """Return the first of them, without those whose paths are too long; and how many there are."""
    shown: list[JsonValue] = []
    left = limits.field_path_chars
    for each in suppressed:
        if len(shown) == limits.field_entries:
            break
        if len(each.path) <= left:
            left -= len(each.path)
            shown.append(write_value(each))
    written: JsonObject = {"suppressed": shown}
    if len(shown) < len(suppressed):
        written["suppressedTotal"] = len(suppressed)
    return written


def _write_asked(result: Result, options: Options) -> JsonObject:
    written: JsonObject = {}
    if "summary" in options.include:
        written["summary"] = result.summary
    if "stats" in options.include and result.diff is not None:
        written["stats"] = write_value(result.diff.stats)
    if "render" in options.include and result.diff is not None:
        rendering = result.render(budget=options.budget, cursor=options.cursor)
        written["render"] = write_value(rendering)
    return written


def write_diff(diff: Diff) -> JsonObject:
    """Return what the seed has of a diff."""
    # The leaves are TypedDicts, which are JSON objects in all but the type checker's eyes.
    json = cast("JsonValue", diff.json)
    return {"json": json} if diff.text is None else {"text": diff.text, "json": json}


def write_field(change: RichField) -> JsonObject:
    """Return a field change; only what was not there is left out, and null was there."""
    written = cast("JsonObject", write_value(change))
    if change.op in ("remove", "replace"):
        written["previous"] = change.previous
    if change.op in ("add", "replace"):
        written["current"] = change.current
    return written


def _renderers() -> ModuleType:
    from changetrack import _render  # only for whoever asks

    return _render


# What says nothing where only the other side is compared.
_NEEDED: dict[Extra, Mode] = {
    **dict.fromkeys(("hunks", "sections", "links", "tables"), "gitDiff"),
    **dict.fromkeys(("fields", "jsonPatch", "mergePatch"), "json"),
}

_WRITERS: dict[Extra, _Writer] = {
    "hunks": lambda diff, _: write_value(diff.hunks),
    "sections": lambda diff, _: write_value(diff.sections),
    "links": lambda diff, _: write_value(diff.links),
    "tables": lambda diff, _: write_value(diff.tables),
    # Whoever sends them back needs the moves as well, which are marked.
    "fields": lambda diff, _: [
        write_field(change) for change in (*diff.fields, *diff.uncounted_moves)
    ],
    "jsonPatch": lambda diff, options: [*diff.json_patch(tests=options.patch_tests)],
    "mergePatch": lambda diff, _: diff.merge_patch(),
    "html": lambda diff, _: _renderers().render_html(diff),
    "inlineHtml": lambda diff, _: _renderers().render_html(diff, layout="inline"),
    "mailHtml": lambda diff, _: _renderers().render_html(diff, mail=True),
    "added": lambda diff, _: _renderers().render_added(diff),
    "removed": lambda diff, _: _renderers().render_removed(diff),
}
