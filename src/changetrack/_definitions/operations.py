"""What may be asked beside a diff: apply, revert, compose, blame, pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from changetrack._definitions.requests import describe_comparison
from changetrack._definitions.sketches import (
    describe_object,
    describe_success,
    list_of,
    optional,
    refer,
)
from changetrack._models import FieldOp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from changetrack._models import JsonObject, JsonValue, Limits


def describe_operations(limits: Limits) -> JsonObject:
    """Return the definitions of the operations' bodies and answers."""
    return {
        "SentDiff": _describe_sent(),
        "ApplyRequest": _describe_change("previous", "The page that the diff was made from."),
        "RevertRequest": _describe_change("current", "The page that the diff leads to."),
        "ComposeRequest": _describe_compose(limits),
        "BlameRequest": describe_object(
            "The snapshots of a page.",
            {
                "snapshots": _list_pages("Oldest first.", "Baseline", limits.history_snapshots),
                "listKeys": describe_comparison()["listKeys"],
            },
            required=["snapshots"],
        ),
        "PagesRequest": _describe_pages(limits),
        "PageState": _describe_state(),
        "PageSets": _describe_sets(),
        "SnapshotAnswer": _describe_answer("The page after it.", {"snapshot": refer("Snapshot")}),
        "BlameAnswer": _describe_answer(
            "Where what the newest snapshot holds comes from: its lines, its fields, or both.",
            {
                "lines": list_of("BlamedLine", "In their order."),
                "fields": list_of("BlamedField", "In their order."),
                "fieldsTotal": {
                    "description": "How many there are, where `fields` does not hold all of them:"
                    " paths are too long together.",
                    "type": "integer",
                    "minimum": 1,
                },
            },
            required=[],
        ),
        "PagesAnswer": describe_success("What became of the pages.", refer("PageSets")),
    }


def _describe_sent() -> JsonObject:
    return describe_object(
        "A diff of an earlier answer: its text, its fields, or both.",
        {
            "text": optional("string", "The unified diff."),
            "fields": optional(
                "array",
                "`diff.fields`, as an answer had them that was asked to include them.",
                items=_describe_change_of_field(),
            ),
            "fieldsTruncated": optional(
                "boolean", "Whether `fields` was cut: then they are refused.", default=False
            ),
        },
    )


def _describe_change_of_field() -> JsonObject:
    segments: JsonObject = {"type": "array", "items": {"type": ["string", "integer"]}}
    return describe_object(
        "A change of a field; what else it had is not needed.",
        {
            "op": {"type": "string", "enum": [*get_args(FieldOp)]},
            "segments": segments,
            "origin": optional("string", "Where it was, if elsewhere."),
            "previous": {"description": "What was there: any JSON."},
            "current": {"description": "What is there: any JSON."},
        },
        required=["op", "segments"],
    )


def _describe_change(side: str, description: str) -> JsonObject:
    return describe_object(
        f"A diff, and a page. {description}",
        {"diff": refer("SentDiff"), side: refer("Baseline")},
        required=["diff", side],
    )


def _describe_compose(limits: Limits) -> JsonObject:
    return describe_object(
        "Diffs, oldest first, and the page before the first one.",
        {
            "previous": refer("Baseline"),
            "diffs": _list_pages("Oldest first.", "SentDiff", limits.history_snapshots),
            **describe_comparison(),
        },
        required=["previous", "diffs"],
    )


def _describe_pages(limits: Limits) -> JsonObject:
    return describe_object(
        "The pages of a site as they were, and as they are.",
        {
            "previous": _list_pages("As they were.", "PageState", limits.set_items, least=0),
            "current": _list_pages("As they are.", "PageState", limits.set_items, least=0),
            "complete": optional(
                "boolean",
                "Whether all pages were looked at: only then is one that is missing removed.",
                default=True,
            ),
        },
        required=["previous", "current"],
    )


def _list_pages(description: str, name: str, most: int, *, least: int = 1) -> JsonObject:
    return {
        "description": description,
        "type": "array",
        "items": refer(name),
        "minItems": least,
        "maxItems": most,
    }


def _describe_state() -> JsonObject:
    return describe_object(
        "A page of a set; one that is sent has `contentHash` or `error`.",
        {
            "url": {"description": "Its address.", "type": "string"},
            "contentHash": optional("string", "The hash of its content."),
            "error": optional("string", "Why it could not be looked at, if so."),
        },
        required=["url"],
    )


def _describe_sets() -> JsonObject:
    pair: JsonValue = describe_object(
        "A page as it was and as it is.",
        {"previous": refer("PageState"), "current": refer("PageState")},
        required=["previous", "current"],
    )
    pages = {
        "new": "Not there before.",
        "removed": "Gone: only after a complete look.",
        "error": "There, but not to be had this time.",
        "unseen": "Not looked at, or not to be told from removed ones.",
    }
    pairs = {
        "changed": "Their content is another one.",
        "same": "As they were.",
        "moved": "The same content under another address.",
    }
    properties: JsonObject = {
        **{name: list_of("PageState", text) for name, text in pages.items()},
        **{
            name: {"description": text, "type": "array", "items": pair}
            for name, text in pairs.items()
        },
        "siteDown": {
            "description": "So much vanished at once that nothing counts as removed.",
            "type": "boolean",
        },
    }
    return describe_object(
        "The pages of both sides, each in one list.", properties, required=[*properties]
    )


def _describe_answer(
    description: str, data: JsonObject, required: Sequence[str] | None = None
) -> JsonObject:
    always = [*data] if required is None else required
    return describe_success(description, describe_object(description, data, required=always))
