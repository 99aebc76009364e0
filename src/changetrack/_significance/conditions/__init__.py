"""Conditions as data: what a caller wants to be told of, read once and held against each change."""

from __future__ import annotations

from changetrack._significance.conditions.facts import Changes
from changetrack._significance.conditions.judging import evaluate
from changetrack._significance.conditions.models import Condition, Conditions
from changetrack._significance.conditions.reading import read_conditions

__all__ = ["Changes", "Condition", "Conditions", "evaluate", "read_conditions"]
