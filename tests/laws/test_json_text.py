"""What holds for the canonical text of any JSON value, and for reading any JSON text."""

from __future__ import annotations

import json
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from changetrack import canonical_json, hash_json
from changetrack._hashing import copy_json, dump_json, dump_plain_json, load_json, same_json
from changetrack._models import JsonValue
from changetrack.errors import InvalidJson, JsonTooDeep, NumberTooLong
from tests.strategies.json_values import copy_plain, json_pairs, json_values, nest, reverse_keys

_SHORT_ESCAPES = {
    '"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"
}  # fmt: skip


def _spell_float(number: float) -> str:
    """Spell a float by the rule of the contract: fixed from 1e-5 to 1e16, else an exponent."""
    text = repr(number)
    if "e" not in text:
        return text
    digits, exponent = text.split("e")
    power = int(exponent)
    if power == -5:
        sign = "-" if digits.startswith("-") else ""
        return f"{sign}0.0000{digits.lstrip('-').replace('.', '')}"
    return f"{digits}e{power:+d}"


def _spell(value: JsonValue) -> str:
    """Spell a value by the contract, by plain recursion."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{_spell(key)}:{_spell(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_spell, value)) + "]"
    if isinstance(value, str):
        escaped = (_SHORT_ESCAPES.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in value)
        return f'"{"".join(escaped)}"'
    return _spell_float(value) if isinstance(value, float) else json.dumps(value)


any_json = st.one_of(json_values, st.floats(allow_nan=False, allow_infinity=False), st.text())


@given(json_values)
def test_canonical_text_is_what_the_contract_says(value: JsonValue) -> None:
    """The fast way and the plain way give the same characters."""
    assert canonical_json(value).decode() == _spell(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(1e16)
@example(9999999999999998.0)
@example(1e-5)
@example(9.999999999999999e-06)
@example(5e-324)
@example(-0.0)
def test_floats_are_spelled_as_the_contract_says(number: float) -> None:
    """Every double has one spelling, which reads back as that double."""
    text = canonical_json(number).decode()
    assert text == _spell_float(number)
    assert Decimal(text) == Decimal(repr(number))
    assert repr(json.loads(text)) == repr(number)


@given(json_pairs)
def test_canonical_texts_are_equal_if_and_only_if_the_values_are(
    pair: tuple[JsonValue, JsonValue],
) -> None:
    """Text, hash and typed equality decide alike."""
    one, other = pair
    same = _spell(one) == _spell(other)
    assert (canonical_json(one) == canonical_json(other)) is same
    assert same_json(one, other) is same
    assert (hash_json(one) == hash_json(other)) is same


@given(json_values)
def test_the_order_of_keys_does_not_count(value: JsonValue) -> None:
    """Neither for the text nor for the hash nor for equality."""
    reversed_keys = reverse_keys(value)
    assert canonical_json(reversed_keys) == canonical_json(value)
    assert hash_json(reversed_keys) == hash_json(value)
    assert same_json(reversed_keys, value)


@given(json_values)
def test_the_hash_is_that_of_the_text(value: JsonValue) -> None:
    """But null is hashed as nothing."""
    text = b"" if value is None else _spell(value).encode()
    assert hash_json(value) == sha256(text).hexdigest()


@given(json_values)
def test_what_is_written_reads_back(value: JsonValue) -> None:
    """All ways of writing keep every value, and every order of keys but the canonical one."""
    for text in (canonical_json(value), dump_json(value), dump_plain_json(value)):
        read = load_json(text, depth=128, digits=4_300)
        assert same_json(read, value)
        assert load_json(text.decode(), depth=128, digits=4_300) == read
    assert repr(load_json(dump_json(value), depth=128, digits=4_300)) == repr(value)


@given(json_values)
def test_a_copy_is_equal_and_shares_nothing(value: JsonValue) -> None:
    """Whatever the giver does to the value later, the copy stays."""
    given = copy_plain(value)
    copied = copy_json(given)
    assert repr(copied) == repr(value)
    _spoil(given)
    assert repr(copied) == repr(value)


def _spoil(value: JsonValue) -> None:
    """Change every container in a value, from the inside out."""
    if isinstance(value, dict):
        for child in value.values():
            _spoil(child)
        value["spoilt"] = None
    elif isinstance(value, list):
        for child in value:
            _spoil(child)
        value.append("spoilt")


@given(value=json_values, indent=st.sampled_from((None, 1, "\t")), ascii_only=st.booleans())
def test_valid_json_is_read_as_everybody_reads_it(
    *, value: JsonValue, indent: int | str | None, ascii_only: bool
) -> None:
    """Whatever json.dumps writes, load_json reads like json.loads."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert repr(load_json(text.encode(), depth=128, digits=4_300)) == repr(json.loads(text))


