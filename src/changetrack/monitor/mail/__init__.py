"""What is written by mail, to whom, and when: summaries of checks, and whether somebody wants them.

    check ─telling─▶ news ─summaries─▶ message ─queueing─▶ outbox
    list of addresses ─recipients─▶ rows ─confirmations─▶ message ─▶ outbox

Nothing is sent from here, and nothing is written to anybody who did not confirm, but the one
question whether they want to.
"""

from __future__ import annotations

from changetrack.monitor.mail.addresses import MAX_RECIPIENTS, read_address, read_recipients
from changetrack.monitor.mail.channels import MAX_CHANNELS, check_channel, read_channels
from changetrack.monitor.mail.confirmations import write_confirmation
from changetrack.monitor.mail.deciding import is_worth_telling
from changetrack.monitor.mail.links import CONFIRM_PATH, UNSUBSCRIBE_PATH, Links
from changetrack.monitor.mail.messages import Message, read_message, write_message
from changetrack.monitor.mail.notices import Notice, read_notice, write_notice
from changetrack.monitor.mail.queueing import (
    queue_mail,
    queue_notifications,
    queue_webhook_failure,
)
from changetrack.monitor.mail.recipients import (
    Confirmed,
    Subscription,
    Unsubscribed,
    confirm,
    find_invitation,
    find_mail_obstacle,
    find_subscription,
    resend,
    sync_recipients,
    unsubscribe,
)
from changetrack.monitor.mail.summaries import write_subject, write_summaries

__all__ = [
    "CONFIRM_PATH",
    "MAX_CHANNELS",
    "MAX_RECIPIENTS",
    "UNSUBSCRIBE_PATH",
    "Confirmed",
    "Links",
    "Message",
    "Notice",
    "Subscription",
    "Unsubscribed",
    "check_channel",
    "confirm",
    "find_invitation",
    "find_mail_obstacle",
    "find_subscription",
    "is_worth_telling",
    "queue_mail",
    "queue_notifications",
    "queue_webhook_failure",
    "read_address",
    "read_channels",
    "read_message",
    "read_notice",
    "read_recipients",
    "resend",
    "sync_recipients",
    "unsubscribe",
    "write_confirmation",
    "write_message",
    "write_notice",
    "write_subject",
    "write_summaries",
]
