"""The words of dates: months and days of the week, as they are written in the languages we read."""

from __future__ import annotations

from functools import cache

# As the documentation names them.
LANGUAGES = (
    "English", "German", "French", "Spanish", "Italian", "Portuguese", "Dutch", "Polish", "Czech",
    "Russian", "Swedish", "Danish", "Norwegian",
)  # fmt: skip

# Each month: in English and German, French and Spanish, Italian and Portuguese, Dutch and the
# languages of the north, Polish and Czech, Russian; in all forms that stand in a date.
_MONTHS = (
    (
        "jan january januar jänner janvier janv enero ene gennaio gen janeiro januari"
        " styczeń stycznia leden ledna январь января янв"
    ),
    (
        "feb february februar février févr fév fevrier febrero febbraio fevereiro fev februari"
        " luty lutego únor února февраль февраля фев"
    ),
    "mar march märz mrz mars marzo março maart mrt marts marzec marca březen března март марта мар",
    "apr april avril avr abril abr aprile kwiecień kwietnia duben dubna апрель апреля апр",
    "may mai mayo maggio mag maio mei maj maja květen května май мая",
    "jun june juni juin junio giugno giu junho czerwiec czerwca červen června июнь июня июн",
    (
        "jul july juli juillet juil julio luglio lug julho lipiec lipca červenec července"
        " июль июля июл"
    ),
    (
        "aug august août aout agosto ago augustus augusti sierpień sierpnia srpen srpna"
        " август августа авг"
    ),
    (
        "sep sept september septembre septiembre setiembre settembre sett set setembro"
        " wrzesień września září сентябрь сентября сен сент"
    ),
    (
        "oct october oktober okt octobre octubre ottobre ott outubro out październik października"
        " říjen října октябрь октября окт"
    ),
    "nov november novembre noviembre novembro listopad listopada ноябрь ноября ноя нояб",
    (
        "dec december dezember dez décembre déc decembre diciembre dic dicembre dezembro desember"
        " des grudzień grudnia prosinec prosince декабрь декабря дек"
    ),
)
_NUMBERS = {word: number for number, each in enumerate(_MONTHS, 1) for word in each.split()}
# Without a day before them these are other words: sold out 2026, two years ago.
_OTHER_WORDS = frozenset({"out", "set", "ago", "mag", "gen", "des"})

_WEEKDAYS = (
    "mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun"
    " sunday mo montag di dienstag mi mittwoch do donnerstag fr freitag sa samstag sonnabend so"
    " sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves"
    " viernes sábado domingo lunedì martedì mercoledì giovedì venerdì sabato domenica"
    " segunda-feira terça-feira quarta-feira quinta-feira sexta-feira maandag dinsdag woensdag"
    " donderdag vrijdag zaterdag zondag poniedziałek wtorek środa czwartek piątek sobota niedziela"
    " pondělí úterý středa čtvrtek pátek neděle понедельник вторник среда четверг пятница суббота"
    " воскресенье пн вт \u0441\u0440 чт пт \u0441\u0431 вс"
    " måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag"
)


def read_month(word: str) -> int | None:
    """Return the number of a month, None where a word is none.

    >>> read_month("March"), read_month("ledna"), read_month("января"), read_month("stars")
    (3, 1, 1, None)
    """
    return _NUMBERS.get(word.lower())


def is_month_alone(word: str) -> bool:
    """Return whether a word is a month even where no day stands beside it.

    >>> is_month_alone("Mar"), is_month_alone("Out")
    (True, False)
    """
    return read_month(word) is not None and word.lower() not in _OTHER_WORDS


@cache
def spell_weekdays() -> str:
    """Return the regular expression of the days of the week, longest first."""
    return "|".join(sorted(set(_WEEKDAYS.split()), key=lambda word: (-len(word), word)))
