"""Bytes to text: who is believed about the encoding, and what becomes of what is broken."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from changetrack_server.egress.charsets import SNIFFED_BYTES, decode

META = b'<meta charset="windows-1251">'
WORD = "Цена"
HTML = "text/html"


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        # Each source alone.
        (b"caf\xc3\xa9", HTML, ("café", "utf-8")),
        (b"\xef\xbb\xbfcaf\xc3\xa9", HTML, ("café", "utf-8")),
        (b"caf\xe9", "text/html; charset=iso-8859-1", ("café", "windows-1252")),
        (META + WORD.encode("cp1251"), HTML, (META.decode() + WORD, "windows-1251")),
        # The mark stands above the header, the header above the page.
        (b"\xef\xbb\xbf\xc3\xa9", "text/html; charset=windows-1251", ("é", "utf-8")),
        ("\ufeffé".encode("utf-16-le"), "text/html; charset=utf-8", ("é", "utf-16le")),
        ("\ufeffé".encode("utf-16-be"), HTML, ("é", "utf-16be")),
        (META + b"\xc3\xa9", "text/html; charset=utf-8", (META.decode() + "é", "utf-8")),
        (b"\xef\xbb\xbf" + META, HTML, (META.decode(), "utf-8")),
        # Headers as people write them.
        (b"\xe9", 'text/html;charset="ISO-8859-1"', ("é", "windows-1252")),
        (b"\xe9", "TEXT/HTML ; x=y; CharSet = latin1 ; z", ("é", "windows-1252")),
        (b"\xe9", "text/plain; charset=ascii", ("é", "windows-1252")),
        (b"\xa4\xa2", "text/html; charset=euc-jp", ("あ", "euc-jp")),
        # What is broken, and what is nothing.
        (b"a\xffb", HTML, ("a\ufffdb", "utf-8")),
        (b"\xed\xa0\x80", HTML, ("\ufffd\ufffd\ufffd", "utf-8")),
        (b"a\x00\xd8", "text/html; charset=utf-16le", ("a\ufffd", "utf-16le")),
        (b"", HTML, ("", "utf-8")),
        (b"", "", ("", "utf-8")),
        (b"\xef\xbb\xbf", "", ("", "utf-8")),
        # An encoding that can be abused is one sign, whatever comes.
        (b"<script>", "text/html; charset=iso-2022-kr", ("\ufffd", "replacement")),
        (b"", "text/html; charset=hz-gb-2312", ("", "replacement")),
    ],
    ids=repr,
)
def test_B25_the_mark_then_the_header_then_the_page(
    body: bytes, content_type: str, expected: tuple[str, str]
) -> None:
    """The order is that of browsers, and so are the encodings."""
    assert decode(body, content_type) == expected


@pytest.mark.parametrize(
    "label",
    [
        *("punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "zlib", "hex"),
        *("bz2", "rot13", "base64", "utf_8_sig", "utf-7", "mbcs", "oem", "utf-8\x00", "utf-8 x"),
        *("\x00", "", '"', "кои8", "x" * 10_240, "utf-8;" * 2000, "../../etc/passwd", "UTF_8"),
    ],
    ids=lambda label: ascii(label)[:20],
)
def test_B24_a_label_that_no_browser_knows_counts_as_none(label: str) -> None:
    """No codec of Python's own is ever reached, wherever the label stands."""
    # One of them is utf-8 and a word more, which leaves the first.
    assert decode(b"caf\xc3\xa9-", f"text/html; charset={label}") == ("café-", "utf-8")
    page = f'<meta charset="{label[:900]}">'.encode()
    assert decode(page + b"\xc3\xa9")[1] == "utf-8"


