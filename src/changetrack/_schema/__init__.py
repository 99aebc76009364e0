"""What a JSON Schema says about a page: what is tracked of it, what to doubt (DESIGN §4.12).

    schema ──checking──▶ checked schema ──projection──▶ what of a value is tracked
                                        ──validation──▶ warnings about a value
                                        ──list_keys───▶ what identifies the items of its lists

A schema comes from outside, so it is checked before it is used, and all work with it is bounded.
`survey` walks the document, `keywords` says what stands where, `patterns` runs its regular
expressions in linear time, `declarations` reads what it declares; `vocabulary`, `complaints`,
`quiet` and `metering` keep jsonschema within bounds. Nobody without a schema loads any of it.
"""

from __future__ import annotations

from changetrack._schema.checking import CheckedSchema, check_schema
from changetrack._schema.list_keys import find_list_keys
from changetrack._schema.metering import Budget
from changetrack._schema.projection import project_fields
from changetrack._schema.validation import validate_fields

__all__ = [
    "Budget",
    "CheckedSchema",
    "check_schema",
    "find_list_keys",
    "project_fields",
    "validate_fields",
]
