"""Sites that are slow, endless, huge, broken or lying: each ends soon, in little memory."""

from __future__ import annotations

import gzip
import socket
import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import anyio
import brotli  # type: ignore[import-untyped]  # it has no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changetrack_server.egress.fetching import Fetcher
from changetrack_server.errors import FAULTS, EndpointError
from tests.server.raw_sites import (
    HERE,
    IMPATIENT,
    Answer,
    Trip,
    Visit,
    World,
    fetch_page,
    respond,
    say,
    say_forever,
    stay_silent,
    travel,
)

MIB = 2**20
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def gzip_bomb(mebibytes: int) -> bytes:
    """Return a gzip body of so many MiB of zeros, made of one packed MiB repeated.

    After a full flush, a packer begins as if anew; so equal blocks are packed into equal bytes.
    """
    packer = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    block = bytes(MIB)
    head = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + again * (mebibytes - 1) + packer.flush()


def _grown_while(act: Callable[[], object]) -> int:
    """Return by how many bytes this process was larger at its largest than it was before."""
    # Makes Linux forget the largest size so far.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _memory("VmRSS")
    act()
    return _memory("VmHWM") - before


def _memory(name: str) -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(name)


needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")


@needs_linux
def test_B17_a_bomb_of_two_gibibytes_goes_off_in_little_memory() -> None:
    """Two MiB on the wire, two GiB unpacked: refused on the way, in less than 64 MiB."""
    bomb = gzip_bomb(2048)
    assert 1.9 * MIB < len(bomb) < 2.2 * MIB
    site = say(respond(bomb, "Content-Encoding: gzip"))
    trips: list[Trip] = []
    grown = _grown_while(lambda: trips.append(travel(sites=site, fetch_seconds=10)))
    assert trips[0].reason == "response_too_large"
    assert grown < 64 * MIB


def test_B17_the_bomb_is_a_true_one() -> None:
    """What the test sends is what any reader unpacks so far."""
    small = zlib.decompressobj(16 + zlib.MAX_WBITS)
    # Without the sum at its end, which is that of one block and is never reached.
    assert small.decompress(gzip_bomb(3)[:-8]) == bytes(3 * MIB)


@needs_linux
@pytest.mark.parametrize("ratio", [200, 5000])
def test_B17_both_bounds_hold(ratio: int) -> None:
    """Where an operator allows any ratio, the size of the page still has its bound."""
    site = say(respond(gzip_bomb(64), "Content-Encoding: gzip"))
    trips: list[Trip] = []
    grown = _grown_while(lambda: trips.append(travel(sites=site, inflate_ratio=ratio)))
    assert (trips[0].reason, grown < 64 * MIB) == ("response_too_large", True)


@pytest.mark.parametrize(
    ("coding", "body", "reason"),
    [
        ("br", brotli.compress(b"page" * 99), "unsupported_encoding"),
        ("br", brotli.compress(bytes(64 * MIB)), "unsupported_encoding"),
        ("zstd", b"\x28\xb5\x2f\xfd", "unsupported_encoding"),
        ("gzip, gzip", gzip.compress(gzip.compress(b"page")), "unsupported_encoding"),
        ("gzip", b"this is no gzip", "bad_encoding"),
        ("gzip", gzip.compress(b"page" * 99)[:-10], "truncated_body"),
        ("deflate", b"\xff\xff\xff\xff", "bad_encoding"),
    ],
    ids=["br", "br bomb", "zstd", "twice", "no gzip", "short gzip", "no deflate"],
)
def test_B18_a_body_that_cannot_be_unpacked(coding: str, body: bytes, reason: str) -> None:
    """Only what was offered is read, and only if it is whole."""
    trip = travel(sites=say(respond(body, f"Content-Encoding: {coding}")))
    assert trip.reason == reason


def test_B18_two_headers_are_two_codings() -> None:
    """A second header does not hide the first."""
    body = respond(b"x", "Content-Encoding: gzip", "Content-Encoding: br")
    assert travel(sites=say(body)).reason == "unsupported_encoding"


def test_B17_a_declared_size_is_believed_when_it_is_too_large() -> None:
    """Nothing of such a body is read; who waited for it would run out of time."""
    trip = travel(
        sites=say_forever(OK + b"Content-Length: 1001\r\n\r\n", b"", 1), response_bytes=1000
    )
    assert trip.reason == "response_too_large"


@pytest.mark.parametrize(("size", "reason"), [(1000, ""), (1001, "response_too_large")])
@pytest.mark.parametrize("framing", ["length", "chunks", "end"])
def test_B19_a_body_is_as_large_as_allowed(size: int, reason: str, framing: str) -> None:
    """To the byte, however its end is told."""
    body = b"x" * size
    whole = {
        "length": respond(body),
        "chunks": CHUNKED + b"%x\r\n%b\r\n0\r\n\r\n" % (size, body),
        "end": OK + b"\r\n" + body,
    }[framing]
    trip = travel(sites=say(whole), response_bytes=1000)
    assert trip.reason == reason
    assert reason or trip.page.body == body


