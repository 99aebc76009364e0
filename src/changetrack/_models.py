"""The values that every layer speaks: what was seen, what is wanted, what is allowed.

Values are frozen. The TypedDicts at the end are leaves of which a diff may hold thousands: they
*are* the wire shape (hence their camelCase) and cost an eighth of a dataclass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple, TypeAlias, TypedDict, get_args

from changetrack._kinds import (
    check_kind,
    check_whole,
    list_entries,
    name_kind,
    read_name,
    read_names,
)
from changetrack._spelling import show_fields, to_snake
from changetrack.errors import InvalidOption, UnknownMode

JsonValue: TypeAlias = "None | bool | int | float | str | list[JsonValue] | dict[str, JsonValue]"
JsonObject: TypeAlias = "dict[str, JsonValue]"

Mode: TypeAlias = Literal["gitDiff", "json"]
Status: TypeAlias = Literal["same", "changed"]
FieldOp: TypeAlias = Literal["add", "remove", "replace", "move"]

PathSegment: TypeAlias = "str | int"
FieldPath: TypeAlias = "tuple[PathSegment, ...]"

# What a caller may ask for beside the diff; the values are the wire's own names.
Extra: TypeAlias = Literal[
    "hunks", "sections", "links", "tables", "fields", "jsonPatch", "mergePatch",
    "html", "inlineHtml", "mailHtml", "added", "removed", "render", "summary", "stats",
]  # fmt: skip
EXTRAS: tuple[Extra, ...] = get_args(Extra)

# Whether the order of list items that have a key, or a twin on the other side, counts.
Order: TypeAlias = Literal["keep", "ignore"]

# The names of the fields that identify the items of a list, by the pattern of its path.
ListKeys: TypeAlias = "Mapping[str, str | Sequence[str]] | Literal['infer']"
# How far a number may go, by the pattern of its path: {"abs": 0.01}, {"percent": 1}.
Tolerance: TypeAlias = "Mapping[str, Mapping[str, float]]"

# Every spelling of a mode that clients of the protocol send.
MODES: dict[str, Mode] = {"gitDiff": "gitDiff", "git-diff": "gitDiff", "json": "json"}

# More lines around a change than any page has would only repeat the page.
MAX_CONTEXT = 1_000_000


# Each in both its spellings.
_EXTRAS: dict[str, Extra] = {spell(name): name for name in EXTRAS for spell in (str, to_snake)}
_ORDERS: dict[str, Order] = {"keep": "keep", "ignore": "ignore"}

# A change of one word needs about as much as the least: with less, whoever asks would be refused as
# soon as something changed. Above the most nothing is ever left out.
LEAST_BUDGET = 100
MOST_BUDGET = 1_000_000
# A screen or two.
_BUDGET = 800


def read_modes(modes: object, path: str = "modes") -> tuple[Mode, ...]:
    """Return the modes in their one spelling; none means gitDiff.

    Raises:
        UnknownMode: a mode is none of `gitDiff`, `git-diff`, `json`.
        InvalidOption: a mode is not even a string.
    """
    remedy = "use 'gitDiff', 'json' or both"
    known = []
    for index, mode in enumerate(list_entries(modes, "modes", remedy, path)):
        if not isinstance(mode, str):
            problem = f"expected a string, got {name_kind(mode)}"
            raise InvalidOption(problem, remedy, f"{path}[{index}]")
        if mode not in MODES:
            raise UnknownMode(mode, f"{path}[{index}]")
        known.append(MODES[mode])
    return tuple(dict.fromkeys(known)) or ("gitDiff",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the caller wants; checked when made.

    `modes` says what is compared: "gitDiff" the markdown, "json" the fields. `context` is the
    number of unchanged lines around a change. With `track_only_schema` false, a `schema` reports
    warnings but does not narrow what is compared. `include` names what is written beside the diff;
    in Python all of it is there to be read from `Result` and `Diff`.
    """

    # What the protocol does when nothing is said.
    modes: tuple[Mode, ...] = ("gitDiff",)
    # No schema: every field is tracked.
    schema: JsonValue = field(default=None, hash=False)
    # No type: text. Content of a binary type is compared by its hash alone.
    content_type: str | None = None
    # What diff, git and the protocol show.
    context: int = 3
    # Fields that nobody asked for, such as the time of the visit, are the commonest false alarm.
    track_only_schema: bool = True
    # What is answered beside the diff; nothing extra costs nothing.
    include: tuple[Extra, ...] = ()
    # No keys: the items of a list are compared by their position.
    list_keys: ListKeys | None = field(default=None, hash=False)
    # Rank often matters: the order counts.
    order: Order = "keep"
    # No tolerance: every digit counts.
    tolerance: Tolerance | None = field(default=None, hash=False)
    # Each is evaluated on what changed, never on what merely is.
    conditions: tuple[JsonObject, ...] = field(default=(), hash=False)
    # `test` operations make a JSON Patch safe to apply, and twice as long.
    patch_tests: bool = False
    # Tokens of a rendering for language models.
    budget: int = _BUDGET
    # Where that rendering goes on: what an earlier one returned as its cursor.
    cursor: str | None = None

    def __post_init__(self) -> None:
        # Frozen for everybody else; here it is still being made.
        object.__setattr__(self, "modes", read_modes(self.modes))
        if not isinstance(self.content_type, str | None):
            problem = f"expected a string, got {name_kind(self.content_type)}"
            raise InvalidOption(problem, "use a type such as text/html", "content_type")
        check_whole(self.context, range(MAX_CONTEXT + 1), 3, "context")
        if self.asks_more:
            self._check_more()

    @property
    def asks_more(self) -> bool:
        """Whether anything beyond the seed's own options is given."""
        return (
            self.include != ()
            or self.list_keys is not None
            or self.order != "keep"
            or self.tolerance is not None
            or self.conditions != ()
            or self.patch_tests is not False
            or self.budget != _BUDGET
            or self.cursor is not None
        )

    def _check_more(self) -> None:
        include = read_names(self.include, _EXTRAS, "extras", "include")
        object.__setattr__(self, "include", include)
        read_name(self.order, _ORDERS, "orders", "order")
        check_kind(self.list_keys, (Mapping, str, type(None)), "an object", "list_keys")
        check_kind(self.tolerance, (Mapping, type(None)), "an object", "tolerance")
        check_kind(self.patch_tests, bool, "true or false", "patch_tests")
        check_whole(self.budget, range(LEAST_BUDGET, MOST_BUDGET + 1), _BUDGET, "budget")
        check_kind(self.cursor, (str, type(None)), "a string", "cursor")
        check_kind(self.conditions, (list, tuple), "a list of conditions", "conditions")
        object.__setattr__(self, "conditions", tuple(self.conditions))

    def with_given(self, **given: object) -> Options:
        """Return these options with those that are given; None stands for not given.

        >>> options = Options(context=5).with_given(context=None, modes=("json",))
        >>> options.context, options.modes
        (5, ('json',))
        """
        changes = {name: value for name, value in given.items() if value is not None}
        return replace(self, **changes) if changes else self  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What we allow, apart from what the caller wants.

    A limit on the *input* raises; a limit on the *answer* is data (`truncated`).
    """

    # fastCRW caps its AST at the same number of entries, context lines included.
    ast_changes: int = 5_000
    # As many as the AST has: an item inserted at the head of a list changes every position.
    field_entries: int = 5_000
    # A long key over many children repeats in every path: the map may not outgrow its input so.
    field_path_chars: int = 4_000_000
    # Stores and clients give up long before; this is the largest page that is kept whole.
    markdown_chars: int = 16 * 2**20
    # Of the wire only: one answer holds them all. track_many() takes any number.
    batch_items: int = 500
    # A page that is looked at every day for three months; each is compared.
    history_snapshots: int = 100
    # The pages of a large site, in a body of some ten megabytes.
    set_items: int = 100_000
    # orjson writes 254 levels; half of it leaves room for the envelope and for clients' parsers.
    json_depth: int = 128
    # Python's own default for int(): beyond it, conversion is quadratic.
    integer_digits: int = 4_300
    # Labels are echoed and stored, so they are bounded like the page is.
    tag_chars: int = 256
    # What browsers and proxies agree on.
    url_chars: int = 2_048
    # SHA-512 in hex, twice the length of ours: a longer one is no hash.
    hash_chars: int = 128
    # The longest ISO 8601 form with a zone name in brackets has about 60.
    timestamp_chars: int = 64
    # Schemas that people write have a few kilobytes; generated ones come near this.
    schema_bytes: int = 65_536
    # Twice as deep as any schema of an extraction that we have seen.
    schema_depth: int = 32
    # Each costs a step before anything is compared: a tenth of a second in all.
    schema_nodes: int = 2_000
    # What references and branches unfold to; a doubling chain passes it at the fourteenth link.
    schema_expansion: int = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field that differs.

    `path` is the way to it from the root of the current value (of the previous one for a `remove`),
    keys as strings and list positions as integers; the empty path is the whole value. `op` tells
    what null cannot: `previous` is None for an `add` and `current` is None for a `remove` because
    there was nothing, not because there was null. Where lists are aligned by keys, `origin` is the
    place in the previous value if it is another one, and `key_path` names items by their keys. A
    `move` is an item that stands elsewhere among those that stayed; what changed inside it are
    changes of their own.
    """

    op: FieldOp
    path: FieldPath
    previous: JsonValue = field(default=None, hash=False)
    current: JsonValue = field(default=None, hash=False)
    origin: FieldPath | None = None
    key_path: KeyPath | None = None

    __repr__ = show_fields


