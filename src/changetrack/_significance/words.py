"""Words that tell what a change is about, in the languages that `LANGUAGES` names.

Every word stands in lower case and counts as a whole word only; where a language has no blanks
between its words, as it stands.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Those in which shops say whether something can be had, as the documentation names them.
LANGUAGES = (
    "English", "German", "French", "Spanish", "Italian", "Portuguese", "Dutch", "Swedish",
    "Danish", "Norwegian", "Polish", "Czech", "Russian", "Japanese", "Chinese", "Korean",
)  # fmt: skip

# What a shop, a service or a status page says of whether something can be had.
AVAILABILITY = (
    # English
    *("in stock", "out of stock", "sold out", "low stock", "back in stock", "back ordered"),
    *("backorder", "backordered", "on backorder", "pre-order", "preorder", "coming soon"),
    *("available", "unavailable", "not available", "discontinued", "no longer available"),
    *("operational", "degraded", "degraded performance", "outage", "partial outage"),
    *("major outage", "under maintenance", "online", "offline", "down for maintenance"),
    *("fully booked", "no vacancies", "waitlist", "notify me", "temporarily unavailable"),
    # German
    *("auf lager", "nicht auf lager", "lieferbar", "sofort lieferbar", "nicht lieferbar"),
    *("ausverkauft", "vergriffen", "verfügbar", "nicht verfügbar", "vorbestellbar", "ausgebucht"),
    *("demnächst verfügbar", "in kürze verfügbar", "betriebsbereit", "in betrieb"),
    *("beeinträchtigt", "ausfall", "teilausfall", "störung", "wartung"),
    # French
    *("en stock", "en rupture de stock", "rupture de stock", "épuisé", "épuisée", "disponible"),
    *("indisponible", "non disponible", "bientôt disponible", "précommande", "complet"),
    *("opérationnel", "opérationnelle", "dégradé", "dégradée", "panne", "interruption de service"),
    # Spanish
    *("en existencia", "sin existencias", "sin stock", "agotado", "agotada", "no disponible"),
    *("próximamente", "reserva anticipada", "operativo", "operativa", "degradado", "interrupción"),
    *("descatalogado", "fuera de servicio"),
    # Italian
    *("disponibile", "non disponibile", "esaurito", "esaurita", "in magazzino", "prenotabile"),
    *("al completo", "prossimamente", "fuori produzione", "disservizio"),
    # Portuguese
    *("em estoque", "em stock", "sem estoque", "fora de estoque", "sem stock", "esgotado"),
    *("esgotada", "disponível", "indisponível", "não disponível", "pré-venda", "em breve"),
    *("descontinuado", "lotado"),
    # Dutch
    *("op voorraad", "niet op voorraad", "uit voorraad leverbaar", "uitverkocht", "leverbaar"),
    *("niet leverbaar", "beschikbaar", "niet beschikbaar", "binnenkort beschikbaar"),
    *("tijdelijk uitverkocht", "volgeboekt"),
    # Swedish, Danish, Norwegian
    *("i lager", "ej i lager", "slut i lager", "slutsåld", "slutsålt", "på lager", "utsolgt"),
    *("ikke på lager", "udsolgt"),
    # Polish
    *("dostępny", "dostępna", "dostępne", "niedostępny", "niedostępna", "niedostępne"),
    *("wyprzedane", "wyprzedany", "w magazynie", "brak w magazynie", "na stanie"),
    # Czech
    *("skladem", "není skladem", "vyprodáno", "dostupné", "nedostupné", "na objednávku"),
    # Russian
    *("в наличии", "нет в наличии", "под заказ", "распродано", "доступен", "доступна"),
    *("доступно", "недоступен", "недоступна", "недоступно", "предзаказ", "скоро в продаже"),
    *("снят \u0441 производства", "снято \u0441 производства"),
    # Korean
    *("재고 있음", "재고 없음", "품절", "일시품절", "매진", "예약판매", "입고 예정"),
    # Chinese
    *("有货", "有貨", "无货", "無貨", "缺货", "缺貨", "现货", "現貨", "售罄", "售完"),
    *("预售", "預購", "补货中", "补货通知", "到货通知"),
    # Japanese
    *("在庫あり", "在庫なし", "在庫切れ", "残りわずか", "売り切れ", "売切れ", "完売", "品切れ"),
    *(
        "入荷待ち",
        "予約受付中",
        "販売中",
        "販売終了",
        "近日公開",
        "近日発売",
        "利用可能",
        "利用不可",
    ),
    *("正常稼働", "稼働中", "障害発生", "停止中", "メンテナンス中"),
)

# Names of fields, of table columns and of labels whose number is a price without saying so.
PRICES = (
    *("price", "prices", "pricing", "cost", "costs", "fee", "fees", "msrp", "rrp", "subtotal"),
    *("preis", "preise", "kosten", "gebühr", "gebühren", "uvp"),
    *("prix", "tarif", "tarifs", "coût", "coûts", "montant"),
    *("precio", "precios", "coste", "costes", "costo", "costos", "tarifa", "tarifas", "importe"),
    *("prezzo", "prezzi", "preço", "preços", "prijs", "prijzen", "pris", "priser"),
    *("cena", "ceny", "цена", "цены", "стоимость", "가격", "요금"),
    *("価格", "料金", "値段", "金額", "定価", "税込", "税抜", "价格", "價格", "售价", "售價"),
)

# Names of fields that say whether something can be had, whatever their values are.
AVAILABILITY_NAMES = (
    *("availability", "available", "unavailable", "in stock", "instock", "out of stock", "stock"),
    *("sold out", "soldout", "is available", "is sold out", "operational", "stock status"),
    *("verfügbar", "verfügbarkeit", "lagerbestand", "disponible", "disponibilité"),
    *("disponibilidad", "en stock", "existencias", "在庫", "在庫状況"),
    *("disponibilità", "disponibilidade", "estoque", "beschikbaarheid", "voorraad"),
    *("tillgänglighet", "lagerstatus", "dostępność", "dostupnost", "наличие", "재고"),
    *("库存", "庫存"),
)

# Names of fields that a crawler or a counter writes: they change though the page does not.
VOLATILE_NAMES = (
    *("scraped at", "crawled at", "fetched at", "captured at", "retrieved at", "generated at"),
    *("last updated", "last modified", "view count", "views", "page views", "pageviews"),
    *("request id", "csrf token", "nonce"),
)

# Names of fields whose value is where something is, not what it says.
TARGET_NAMES = (
    *("url", "href", "link", "src", "image", "image url", "thumbnail", "canonical"),
    *("canonical url", "permalink"),
)

# Names of months that are no other words, as a pattern; March and May begin with a capital.
MONTHS = (
    r"(?:(?i:january|february|april|june|july|august|september|october|november|december"
    r"|januar|jänner|februar|märz|juni|juli|oktober|dezember"
    r"|janvier|février|avril|juin|juillet|août|septembre|octobre|novembre|décembre"
    r"|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    r"|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre"
    r"|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro"
    r"|januari|februari|maart|augustus|augusti"
    r"|stycznia|lutego|kwietnia|czerwca|lipca|sierpnia|września|października|listopada|grudnia"
    r"|ledna|února|března|dubna|května|června|července|srpna|září|října|prosince"
    r"|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря)"
    r"|March|May|Mai|mai|mars)"
)

# Scripts that are written without blanks: kana and the ideographs.
UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NAME_BREAKS = re.compile(r"[\s_\-./:]+")
_UNSPACED = re.compile(f"[{UNSPACED}]")


def bound_phrase(phrase: str) -> str:
    """Return the pattern of a phrase whose ends are ends of words, and whose blanks may be any."""
    pattern = r"\s+".join(map(re.escape, phrase.split()))
    before = r"(?<!\w)" if is_spaced_letter(phrase[:1]) else ""
    after = r"(?!\w)" if is_spaced_letter(phrase[-1:]) else ""
    return f"{before}{pattern}{after}"


def is_letter(char: str) -> bool:
    """Return whether a character is part of a word."""
    return char.isalnum() or char == "_"


def is_spaced_letter(char: str) -> bool:
    """Return whether a character is part of a word that has blanks around it."""
    return is_letter(char) and _UNSPACED.match(char) is None


def split_name(name: str) -> str:
    """Return the words of a field's name or a column's header, in lower case.

    >>> split_name("regularPrice"), split_name("price_usd"), split_name("In Stock")
    ('regular price', 'price usd', 'in stock')
    """
    # A key may be a page; what it is about stands at its beginning.
    spaced = _CAMEL.sub(" ", name[:_MOST_NAME])
    return _NAME_BREAKS.sub(" ", spaced).strip().lower()


# The longest name that is looked at; headers of tables that people write have a line at most.
_MOST_NAME = 120

_PRICE_NAMES = re.compile("|".join(map(bound_phrase, PRICES)))
_NAMES = {
    "availability": frozenset(AVAILABILITY_NAMES),
    "volatile": frozenset(VOLATILE_NAMES),
    "target": frozenset(TARGET_NAMES),
}


def is_price_name(name: str) -> bool:
    """Return whether a field or a column of this name holds prices.

    >>> is_price_name("unitPrice"), is_price_name("Preis pro Monat"), is_price_name("priceless")
    (True, True, False)
    """
    return _PRICE_NAMES.search(split_name(name)) is not None


def is_availability_name(name: str) -> bool:
    """Return whether a field of this name says whether something can be had."""
    return split_name(name) in _NAMES["availability"]


def is_volatile_name(name: str) -> bool:
    """Return whether a field of this name changes though the page does not."""
    return split_name(name) in _NAMES["volatile"]


def is_target_name(name: str) -> bool:
    """Return whether a field of this name holds an address."""
    return split_name(name) in _NAMES["target"]


_WORD = re.compile(r"\w+")
# Between the words of one phrase.
_GAPS = re.compile(r"[\s-]+")

# Phrases by their first word, the longest first; those without blanks by themselves.
_PHRASES: dict[str, list[tuple[str, ...]]] = {}
_UNSPACED_PHRASES: list[str] = []
for _phrase in sorted(AVAILABILITY, key=lambda phrase: (-len(phrase), phrase)):
    if _UNSPACED.match(_phrase):
        _UNSPACED_PHRASES.append(_phrase)
    else:
        _words = tuple(_WORD.findall(_phrase))
        _PHRASES.setdefault(_words[0], []).append(_words)
_UNSPACED_STATES = re.compile("|".join(_UNSPACED_PHRASES))


def find_states(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where a text says whether something can be had, and how.

    >>> list(find_states("Sold Out, unsold")), list(find_states("現在、在庫あり"))
    ([(0, 8, 'sold out')], [(3, 7, '在庫あり')])
    """
    lowered = text.lower()
    if len(lowered) != len(text):  # a few capitals are shorter than their small letters
        lowered = text
    if _UNSPACED.search(lowered):
        for found in _UNSPACED_STATES.finditer(lowered):
            yield found.start(), found.end(), found[0]
    words = _WORD.findall(lowered)
    if _PHRASES.keys().isdisjoint(words):
        return
    spots = [found.span() for found in _WORD.finditer(lowered)]
    for at, word in enumerate(words):
        for phrase in _PHRASES.get(word, ()):
            last = at + len(phrase)
            if phrase == tuple(words[at:last]) and _are_joined(lowered, spots[at:last]):
                yield spots[at][0], spots[last - 1][1], " ".join(phrase)
                break


def _are_joined(text: str, spots: list[tuple[int, int]]) -> bool:
    return all(_GAPS.fullmatch(text, end, start) for (_, end), (start, _) in pairwise(spots))
