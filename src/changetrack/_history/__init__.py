"""A page over more than two snapshots: seen before, who changed which line, since when.

`states` tells which snapshots are the same, `likeness` how much others have in common; `leaves` are
what JSON has instead of lines.
"""

from __future__ import annotations

from changetrack._history.baseline import compare_three
from changetrack._history.blaming import blame, blame_fields, blame_some_fields
from changetrack._history.models import BlamedField, BlamedLine, History, Relation, ThreeWay
from changetrack._history.returns import find_history

__all__ = [
    "BlamedField",
    "BlamedLine",
    "History",
    "Relation",
    "ThreeWay",
    "blame",
    "blame_fields",
    "blame_some_fields",
    "compare_three",
    "find_history",
]