class ItemKey(NamedTuple):
    """A list item by what identifies it: the names of its key fields, and their values."""

    names: tuple[str, ...]
    values: tuple[JsonValue, ...]


# As a field path, but items that have a key stand by it instead of by their position.
KeyPath: TypeAlias = "tuple[PathSegment | ItemKey, ...]"


class NormalChange(TypedDict):
    """A context line: on both sides."""

    type: Literal["normal"]
    content: str
    ln1: int
    ln2: int


class AddChange(TypedDict):
    """A line of the current side."""

    type: Literal["add"]
    content: str
    ln: int


class DelChange(TypedDict):
    """A line of the previous side."""

    type: Literal["del"]
    content: str
    ln: int


Change: TypeAlias = "NormalChange | AddChange | DelChange"


class Chunk(TypedDict):
    """One hunk of the AST; `content` is its header line."""

    content: str
    oldStart: int
    oldLines: int
    newStart: int
    newLines: int
    changes: list[Change]


# The functional form, because `from` is a keyword.
FileDiff = TypedDict(
    "FileDiff",
    {"from": str, "to": str, "additions": int, "deletions": int, "chunks": list[Chunk]},
)


class _Totals(TypedDict):
    files: list[FileDiff]
    additions: int
    deletions: int


class DiffAst(_Totals, total=False):
    """The parse-diff style tree of a text diff; `truncated` is there only when it is true."""

    truncated: bool


class FieldPair(TypedDict):
    """One entry of the path map: null stands for "was not there" on either side."""

    previous: JsonValue
    current: JsonValue


PathMap: TypeAlias = "dict[str, FieldPair]"
