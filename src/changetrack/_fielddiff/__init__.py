"""The JSON half of the diff: two values -> list of field changes -> path map (DESIGN §2).

Also here: the text of paths, patching, and what a JSON Schema has to say about the fields.
"""

from changetrack._fielddiff.checking import CheckedSchema, check_schema
from changetrack._fielddiff.compare import FieldDiff, compare_fields, diff_fields
from changetrack._fielddiff.patching import apply_fields, revert_fields
from changetrack._fielddiff.paths import format_path, parse_path
from changetrack._fielddiff.projection import project_fields
from changetrack._fielddiff.schema import validate_fields

__all__ = [
    "CheckedSchema",
    "FieldDiff",
    "apply_fields",
    "check_schema",
    "compare_fields",
    "diff_fields",
    "format_path",
    "parse_path",
    "project_fields",
    "revert_fields",
    "validate_fields",
]
