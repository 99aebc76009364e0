"""How a target is compared: `changeMode` and its kin, or the options of a scrape with formats.

Both are understood on both dialects, and both come to the same contract. What the library's own
`changeTracking` takes is taken here, and the library says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import cast

from changetrack._kinds import name_kind
from changetrack._models import JsonObject, JsonValue
from changetrack._reader import Reader
from changetrack.errors import ChangeTrackError, InvalidMonitor
from changetrack.monitor.models import Tracking
from changetrack.monitor.wire.rules import MOST_PROMPT, Rules
from changetrack.monitor.wire.spelling import list_unknown, quote, to_camel
from changetrack.wire import answer_request, describe_wire, read_request

__all__ = ["CHANGE_MODES", "name_change_mode", "read_tracking"]

# What a target's `changeMode` stands for.
CHANGE_MODES: dict[str, tuple[str, ...]] = {
    "markdown": ("gitDiff",),
    "json": ("json",),
    "mixed": ("gitDiff", "json"),
}
_MODES = {"gitDiff": "gitDiff", "git-diff": "gitDiff", "git_diff": "gitDiff", "json": "json"}
_TRACKING = frozenset({"changeTracking", "change_tracking", "change-tracking"})

# What a scrape follows here, and so is part of the contract.
_FOLLOWED = ("onlyMainContent", "timeout")
# What would change the page, and is not done here.
_UNSUPPORTED = frozenset(
    {"actions", "waitFor", "headers", "includeTags", "excludeTags", "mobile", "location"}
)
# What clients send with every scrape, and what makes no difference to a page that is fetched fresh.
_HARMLESS = frozenset(
    {
        *("maxAge", "minAge", "storeInCache", "blockAds", "fastMode", "removeBase64Images"),
        *("skipTlsVerification", "proxy", "parsers", "integration", "useMock", "origin"),
        *("onlyCleanContent", "zeroDataRetention", "deadlineMs"),
    }
)
# Of the diff route's own request: what only a caller who keeps the snapshots has a use for.
_NOT_HERE = frozenset({"current", "previous", "url", "goal", "judgeEnabled"})
_SIBLINGS = ("changeTracking", "changeTrackingOptions")


def read_tracking(target: Reader, rules: Rules, warnings: list[str]) -> Tracking:
    """Return the contract of a target.

    Raises:
        ChangeTrackError: something in it is wrong; the error names the place.
    """
    options = target.within("scrapeOptions")
    entry = _find_entry(target, options, warnings)
    modes = _read_modes(target, entry)
    schema, schema_place = _find(target, entry, "jsonSchema", "schema")
    prompt = _read_prompt(target, entry)
    if "json" in modes and schema is None and prompt is None:
        problem = "JSON needs to know what to look for"
        raise InvalidMonitor(problem, "add a schema or a prompt", (entry or target).path)
    if "json" not in modes and schema is not None:
        warnings.append(f"{schema_place} was ignored: only text is compared")
        schema = None
    if prompt is not None and schema is None and "json" in modes and not rules.has_model:
        warnings.append("fields by a prompt need a language model, and this server has none")
    tracking = Tracking(
        modes=modes,
        schema=cast("JsonObject | None", schema),
        prompt=prompt,
        options=_read_options(entry, warnings) if entry else {},
        scrape=_read_scrape(options, warnings) if options else {},
    )
    _try_out(tracking, (entry or target).path, schema_place, rules)
    return tracking


def name_change_mode(modes: tuple[str, ...]) -> str:
    """Return the `changeMode` that stands for these modes."""
    return next(name for name, each in CHANGE_MODES.items() if set(each) == set(modes))


def _find_entry(target: Reader, options: Reader | None, warnings: list[str]) -> Reader | None:
    """Return what is said of change tracking, wherever it stands, the format itself first."""
    found = _find_format(options, warnings) if options else None
    places = [each for each in (options, target) if each is not None]
    siblings = [each.within(name) for each in places for name in _SIBLINGS]
    given = [each for each in (found, *siblings) if each is not None]
    # A format that is a word says nothing; its options stand beside it.
    return next((each for each in given if each.names), given[0] if given else None)


def _find_format(options: Reader, warnings: list[str]) -> Reader | None:
    found = None
    for place, value in _list_formats(options):
        fields = Reader({"type": value} if isinstance(value, str) else value, place)
        kind = fields.text("type")
        if not kind:
            raise InvalidMonitor("the format does not say what it is", "add a type", place)
        if kind in _TRACKING:
            if found is not None and found.names and len(fields.names) > 1:
                problem = "change tracking is asked for twice"
                raise InvalidMonitor(problem, "put all its modes into one entry", place)
            # A word beside an entry adds nothing to it.
            found = found if found and found.names else Reader(_without_type(value), place)
        elif kind != "markdown":
            warnings.append(f"{place}: {quote(kind)} was ignored: a monitor keeps what it compares")
    return found


def _list_formats(options: Reader) -> Iterator[tuple[str, JsonValue]]:
    """Yield the formats with their places: those of a list, or of an object with a flag for each.

    Firecrawl's Python client sends its own type for formats as such an object, with a list inside.
    """
    given = options.raw("formats")
    if isinstance(given, dict):
        options = Reader(given, options.place("formats"))
        yield from ((options.place(name), name) for name, flag in given.items() if flag is True)
    for index, value in enumerate(options.items("formats") or []):
        yield options.place(f"formats[{index}]"), value


def _without_type(value: JsonValue) -> JsonObject:
    fields = value if isinstance(value, dict) else {}
    return {name: each for name, each in fields.items() if name != "type"}


def _read_modes(target: Reader, entry: Reader | None) -> tuple[str, ...]:
    named = target.text("changeMode")
    given = _read_entry_modes(entry) if entry else None
    if named is None:
        return given or ("gitDiff",)
    # Whoever knows the diff route may say it in its words.
    modes = CHANGE_MODES.get(named) or ((_MODES[named],) if named in _MODES else None)
    if modes is None:
        problem = f"there is no change mode {quote(named)}"
        raise InvalidMonitor(problem, "use markdown, json or mixed", target.place("changeMode"))
    if given is not None and set(given) != set(modes):
        problem = f"changeMode is {named}, but change tracking has the modes {', '.join(given)}"
        raise InvalidMonitor(problem, "leave one of them out", target.place("changeMode"))
    return modes


def _read_entry_modes(entry: Reader) -> tuple[str, ...] | None:
    value = entry.raw("modes")
    modes = [value] if isinstance(value, str) else entry.items("modes")
    known: list[str] = []
    for index, mode in enumerate(modes or []):
        if not isinstance(mode, str) or mode not in _MODES:
            shown = quote(mode) if isinstance(mode, str) else name_kind(mode)
            problem = f"there is no mode {shown}"
            remedy = "use git-diff, json or both"
            raise InvalidMonitor(problem, remedy, entry.place(f"modes[{index}]"))
        known.append(_MODES[mode])
    # In one order, whatever order they come in: they are a set.
    return tuple(mode for mode in ("gitDiff", "json") if mode in known) or None


def _find(target: Reader, entry: Reader | None, own: str, name: str) -> tuple[JsonValue, str]:
    """Return a value that stands at the target under its own name, or in the entry."""
    value = target.raw(own)
    if value is not None or entry is None:
        return value, target.place(own)
    return entry.raw(name), entry.place(name)


def _read_prompt(target: Reader, entry: Reader | None) -> str | None:
    given = target.text("prompt", at_most=MOST_PROMPT)
    if given is None and entry is not None:
        given = entry.text("prompt", at_most=MOST_PROMPT)
    return (given or "").strip() or None


@cache
def _known_options() -> frozenset[str]:
    """Return what the library's change tracking takes, as it says itself."""
    item = cast("JsonObject", describe_wire()["DiffItem"])
    return frozenset(cast("JsonObject", item["properties"])) - _NOT_HERE


