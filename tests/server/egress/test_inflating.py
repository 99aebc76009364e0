"""Compressed bodies: unpacked exactly, or refused for the right reason, and never past a bound."""

from __future__ import annotations

import gzip
import zlib
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack_server.egress.inflating import (
    FREE_BYTES,
    MAX_MEMBERS,
    PIECE_BYTES,
    Body,
    find_coding,
)
from changetrack_server.errors import EndpointError

# The same bytes whenever it is run.
_gzip = partial(gzip.compress, mtime=0)

TEXT = b"Starter $19 per month\n" * 200


def _bare(text: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(text) + packer.flush()


def _unpack(coding: str, *chunks: bytes, at_most: int = 2**24, ratio: int = 200) -> bytes | str:
    """Return what a body gives: its bytes, or the reason why there are none."""
    body = Body(coding, at_most=at_most, ratio=ratio)
    try:
        for chunk in chunks:
            body.feed(chunk)
        return body.finish()
    except EndpointError as error:
        return error.reason


def _bytewise(packed: bytes) -> list[bytes]:
    return [packed[at : at + 1] for at in range(len(packed))]


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        *(("", "identity"), ("identity", "identity"), ("gzip", "gzip"), ("x-gzip", "gzip")),
        *(
            ("GZip", "gzip"),
            ("deflate", "deflate"),
            (" gzip , identity", "gzip"),
            (",", "identity"),
        ),
        *((each, "unsupported_encoding") for each in ("br", "zstd", "gzip, gzip", "deflate, gzip")),
        *((each, "unsupported_encoding") for each in ("compress", "x-deflate", "*", "gzip;q=1")),
    ],
)
def test_B18_a_coding_nobody_asked_for_is_refused(header: str, coding: str) -> None:
    """One coding at a time, and only those that need no trust."""
    try:
        found = find_coding(header)
    except EndpointError as error:
        found = error.reason
    assert found == coding


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("identity", TEXT),
        ("gzip", _gzip(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", _bare(TEXT)),
    ],
)
def test_a_body_is_unpacked_however_it_is_cut(coding: str, packed: bytes) -> None:
    """Chunks end where they like, also in the middle of a header."""
    assert _unpack(coding, packed) == TEXT
    assert _unpack(coding, *_bytewise(packed)) == TEXT
    assert _unpack(coding, b"", packed, b"") == TEXT


@pytest.mark.parametrize("coding", ["identity", "gzip", "deflate"])
def test_nothing_is_an_empty_body(coding: str) -> None:
    """A 204 or 304 may name a coding and have no body at all."""
    assert _unpack(coding) == _unpack(coding, b"") == b""


@pytest.mark.parametrize(("coding", "packed"), [("gzip", _gzip(b"")), ("deflate", _bare(b""))])
def test_an_empty_body_may_be_packed(coding: str, packed: bytes) -> None:
    """Nothing, compressed, is nothing."""
    assert _unpack(coding, packed) == b""


def test_members_follow_each_other() -> None:
    """What was packed in parts is whole again: RFC 1952 has a file of one or more members."""
    packed = _gzip(b"one ") + _gzip(b"") + _gzip(b"two")
    assert _unpack("gzip", packed) == b"one two"
    assert _unpack("gzip", *_bytewise(packed)) == b"one two"


@pytest.mark.parametrize(
    "garbage", [b"\x00", b"\x00" * 999, b"\x1f", b"garbage", b"\x1e\x8b", b"\x8b"]
)
@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_what_follows_the_end_is_left_alone(coding: str, garbage: bytes) -> None:
    """Padding and noise after a complete body change nothing, as in browsers."""
    packed = _gzip(TEXT) if coding == "gzip" else zlib.compress(TEXT)
    assert _unpack(coding, packed + garbage) == TEXT
    assert _unpack(coding, *_bytewise(packed + garbage)) == TEXT


@pytest.mark.parametrize(
    ("packed", "reason"),
    [
        (b"plain text", "bad_encoding"),
        (_gzip(TEXT)[:-5] + b"\x00" * 5, "bad_encoding"),
        (_gzip(TEXT) + b"\x1f\x8b" + b"\xff" * 20, "bad_encoding"),
        (_gzip(TEXT)[:-1], "truncated_body"),
        (_gzip(TEXT)[:30], "truncated_body"),
        (_gzip(TEXT)[:5], "truncated_body"),
        (_gzip(TEXT) + _gzip(TEXT)[:30], "truncated_body"),
        (_gzip(TEXT) + b"\x1f\x8b", "truncated_body"),
    ],
)
def test_B18_broken_gzip_is_told_from_short_gzip(packed: bytes, reason: str) -> None:
    """What is wrong stays wrong; what is short may come whole the next time."""
    assert _unpack("gzip", packed) == reason
    assert _unpack("gzip", *_bytewise(packed)) == reason


