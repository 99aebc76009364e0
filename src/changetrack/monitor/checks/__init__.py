"""One check from its queue to its end: who may work on it, what each page does to the baselines.

    queue ─claiming─▶ worker ─recording─▶ page, baseline, event … ─ending─▶ removed pages, summary

Each function is one transaction. Whoever works on a check holds a lease; whoever takes it over
because that ran out counts `attempts` up, and everything that the one before still writes is
refused: it is `Lost`. A page that has its row is done, and a step that is repeated does nothing.
"""

from __future__ import annotations

from changetrack.monitor.checks.claiming import claim_check
from changetrack.monitor.checks.ending import Ending, Tell, finish_check
from changetrack.monitor.checks.holding import Lost, extend_lease, release_check
from changetrack.monitor.checks.recording import record_page
from changetrack.monitor.checks.removal import Walked
from changetrack.monitor.checks.states import TRANSITIONS, CheckEvent

__all__ = [
    "TRANSITIONS",
    "CheckEvent",
    "Ending",
    "Lost",
    "Tell",
    "Walked",
    "claim_check",
    "extend_lease",
    "finish_check",
    "record_page",
    "release_check",
]
