"""What a page's `meta` elements say about it: OpenGraph, products, articles, by property names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack_server.extracting.names import loosen
from changetrack_server.pages.metadata import read_metas
from changetrack_server.pages.sight import read_title
from changetrack_server.pages.urls import UrlResolver

if TYPE_CHECKING:
    from changetrack import JsonValue
    from changetrack_server.pages.document import Document

__all__ = ["read_meta_fields"]

# What the vocabularies' names mean, in the loose spelling of a schema's properties; the first line
# that has a value for a name counts. Every element counts under its own name, too: `ogTitle`.
_MEANINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("og:title", ("title", "name", "headline")),
    ("twitter:title", ("title", "name", "headline")),
    ("og:description", ("description",)),
    ("description", ("description",)),
    ("twitter:description", ("description",)),
    ("og:image", ("image", "imageurl")),
    ("og:image:url", ("image", "imageurl")),
    ("og:image:secure_url", ("image", "imageurl")),
    ("twitter:image", ("image", "imageurl")),
    ("og:url", ("url",)),
    ("og:site_name", ("sitename",)),
    ("og:type", ("type",)),
    ("product:price:amount", ("price", "amount")),
    ("og:price:amount", ("price", "amount")),
    ("product:price:currency", ("currency", "pricecurrency")),
    ("og:price:currency", ("currency", "pricecurrency")),
    ("product:sale_price:amount", ("saleprice",)),
    ("product:sale_price:currency", ("salepricecurrency",)),
    ("product:original_price:amount", ("originalprice",)),
    ("product:availability", ("availability",)),
    ("og:availability", ("availability",)),
    ("product:brand", ("brand",)),
    ("product:category", ("category",)),
    ("product:condition", ("condition", "itemcondition")),
    ("product:retailer_item_id", ("sku", "retaileritemid")),
    ("article:author", ("author",)),
    ("author", ("author",)),
    ("article:published_time", ("publishedtime", "datepublished")),
    ("article:modified_time", ("modifiedtime", "datemodified")),
    ("article:section", ("section", "articlesection")),
    ("article:tag", ("tags", "keywords")),
    ("keywords", ("keywords",)),
)
_ADDRESSES = ("og:image", "og:url", "og:image:url", "og:image:secure_url", "twitter:image")


def read_meta_fields(document: Document) -> dict[str, list[JsonValue]]:
    """Return what a page says about itself, by names in the loose spelling."""
    metas: dict[str, list[JsonValue]] = {
        name: list(contents) for name, contents in read_metas(document).items()
    }
    resolve = UrlResolver(document.base_url, document.source_chars).resolve
    for name in _ADDRESSES:
        if name in metas:
            metas[name] = [resolve(str(each)) for each in metas[name]]
    found: dict[str, list[JsonValue]] = {}
    for name, meanings in _MEANINGS:
        for meaning in meanings:
            if name in metas:
                found.setdefault(meaning, metas[name])
    for name, contents in metas.items():
        found.setdefault(loosen(name.replace(":", "")), contents)
    title = read_title(document)
    if title:
        found.setdefault("title", [title])
    return found
