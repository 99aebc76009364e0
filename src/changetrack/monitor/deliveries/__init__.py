"""What leaves the house: written with what it tells of, claimed, tried, and settled.

    queueing ─▶ pending ─claiming─▶ (sent, outside of any transaction) ─settling─▶ delivered
                   ▲                                                      ├──────▶ pending, later
                   └───────────────────── redelivering ◀──────────────────┴──────▶ dead | cancelled

Each function is one transaction. A try is counted when it is claimed, so whoever comes back late
with a result finds that it is not the last try any more, and changes nothing. What arrives twice
has the same id and the same bytes.
"""

from __future__ import annotations

from changetrack.monitor.deliveries.claiming import claim_deliveries
from changetrack.monitor.deliveries.outbox import (
    MONITOR_DELETED,
    WEBHOOK_DISABLED,
    cancel,
    cancel_deliveries,
    post,
)
from changetrack.monitor.deliveries.queueing import (
    queue_check_event,
    queue_page_event,
    queue_test,
)
from changetrack.monitor.deliveries.redelivering import (
    Redelivered,
    redeliver,
    redeliver_range,
)
from changetrack.monitor.deliveries.settling import OnFailure, settle_delivery

__all__ = [
    "MONITOR_DELETED",
    "WEBHOOK_DISABLED",
    "OnFailure",
    "Redelivered",
    "cancel",
    "cancel_deliveries",
    "claim_deliveries",
    "post",
    "queue_check_event",
    "queue_page_event",
    "queue_test",
    "redeliver",
    "redeliver_range",
    "settle_delivery",
]
