"""What the diff API reads: a page, or a batch of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from changetrack._definitions.sketches import (
    describe_object,
    optional,
    optional_reference,
    refer,
)
from changetrack._models import (
    EXTRAS,
    LEAST_BUDGET,
    MAX_CONTEXT,
    MODES,
    MOST_BUDGET,
    Mode,
    Options,
    Order,
)

if TYPE_CHECKING:
    from changetrack._models import JsonObject, Limits

_DEFAULT_OPTIONS = Options()


def describe_requests(limits: Limits) -> JsonObject:
    """Return the definitions of a request and its parts."""
    return {
        "Mode": _describe_mode(),
        "CurrentPage": _describe_current(limits),
        "Baseline": _describe_baseline(limits),
        "ListKeys": _describe_list_keys(),
        "DiffItem": _describe_item(limits),
        "DiffBatch": _describe_batch(limits),
        "DiffRequest": {
            "description": "One page, or a batch of them: with the key `batch` it is a batch.",
            # Generated clients have a class for each of two names; that a page has no `batch`
            # would be a third one, which most of them cannot read.
            "anyOf": [refer("DiffItem"), refer("DiffBatch")],
        },
    }


def _describe_mode() -> JsonObject:
    """Describe a mode by its own name: another spelling would be the same constant of a client."""
    names = get_args(Mode)
    others = (alias for alias in MODES if alias not in names)
    aliases = ", ".join(f"`{alias}` is read as `{MODES[alias]}`" for alias in others)
    return {
        "description": f"What is compared: the text, or the fields. {aliases}.",
        "type": "string",
        "enum": [*names],
    }


def _describe_current(limits: Limits) -> JsonObject:
    return describe_object(
        "A page as it is now. An empty object is an empty page.",
        {
            "markdown": optional("string", "Its text.", maxLength=limits.markdown_chars),
            "json": {"description": "The fields that were extracted from it: any JSON."},
            "capturedAt": optional(
                "string",
                "When it was seen, in any form; stamped on the snapshot untouched.",
                maxLength=limits.timestamp_chars,
            ),
        },
    )


def _describe_baseline(limits: Limits) -> JsonObject:
    known = optional("string", "A hash of an earlier result.", maxLength=limits.hash_chars)
    return describe_object(
        "A snapshot that was kept, all of it or parts: its hash alone tells same from changed.",
        {
            "markdown": optional("string", "The text as it was.", maxLength=limits.markdown_chars),
            "json": {"description": "The fields as they were: any JSON."},
            "contentHash": known,
            "capturedAt": optional("string", "When it was seen.", maxLength=limits.timestamp_chars),
            "hashes": optional(
                "object",
                "The hash of each side, as a result in mixed mode has them.",
                properties={"markdown": known, "json": known},
            ),
        },
    )


def _describe_item(limits: Limits) -> JsonObject:
    previous = (
        "The page as it was: `snapshot` of the result before. Without it this is a first"
        " observation; with an empty object it is not."
    )
    return describe_object(
        "One page to compare.",
        {
            "modes": _MODES,
            "previous": optional_reference("Baseline", previous),
            "baseline": optional_reference(
                "Baseline", "A snapshot that stays; it is compared with as well."
            ),
            "history": optional(
                "array",
                "Snapshots before `previous`, oldest first.",
                items=refer("Baseline"),
                maxItems=limits.history_snapshots,
            ),
            "current": refer("CurrentPage"),
            **describe_options(),
            "tag": optional(
                "string", "A label, given back in the result.", maxLength=limits.tag_chars
            ),
            "url": optional(
                "string",
                "Where the page comes from. No diff depends on it.",
                maxLength=limits.url_chars,
            ),
        },
        required=["current"],
    )


def _describe_batch(limits: Limits) -> JsonObject:
    return describe_object(
        "Several pages. What stands beside `batch` is for all items that say nothing themselves.",
        {
            "modes": _MODES,
            "batch": {
                "description": "The pages. An item that is wrong fails them all, unless `partial`.",
                "type": "array",
                "items": refer("DiffItem"),
                "minItems": 1,
                "maxItems": limits.batch_items,
            },
            "partial": optional(
                "boolean",
                "Whether an item that is wrong is answered by its error, and fails no other.",
                default=False,
            ),
            "cluster": optional(
                "boolean",
                "Whether the answer says which items changed in the same way.",
                default=False,
            ),
            **describe_options(),
        },
        required=["batch"],
    )


_MODES: JsonObject = optional(
    "array",
    "What is compared; both is mixed mode, none is the default.",
    items=refer("Mode"),
    default=[*_DEFAULT_OPTIONS.modes],
)


# Of the options of a batch, those that no comparison depends on.
_LABELS = frozenset(("prompt", "goal", "judgeEnabled"))


def describe_comparison() -> JsonObject:
    """Describe all that says how pages are compared, and what is said of the change."""
    options = describe_options()
    return {"modes": _MODES, **{key: options[key] for key in options if key not in _LABELS}}


def describe_options() -> JsonObject:
    """Describe what a batch shares, apart from its modes."""
    return {
        "schema": optional(
            "object",
            "A JSON Schema that says which fields are tracked, in json and mixed mode.",
        ),
        "prompt": optional(
            "string", "What to extract, in words, for whoever extracts. No diff depends on it."
        ),
        "contentType": optional(
            "string",
            "The media type of the page; without one it is text. Of a binary type, only hashes are"
            " compared.",
        ),
        "context": optional(
            "integer",
            "Unchanged lines around a change.",
            minimum=0,
            maximum=MAX_CONTEXT,
            default=_DEFAULT_OPTIONS.context,
        ),
        "trackOnlySchema": optional(
            "boolean",
            "Whether fields that the schema does not declare are left out.",
            default=_DEFAULT_OPTIONS.track_only_schema,
        ),
        "goal": optional("string", "What matters, in words, for whoever judges changes."),
        "judgeEnabled": optional("boolean", "Whether changes are to be judged."),
        **_describe_more(),
    }


def _describe_more() -> JsonObject:
    """Describe what goes beyond the seed's own options."""
    return {
        "include": optional(
            "array",
            "What is answered beside the diff.",
            items={"type": "string", "enum": [*EXTRAS]},
            default=[],
        ),
        "listKeys": {
            "description": "The names of the fields that identify the items of a list, by the"
            ' pattern of its path, such as `{"plans": "name"}`; or `infer`.',
            "anyOf": [
                refer("ListKeys"),
                {"type": "string", "const": "infer"},
                {"type": "null"},
            ],
        },
        "order": optional(
            "string",
            "Whether the order of the items of lists counts.",
            enum=[*get_args(Order), None],
            default=_DEFAULT_OPTIONS.order,
        ),
        **_describe_findings(),
    }


def _describe_findings() -> JsonObject:
    """Describe what counts, what is looked for, and how it is written."""
    return {
        "tolerance": optional(
            "object",
            "How far a number may go before it counts, by the pattern of its path.",
            additionalProperties=describe_object(
                "Within either is no change.",
                {
                    "abs": {"type": "number", "minimum": 0},
                    "percent": {"type": "number", "minimum": 0},
                },
            ),
        ),
        "conditions": optional(
            "array",
            "What to look for in the change; the answer says of each whether it was met.",
            items=refer("Condition"),
        ),
        "patchTests": optional(
            "boolean", "Whether `jsonPatch` tests each place first.", default=False
        ),
        "budget": optional(
            "integer",
            "The tokens of `render`.",
            minimum=LEAST_BUDGET,
            maximum=MOST_BUDGET,
            default=_DEFAULT_OPTIONS.budget,
        ),
        "cursor": optional("string", "Where `render` goes on."),
    }


def _describe_list_keys() -> JsonObject:
    names: JsonObject = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    return {
        "description": "The name of the field that identifies the items of a list, or the names of"
        " several that do so together, by the pattern of the list's path.",
        "type": "object",
        "additionalProperties": {"anyOf": [{"type": "string"}, names]},
    }
