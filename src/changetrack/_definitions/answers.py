"""What the diff API writes: a result, the results of a batch, or an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from changetrack import errors
from changetrack._definitions.sketches import (
    describe_object,
    describe_success,
    list_of,
    optional_reference,
    refer,
)
from changetrack._history.models import Relation
from changetrack._models import Status

if TYPE_CHECKING:
    from changetrack._models import JsonObject, Limits

# What can be wrong with a body. The other errors are of calls that no body leads to.
_REFUSALS = (
    errors.InvalidRequest,
    errors.InvalidJson,
    errors.JsonTooDeep,
    errors.NumberTooLong,
    errors.InvalidText,
    errors.EmptyBatch,
    errors.UnknownMode,
    errors.MissingContent,
    errors.InvalidSnapshot,
    errors.InvalidSchema,
    errors.InvalidOption,
    errors.FieldTooLong,
    errors.BatchTooLarge,
    errors.HistoryTooLong,
    errors.SetTooLarge,
    errors.ContentTooLarge,
    errors.DiffSyntaxError,
    errors.HunkDoesNotApply,
    errors.ChangeDoesNotApply,
    errors.InvalidPath,
)

# The others are there when they have something to say.
_ALWAYS = ("status", "firstObservation", "contentHash", "snapshot", "diff", "judgment")


def describe_answers(limits: Limits) -> JsonObject:
    """Return the definitions of an answer and its parts."""
    result, refusal = refer("ChangeTrackingResult"), _describe_refusal()
    results: JsonObject = {
        "description": "A result for each item, in their order; with `partial`, or its error.",
        "type": "array",
        "items": {"oneOf": [result, refer("ItemError")]},
        "minItems": 1,
        "maxItems": limits.batch_items,
    }
    index: JsonObject = {"description": "Which item it was.", "type": "integer", "minimum": 0}
    return {
        "Snapshot": _describe_snapshot(limits),
        "Hashes": _describe_hashes(),
        "Diff": _describe_diff(),
        "ThreeWay": _describe_three_way(),
        "ChangeTrackingResult": describe_object(
            "What is to be said of one page.",
            {**_describe_verdict(), **_describe_remarks(limits)},
            required=_ALWAYS,
        ),
        "DiffAnswer": describe_success("The result of one page.", result),
        "BatchAnswer": describe_success(
            "The results of a batch.",
            results,
            clusters=list_of("Cluster", "Items that changed in the same way."),
        ),
        "ErrorEnvelope": describe_object("Why there is no answer.", refusal, required=[*refusal]),
        "ItemError": describe_object(
            "Why one item has no result.",
            {**refusal, "index": index},
            required=[*refusal, "index"],
        ),
    }


def _describe_snapshot(limits: Limits) -> JsonObject:
    return describe_object(
        "What to keep, and to send as `previous` the next time.",
        {
            "markdown": {"description": "The normalized text.", "type": "string"},
            "json": {"description": "The fields that are tracked, in their order: any JSON."},
            "contentHash": _describe_hash("of the markdown; in json mode of the canonical JSON"),
            "capturedAt": {
                "description": "What `current.capturedAt` was.",
                "type": "string",
                "maxLength": limits.timestamp_chars,
            },
            "hashes": refer("Hashes"),
        },
        required=["contentHash"],
    )


def _describe_hashes() -> JsonObject:
    sides: JsonObject = {
        "markdown": _describe_hash("of the markdown"),
        "json": _describe_hash("of the canonical JSON"),
    }
    return describe_object("The hash of each side, in mixed mode.", sides, required=[*sides])


def _describe_diff() -> JsonObject:
    return describe_object(
        "What changed.",
        {
            "text": {
                "description": "The unified diff, in gitDiff and mixed mode. Never cut.",
                "type": "string",
            },
            "json": {
                "description": "The tree of the text diff in gitDiff mode, else the map of fields.",
                "oneOf": [refer("DiffAst"), refer("PathMap")],
            },
            **_describe_extras(),
        },
        required=["json"],
    )


def _describe_extras() -> JsonObject:
    """Describe what a request may ask for by `include`, and what stands in the diff then."""
    return {
        "hunks": list_of("RichHunk", "Each contiguous change of the text."),
        "sections": list_of("SectionChange", "What became of each section of the text."),
        "links": list_of("LinkChange", "Links and images that changed."),
        "tables": list_of("TableChange", "Tables that changed, cell by cell."),
        "fields": list_of("RichField", "Each change of the JSON."),
        "fieldsTruncated": {
            "description": "There when `fields` is cut, because their paths are very long: the"
            " first of them are there, and they cannot be applied.",
            "type": "boolean",
            "const": True,
        },
        "jsonPatch": {
            "description": "The changes of the JSON as a JSON Patch (RFC 6902).",
            "type": "array",
            "items": {"type": "object"},
        },
        "mergePatch": {
            "description": "The same as a merge patch (RFC 7386): any JSON. Where it cannot"
            " express them it is left out, and `warnings` says why.",
        },
        "html": _text("The diff side by side, self-contained and escaped."),
        "inlineHtml": _text("The same, one side below the other."),
        "mailHtml": _text("The same with inline styles alone, for mail."),
        "added": _text("What was added, as plain text."),
        "removed": _text("What was removed, as plain text."),
    }


def _text(description: str) -> JsonObject:
    return {"description": f"{description} Where asked for.", "type": "string"}


def _describe_verdict() -> JsonObject:
    return {
        "status": {
            "description": "A first observation is `changed`.",
            "type": "string",
            "enum": [*get_args(Status)],
        },
        "firstObservation": {
            "description": "Whether there was nothing to compare with.",
            "type": "boolean",
        },
        "contentHash": _describe_hash(
            "of the normalized markdown; in json mode of the canonical JSON; of a binary type of"
            " the raw text"
        ),
        "snapshot": refer("Snapshot"),
        "diff": optional_reference(
            "Diff",
            "Null where nothing changed, where there was nothing to compare with or only a hash of"
            " it, and of a binary type.",
        ),
        "judgment": {
            "description": "What a judge says of the change; null where none was asked.",
            "type": ["object", "null"],
        },
    }


def _describe_remarks(limits: Limits) -> JsonObject:
    return {
        "tag": {
            "description": "The tag of the request, where it has one.",
            "type": "string",
            "maxLength": limits.tag_chars,
        },
        "truncated": {
            "description": "There when `diff.json` is cut; the text and the totals never are.",
            "type": "boolean",
            "const": True,
        },
        "warnings": {
            "description": "What a reader should doubt, where there is anything.",
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
        },
        "summary": _text("One sentence that says what happened."),
        "stats": refer("Stats"),
        "render": refer("Rendering"),
        **_describe_suppressed(limits),
        "conditions": {
            "description": "Which conditions were met, in their order, where there are any.",
            "type": "array",
            "items": refer("Verdict"),
        },
        "history": refer("History"),
        "baseline": refer("ThreeWay"),
    }


def _describe_suppressed(limits: Limits) -> JsonObject:
    return {
        "suppressed": {
            "description": "Differences that the options do not count, where there are any.",
            "type": "array",
            "items": refer("SuppressedChange"),
            "maxItems": limits.field_entries,
        },
        "suppressedTotal": {
            "description": "How many there are, where `suppressed` does not hold all of them: there"
            " are too many, or their paths are too long together.",
            "type": "integer",
            "minimum": 1,
        },
    }


def _describe_three_way() -> JsonObject:
    return describe_object(
        "The current page against the baseline that stays, beside the last snapshot.",
        {
            "relation": {
                "description": "How the three relate: `new` where only the current one differs,"
                " `standing` where the last one differed already and nothing came since.",
                "type": "string",
                "enum": [*get_args(Relation)],
            },
            "diff": optional_reference("Diff", "From the baseline to the current page."),
        },
        required=["relation", "diff"],
    )


def _describe_hash(what: str) -> JsonObject:
    return {
        "description": f"SHA-256 in hex {what}.",
        "type": "string",
        "pattern": "^[0-9a-f]{64}$",
    }


def _describe_refusal() -> JsonObject:
    return {
        "success": {"type": "boolean", "const": False},
        "error": {
            "description": "What is wrong, where, and what to do about it; for people.",
            "type": "string",
        },
        "errorCode": {
            "description": "The coarse word to branch on.",
            "type": "string",
            "enum": [*sorted({kind.code for kind in _REFUSALS})],
        },
        "reason": {
            "description": "The fine word.",
            "type": "string",
            "enum": [*sorted(kind.reason for kind in _REFUSALS)],
        },
    }
