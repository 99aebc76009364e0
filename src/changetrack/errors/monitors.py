"""What is wrong with what a caller wants of monitors."""

from __future__ import annotations

from changetrack.errors.base import ChangeTrackError
from changetrack.errors.requests import InvalidRequest

__all__ = [
    "CheckInFlight",
    "CheckNotFound",
    "CreditsSpent",
    "DeliveryNotFound",
    "IdempotencyKeyReused",
    "InvalidChannel",
    "InvalidCursor",
    "InvalidHeader",
    "InvalidMonitor",
    "InvalidRecipient",
    "InvalidSchedule",
    "InvalidSignature",
    "InvalidToken",
    "MailDelivered",
    "MonitorError",
    "MonitorNotFound",
    "MonitorPaused",
    "NoWebhook",
    "NothingToConfirm",
    "TokenNotFound",
    "TooManyMonitors",
    "WebhookDisabled",
]


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

    def __init__(self, cost: int, left: int, budget: int) -> None:
        super().__init__(
            f"A check may cost {cost:,} credits, {left:,} of {budget:,} are left."
            " Raise monthlyCredits or lower maxPages.",
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


class MailDelivered(MonitorError):
    """A mail is not sent twice: who got it cannot do anything about it."""

    reason = "mail_delivered"

    def __init__(self) -> None:
        super().__init__(
            "The mail was delivered, and is not sent twice.", "leave it; a webhook is sent again"
        )


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
