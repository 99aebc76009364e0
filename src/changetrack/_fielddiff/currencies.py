"""The signs and codes of currencies, and the words for units, as they are written beside numbers.

Nothing is guessed: a sign that several countries use stands for itself.
"""

from __future__ import annotations

import re
from functools import cache

# Signs that mean one currency; the value is its ISO 4217 code.
_SIGNS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₺": "TRY", "₩": "KRW", "₪": "ILS", "₴": "UAH",
    "₫": "VND", "₦": "NGN", "₱": "PHP", "฿": "THB", "₡": "CRC", "₲": "PYG", "₸": "KZT", "₼": "AZN",
    "₾": "GEL", "₿": "BTC", "US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD",
    "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "NT$": "TWD", "MX$": "MXN", "R$": "BRL", "zł": "PLN",
    "Kč": "CZK", "Ft": "HUF", "лв": "BGN", "\u0440\u0443\u0431": "RUB",
    "円": "JPY", "원": "KRW", "Rp": "IDR", "RM": "MYR", "đ": "VND", "Lei": "RON", "lei": "RON",
    "ден": "MKD", "дин": "RSD", "грн": "UAH", "тг": "KZT", "TL": "TRY",
}  # fmt: skip
# Signs and abbreviations of several currencies: they are only ever what is written.
_AMBIGUOUS = ("$", "¥", "kr", "Rs", "Fr", "¢", "元")
# ISO 4217, the currencies in use.
_CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP"
    " BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP"
    " GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR"
    " KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK"
    " MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR"
    " SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH"
    " UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW"
)
# Where a dot is a decimal point: $3.299 is a price per gallon, 3.299 € is not one per litre.
_DOTTED = frozenset({
    "$", "Rs", "¢", "元", "GBP", "USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN", "INR",
    "CNY", "ILS", "THB", "PHP", "MYR", "PKR", "LKR", "BDT", "NPR", "EGP", "KES", "NGN", "GHS",
})  # fmt: skip
# Yen have no decimals, and yuan have: of three digits behind a dot nobody knows.
_UNDECIDED = frozenset({"¥"})

# Words that are understood as the unit of the number before them, in the languages of our dates.
_PERIODS = {
    "second": "s sec secs second seconds sekunde sekunden seconde secondes segundo segundos",
    "minute": "min mins minute minutes minuten minuto minutos",
    "hour": "h hr hrs hour hours std stunde stunden heure heures hora horas",
    "day": "d day days tag tage tagen jour jours día días dia dias",
    "week": "wk wks week weeks woche wochen semaine semaines semana semanas",
    "month": "mo mos mth mths month months monat monate monaten mois mes meses",
    "year": "y yr yrs year years jahr jahre jahren ans année années año años ano anos",
}
_MEASURES = (
    "kg mg µg g lb lbs oz km cm mm mi ft yd m² m2 km² ha m ml cl dl l gal kWh MWh kW MW GHz MHz Hz"
    " W V A mAh Wh TB GB MB KB kB TiB GiB MiB KiB Gbps Mbps kbps px pt ms dpi mph hp"
)
_FOLDED = {word: unit for unit, words in _PERIODS.items() for word in words.split()}

# What a number is multiplied by; the last column says whether only money is written so.
_MULTIPLIERS = {
    "k": (1_000, False), "K": (1_000, False), "tsd": (1_000, False),
    "M": (10**6, False), "m": (10**6, True), "mn": (10**6, False), "mln": (10**6, False),
    "mio": (10**6, False), "million": (10**6, False), "millions": (10**6, False),
    "millionen": (10**6, False), "millones": (10**6, False),
    "B": (10**9, True), "b": (10**9, True), "bn": (10**9, False), "mrd": (10**9, False),
    "billion": (10**9, False), "milliarde": (10**9, False), "milliarden": (10**9, False),
    "milliard": (10**9, False), "milliards": (10**9, False),
    "万": (10**4, False), "萬": (10**4, False), "만": (10**4, False),
    "億": (10**8, False), "亿": (10**8, False), "억": (10**8, False),
}  # fmt: skip
# Of those, what no blank parts from its number, nor from what is counted.
UNSPACED_MULTIPLIERS = "万萬만億亿억"
# What things are counted by, right behind their number: seats, people, pieces, rooms, nights.
COUNTERS = "席人名個件台枚本冊室泊杯着社店点部箱組석명개장"


def name_currency(written: str) -> str:
    """Return the ISO code of a currency as it is written, or the sign itself if it has several.

    >>> name_currency("€"), name_currency("CHF"), name_currency("$"), name_currency("US $")
    ('EUR', 'CHF', '$', 'USD')
    """
    sign = written.replace(" ", "").replace("\u00a0", "").removesuffix(".")
    return _SIGNS.get(sign, sign)


def is_ambiguous(currency: str) -> bool:
    """Return whether several currencies are written so."""
    return currency in _AMBIGUOUS


def writes_dots(currency: str) -> bool | None:
    """Return whether a lone dot in an amount of a currency is a decimal point; None if unknown."""
    return None if currency in _UNDECIDED else currency in _DOTTED


def fold_unit(unit: str) -> str:
    """Return what two spellings of one unit share.

    >>> fold_unit("mo"), fold_unit("Monat"), fold_unit("items"), fold_unit("item")
    ('month', 'month', 'item', 'item')
    """
    word = unit.casefold()
    return _FOLDED.get(word) or (word.removesuffix("s") if len(word) > 2 else word)  # noqa: PLR2004 - "ms" is no plural


def find_multiplier(written: str, *, money: bool) -> int | None:
    """Return what the abbreviation behind a number multiplies it by; None where it is no such."""
    word = written.removesuffix(".")
    factor, needs_money = _MULTIPLIERS.get(word) or _MULTIPLIERS.get(word.lower()) or (None, False)
    return None if needs_money and not money else factor


@cache
def spell_currencies() -> str:
    """Return the regular expression of everything that is a currency."""
    signs = sorted({*_SIGNS, *_AMBIGUOUS}, key=lambda sign: (-len(sign), sign))
    spelled = [re.escape(sign).replace(r"\$", r"[ \u00a0]?\$") for sign in signs if len(sign) > 1]
    bare = "".join(sign for sign in signs if len(sign) == 1)
    words = "|".join((*spelled, *_CODES.split()))
    # A word of letters ends where the letters do, but digits may follow at once: CHF24, R$ 24.
    return rf"(?:(?<![^\W\d_])(?:{words})\.?(?![^\W\d_])|[{re.escape(bare)}])"


@cache
def spell_measures() -> str:
    """Return the regular expression of the units that need no word before them."""
    words = {*_MEASURES.split(), *" ".join(_PERIODS.values()).split()}
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


@cache
def spell_multipliers() -> str:
    """Return the regular expression of the abbreviations that multiply, longest first."""
    words = {*_MULTIPLIERS, "Mio", "Mrd", "Tsd", "Millionen", "Milliarden"} - {
        *UNSPACED_MULTIPLIERS
    }
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))