def test_a_body_in_tiny_chunks_is_a_body() -> None:
    """A site that sends byte by byte is odd, and no attack."""
    chunks = b"1\r\nx\r\n" * 1000 + b"0\r\n\r\n"
    assert travel(sites=say(CHUNKED + chunks), response_bytes=1000).page.body == b"x" * 1000


ENDLESS = {
    "chunks": say_forever(CHUNKED, b"4000\r\n" + b"x" * 0x4000 + b"\r\n"),
    "body": say_forever(OK + b"\r\n", b"x" * 0x4000),
    "headers": say_forever(OK, b"X-A: " + b"x" * 4000 + b"\r\n"),
    "tiny headers": say_forever(OK, b"a:\r\n" * 1000),
    "1xx": say_forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 400),
    "blank lines": say_forever(b"", b"\r\n" * 4000),
    "status line": say_forever(b"HTTP/1.1 200 ", b"O" * 4000),
    "chunk extensions": say_forever(CHUNKED, b"1;" + b"x" * 60_000 + b"\r\nx\r\n"),
    "trailers": say_forever(CHUNKED + b"0\r\n", b"X-A: " + b"x" * 4000 + b"\r\n"),
    "nonsense": say_forever(b"", b"\x00" * 4000),
}


@needs_linux
@pytest.mark.parametrize("name", ENDLESS)
def test_B19_what_never_ends_is_ended(name: str) -> None:
    """By its size, not by its time; and in little memory."""
    trips: list[Trip] = []
    grown = _grown_while(
        lambda: trips.append(travel(sites=ENDLESS[name], response_bytes=2 * MIB, fetch_seconds=30))
    )
    assert trips[0].reason in {"response_too_large", "upstream_error"}
    assert trips[0].seconds < 30
    assert grown < 32 * MIB


