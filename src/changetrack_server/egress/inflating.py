"""Compressed bodies, unpacked as they come and never further than they may grow.

Two bounds hold after each piece of at most 64 KiB: how large the whole may be, and how much larger
than what came over the wire. A page of text shrinks to a tenth; only a bomb shrinks to a
two-hundredth. One coding is understood at a time, since nobody packs a page twice in good faith.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from changetrack_server.egress.holdings import Take, take_freely
from changetrack_server.errors import EndpointError

__all__ = ["Body", "find_coding"]

# What is unpacked at once, and so what a bomb can do before it is noticed.
PIECE_BYTES = 64 * 1024
# Below this, the ratio is nobody's concern: a page of blanks is no bomb.
FREE_BYTES = 2**20
# Members of one gzip body. Servers write one; tools that pack in parallel one per 64 KiB or more,
# which is 320 in the largest body. Each costs a decompressor, so a body of empty ones is refused.
MAX_MEMBERS = 1000

# RFC 9110 section 8.4.1.3.
_ALIASES = {"x-gzip": "gzip"}
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_BITS = 16 + zlib.MAX_WBITS


def find_coding(header: str) -> str:
    """Return the one content coding of a body: `gzip`, `deflate` or `identity`.

    Raises:
        EndpointError: there are two, or it is one that nobody asked for.

    >>> find_coding("x-gzip, identity")
    'gzip'
    """
    named = (part.strip().lower() for part in header.split(","))
    codings = [_ALIASES.get(name, name) for name in named if name not in {"", "identity"}]
    if len(codings) > 1 or any(name not in _READERS for name in codings):
        raise EndpointError("unsupported_encoding", detail=header[:200])
    return codings[0] if codings else "identity"


class Body:
    """A body that grows within its bounds.

    With `is_cut`, what is over the largest size is left away instead of being an error. `take` is
    told of each piece before the next one is unpacked.
    """

    def __init__(
        self,
        coding: str,
        *,
        at_most: int,
        ratio: int,
        is_cut: bool = False,
        take: Take = take_freely,
    ) -> None:
        self._reader = _READERS[coding]()
        self._at_most = at_most
        self._ratio = ratio
        self._is_cut = is_cut
        self._count = take
        self._taken = bytearray()
        self.wire_bytes = 0

    @property
    def is_full(self) -> bool:
        """Whether what may still come is not wanted."""
        return self._is_cut and len(self._taken) >= self._at_most

    def feed(self, chunk: bytes) -> None:
        """Take what came over the wire.

        Raises:
            EndpointError: the body is too large, or not what it claims to be.
        """
        self.wire_bytes += len(chunk)
        self._take(self._reader.unpack(chunk))

    def finish(self) -> bytes:
        """Return the body. Nothing at all is an empty one in every coding.

        Raises:
            EndpointError: it ended before its end.
        """
        if not self.is_full:
            self._take(self._reader.drain())
        if not self.is_full and not self._reader.is_complete:
            raise EndpointError("truncated_body")
        return bytes(memoryview(self._taken)[: self._at_most])

    def _take(self, pieces: Iterator[bytes]) -> None:
        try:
            for piece in pieces:
                self._count(len(piece))
                self._taken += piece
                if self.is_full:
                    return
                self._check()
        except zlib.error as error:
            raise EndpointError("bad_encoding", detail=str(error)) from error

    def _check(self) -> None:
        size = len(self._taken)
        if size > self._at_most:
            raise EndpointError("response_too_large", detail=f"more than {self._at_most} unpacked")
        if size > FREE_BYTES and size > self._ratio * self.wire_bytes:
            raise EndpointError("response_too_large", detail=f"{size} out of {self.wire_bytes}")


class _Plain:
    """Nothing to unpack."""

    is_complete = True

    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        yield chunk

    def drain(self) -> Iterator[bytes]:
        yield from ()


class _Deflate:
    """One zlib stream, or a bare one: servers disagree about what `deflate` means."""

    def __init__(self) -> None:
        self._head = b""
        self._stream: zlib._Decompress | None = None

    @property
    def is_complete(self) -> bool:
        return self._stream.eof if self._stream else not self._head

    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        if self._stream is None:
            chunk = self._head = self._head + chunk
            if len(chunk) < 2:  # noqa: PLR2004 - the length of the header that tells them apart
                return
            self._stream = zlib.decompressobj(
                zlib.MAX_WBITS if _has_zlib_header(chunk) else -zlib.MAX_WBITS
            )
        yield from _inflate(self._stream, chunk)

    def drain(self) -> Iterator[bytes]:
        if self._stream:
            yield from _drain(self._stream)


class _Gzip:
    """Members one after another. What follows them and is none is left alone, as browsers do."""

    def __init__(self) -> None:
        self._stream: zlib._Decompress | None = None
        self._members = 0
        self._rest = b""
        self._is_over = False

    @property
    def is_complete(self) -> bool:
        return self._stream is None

    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        rest = self._rest + chunk
        self._rest = b""
        while rest and not self._is_over:
            if self._stream is None and not self._begin(rest):
                return
            stream = self._stream
            if stream is not None:
                yield from _inflate(stream, rest)
                rest = stream.unused_data
                self._stream = None if stream.eof else stream

    def drain(self) -> Iterator[bytes]:
        if self._stream:
            yield from _drain(self._stream)

    def _begin(self, rest: bytes) -> bool:
        """Begin a member, unless what comes is none or too short to tell."""
        if self._members and not rest.startswith(_GZIP_MAGIC):
            self._is_over = not _GZIP_MAGIC.startswith(rest)
            self._rest = rest
            return False
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise EndpointError("bad_encoding", detail=f"more than {MAX_MEMBERS} gzip members")
        self._stream = zlib.decompressobj(_GZIP_BITS)
        return True


_READERS: dict[str, type[_Plain | _Deflate | _Gzip]] = {
    "identity": _Plain,
    "gzip": _Gzip,
    "deflate": _Deflate,
}


def _inflate(stream: zlib._Decompress, chunk: bytes) -> Iterator[bytes]:
    while chunk and not stream.eof:
        yield stream.decompress(chunk, PIECE_BYTES)
        chunk = stream.unconsumed_tail


def _drain(stream: zlib._Decompress) -> Iterator[bytes]:
    """Yield what zlib has read and not said yet: a full piece may have left it in mid-sentence."""
    while not stream.eof and (piece := stream.decompress(b"", PIECE_BYTES)):
        yield piece


def _has_zlib_header(head: bytes) -> bool:
    """Tell a zlib stream from a bare one by its first two bytes, as RFC 1950 defines them."""
    return head[0] & 0x0F == zlib.DEFLATED and int.from_bytes(head[:2], "big") % 31 == 0
