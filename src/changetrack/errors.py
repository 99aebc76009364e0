"""Every exception that changetrack raises, under one base.

    ChangeTrackError                    one `except` is enough
    ├── InvalidRequest (ValueError)     the caller's input is wrong
    │   ├── InvalidJson                 not JSON: NaN, a lone surrogate, a Python object, bad syntax
    │   │   ├── JsonTooDeep             nested deeper than the limit allows
    │   │   └── NumberTooLong           an integer of more digits than the limit allows
    │   ├── InvalidText                 text that no UTF-8 can carry
    │   ├── EmptyBatch                  a batch without items
    │   ├── UnknownMode                 a mode that is neither gitDiff nor json
    │   ├── MissingContent              nothing to compare
    │   ├── InvalidSnapshot             a baseline that no snapshot can be read from
    │   ├── InvalidSchema               a JSON Schema that is malformed, unsafe or too complex
    │   ├── InvalidPath                 a field path that does not parse
    │   ├── InvalidOption               an option outside its range
    │   ├── InvalidSchedule             a schedule that cannot be kept; its reason says why
    │   ├── InvalidMonitor              a monitor, or a change of one, that is put wrongly
    │   │   └── InvalidHeader           a header that a webhook may not have
    │   ├── InvalidSignature            a webhook that is not to be believed
    │   ├── InvalidCursor               a place in a list that was not handed out for it
    │   ├── InvalidRecipient            what is no address that mail can go to
    │   ├── InvalidChannel              where notifications cannot or may not go
    │   ├── InvalidToken                what leads nowhere from a mail, or does so no longer
    │   └── FieldTooLong                a label longer than its limit
    ├── LimitExceeded                   valid, but larger than Limits allows
    │   ├── BatchTooLarge
    │   └── ContentTooLarge
    ├── PatchError                      a diff that cannot be used on this text or value
    │   ├── DiffSyntaxError             not a unified diff
    │   ├── HunkDoesNotApply            the text is not what the hunk expects
    │   └── ChangeDoesNotApply          the value is not what the field change expects
    └── MonitorError                    valid, but not for what the monitors are now
        ├── MonitorNotFound             there is none of this id, or it is somebody else's
        ├── CheckNotFound               the monitor has no such check
        ├── DeliveryNotFound            the monitor has no such delivery
        ├── CheckInFlight               a check of the monitor is queued or running
        ├── MonitorPaused               a monitor that rests runs nothing
        ├── CreditsSpent                what a check may cost is not left of the month's credits
        ├── NoWebhook                   the monitor has no webhook
        ├── WebhookDisabled             nothing is sent to the webhook any more
        ├── TooManyMonitors             their owner has as many as is allowed
        ├── IdempotencyKeyReused        the key came with another request before
        ├── NothingToConfirm            a recipient who need not, or cannot, be asked
        └── TokenNotFound               nobody has this token

`code` is the coarse word that clients of the wire protocol know, `reason` the fine one; both are
stable and both are API. An error is a value: equal when its type and its fields are equal. Its text
says where, what, and what to do about it.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "BatchTooLarge",
    "ChangeDoesNotApply",
    "ChangeTrackError",
    "CheckInFlight",
    "CheckNotFound",
    "ContentTooLarge",
    "CreditsSpent",
    "DeliveryNotFound",
    "DiffSyntaxError",
    "EmptyBatch",
    "FieldTooLong",
    "HunkDoesNotApply",
    "IdempotencyKeyReused",
    "InvalidChannel",
    "InvalidCursor",
    "InvalidHeader",
    "InvalidJson",
    "InvalidMonitor",
    "InvalidOption",
    "InvalidPath",
    "InvalidRecipient",
    "InvalidRequest",
    "InvalidSchedule",
    "InvalidSchema",
    "InvalidSignature",
    "InvalidSnapshot",
    "InvalidText",
    "InvalidToken",
    "JsonTooDeep",
    "LimitExceeded",
    "MissingContent",
    "MonitorError",
    "MonitorNotFound",
    "MonitorPaused",
    "NoWebhook",
    "NothingToConfirm",
    "NumberTooLong",
    "PatchError",
    "TokenNotFound",
    "TooManyMonitors",
    "UnknownMode",
    "WebhookDisabled",
]

# A message quotes what it was given, and what it was given may be a page.
_MAX_QUOTE = 60
# And a path is made of keys, which may be pages as well.
_MAX_PATH = 200


def _quote(text: str) -> str:
    shown = text if len(text) <= _MAX_QUOTE else text[:_MAX_QUOTE] + "…"
    return ascii(shown) if not shown.isprintable() else f"'{shown}'"


class ChangeTrackError(Exception):
    """The base of every error of this library; never raised itself."""

    # Of the class; an error whose kinds stand in a table has those of its row.
    code: str = "invalid_request"
    reason: str = "invalid_request"

    def __init__(self, problem: str, remedy: str, path: str = "") -> None:
        super().__init__(problem, remedy, path)
        self.problem = problem
        self.remedy = remedy
        self.path = path

    def __str__(self) -> str:
        path = self.path if len(self.path) <= _MAX_PATH else self.path[:_MAX_PATH] + "…"
        where = f"{path}: " if path else ""
        return f"{where}{self.problem}; {self.remedy}"

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), str(self)))

    def __reduce__(self) -> tuple[object, ...]:
        # Exception's own way replays the positional arguments, and some subclasses compute theirs.
        return (_restore, (type(self), dict(vars(self))))

    def under(self, prefix: str) -> ChangeTrackError:
        """Return this error seen from outside: `current` under `batch[3]` is `batch[3].current`."""
        joint = "." if prefix and self.path and not self.path.startswith("[") else ""
        return _restore(type(self), {**vars(self), "path": f"{prefix}{joint}{self.path}"})


def _restore(kind: type[ChangeTrackError], fields: dict[str, object]) -> ChangeTrackError:
    error = kind.__new__(kind)
    vars(error).update(fields)
    error.args = (error.problem, error.remedy, error.path)
    return error


class InvalidRequest(ChangeTrackError, ValueError):
    """The caller's input is wrong; sending it again changes nothing."""


