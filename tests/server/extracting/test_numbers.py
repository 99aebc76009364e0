"""Numbers as people write them: one reading, or none and the reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack_server.extracting.numbers import read_machine_number, read_number

# Text, language, number.
READ = [
    ("19", None, 19),
    ("$19", None, 19),
    ("$19.00", None, 19),
    ("$19.99", None, 19.99),
    ("19,99 €", None, 19.99),
    ("19€", None, 19),
    ("USD19", None, 19),
    ("US$ 29", None, 29),
    ("Rs. 500", None, 500),
    ("100kr", None, 100),
    ("5 zł", "pl", 5),
    ("1500 руб.", "ru", 1500),
    ("$1,299.00/mo", None, 1299),
    ("1.299,00 €", None, 1299),
    ("R$ 1.234,56", None, 1234.56),
    ("1,234,567", None, 1_234_567),
    ("1.234.567", None, 1_234_567),
    ("₹1,29,999.00", None, 129_999),
    ("1'299.50 CHF", None, 1299.5),
    ("CHF 1’299.–", "de-CH", 1299),
    ("EUR 1.299,-", "de", 1299),
    # Three digits after one mark: the language decides, or a sign that leaves no doubt.
    ("1,299", "en", 1299),
    ("1,299", "en-GB", 1299),
    ("1,299", "de", 1.299),
    ("1.299", "de", 1299),
    ("1.299", "en", 1.299),
    ("1.299", "de-CH", 1.299),
    ("1,299", "es-MX", 1299),
    ("1,299", "es_ES", 1.299),
    ("$1,299", None, 1299),
    ("£1,299", None, 1299),
    ("0,125", None, 0.125),
    ("12345.678", None, 12345.678),
    # Spaces between thousands.
    ("1 299,00 €", "fr", 1299),
    ("1 299 €", None, 1299),
    ("1 234 567", None, 1_234_567),
    ("prix 1 299 €", "fr", 1299),
    # Words around it.
    ("from $9.99", None, 9.99),
    ("24 reviews", None, 24),
    ("45 %", None, 45),
    ("12GB", None, 12),
    ("5+", None, 5),
    ("$29 per user, billed every 12 months", None, 29),
    ("$29 / 12 months", None, 29),
    ("H2O, 5 l", None, 5),
    # Signs.
    ("-5", None, -5),
    ("−3", None, -3),
    ("-$5.50", None, -5.5),
    ("$-5", None, -5),
    (".99", None, 0.99),
    ("0.10", None, 0.1),
    ("007", None, 7),
]

_TWO_WAYS = "may be read in two ways, and the language of the page does not decide"
_SEVERAL = "holds several numbers"
_NONE = "holds no number"
_MORE = "is abbreviated or a fraction"
_NO_NUMBER = "is no number, such as a date or a version"
REFUSED = [
    ("1,299", None, _TWO_WAYS),
    ("1.299", None, _TWO_WAYS),
    ("1.299 €", None, _TWO_WAYS),
    ("1,299", "en-ZA", _TWO_WAYS),
    ("1,299", "tlh", _TWO_WAYS),
    ("Plan 2 100", "en", _TWO_WAYS),
    ("$19 99", None, _SEVERAL),
    ("$19 $24", None, _SEVERAL),
    ("$5-10", None, _SEVERAL),
    ("5 to 10 €", None, _SEVERAL),
    ("10-20", None, _SEVERAL),
    ("4.5 out of 5", None, _SEVERAL),
    ("10:30", None, _SEVERAL),
    ("2024-05-01", None, _SEVERAL),
    ("12.05.2024", None, _NO_NUMBER),
    ("1.2.3", None, _NO_NUMBER),
    ("1,299.000,00", None, _NO_NUMBER),
    ("1.2k", None, _MORE),
    ("4K", None, _MORE),
    ("3 Mio.", None, _MORE),
    ("2 million", None, _MORE),
    ("1e5", None, _MORE),
    ("2½", None, _MORE),
    ("10²", None, _MORE),
    ("", None, _NONE),
    ("Free", None, _NONE),
    ("v2", None, _NONE),
    ("COVID-19", None, _NONE),
    ("٣", None, _NONE),
    ("9" * 31, None, "has too many digits"),
    ("1" + " " * 1_000, None, "is too long for a number"),
]


@pytest.mark.parametrize(("text", "language", "number"), READ)
def test_a_number_is_read(text: str, language: str | None, number: float) -> None:
    """What can be read in one way only is; what is whole is an integer."""
    found = read_number(text, language)
    assert (found, type(found)) == (number, type(number))


@pytest.mark.parametrize(("text", "language", "problem"), REFUSED)
def test_what_is_no_number_or_two_is_refused(text: str, language: str | None, problem: str) -> None:
    """Nothing is guessed, and the reason is said."""
    assert read_number(text, language) == problem


@given(
    number=st.integers(0, 10**20), cents=st.integers(0, 99), language=st.sampled_from(["en", "de"])
)
def test_a_price_is_read_as_it_was_written(number: int, cents: int, language: str) -> None:
    """With thousands and cents in the way of the language, any price comes back."""
    text = f"{number:,}.{cents:02}"
    if language == "de":
        text = text.translate(str.maketrans(",.", ".,"))
    assert read_number(f"{text} €", language) == pytest.approx(number + cents / 100, rel=1e-12)


@given(text=st.text(max_size=60), language=st.one_of(st.none(), st.text(max_size=8)))
def test_any_text_is_a_number_or_a_reason(text: str, language: str | None) -> None:
    """And nothing that JSON could not carry."""
    found = read_number(text, language)
    assert isinstance(found, str) or (type(found) in {int, float} and abs(found) < 10**31)


@given(number=st.one_of(st.integers(-(10**20), 10**20), st.floats(allow_nan=False, width=32)))
def test_what_a_program_wrote_is_read_exactly(number: float) -> None:
    """JSON's own spelling of a number, apart from what is infinite."""
    found = read_machine_number(repr(number))
    assert isinstance(found, str) or found == number


def test_a_point_of_a_program_is_a_decimal_point() -> None:
    """Vocabularies say so; a comma is for people."""
    texts = ("1.299", "-0.5", "1e3", "1,299", "1e999", "")
    no_number = "holds no number"
    found = [read_machine_number(text) for text in texts]
    assert found == [1.299, -0.5, 1000, no_number, no_number, no_number]