@pytest.mark.parametrize(
    ("size", "reason"),
    [(60_000, ""), (70_000, "response_too_large"), (400_000, "response_too_large")],
)
def test_B19_headers_are_bounded(size: int, reason: str) -> None:
    """One large header or many small ones: 64 KiB in all."""
    one = respond(b"", f"X-A: {'x' * size}")
    many = respond(b"", *(["X-A: " + "x" * 95] * (size // 102)))
    assert [travel(sites=say(head)).reason for head in (one, many)] == [reason, reason]


def test_B19_a_smaller_bound_holds_as_well() -> None:
    """Also where everything comes in one piece."""
    site = say(respond(b"x" * 5000, f"X-A: {'x' * 1100}"))
    assert travel(sites=site, response_header_bytes=1024).reason == "response_too_large"
    site = say(respond(b"x" * 5000, f"X-A: {'x' * 900}"))
    assert len(travel(sites=site, response_header_bytes=1024).page.body) == 5000


SLOW: dict[str, tuple[Answer, str]] = {
    "silence": (stay_silent, "timeout"),
    "silence in the head": (say_forever(OK, b"", 10), "timeout"),
    "silence in the body": (say_forever(OK + b"Content-Length: 9\r\n\r\nx", b"", 10), "timeout"),
    "silence in a chunk": (say_forever(CHUNKED + b"9\r\nx", b"", 10), "timeout"),
    "head, byte by byte": (say_forever(OK + b"X-A: ", b"x", 0.1), "deadline_exceeded"),
    "headers, one by one": (say_forever(OK, b"X-A: x\r\n", 0.1), "deadline_exceeded"),
    "body, byte by byte": (say_forever(OK + b"\r\n", b"x", 0.1), "deadline_exceeded"),
    "chunks, byte by byte": (say_forever(CHUNKED, b"1\r\nx\r\n", 0.1), "deadline_exceeded"),
    "gzip, byte by byte": (
        say_forever(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"x")[:12], b"", 10),
        "timeout",
    ),
    "1xx, one by one": (say_forever(b"", b"HTTP/1.1 102 Wait\r\n\r\n", 0.1), "deadline_exceeded"),
}


@pytest.mark.parametrize("name", SLOW)
def test_B20_a_slow_site_is_given_up(name: str) -> None:
    """Silence by the time between two pieces, a drip by the total; no minute is lost."""
    site, reason = SLOW[name]
    trip = travel(sites=site)
    assert (trip.reason, trip.seconds < 20) == (reason, True)
    assert trip.error is not None
    assert trip.error.retryable


def test_B20_slow_sites_do_not_wait_for_each_other() -> None:
    """A hundred drips at once take as long as one."""
    world = World()
    reasons: list[str] = []

    async def ask(fetcher: Fetcher) -> None:
        try:
            await fetch_page(fetcher)
        except EndpointError as error:
            reasons.append(error.reason)

    async def scenario() -> None:
        async with world.open({HERE: say_forever(OK + b"\r\n", b"x", 0.1)}):
            fetcher = Fetcher(IMPATIENT, world.network())
            with anyio.fail_after(2.5):
                async with anyio.create_task_group() as tasks:
                    for _ in range(60):
                        tasks.start_soon(ask, fetcher)

    anyio.run(scenario)
    assert reasons == ["deadline_exceeded"] * 60


def test_B20_a_connection_that_nobody_takes_times_out() -> None:
    """A full queue of a listening socket is silence, too; the next address would be tried."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        filling = [socket.socket() for _ in range(4)]
        for each in filling:
            each.setblocking(False)  # noqa: FBT003 - its own name for it
            each.connect_ex(server.getsockname())
        world = World(wires={HERE: server.getsockname()[1]})

        async def scenario() -> str:
            with pytest.raises(EndpointError) as raised:
                await fetch_page(Fetcher(IMPATIENT, world.network()))
            return raised.value.reason

        assert anyio.run(scenario) == "timeout"
        for each in filling:
            each.close()


BROKEN = {
    "nothing": b"",
    "half a head": OK,
    "half a status": b"HTTP/1.1 20",
    "TLS": b"\x15\x03\x01\x00\x02\x02\x0a",
    "SSH": b"SSH-2.0-OpenSSH_9.6\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "status 99": b"HTTP/1.1 099 X\r\n\r\n",
    "status in words": b"HTTP/1.1 abc X\r\n\r\n",
    "upgrade": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    "less than it says": respond(b"x" * 10, length=20),
    "nothing of what it says": respond(b"", length=20),
    "two lengths": OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    "negative length": OK + b"Content-Length: -1\r\n\r\nx",
    "length of 5,000 digits": OK + b"Content-Length: " + b"1" * 5000 + b"\r\n\r\nx",
    "length of 5,000 zeros": OK + b"Content-Length: " + b"0" * 5000 + b"1\r\n\r\n",
    "length in other digits": OK + "Content-Length: ２\r\n\r\nxx".encode(),
    "bad chunk": CHUNKED + b"zz\r\nx\r\n",
    "huge chunk": CHUNKED + b"f" * 21 + b"\r\nx\r\n",
    "half a chunk": CHUNKED + b"9\r\nx",
    "no last chunk": CHUNKED + b"1\r\nx\r\n",
    "bad header name": OK + b"X A: b\r\n\r\n",
    "header without colon": OK + b"nonsense\r\n\r\n",
    "NUL in a header": OK + b"X-A: \x00\r\n\r\n",
    "unknown transfer": OK + b"Transfer-Encoding: gzip\r\n\r\nx",
}


@pytest.mark.parametrize("name", BROKEN)
def test_B23_a_broken_answer_is_an_error_and_no_page(name: str) -> None:
    """What is not whole is never taken for a page that has changed; it may be whole next time."""
    trip = travel(sites=say(BROKEN[name]))
    assert trip.reason == "upstream_error"
    assert trip.error is not None
    assert trip.error.retryable


def test_B23_what_follows_a_page_is_not_part_of_it() -> None:
    """A length that is too short cuts, as HTTP has it; the rest is taken for nothing."""
    extra = respond(b"page and more", length=4) + respond(b"another")
    assert travel(sites=say(extra)).page.body == b"page"


def test_B23_a_reset_is_an_error() -> None:
    """A connection that breaks in mid-body gives no page."""

    async def reset(visit: Visit) -> None:
        await visit.stream.send(OK + b"Content-Length: 100\r\n\r\nx")
        raw = visit.stream.extra(anyio.abc.SocketAttribute.raw_socket)  # noqa: S610 - no Django
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    assert travel(sites=reset).reason == "upstream_error"


pieces = st.lists(
    st.one_of(
        st.binary(max_size=30),
        st.sampled_from(sorted(BROKEN.values())),
        st.sampled_from([
            *(OK, CHUNKED, b"\r\n", b"\r\n\r\n", b"Content-Encoding: gzip\r\n", b"0\r\n\r\n"),
            *(b"Content-Length: 5\r\n", b"Location: /x\r\n", b"HTTP/1.1 302 Found\r\n", b"5\r\n"),
            *(b"HTTP/1.1 100 Continue\r\n\r\n", gzip.compress(b"x", mtime=0)),
        ]),
    ),
    max_size=6,
)  # fmt: skip


@settings(max_examples=100)
@given(pieces)
def test_any_bytes_are_a_page_or_a_fault_of_the_table(said: list[bytes]) -> None:
    """Whatever a site sends, a fetch ends in one of two ways, and soon."""
    trip = travel(sites=say(*said))
    assert trip.seconds < 20
    assert trip.fetched is not None or FAULTS[trip.reason].status in {400, 422}