@pytest.mark.parametrize(
    ("packed", "reason"),
    [
        (zlib.compress(TEXT)[:-1], "truncated_body"),
        (zlib.compress(TEXT)[:1], "truncated_body"),
        (_bare(TEXT)[:-1], "truncated_body"),
        (zlib.compress(TEXT)[:-1] + b"\x00", "bad_encoding"),
        (b"\xff\xff\xff\xff", "bad_encoding"),
    ],
)
def test_B18_broken_deflate_is_told_from_short_deflate(packed: bytes, reason: str) -> None:
    """The same for both readings of `deflate`."""
    assert _unpack("deflate", packed) == reason


def test_a_body_may_be_as_large_as_its_bound() -> None:
    """One byte more is too much, packed or not."""
    for coding, pack in (("identity", bytes), ("gzip", _gzip)):
        assert _unpack(coding, pack(b"x" * 1000), at_most=1000) == b"x" * 1000
        assert _unpack(coding, pack(b"x" * 1001), at_most=1000) == "response_too_large"


@pytest.mark.parametrize(
    "size", [PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES + 1]
)
def test_nothing_stays_behind_in_the_packer(size: int) -> None:
    """Where all is read and the piece is full, the last bytes are still to be asked for."""
    for coding, pack in (("gzip", _gzip), ("deflate", zlib.compress), ("deflate", _bare)):
        assert _unpack(coding, pack(bytes(size))) == bytes(size)


def test_B17_the_ratio_counts_above_a_mebibyte_only() -> None:
    """A small page of blanks is no bomb, a large one is."""
    small, large = b" " * FREE_BYTES, b" " * (FREE_BYTES + 2**17)
    assert len(small) / len(_gzip(small)) > 900
    assert _unpack("gzip", _gzip(small)) == small
    assert _unpack("gzip", _gzip(large)) == "response_too_large"
    assert _unpack("gzip", _gzip(large), ratio=2000) == large


def test_B17_members_do_not_get_around_the_ratio() -> None:
    """A bomb in a thousand small parts is a bomb."""
    part = _gzip(b" " * 2**16)
    assert _unpack("gzip", part * 100) == "response_too_large"


def test_B17_members_are_bounded_in_number() -> None:
    """Half a million empty members in one body would cost seconds and give nothing."""
    empty = _gzip(b"")
    assert _unpack("gzip", empty * MAX_MEMBERS) == b""
    assert _unpack("gzip", empty * (MAX_MEMBERS + 1)) == "bad_encoding"


def test_a_body_can_be_cut_instead() -> None:
    """A robots.txt is read as far as anybody must read it, and what follows may be broken."""
    for coding, pack in (("identity", bytes), ("gzip", _gzip), ("deflate", zlib.compress)):
        body = Body(coding, at_most=100, ratio=200, is_cut=True)
        body.feed(pack(TEXT))
        assert body.is_full
        assert body.finish() == TEXT[:100]


def test_a_cut_body_may_be_shorter() -> None:
    """Cutting what is short changes nothing."""
    body = Body("gzip", at_most=100, ratio=200, is_cut=True)
    body.feed(_gzip(b"short"))
    assert not body.is_full
    assert body.finish() == b"short"


def test_the_wire_is_counted_packed() -> None:
    """What a page cost to get is not what it is worth."""
    packed = _gzip(TEXT)
    body = Body("gzip", at_most=2**20, ratio=200)
    body.feed(packed[:10])
    body.feed(packed[10:])
    assert (body.finish(), body.wire_bytes) == (TEXT, len(packed))


@st.composite
def cut_bodies(draw: st.DrawFn) -> tuple[str, bytes, list[bytes]]:
    """Draw a coding, a body, and its packed form in chunks."""
    parts = draw(st.lists(st.binary(max_size=300), min_size=1, max_size=4))
    coding = draw(st.sampled_from(["identity", "gzip", "deflate", "bare"]))
    whole = b"".join(parts)
    packed = {
        "identity": whole,
        "gzip": b"".join(map(_gzip, parts)),
        "deflate": zlib.compress(whole, draw(st.integers(0, 9))),
        "bare": _bare(whole),
    }[coding]
    cuts = draw(st.lists(st.integers(0, len(packed)), max_size=6))
    ends = [0, *sorted(cuts), len(packed)]
    chunks = [packed[start:end] for start, end in pairwise(ends)]
    return coding.replace("bare", "deflate"), whole, chunks


@given(cut_bodies())
def test_any_body_comes_back_whole(body: tuple[str, bytes, list[bytes]]) -> None:
    """Whatever was packed, in however many members and chunks, is what is unpacked."""
    coding, whole, chunks = body
    assert _unpack(coding, *chunks) == whole


@given(
    coding=st.sampled_from(["gzip", "deflate"]),
    noise=st.binary(max_size=200),
    is_begun=st.booleans(),
)
def test_any_bytes_give_a_body_or_a_reason(coding: str, noise: bytes, *, is_begun: bool) -> None:
    """Noise is bad or short, and never an exception of zlib's."""
    begun = _gzip(b"x") if coding == "gzip" else zlib.compress(b"x")
    found = _unpack(coding, (begun[:5] if is_begun else b"") + noise)
    assert isinstance(found, bytes) or found in {"bad_encoding", "truncated_body"}
