"""The JSON half of the diff: two values → list of field changes → path map (DESIGN §2).

`paths` is how a place is written, `patching` the way back from a diff.
"""

from __future__ import annotations

from changetrack._fielddiff.compare import FieldDiff, compare_fields, diff_fields
from changetrack._fielddiff.patching import apply_fields, revert_fields
from changetrack._fielddiff.paths import format_path, parse_path

__all__ = [
    "FieldDiff",
    "apply_fields",
    "compare_fields",
    "diff_fields",
    "format_path",
    "parse_path",
    "revert_fields",
]