# Text that is nearly JSON: what a parser may take or refuse.
_TOKENS = (
    *("{", "}", "[", "]", ",", ":", " ", "\n", "null", "true", "false", '"a"', '"\\u00e9"', '""'),
    *("0", "-0", "1", "-1", "1.5", "1e5", "1E+5", "01", "+1", ".5", "1.", "1e", "--1", "0x1"),
    *("18446744073709551616", "-9223372036854775809", "1e308", "1e309", "NaN", "Infinity", "nul"),
    *("'a'", '"\\x"', '"\\ud800"', '"\\ud83d\\ude00"', '"\t"', "//", "\ufeff", "\x00", "\u2028"),
)


@given(st.lists(st.sampled_from(_TOKENS), max_size=7).map("".join))
def test_json_is_refused_where_everybody_refuses_it(text: str) -> None:
    """We read what the standard library reads in strict mode, and only that."""
    try:
        expected = json.loads(text, parse_constant=_refuse)
        json.dumps(expected, allow_nan=False)  # no infinities either
        json.dumps(expected, ensure_ascii=False).encode()  # nor lone surrogates
    except ValueError:
        with pytest.raises(InvalidJson):
            load_json(text.encode(), depth=128, digits=4_300)
    else:
        assert repr(load_json(text.encode(), depth=128, digits=4_300)) == repr(expected)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


@given(st.binary(max_size=40))
def test_bytes_are_read_or_refused(data: bytes) -> None:
    """Nothing but InvalidJson comes out."""
    try:
        value = load_json(data, depth=128, digits=4_300)
    except InvalidJson:
        return
    assert repr(value) == repr(json.loads(data))


@given(depth=st.integers(0, 40), limit=st.integers(0, 40), with_big=st.booleans())
def test_depth_is_counted_in_containers(*, depth: int, limit: int, with_big: bool) -> None:
    """What is as deep as the limit is read, what is deeper is not, however it is read."""
    leaf: JsonValue = 2**64 if with_big else []
    levels = depth + (not with_big)
    text = dump_json(nest(depth, leaf))
    if levels > limit:
        with pytest.raises(JsonTooDeep):
            load_json(text, depth=limit, digits=4_300)
    else:
        assert same_json(load_json(text, depth=limit, digits=4_300), nest(depth, leaf))


@given(st.integers(1, 60), st.integers(19, 40), st.sampled_from((1, -1)))
def test_digits_are_counted_without_the_sign(digits: int, limit: int, sign: int) -> None:
    """An integer of as many digits as the limit is exact, a longer one is refused."""
    number = (10**digits - 1) * sign
    text = f"[{number}]"
    if digits > limit:
        with pytest.raises(NumberTooLong):
            load_json(text, depth=128, digits=limit)
    else:
        assert load_json(text, depth=128, digits=limit) == [number]


@pytest.mark.parametrize("depth", [254, 255, 1_024, 5_000])
def test_depth_has_no_limit_where_nobody_sets_one(depth: int) -> None:
    """Writing, hashing, copying and comparing do not recurse."""
    value = nest(depth, 1)
    text = canonical_json(value)
    assert dump_json(value) == dump_json(copy_json(value)) == text
    assert hash_json(value) == sha256(text).hexdigest()
    assert same_json(value, nest(depth, 1))
    assert not same_json(value, nest(depth, 1.0))