def _read_options(entry: Reader, warnings: list[str]) -> JsonObject:
    apart = {"modes", "schema", "prompt"}
    for name in list_unknown(entry, _known_options()):
        why = "a monitor keeps its own" if name == "previous" else "it is no option"
        warnings.append(f"{entry.place(quote(name)[1:-1])} was ignored: {why}")
    names = sorted(_known_options() - apart)
    given = {name: entry.raw(name) for name in names}
    return {name: value for name, value in given.items() if value is not None}


def _read_scrape(options: Reader, warnings: list[str]) -> JsonObject:
    """Return the options of a scrape that are followed, and warn of those that are not."""
    options.flag("onlyMainContent")
    seconds = options.raw("timeout")
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if seconds is not None and not (is_number and cast("float", seconds) > 0):
        problem = "expected a number of milliseconds above zero"
        raise InvalidMonitor(problem, "leave it out", options.place("timeout"))
    warnings += _list_idle(options)
    given = {name: options.raw(name) for name in _FOLLOWED}
    return {name: value for name, value in given.items() if value is not None}


def _list_idle(options: Reader) -> Iterator[str]:
    known = {"formats", *_FOLLOWED, *_UNSUPPORTED, *_HARMLESS, *_SIBLINGS, "change_tracking"}
    for name in options.names:
        place = options.place(quote(name)[1:-1])
        if to_camel(name) in _UNSUPPORTED and options.raw(to_camel(name)):
            yield f"{place} is not supported here and was ignored"
        elif to_camel(name) not in known:
            yield f"{place} was ignored: it is no option"


def _try_out(tracking: Tracking, place: str, schema_place: str, rules: Rules) -> None:
    """Let the library read the contract as if there were a page, and say what is wrong with it."""
    body: JsonObject = {**tracking.options, "modes": [*tracking.modes], "current": {}}
    if tracking.schema is not None:
        body["schema"] = tracking.schema
    try:
        item = read_request(body, limits=rules.limits).items[0]
        if isinstance(item, ChangeTrackError):
            raise item
        if tracking.schema is not None:
            trial: JsonObject = {"modes": ["json"], "schema": tracking.schema, "current": {}}
            request = read_request(trial, limits=rules.limits)
            answer_request(request, limits=rules.limits)
            rules.check_fields(tracking.schema)
    except ChangeTrackError as error:
        raise _move(error, place, schema_place) from None


def _move(error: ChangeTrackError, place: str, schema_place: str) -> ChangeTrackError:
    """Return an error of the trial where its caller finds what is wrong."""
    below = error.path.removeprefix("schema")
    if below == error.path:
        return error.under(place)
    moved = error.under("")
    moved.path = schema_place + below
    return moved
