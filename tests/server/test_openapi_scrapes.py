"""What the document says of scrapes is what is read: the same keys, kinds, bounds and spellings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest

from changetrack import ChangeTrackError, JsonObject, JsonValue, Limits
from changetrack_server.egress.urls import parse_target
from changetrack_server.errors import EndpointError
from changetrack_server.formats import (
    _SPELLINGS,
    _UNSUPPORTED,
    FORMATS,
    TRACKING_OPTIONS,
    Version,
    read_scrape,
)
from changetrack_server.openapi import describe_openapi
from changetrack_server.settings import Settings
from tests.definitions import ALIASES, Recorder, build_validator, list_samples, write_out
from tests.spec.rows import find

DOCUMENT = describe_openapi(Settings())
WRITTEN_OUT = cast("JsonObject", write_out(DOCUMENT))
VERSIONS: tuple[Version, ...] = ("v1", "v2")
NAMES = {"v1": "ScrapeRequest", "v2": "ScrapeRequestV2"}
IS_REQUEST = {
    version: build_validator(WRITTEN_OUT, f"#/components/schemas/{name}")
    for version, name in NAMES.items()
}
SAMPLES: list[JsonValue] = [
    *list_samples(0, 1, 64, 65, 128, 129, 256, 257, 2_048, 2_049, 10_000, 10_001),
]
SAMPLES += [[name] for name in _SPELLINGS]

PAGE: JsonObject = {"url": "http://a.example/"}
# With all that asks for options, and the options that they cannot do without.
ALL: JsonObject = {
    **PAGE,
    "formats": ["json", "changeTracking"],
    "changeTracking": {"prompt": "prices"},
    "jsonOptions": {"prompt": "prices"},
}

# Options that are looked for only to say where they belong: to describe them would offer them.
MISPLACED = ("previous", "modes", "tag")

OTHER_NAMES = {"changeTrackingOptions": "changeTracking", "extract": "jsonOptions"}


def _properties(name: str) -> JsonObject:
    return cast("JsonObject", find(DOCUMENT, f"components.schemas.{name}.properties"))


def _record(values: JsonObject) -> Recorder:
    return Recorder(values)


def _is_read(body: object, version: Version) -> bool:
    try:
        read_scrape(body, version, Limits())  # type: ignore[arg-type]  # or what stands for one
    except ChangeTrackError:
        return False
    return True


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_looked_up_is_described_and_nothing_else(version: Version) -> None:
    """Whichever of several names a client uses."""
    wanted: list[JsonObject] = [
        {**PAGE, "formats": ["changeTracking"], "changeTracking": {}},
        {**PAGE, "formats": ["changeTracking"], "changeTrackingOptions": {}},
        {**PAGE, "formats": ["json"], "jsonSchema": {}},
    ]
    bodies = [_record(body) for body in wanted]
    assert [_is_read(body, version) for body in bodies] == [True] * 3
    asked = set().union(*(body.asked for body in bodies))
    assert asked == {*_properties(NAMES[version]), *MISPLACED}


def test_what_is_looked_up_in_options_is_described_and_nothing_else() -> None:
    """The same for the objects that stand in a request."""
    tracking, fields = _record({}), _record({"prompt": "prices"})
    beside = {**PAGE, "formats": ["changeTracking", "json"], "changeTracking": tracking}
    assert _is_read({**beside, "jsonOptions": fields}, "v1")
    assert tracking.asked == {*_properties("TrackingOptions")} == {*TRACKING_OPTIONS}
    assert fields.asked == {*_properties("JsonOptions")}


def test_what_is_looked_up_in_a_format_is_described_and_nothing_else() -> None:
    """Where a format is an object."""
    forms = {
        "PlainFormat": _record({"type": "links"}),
        "JsonFormat": _record({"type": "json", "prompt": "prices"}),
        "TrackingFormat": _record({"type": "changeTracking"}),
    }
    assert _is_read({**PAGE, "formats": [*forms.values()]}, "v2")
    assert {name: form.asked for name, form in forms.items()} == {
        name: {*_properties(name)} for name in forms
    }


def test_every_format_is_described_by_its_own_name() -> None:
    """As a word, and as the type of an object; and no other is."""
    words = find(DOCUMENT, "components.schemas.FormatName.enum")
    types = [
        word
        for name in ("PlainFormat", "JsonFormat", "TrackingFormat")
        for word in cast("list[str]", find(_properties(name), "type.enum"))
    ]
    assert words == [*FORMATS]
    assert sorted(types) == sorted(FORMATS)


def test_every_other_spelling_of_a_format_is_described_in_words() -> None:
    """Where the word stands that it is read as."""
    aliases = {alias: word for alias, word in ALIASES.items() if word in FORMATS}
    own: dict[str, str] = {name: name for name in FORMATS}
    assert {**own, **aliases} == _SPELLINGS
    places = [find(DOCUMENT, "components.schemas.FormatName")]
    places += [find(_properties(name), "type") for name in ("PlainFormat", "TrackingFormat")]
    for place in cast("list[JsonObject]", places):
        wanted = {
            alias for alias, word in aliases.items() if word in cast("list[str]", place["enum"])
        }
        said = {alias for alias in aliases if f"`{alias}`" in str(place["description"])}
        assert (place["enum"], said) == (place["enum"], wanted)


def test_what_is_not_supported_is_described_as_such() -> None:
    """So that nobody has to find out by a warning."""
    said = {
        name
        for name, field in _properties("ScrapeRequest").items()
        if "Not supported" in str(find(field, "description"))
    }
    assert said == {*_UNSUPPORTED}


def _list_places(version: Version) -> Iterator[tuple[str, ...]]:
    # Its own schema is read by the library, when there is a page to track by it.
    beyond = {"schema", "jsonSchema"}
    yield from ((name,) for name in _properties(NAMES[version]) if name not in {"url", *beyond})
    for parent, name in (("changeTracking", "TrackingOptions"), ("jsonOptions", "JsonOptions")):
        yield from ((parent, field) for field in _properties(name) if field not in beyond)
    yield from (("changeTracking", "previous", field) for field in _properties("Baseline"))


def _put(body: JsonValue, value: JsonValue, *path: str) -> JsonObject:
    """Return a body with a value in a place."""
    key, *rest = path
    own = body if isinstance(body, dict) else {}
    return {**own, key: _put(own.get(key), value, *rest) if rest else value}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_field_is_of_the_kind_and_within_the_bound_that_is_described(
    version: Version,
) -> None:
    """What one of the two refuses, the other refuses."""
    for place in _list_places(version):
        # What has another name is looked at under one of them only.
        base = {name: value for name, value in ALL.items() if name != OTHER_NAMES.get(place[0])}
        bodies = [_put(base, sample, *place) for sample in SAMPLES]
        refused = [body for body in bodies if not _is_read(body, version)]
        invalid = [body for body in bodies if not IS_REQUEST[version].is_valid(body)]
        assert (place, invalid) == (place, refused)


def test_every_field_of_a_format_is_of_the_kind_and_within_the_bound_that_is_described() -> None:
    """Where the format is an object, on /v2."""
    forms: dict[str, JsonObject] = {
        "PlainFormat": {"type": "links"},
        "JsonFormat": {"type": "json", "schema": {}},
        "TrackingFormat": {"type": "changeTracking", "prompt": "prices"},
    }
    for name, form in forms.items():
        for field in _properties(name).keys() - {"schema"}:
            bodies: list[JsonObject] = [
                {**PAGE, "formats": [{**form, field: sample}]} for sample in SAMPLES
            ]
            refused = [body for body in bodies if not _is_read(body, "v2")]
            invalid = [body for body in bodies if not IS_REQUEST["v2"].is_valid(body)]
            assert (name, field, invalid) == (name, field, refused)


def test_a_time_of_any_length_is_one() -> None:
    """It is cut to what the server allows when it is used."""
    body: JsonObject = {**PAGE, "timeout": 10**400}
    assert IS_REQUEST["v1"].is_valid(body)
    assert read_scrape(body, "v1", Limits()).seconds == 10**6


def test_a_url_that_is_too_long_is_refused_when_it_is_looked_at() -> None:
    """Where all other things are found out that are wrong with it."""
    most = find(_properties("ScrapeRequest"), "url.maxLength")
    assert isinstance(most, int)
    url = "http://a.example/".ljust(most, "x")
    assert parse_target(url).url == url
    with pytest.raises(EndpointError) as caught:
        parse_target(f"{url}x")
    assert caught.value == EndpointError("url_too_long")
    assert [IS_REQUEST["v1"].is_valid({"url": each}) for each in (url, f"{url}x")] == [True, False]
    assert [_is_read({"url": each}, "v1") for each in ("", None, 5)] == [False] * 3
