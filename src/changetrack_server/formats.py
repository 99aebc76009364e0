"""What a scrape asks for: the bodies of /v1/scrape and /v2/scrape, read into one value.

On /v1 a format is a string and its options stand beside it (seed 002); on /v2 a format may be an
object that carries them. Both spellings of every key are understood. Options that we know of and
cannot follow are not passed over in silence where they would change the page: they become warnings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast, get_args

from changetrack import ChangeTrackError, JsonObject, JsonValue, Limits, wire
from changetrack_server.bounds import MAX_GOAL, MAX_PROMPT
from changetrack_server.errors import EndpointError

__all__ = [
    "FORMATS",
    "TRACKING_OPTIONS",
    "Format",
    "ScrapeRequest",
    "Version",
    "Wanted",
    "read_scrape",
]

Version: TypeAlias = Literal["v1", "v2"]
Format: TypeAlias = Literal["markdown", "html", "rawHtml", "links", "json", "changeTracking"]

FORMATS: tuple[Format, ...] = get_args(Format)

# Every spelling that clients of the two dialects send.
_SPELLINGS: dict[str, Format] = {
    **{name: name for name in FORMATS},
    "raw_html": "rawHtml",
    "change-tracking": "changeTracking",
    "change_tracking": "changeTracking",
}

# What would change the page, and is not done here.
_UNSUPPORTED = ("actions", "waitFor", "headers", "includeTags", "excludeTags", "mobile", "location")

# No page may take so long, and a number of any length is none that a float can hold.
_MAX_MILLISECONDS = 10**9

# The options of change tracking that are the diff route's own.
TRACKING_OPTIONS = ("previous", "baseline", "history", "prompt", "tag", *wire.OPTION_NAMES)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Fields that are wanted from a page, by a schema, by a sentence, or by both."""

    schema: JsonValue = field(default=None, hash=False)
    prompt: str | None = None
    # Where in the request it stands.
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrapeRequest:
    """A scrape, read and ready to be done."""

    url: str
    version: Version
    formats: tuple[Format, ...]
    # For the format `json`.
    wanted: Wanted | None = None
    # For change tracking: its options as a body of the diff route, and what that body means.
    tracking: JsonObject | None = field(default=None, hash=False)
    item: wire.DiffItem | None = field(default=None, hash=False)
    tracking_place: str = ""
    only_main_content: bool = True
    seconds: float | None = None
    goal: str | None = None
    judge_enabled: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def tracked_fields(self) -> Wanted | None:
        """The fields that change tracking looks at, in json and mixed mode."""
        if self.item is None or "json" not in self.item.options.modes:
            return None
        return Wanted(self.item.options.schema, self.item.prompt, self.tracking_place)

    @property
    def all_fields(self) -> tuple[Wanted, ...]:
        """What is to be found in the page: first what is tracked, last the format `json`."""
        return tuple(each for each in dict.fromkeys([self.tracked_fields, self.wanted]) if each)


def read_scrape(body: JsonValue, version: Version, limits: Limits) -> ScrapeRequest:
    """Return the scrape in a parsed body.

    Raises:
        InvalidRequest: something in it is wrong; the error names the place.
        EndpointError: a format is unknown, or lacks what it needs.
    """
    fields = wire.Reader(body)
    url = fields.text("url")
    if not url:
        raise EndpointError("missing_url", "url")
    options = dict(_read_formats(fields, version))
    warnings = list(_list_unsupported(fields))
    tracking = item = None
    if "changeTracking" in options:
        tracking = _pick(options["changeTracking"])
        item = _read_tracking(options["changeTracking"], tracking, limits)
        warnings += _list_strays(options["changeTracking"])
    else:
        warnings += _list_idle(fields)
    # A snapshot that nobody looks at makes a monitor that never fires.
    warnings += (
        f"{name} was ignored; it belongs into the options of changeTracking"
        for name in ("previous", "modes", "tag")
        if fields.raw(name) is not None
    )
    wanted = None
    if "json" in options:
        wanted = _read_wanted(options["json"]) or _tracked(item, options)
        if wanted is None:
            raise EndpointError("missing_schema", options["json"].path)
    return ScrapeRequest(
        url=url,
        version=version,
        formats=cast("tuple[Format, ...]", tuple(options)),
        wanted=wanted,
        tracking=tracking,
        item=item,
        tracking_place=options["changeTracking"].path if item else "",
        only_main_content=fields.flag("onlyMainContent") is not False,
        seconds=_read_seconds(fields),
        goal=fields.text("goal", at_most=MAX_GOAL),
        judge_enabled=fields.flag("judgeEnabled") or False,
        warnings=tuple(warnings),
    )