class InvalidJson(InvalidRequest):
    """The value is not JSON."""

    reason = "invalid_json"


class JsonTooDeep(InvalidJson):
    """The JSON is nested deeper than `Limits.json_depth`."""

    reason = "json_too_deep"

    def __init__(self, allowed: int, path: str = "") -> None:
        super().__init__(
            f"the JSON is nested deeper than {allowed} levels",
            "flatten it or raise the limit",
            path,
        )
        self.allowed = allowed


class NumberTooLong(InvalidJson):
    """An integer has more digits than Python converts."""

    reason = "number_too_long"

    def __init__(self, allowed: int, path: str = "") -> None:
        super().__init__(
            f"an integer has more than {allowed:,} digits", "send it as a string", path
        )
        self.allowed = allowed


class InvalidText(InvalidRequest):
    """The text holds a lone surrogate, which no UTF-8 can carry."""

    reason = "invalid_text"

    def __init__(self, position: int, path: str = "") -> None:
        super().__init__(
            f"the text holds a lone surrogate at character {position}",
            "decode the page with errors='replace'",
            path,
        )
        self.position = position


class EmptyBatch(InvalidRequest):
    """A batch must hold at least one item."""

    reason = "empty_batch"

    def __init__(self, path: str = "batch") -> None:
        super().__init__("the list is empty", "send at least one item", path)


class UnknownMode(InvalidRequest):
    """A mode is neither `gitDiff` (or `git-diff`) nor `json`."""

    reason = "unknown_mode"

    def __init__(self, mode: str, path: str = "modes") -> None:
        super().__init__(f"unknown mode {_quote(mode)}", "use 'gitDiff', 'json' or both", path)
        self.mode = mode


class MissingContent(InvalidRequest):
    """There is nothing to compare."""

    reason = "missing_content"


