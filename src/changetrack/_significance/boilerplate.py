"""Changes that say nothing: footer years, cookie notices, relative times, counts of views.

Only what is surely so. What is masked here is never money, so a price never hides behind it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from changetrack._fielddiff.dates import find_dates
from changetrack._fielddiff.numerals import plain_text
from changetrack._significance.words import MONTHS

_NUMBER = r"\d{1,3}(?:[.,' \u00a0\u202f]\d{3}){0,4}(?:[.,]\d{1,2})?"
_UNIT = (
    r"(?:s|sec|secs|seconds?|m|min|mins|minutes?|h|hrs?|hours?|d|days?|w|weeks?|months?|y|yrs?|years?"
    r"|Sekunden?|Minuten?|Stunden?|Tage?n?|Wochen?|Monate?n?|Jahre?n?"
    r"|secondes?|heures?|jours?|semaines?|mois|ans?|années?"
    r"|segundos?|minutos?|horas?|d[ií]as?|semanas?|mes(?:es)?|años?)"
)
_COUNT = r"(?:\d{1,4}|an?|one|einer|einem|une?|una)"

# Times that are told from now; the words alone count only against another such time, because both
# sides must be the same once they are masked.
_RELATIVE = re.compile(
    rf"(?<!\w)(?:{_COUNT}\s?{_UNIT}\s+ago|just now|yesterday"
    rf"|vor\s+{_COUNT}\s?{_UNIT}|gerade eben|gestern"
    rf"|il y a\s+{_COUNT}\s?{_UNIT}|à l[’']instant|hier"
    rf"|hace\s+{_COUNT}\s?{_UNIT}|ahora mismo|ayer)(?!\w)"
    # A notice of 14 days is written with the same word; there, a particle follows.
    r"|\d{1,4}\s?(?:秒|分|時間|日|週間|か月|ヶ月|年)前(?=$|[\s、。・|)\uff09]|に(?:更新|投稿|公開|掲載))"
    r"|たった今|昨日",
    re.IGNORECASE,
)
_VIEWS = re.compile(
    rf"(?<![\w.,$€£¥]){_NUMBER}\s?[KkMm]?\s?(?:views?|page ?views|visits|visitors|Aufrufe|vues"
    r"|visualizaciones|vistas)(?!\w)"
    rf"|(?<!\w)(?:views|page ?views|visitors|Aufrufe|vues|visualizaciones):\s?{_NUMBER}(?![\w.,])"
    rf"|{_NUMBER}\s?回(?:視聴|表示)|閲覧数[:\uff1a]?\s?{_NUMBER}",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"©|\(c\)\s*(?:19|20)\d\d|(?<!\w)copyright(?!\w)", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\w.,$€£¥])(?:19|20)\d\d(?:\s?[-–—]\s?(?:19|20)\d\d)?(?!\w|[.,]\d)")
# A footer that says more than whose it is says something.
_FOOTER_WORDS = 15

_UPDATED = re.compile(
    r"(?:(?:this page was )?last (?:updated|modified|edited|changed|reviewed)(?: on)?"
    r"|page (?:updated|generated)(?: on| at)?"
    r"|zuletzt (?:aktualisiert|geändert)(?: am)?|letzte (?:aktualisierung|änderung)|stand"
    r"|dernière (?:mise à jour|modification)(?: le)?|mise? à jour le"
    r"|última (?:actualización|modificación)|actualizado el"
    r"|最終更新日?|更新日時?)\s*[:\uff1a]?\s*(?P<when>.{1,60})",
    re.IGNORECASE | re.DOTALL,
)
# Dates that may be read in two ways are dates all the same, and so are months alone.
_NUMERIC_DATE = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)(?!\d)|\d{4}[./]\d{1,2}[./]\d{1,2}"
)
_MONTH = re.compile(rf"(?:\d{{1,2}}\.? )?{MONTHS}(?: (?:19|20)\d\d)?(?!\w)")
# What may stand beside a date in such a line.
_CLOCK = re.compile(
    r"[\s,(]*(?:(?:at|um|à)\s)?(?:\d{1,2}:\d\d(?::\d\d)?)?[\s)]*(?:Uhr|h|UTC|GMT)?\.?"
)

_COOKIES = re.compile(r"(?<!\w)cookies?(?!\w)|クッキー", re.IGNORECASE)
_CONSENT = re.compile(
    r"(?<!\w)(?:accept|reject|consent|agree|by continuing|cookie (?:settings|preferences)"
    r"|akzeptieren|ablehnen|zustimmen|einverstanden|accepter|refuser|aceptar|rechazar)(?!\w)"
    r"|同意",
    re.IGNORECASE,
)
# A notice is a line or two; what is longer is a policy, and people want to know.
_NOTICE_WORDS = 40

_CURRENCY = re.compile(r"[$€£¥₹₩₽₺₴₫฿₱₦₪]\s?\d|\d\s?(?:[$€£¥₹₩₽₺₴₫฿₱₦₪円元]|USD|EUR|GBP|JPY|CHF)")


# Nothing longer is surely boilerplate.
_MOST_CHARS = 1_000


def is_boilerplate_change(old: str, new: str) -> bool:
    """Return whether two different texts say when something was updated, or are boilerplate.

    What is volatile in them is masked already.

    >>> is_boilerplate_change("Last updated: 3 March 2026", "Last updated: 4 March 2026")
    True
    """
    return is_boilerplate(old) and is_boilerplate(new) and _is_update(old) and _is_update(new)


def is_boilerplate(text: str) -> bool:
    """Return whether a text by itself is boilerplate.

    >>> is_boilerplate("Last updated: 3 March 2026"), is_boilerplate("Accept all cookies")
    (True, True)
    >>> is_boilerplate("We bake cookies"), is_boilerplate("Copyright law changed in Spain")
    (False, False)
    """
    if not text or len(text) > _MOST_CHARS or _CURRENCY.search(text):
        return False
    words = text.count(" ") + 1
    if _COOKIES.search(text) and _CONSENT.search(text):
        return words <= _NOTICE_WORDS
    is_footer = words <= _FOOTER_WORDS and _COPYRIGHT.search(text) and _YEAR.search(text)
    return bool(is_footer) or _is_update(text)


def _is_update(text: str) -> bool:
    found = _UPDATED.fullmatch(text.strip(" *_.|()"))
    if found is None:
        return False
    when = plain_text(found["when"])
    if _RELATIVE.fullmatch(when):
        return True
    dates = find_dates(when)
    end = dates[0].end if dates and not dates[0].start else 0
    if not end:
        written = _NUMERIC_DATE.match(when) or _MONTH.match(when)
        end = written.end() if written else 0
    return end > 0 and _CLOCK.fullmatch(when, end) is not None


class Volatile(NamedTuple):
    """A text with a mark for each relative time, count of views and year of a copyright in it."""

    masked: str
    parts: tuple[str, ...]


def mask_volatile(text: str) -> Volatile:
    """Return a text without what is volatile in it, and that.

    >>> mask_volatile("$29, 3 hours ago").parts
    ('3 hours ago',)
    """
    parts: list[str] = []
    masked = text
    if len(text) <= _MOST_CHARS:
        is_copyright = _COPYRIGHT.search(text) is not None
        for mark, pattern in _MASKS:
            if pattern is not _YEAR or is_copyright:
                found = [each[0] for each in pattern.finditer(masked)]
                if found:
                    parts += found
                    masked = pattern.sub(mark, masked)
    return Volatile(masked, tuple(parts))


_MASKS = (("\x05", _RELATIVE), ("\x04", _VIEWS), ("\x06", _YEAR))
