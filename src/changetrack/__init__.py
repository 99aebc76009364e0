r"""Say what changed on a web page: exactly, fast, and reversibly.

    from changetrack import track

    first = track("# Pricing\n\nStarter $19")
    later = track("# Pricing\n\nStarter $24", previous=first.snapshot)
    later.status, later.diff.text

The library is pure: it fetches nothing, stores nothing, reads no clock. The caller keeps
`result.snapshot` and passes it as `previous` the next time.
"""

from __future__ import annotations

from changetrack import errors, wire
from changetrack._diffs import Diff
from changetrack._fielddiff import (
    FieldDiff,
    apply_fields,
    diff_fields,
    format_path,
    parse_path,
    revert_fields,
)
from changetrack._hashing import canonical_json, hash_json, hash_markdown
from changetrack._markdown import html_to_markdown
from changetrack._models import FieldChange, JsonObject, JsonValue, Limits, Options
from changetrack._normalize import normalize_markdown
from changetrack._results import Result
from changetrack._snapshots import Hashes, Snapshot
from changetrack._textdiff import (
    Hunk,
    TextDiff,
    apply_text,
    diff_text,
    parse_unified,
    revert_text,
)
from changetrack._tracking import Observation, track, track_many
from changetrack._version import __version__ as __version__
from changetrack.errors import ChangeTrackError

__all__ = [
    "ChangeTrackError",
    "Diff",
    "FieldChange",
    "FieldDiff",
    "Hashes",
    "Hunk",
    "JsonObject",
    "JsonValue",
    "Limits",
    "Observation",
    "Options",
    "Result",
    "Snapshot",
    "TextDiff",
    "apply_fields",
    "apply_text",
    "canonical_json",
    "diff_fields",
    "diff_text",
    "errors",
    "format_path",
    "hash_json",
    "hash_markdown",
    "html_to_markdown",
    "normalize_markdown",
    "parse_path",
    "parse_unified",
    "revert_fields",
    "revert_text",
    "track",
    "track_many",
    "wire",
]
