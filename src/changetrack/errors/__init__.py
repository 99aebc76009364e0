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
    │   ├── HistoryTooLong
    │   ├── SetTooLarge
    │   └── ContentTooLarge
    ├── PatchError                      a diff that cannot be used on this text or value
    │   ├── DiffSyntaxError             not a unified diff
    │   ├── HunkDoesNotApply            the text is not what the hunk expects
    │   ├── ChangeDoesNotApply          the value is not what the field change expects
    │   ├── DiffsDoNotMeet              the second diff does not begin where the first ends
    │   └── MergePatchRefused           null, which a merge patch cannot set
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
        ├── MailDelivered               a mail that arrived, and is not sent twice
        ├── NothingToConfirm            a recipient who need not, or cannot, be asked
        └── TokenNotFound               nobody has this token

`code` is the coarse word that clients of the wire protocol know, `reason` the fine one; both are
stable and both are API. An error is a value: equal when its type and its fields are equal. Its text
says where, what, and what to do about it.
"""

from __future__ import annotations

from changetrack.errors.base import (
    ChangeTrackError,
)
from changetrack.errors.content import (
    BatchTooLarge,
    ChangeDoesNotApply,
    ContentTooLarge,
    DiffsDoNotMeet,
    DiffSyntaxError,
    HistoryTooLong,
    HunkDoesNotApply,
    LimitExceeded,
    MergePatchRefused,
    PatchError,
    SetTooLarge,
)
from changetrack.errors.monitors import (
    CheckInFlight,
    CheckNotFound,
    CreditsSpent,
    DeliveryNotFound,
    IdempotencyKeyReused,
    InvalidChannel,
    InvalidCursor,
    InvalidHeader,
    InvalidMonitor,
    InvalidRecipient,
    InvalidSchedule,
    InvalidSignature,
    InvalidToken,
    MailDelivered,
    MonitorError,
    MonitorNotFound,
    MonitorPaused,
    NothingToConfirm,
    NoWebhook,
    TokenNotFound,
    TooManyMonitors,
    WebhookDisabled,
)
from changetrack.errors.requests import (
    EmptyBatch,
    FieldTooLong,
    InvalidJson,
    InvalidOption,
    InvalidPath,
    InvalidRequest,
    InvalidSchema,
    InvalidSnapshot,
    InvalidText,
    JsonTooDeep,
    MissingContent,
    NumberTooLong,
    UnknownMode,
)

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
    "DiffsDoNotMeet",
    "EmptyBatch",
    "FieldTooLong",
    "HistoryTooLong",
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
    "MailDelivered",
    "MergePatchRefused",
    "MissingContent",
    "MonitorError",
    "MonitorNotFound",
    "MonitorPaused",
    "NoWebhook",
    "NothingToConfirm",
    "NumberTooLong",
    "PatchError",
    "SetTooLarge",
    "TokenNotFound",
    "TooManyMonitors",
    "UnknownMode",
    "WebhookDisabled",
]

# Whoever reads a traceback sees where to import from, and not where it happens to be written.
for _name in __all__:
    globals()[_name].__module__ = __name__
del _name
