"""Rows survive as JSON, between versions as well."""

from __future__ import annotations

from dataclasses import is_dataclass
from datetime import UTC, datetime, timedelta, timezone
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack._models import JsonObject
from changetrack.errors import InvalidJson
from changetrack.monitor.models import Attempt, Email, Fact, Recipient, Verdict
from changetrack.monitor.records import (
    dump_record,
    find_hints,
    load_record,
    read_record,
    write_record,
)
from changetrack.monitor.tables import TABLES
from tests.strategies.json_values import json_values, keys

_AT = datetime(2026, 5, 30, 16, 0, 0, 1, tzinfo=UTC)
_SCALARS: dict[object, st.SearchStrategy[Any]] = {
    str: st.text(st.characters(codec="utf-8"), max_size=8),
    int: st.integers(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    datetime: st.datetimes(timezones=st.sampled_from((UTC, timezone(timedelta(hours=-9.5))))),
    dict: st.dictionaries(keys, json_values, max_size=3),
    object: json_values,
}


def _strategy_of(hint: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - a hint may be anything
    """Return values of a hint, without a look at how rows are written."""
    if is_dataclass(hint) and isinstance(hint, type):
        fields = {name: _strategy_of(each) for name, each in find_hints(hint).items()}
        return st.builds(hint, **fields)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        return st.lists(_strategy_of(arguments[0]), max_size=2).map(tuple)
    if origin in {Union, UnionType}:
        kinds = [each for each in arguments if each is not NoneType]
        return st.one_of(st.none(), *map(_strategy_of, kinds))
    return _SCALARS[hint]


@pytest.mark.parametrize("kind", [table.record for table in TABLES], ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_a_row_comes_back_as_it_was(kind: type[object], data: st.DataObject) -> None:
    """Every row of every table, with any JSON in it, is the same after a round trip of its text."""
    record = data.draw(_strategy_of(kind))
    text = dump_record(record)
    found = load_record(kind, text)
    # Equal as Python has it, and as JSON with types: 1, 1.0 and true are three values.
    assert (found, dump_record(found)) == (record, text)


@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_its_last_bit(value: float) -> None:
    """Seconds are floats, and stay the same ones."""
    row = Attempt(delivery_id="d", number=2**70, monitor_id="m", at=_AT, seconds=value)
    found = load_record(Attempt, dump_record(row))
    assert (found.seconds.hex(), found.number) == (value.hex(), 2**70)


def test_a_row_is_written_in_plain_words() -> None:
    """An operator who looks into a database can read what is there."""
    row = Recipient(monitor_id="m", email="a@example.com", created_at=_AT, updated_at=_AT)
    assert write_record(row) == {
        "monitor_id": "m",
        "email": "a@example.com",
        "status": "pending",
        "token_hash": None,
        "token_expires_at": None,
        "created_at": "2026-05-30T16:00:00.000001+00:00",
        "updated_at": "2026-05-30T16:00:00.000001+00:00",
    }


def test_json_is_passed_on_by_reference() -> None:
    """A page of a megabyte is not copied on its way to the encoder."""
    judgment: JsonObject = {"meaningful": True}
    row = Verdict(fingerprint="f", judgment=judgment, created_at=_AT)
    assert write_record(row)["judgment"] is judgment


def test_C49_a_newer_row_is_read_and_an_older_one_has_defaults() -> None:
    """While an upgrade is rolled out, both versions read what the other one wrote."""
    newer: JsonObject = {"enabled": True, "recipients": ["a@example.com"], "color": {"new": 1}}
    assert read_record(Email, newer) == Email(enabled=True, recipients=("a@example.com",))


def test_a_row_without_what_it_must_have_is_refused() -> None:
    """A field without a default has no value that could be made up."""
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'value'"):
        read_record(Fact, {"name": "x"})


def test_a_time_without_a_zone_is_refused() -> None:
    """Nobody could say which moment it is."""
    row = Verdict(fingerprint="f", judgment={}, created_at=_AT.replace(tzinfo=None))
    with pytest.raises(ValueError, match="has no time zone"):
        write_record(row)


def test_text_that_no_utf8_carries_is_refused() -> None:
    """A lone surrogate would come out of a database as something else, or not at all."""
    with pytest.raises(InvalidJson, match="lone surrogate"):
        dump_record(Fact(name="x", value="\ud800"))


def test_text_that_is_no_json_is_refused() -> None:
    """A row that was damaged is an error that says so."""
    with pytest.raises(InvalidJson, match="not valid JSON"):
        load_record(Fact, b'{"name": ')
