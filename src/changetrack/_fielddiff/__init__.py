"""The JSON half of the diff: two values -> list of field changes -> path map (DESIGN §2).

Also here: the text of paths, patching, and what a JSON Schema has to say about the fields.
"""

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
