"""Bytes of a page to text: byte order mark, then header, then `<meta>`, then UTF-8.

Names of encodings are those of the WHATWG table, as browsers have it. Python's own table is never
asked: it knows `zlib`, `punycode` and `unicode_escape`, and is quadratic in some of them.
"""

from __future__ import annotations

import re

import webencodings  # type: ignore[import-untyped]  # it has no types, and needs one function

__all__ = ["decode"]

# Where browsers look for a <meta>; whoever writes it later is not understood by them either.
SNIFFED_BYTES = 1024
# The longest label of the table has 19 characters.
_MAX_LABEL = 64

_HEADER_CHARSET = re.compile(r';\s*charset\s*=\s*(?:"([^"]*)"|([^;\s]*))', re.IGNORECASE)
# Types whose text may declare its encoding itself, and pages of which nothing is known.
_MARKUP = re.compile(r"^\s*(?:$|;|[^;]*(?:html|xml))", re.IGNORECASE)
# A comment, a <meta> with its attributes, or any other tag: so none is found inside of another.
_TAG = re.compile(
    rb"""<!--.*?(?:-->|$)|<(?:(meta)[\s/]|[a-z/!?])((?:"[^"]*"|'[^']*'|[^<>"'])*)>""",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(rb"""([^\s=/"'<>]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_PRAGMA_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([^\s"';]+)""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([^"'>]*)["']""", re.IGNORECASE)

# What a <meta> cannot mean, since it was read as ASCII; the standard says what it does mean.
_META_MEANS = {"utf-16le": "utf-8", "utf-16be": "utf-8", "x-user-defined": "windows-1252"}


def decode(body: bytes, content_type: str = "") -> tuple[str, str]:
    r"""Return the text of a page and the name of its encoding; what is broken becomes U+FFFD.

    >>> decode(b"gr\xfc\xdfe", "text/html; charset=latin1")
    ('grüße', 'windows-1252')
    """
    declared = _read_header(content_type)
    if not declared and _MARKUP.match(content_type):
        declared = _read_head(body[:SNIFFED_BYTES])
    text, encoding = webencodings.decode(body, declared or "utf-8", "replace")
    if encoding.name == "replacement":
        # Encodings that can be abused are answered with one sign, not with one for each byte.
        text = "\ufffd" if body else ""
    return str(text), str(encoding.name)


def _read_header(content_type: str) -> str:
    found = _HEADER_CHARSET.search(content_type)
    return _find_name(found[1] or found[2] or "") if found else ""


def _read_head(head: bytes) -> str:
    """Return the encoding that a page declares in its first bytes, if it is one."""
    for tag in _TAG.finditer(head):
        name = _read_meta(tag[2]) if tag[1] else ""
        if name:
            return _META_MEANS.get(name, name)
    declaration = _XML_ENCODING.match(head)
    name = _find_name(declaration[1].decode("latin-1")) if declaration else ""
    return _META_MEANS.get(name, name)


def _read_meta(attributes: bytes) -> str:
    values: dict[bytes, bytes] = {}
    for name, *spellings in _ATTRIBUTE.findall(attributes):
        values.setdefault(name.lower(), b"".join(spellings))
    label = values.get(b"charset", b"")
    if not label and values.get(b"http-equiv", b"").lower() == b"content-type":
        found = _PRAGMA_CHARSET.search(values.get(b"content", b""))
        label = found[1] if found else b""
    return _find_name(label.decode("latin-1"))


def _find_name(label: str) -> str:
    """Return the name that the table has for a label, or nothing."""
    if len(label) > _MAX_LABEL or not label.isascii():
        return ""
    encoding = webencodings.lookup(label)
    return str(encoding.name) if encoding else ""
