"""What holds for whatever stands in two fields: nothing is misread, nothing crashes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from changetrack._fielddiff import describe_fields, diff_fields
from changetrack._fielddiff.models import Delta
from changetrack._models import JsonValue
from tests.strategies.json_values import leaves


def _understand(previous: JsonValue, current: JsonValue) -> Delta | None:
    fields = describe_fields(diff_fields({"a": previous}, {"a": current}))
    return fields[0].delta if fields else None


def _write(cents: int, style: tuple[str, str, str]) -> str:
    around, mark, point = style
    return around.format(f"{cents // 100:,}".replace(",", mark) + f"{point}{cents % 100:02}")


# How people write an amount of money, by where they live: around it, between thousands, and the
# decimal mark.
_STYLES = (
    ("${}/mo", ",", "."),
    ("{} €", ".", ","),
    ("{} €", "\u202f", ","),
    ("CHF {}", "’", "."),
    ("ab {} zł pro Monat", " ", ","),
    ("{}€", "", ","),
)
_cents = st.integers(0, 10**11)


@given(st.sampled_from(_STYLES), _cents, _cents)
def test_money_is_understood_to_the_cent(
    style: tuple[str, str, str], previous: int, current: int
) -> None:
    """However it is written, the difference is the exact one, and the percentage the nearest."""
    delta = _understand(_write(previous, style), _write(current, style))
    if previous == current:
        assert delta is None
        return
    assert delta is not None
    assert delta.absolute == float(Decimal(current - previous) / 100)
    assert (delta.previous, delta.current) == (previous / 100, current / 100)
    exact = Decimal(current - previous) * 100 / (previous or 1)
    assert delta.percent == (float(round(exact, 4)) if previous else None)


@given(st.one_of(leaves, st.floats(), st.integers()), st.one_of(leaves, st.integers()))
def test_any_two_values_are_understood_or_not(previous: JsonValue, current: JsonValue) -> None:
    """Numbers of any size are taken as they are, or left alone."""
    if previous != previous or previous in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN
        return
    _check_symmetry(previous, current)


_scraps = st.text("0123456789 .,'-–−+/:%$€£¥kKMm()\u00a0٫٣３MarchmarsTZ", max_size=14)
_words = st.sampled_from(("from ", "2026-03-03T10:00Z", "3 March 2026", "EUR", "/mo", "1.299", ""))


@given(
    st.tuples(_words, _scraps, _words).map("".join), st.tuples(_words, _scraps, _words).map("".join)
)
def test_any_two_texts_are_understood_or_not(previous: str, current: str) -> None:
    """Whatever is read one way round is read the other way round as well."""
    _check_symmetry(previous, current)


def _check_symmetry(previous: JsonValue, current: JsonValue) -> None:
    there, back = _understand(previous, current), _understand(current, previous)
    assert (there is None) == (back is None)
    if there is None or back is None:
        return
    assert (there.previous, there.current) == (back.current, back.previous)
    assert there.absolute == (None if back.absolute is None else -back.absolute)
    assert there.currency == back.currency
    assert replace(there, unit=None, percent=None) == replace(
        back, previous=there.previous, current=there.current, absolute=there.absolute,
        unit=None, percent=None,
    )  # fmt: skip