def test_B24_an_unknown_label_in_the_header_leaves_the_word_to_the_page() -> None:
    """A server that says nonsense has said nothing."""
    body = META + WORD.encode("cp1251")
    assert decode(body, "text/html; charset=punycode") == (META.decode() + WORD, "windows-1251")


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"<meta charset=windows-1251>", "windows-1251"),
        (b"<META CHARSET='Windows-1251'>", "windows-1251"),
        (b"<meta charset = windows-1251 />", "windows-1251"),
        (b"<meta/charset=windows-1251>", "windows-1251"),
        (b"<meta name=x\ncharset=\twindows-1251>", "windows-1251"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">', "koi8-r"),
        (b'<meta content="text/html; charset=koi8-r" http-equiv=content-type>', "koi8-r"),
        (b"<meta content='charset=\"koi8-r\"' http-equiv=content-type>", "koi8-r"),
        (b'<meta content="text/html; charset=koi8-r">', "utf-8"),
        (b'<meta http-equiv=refresh content="0; charset=koi8-r">', "utf-8"),
        (b'<html><head data-x=">"><meta charset=koi8-r>', "koi8-r"),
        (b"<!-- <meta charset=koi8-r> -->", "utf-8"),
        (b"<!-- <meta charset=koi8-r>", "utf-8"),
        (b"<!--><meta charset=koi8-r>-->", "utf-8"),
        (b'<p title="<meta charset=koi8-r>">', "utf-8"),
        (b"<metadata charset=koi8-r>", "utf-8"),
        (b"< meta charset=koi8-r>", "utf-8"),
        (b"<meta charset=koi8-r", "utf-8"),
        (b"<meta charset=punycode><meta charset=koi8-r>", "koi8-r"),
        (b"<meta charset=koi8-r charset=big5>", "koi8-r"),
        # It was read as ASCII, so it cannot be what it says.
        (b"<meta charset=utf-16>", "utf-8"),
        (b"<meta charset=utf-16be>", "utf-8"),
        (b"<meta charset=x-user-defined>", "windows-1252"),
        # And the declaration of XML, where there is no <meta>.
        (b'<?xml version="1.0" encoding="koi8-r"?><rss/>', "koi8-r"),
        (b"<?xml version='1.0' encoding='utf-16'?><rss/>", "utf-8"),
        (b'<?xml version="1.0"?><rss encoding="koi8-r"/>', "utf-8"),
        (b' <?xml version="1.0" encoding="koi8-r"?>', "utf-8"),
        (b'<?xml encoding="big5"?><meta charset=koi8-r>', "koi8-r"),
    ],
    ids=repr,
)
def test_B25_what_a_page_declares(head: bytes, name: str) -> None:
    """A declaration is one where a browser would see one."""
    assert decode(head)[1] == name


def test_B25_only_the_first_kilobyte_is_searched() -> None:
    """A declaration that comes later is not one."""
    fits = b" " * (SNIFFED_BYTES - len(META)) + META
    assert decode(fits)[1] == "windows-1251"
    assert decode(b" " + fits)[1] == "utf-8"


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        *((each, "windows-1251") for each in ("", HTML, "application/xhtml+xml", "text/xml", ";")),
        *((each, "windows-1251") for each in ("application/rss+xml; x=y", " Text/HTML")),
        *((each, "utf-8") for each in ("text/plain", "application/json", "text/markdown; x=html")),
    ],
)
def test_B26_only_markup_declares_anything(content_type: str, name: str) -> None:
    """A text about HTML is not HTML."""
    assert decode(META, content_type)[1] == name


@pytest.mark.parametrize(
    "label", ["windows-1254", "iso-2022-jp", "gb18030", "replacement", "utf-8"]
)
def test_B24_noise_takes_linear_time(label: str) -> None:
    """Four times the noise takes four times as long, in the slowest encodings there are."""
    seconds = []
    for size in (2**17, 2**19):
        noise = b"\x81\x30\x81\xff\x1b$" * (size // 6)
        begun = time.process_time()
        decode(noise, f"text/html; charset={label}")
        seconds.append(time.process_time() - begun)
    assert seconds[1] < 12 * seconds[0] + 0.05


types = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "utf-8",
            "utf-16",
            "shift_jis",
            "euc-kr",
            "gb18030",
            "big5",
            "iso-2022-jp",
            "x-user-defined",
        ]
    ).map("text/html; charset={}".format),
)
markup = st.lists(
    st.sampled_from([
        *(b"<meta", b" charset=", b"koi8-r", b">", b"<!--", b"-->", b'"', b"'", b"<?xml"),
        *(b" encoding=", b"=", b"/", b" ", b"content", b"http-equiv=", b"\x00", b"\xff"),
    ]),
    max_size=30,
).map(b"".join)  # fmt: skip


@given(st.one_of(st.binary(max_size=200), markup), types)
@example(b"\xd8\x00", "text/html; charset=utf-16")
def test_any_bytes_are_text(body: bytes, content_type: str) -> None:
    """Nothing raises, and what comes out is text that UTF-8 can carry."""
    text, name = decode(body, content_type)
    assert text.encode().decode() == text
    assert name
