r"""Say what changed on a web page: exactly, fast, and reversibly.

    from changetrack import track

    first = track("# Pricing\n\nStarter $19")
    later = track("# Pricing\n\nStarter $24", previous=first.snapshot)
    later.status, later.diff.text

The library is pure: it fetches nothing, stores nothing, reads no clock. The caller keeps
`result.snapshot` and passes it as `previous` the next time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from changetrack._clusters import cluster
    from changetrack._fielddiff.models import Delta, RichField, SuppressedChange
    from changetrack._history import (
        BlamedField,
        BlamedLine,
        History,
        ThreeWay,
        blame,
        blame_fields,
    )
    from changetrack._render import (
        Rendering,
        render_added,
        render_html,
        render_removed,
        render_terminal,
    )
    from changetrack._reversal import apply, compose, revert
    from changetrack._sets import PageState, Pair, SetDiff, diff_pages, diff_set
    from changetrack._significance import Cluster, Significance, Stats, Term, Verdict
    from changetrack._structure import (
        CellChange,
        LinePair,
        Link,
        LinkChange,
        MovedRun,
        Place,
        RichHunk,
        SectionChange,
        Span,
        TableChange,
        TablePlace,
        format_section,
    )

# What most programs never ask for is loaded with the first one that does: it doubles the import.
_LATER = {
    "_clusters": "cluster",
    "_fielddiff.models": "Delta RichField SuppressedChange",
    "_history": "BlamedField BlamedLine History ThreeWay blame blame_fields",
    "_render": "Rendering render_added render_html render_removed render_terminal",
    "_reversal": "apply compose revert",
    "_sets": "PageState Pair SetDiff diff_pages diff_set",
    "_significance": "Cluster Significance Stats Term Verdict",
    "_structure": (
        "CellChange LinePair Link LinkChange MovedRun Place RichHunk SectionChange Span"
        " TableChange TablePlace format_section"
    ),
}
_HOMES = {name: home for home, names in _LATER.items() for name in names.split()}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__


__all__ = [
    "BlamedField",
    "BlamedLine",
    "CellChange",
    "ChangeTrackError",
    "Cluster",
    "Delta",
    "Diff",
    "FieldChange",
    "FieldDiff",
    "Hashes",
    "History",
    "Hunk",
    "JsonObject",
    "JsonValue",
    "Limits",
    "LinePair",
    "Link",
    "LinkChange",
    "MovedRun",
    "Observation",
    "Options",
    "PageState",
    "Pair",
    "Place",
    "Rendering",
    "Result",
    "RichField",
    "RichHunk",
    "SectionChange",
    "SetDiff",
    "Significance",
    "Snapshot",
    "Span",
    "Stats",
    "SuppressedChange",
    "TableChange",
    "TablePlace",
    "Term",
    "TextDiff",
    "ThreeWay",
    "Verdict",
    "apply",
    "apply_fields",
    "apply_text",
    "blame",
    "blame_fields",
    "canonical_json",
    "cluster",
    "compose",
    "diff_fields",
    "diff_pages",
    "diff_set",
    "diff_text",
    "errors",
    "format_path",
    "format_section",
    "hash_json",
    "hash_markdown",
    "html_to_markdown",
    "normalize_markdown",
    "parse_path",
    "parse_unified",
    "render_added",
    "render_html",
    "render_removed",
    "render_terminal",
    "revert",
    "revert_fields",
    "revert_text",
    "track",
    "track_many",
    "wire",
]