def _read_formats(fields: wire.Reader, version: Version) -> Iterator[tuple[Format, wire.Reader]]:
    """Yield each format with the object that its options stand in."""
    for index, value in enumerate(fields.items("formats") or ["markdown"]):
        place = fields.place(f"formats[{index}]")
        if isinstance(value, str):
            name = _name_format(value, place)
            yield name, _find_options(fields, name)
        elif version == "v1":
            raise EndpointError("format_not_a_string", place)
        else:
            entry = wire.Reader(value, place)
            kind = entry.text("type")
            if not kind:
                problem = "the format does not say what it is"
                remedy = f"add a type: {', '.join(FORMATS)}"
                raise EndpointError(
                    "unknown_format", entry.place("type"), problem=problem, remedy=remedy
                )
            name = _name_format(kind, entry.place("type"))
            yield name, entry


def _name_format(name: str, place: str) -> Format:
    if name not in _SPELLINGS:
        problem = f"there is no format {name[:60]!r}"
        raise EndpointError(
            "unknown_format", place, problem=problem, remedy=f"use {', '.join(FORMATS)}"
        )
    return _SPELLINGS[name]


# Where the options of a format that is a string stand: beside it, under one of these names.
_SIBLINGS: dict[Format, tuple[str, ...]] = {
    "changeTracking": ("changeTracking", "changeTrackingOptions"),
    "json": ("jsonOptions", "extract"),
}


def _find_options(fields: wire.Reader, name: Format) -> wire.Reader:
    for sibling in _SIBLINGS.get(name, ()):
        options = fields.within(sibling)
        if options is not None:
            return options
    if name == "json" and fields.raw("jsonSchema") is not None:
        return wire.Reader({"schema": fields.raw("jsonSchema")}, fields.place("jsonSchema"))
    return wire.Reader({}, fields.place(_SIBLINGS.get(name, (name,))[0]))


def _pick(options: wire.Reader) -> JsonObject:
    """Return the options that the diff route knows, in its own spelling."""
    given = {name: options.raw(name) for name in TRACKING_OPTIONS}
    return {name: value for name, value in given.items() if value is not None}


def _read_tracking(options: wire.Reader, picked: JsonObject, limits: Limits) -> wire.DiffItem:
    """Check the options of change tracking before anything is fetched for them."""
    options.text("prompt", at_most=MAX_PROMPT)
    try:
        (item,) = wire.read_request({**picked, "current": {}}, limits=limits).items
        if isinstance(item, ChangeTrackError):
            raise item
        wire.check_options(item.options)
    except ChangeTrackError as error:
        raise error.under(options.path) from None
    wants_fields = "json" in item.options.modes
    if wants_fields and item.options.schema is None and not (item.prompt or "").strip():
        raise EndpointError("missing_schema", options.path)
    return item


def _tracked(item: wire.DiffItem | None, options: Mapping[Format, wire.Reader]) -> Wanted | None:
    if item is None or (item.options.schema is None and not (item.prompt or "").strip()):
        return None
    return Wanted(item.options.schema, item.prompt, options["changeTracking"].path)


def _read_wanted(options: wire.Reader) -> Wanted | None:
    schema = options.raw("schema")
    prompt = options.text("prompt", at_most=MAX_PROMPT)
    if schema is None and not (prompt or "").strip():
        return None
    return Wanted(schema, prompt, options.path)


def _read_seconds(fields: wire.Reader) -> float | None:
    """Return how long a page may take: `timeout` or `deadlineMs`, both in milliseconds."""
    for name in ("timeout", "deadlineMs"):
        value = fields.raw(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            problem = "expected a number of milliseconds above zero"
            raise EndpointError(
                "invalid_timeout", fields.place(name), problem=problem, remedy="leave it out"
            )
        return min(value, _MAX_MILLISECONDS) / 1000
    return None


def _list_idle(fields: wire.Reader) -> Iterator[str]:
    """Yield what was sent for change tracking that nobody asked for."""
    for name in ("changeTracking", "changeTrackingOptions"):
        if fields.raw(name) is not None:
            yield f"{name} has options, but formats does not hold 'changeTracking'"
    if fields.flag("judgeEnabled"):
        yield "judgeEnabled was ignored: without changeTracking there is no change to judge"


def _list_strays(options: wire.Reader) -> Iterator[str]:
    """Yield the options that nobody knows: a misspelled `previous` is a first visit for ever."""
    known = {"type", *TRACKING_OPTIONS, *map(wire.to_snake, TRACKING_OPTIONS)}
    for name in options.names:
        if name not in known:
            yield f"{options.place(name[:60])} is no option and was ignored"


def _list_unsupported(fields: wire.Reader) -> Iterator[str]:
    for name in _UNSUPPORTED:
        if fields.raw(name):
            yield f"{name} is not supported here and was ignored"
