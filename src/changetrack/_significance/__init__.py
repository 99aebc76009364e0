"""How much a change matters, what kind of change it is, and whether a condition is met."""

from __future__ import annotations

from changetrack._significance.conditions import (
    Changes,
    Condition,
    Conditions,
    evaluate,
    read_conditions,
)
from changetrack._significance.fingerprints import fingerprint_change
from changetrack._significance.models import (
    ChangeClass,
    Cluster,
    Significance,
    Stats,
    Term,
    Verdict,
)
from changetrack._significance.weighing import (
    weigh_changes,
    weigh_diff,
    weigh_field,
    weigh_fields,
    weigh_hunk,
    weigh_hunks,
)

__all__ = [
    "ChangeClass",
    "Changes",
    "Cluster",
    "Condition",
    "Conditions",
    "Significance",
    "Stats",
    "Term",
    "Verdict",
    "evaluate",
    "fingerprint_change",
    "read_conditions",
    "weigh_changes",
    "weigh_diff",
    "weigh_field",
    "weigh_fields",
    "weigh_hunk",
    "weigh_hunks",
]