class InvalidSnapshot(InvalidRequest):
    """The stored baseline cannot be read as a snapshot."""

    reason = "invalid_snapshot"


class InvalidSchema(InvalidRequest):
    """The JSON Schema is malformed, unsafe or too complex."""

    reason = "invalid_schema"


class InvalidPath(InvalidRequest):
    """A field path does not parse."""

    reason = "invalid_path"

    def __init__(self, text: str, position: int, problem: str) -> None:
        super().__init__(
            f"{_quote(text)} at character {position}: {problem}",
            'write paths like plans[0].price or ["odd.key"].x',
        )
        self.text = text
        self.position = position


class InvalidOption(InvalidRequest):
    """An option is outside its range."""

    reason = "invalid_option"


class InvalidMonitor(InvalidRequest):
    """A monitor, or a change of one, is put wrongly."""

    reason = "invalid_monitor"


class InvalidHeader(InvalidMonitor):
    """A header of a webhook is one that is ours to set, or none that HTTP has."""

    reason = "invalid_header"


class InvalidSignature(InvalidRequest):
    """A webhook does not come from where it seems to come from, or not now.

    `reason` is missing, malformed, wrong, stale (signed too long ago) or future (not yet).
    """

    reason = "invalid_signature"

    def __init__(self, reason: str, problem: str, remedy: str) -> None:
        super().__init__(problem, remedy)
        self.reason = reason


class InvalidCursor(InvalidRequest):
    """The place in a list is none that was handed out for this list, to this caller."""

    reason = "invalid_cursor"

    def __init__(self, path: str = "cursor") -> None:
        super().__init__(
            "this is no cursor of this list", "begin without one, and send back what is next", path
        )


class InvalidSchedule(InvalidRequest):
    """The schedule cannot be kept; the reason of each error is a finer one.

    It is one of `too_frequent`, `too_long`, `not_a_schedule`, `unknown_timezone`, `out_of_range`
    and `never_due`.
    """

    reason = "invalid_schedule"

    def __init__(self, reason: str, problem: str, remedy: str, path: str = "") -> None:
        super().__init__(problem, remedy, path)
        self.reason = reason


class InvalidRecipient(InvalidRequest):
    """It is no address that mail can go to, or one too many."""

    reason = "invalid_recipient"


class InvalidChannel(InvalidRequest):
    """It is no place that notifications can go to, or none that they may."""

    reason = "invalid_channel"


class InvalidToken(InvalidRequest):
    """The token of a mail is none, or it is too old."""

    reason = "invalid_token"

    def __init__(self, problem: str, path: str = "token") -> None:
        super().__init__(problem, "use the link of the newest mail", path)


class FieldTooLong(InvalidRequest):
    """A label such as `tag` is longer than its limit."""

    reason = "field_too_long"

    def __init__(self, allowed: int, actual: int, path: str = "") -> None:
        super().__init__(
            f"{actual:,} characters, at most {allowed:,} are allowed", "shorten it", path
        )
        self.allowed = allowed
        self.actual = actual


class LimitExceeded(ChangeTrackError):
    """The input is valid, but larger than `Limits` allows."""

    code = "payload_too_large"
    reason = "limit_exceeded"
    what: ClassVar[str] = "the input"
    unit: ClassVar[str] = "units"

    def __init__(self, allowed: int, actual: int, path: str = "") -> None:
        super().__init__(
            f"{self.what} has {actual:,} {self.unit}, at most {allowed:,} are allowed",
            "split it or raise the limit",
            path,
        )
        self.allowed = allowed
        self.actual = actual


class BatchTooLarge(LimitExceeded):
    """A batch has more items than `Limits.batch_items`."""

    reason = "batch_too_large"
    what = "the batch"
    unit = "items"


class ContentTooLarge(LimitExceeded):
    """A page has more characters than `Limits.markdown_chars`."""

    reason = "content_too_large"
    what = "the page"
    unit = "characters"


class PatchError(ChangeTrackError):
    """A diff cannot be used here."""

    code = "patch_failed"
    reason = "patch_failed"


