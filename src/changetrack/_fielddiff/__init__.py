"""The JSON half of the diff: two values → list of field changes → path map (DESIGN §2).

`paths` is how a place is written, `patching` the way back from a diff; `rich` says what a change is
to a person, `jsonpatch` and `mergepatch` write it for other programs.
"""

from __future__ import annotations

from changetrack._fielddiff.compare import FieldDiff, compare_fields, diff_fields
from changetrack._fielddiff.composing import compose_fields
from changetrack._fielddiff.jsonpatch import write_json_patch
from changetrack._fielddiff.mergepatch import write_merge_patch
from changetrack._fielddiff.patching import apply_fields, revert_fields
from changetrack._fielddiff.paths import (
    format_key_path,
    format_path,
    parse_key_path,
    parse_path,
)
from changetrack._fielddiff.rich import (
    Described,
    describe_fields,
    describe_moves,
    describe_where,
)
from changetrack._fielddiff.rules import FieldRules, read_rules

__all__ = [
    "Described",
    "FieldDiff",
    "FieldRules",
    "apply_fields",
    "compare_fields",
    "compose_fields",
    "describe_fields",
    "describe_moves",
    "describe_where",
    "diff_fields",
    "format_key_path",
    "format_path",
    "parse_key_path",
    "parse_path",
    "read_rules",
    "revert_fields",
    "write_json_patch",
    "write_merge_patch",
]