class DiffSyntaxError(PatchError):
    """The text is not a unified diff of one file."""

    reason = "diff_syntax"


class HunkDoesNotApply(PatchError):
    """The text is not what the hunk expects."""

    reason = "hunk_does_not_apply"

    def __init__(self, hunk: int, line: int) -> None:
        super().__init__(
            f"hunk {hunk} does not match the text at line {line}",
            "apply it to the previous text, or revert it on the current one, as it was then",
        )
        self.hunk = hunk
        self.line = line


class ChangeDoesNotApply(PatchError):
    """The value is not what the field change expects."""

    reason = "change_does_not_apply"

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(problem, "use the snapshot that the diff was made from", path)


class MonitorError(ChangeTrackError):
    """The request is valid, but not for what the monitors are now.

    Its text is the problem alone, word by word what clients of the compatible APIs know.
    """

    code = "conflict"
    reason = "monitor_error"

    def __str__(self) -> str:
        return self.problem


class MonitorNotFound(MonitorError):
    """There is no monitor of this id, or it is not the caller's."""

    code = "not_found"
    reason = "monitor_not_found"

    def __init__(self) -> None:
        super().__init__("Monitor not found", "list the monitors that you have")


class CheckNotFound(MonitorError):
    """The monitor has no check of this id."""

    code = "not_found"
    reason = "check_not_found"

    def __init__(self) -> None:
        super().__init__("Check not found", "list the checks of the monitor")


class DeliveryNotFound(MonitorError):
    """The monitor has no delivery of this id."""

    code = "not_found"
    reason = "delivery_not_found"

    def __init__(self) -> None:
        super().__init__("Delivery not found", "list the deliveries of the monitor")


class CheckInFlight(MonitorError):
    """A check of the monitor is queued or running already."""

    reason = "check_in_flight"

    def __init__(self, check_id: str) -> None:
        super().__init__("Monitor check is already running.", "wait for its end")
        self.check_id = check_id


class MonitorPaused(MonitorError):
    """The monitor rests, and so runs nothing."""

    reason = "monitor_paused"

    def __init__(self) -> None:
        super().__init__("Monitor is paused. Resume it before running a check.", "resume it")


class CreditsSpent(MonitorError):
    """What a check may cost is not left of the month's credits."""

    reason = "credits_spent"

    def __init__(self) -> None:
        super().__init__(
            "The monthly credits of this monitor are spent. Raise monthlyCredits first.",
            "raise them, or wait for the next month",
        )


class NoWebhook(MonitorError):
    """The monitor has no webhook."""

    reason = "no_webhook"

    def __init__(self) -> None:
        super().__init__("Monitor has no webhook. Set one with PATCH first.", "set a webhook")


class WebhookDisabled(MonitorError):
    """Nothing is sent to the webhook any more: it was gone, or failed for days."""

    reason = "webhook_disabled"

    def __init__(self, cause: str) -> None:
        super().__init__(f"Webhook is disabled ({cause}). Enable it first.", "enable it")
        self.cause = cause


class TooManyMonitors(MonitorError):
    """Their owner has as many monitors as is allowed."""

    reason = "too_many_monitors"

    def __init__(self, allowed: int) -> None:
        super().__init__(
            f"You have {allowed:,} monitors, which is the most. Delete one first.", "delete one"
        )
        self.allowed = allowed


class IdempotencyKeyReused(MonitorError):
    """The Idempotency-Key came with another request before."""

    code = "unprocessable"
    reason = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key came with another request before. Send a new one.", "send another"
        )


class NothingToConfirm(MonitorError):
    """A recipient need not be asked to confirm, or cannot be."""

    reason = "nothing_to_confirm"

    def __init__(self, problem: str) -> None:
        super().__init__(problem, "look at emailRecipientSubscriptions of the monitor")


class TokenNotFound(MonitorError):
    """Nobody has this token, or nobody has it any more."""

    code = "not_found"
    reason = "token_not_found"

    def __init__(self) -> None:
        super().__init__("The link leads nowhere any more.", "ask for a new mail")
