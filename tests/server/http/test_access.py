"""Who may ask: every route of the app against every way to bring a key, or none."""

from __future__ import annotations

import ast
import hashlib
import inspect
from collections.abc import Iterator

import pytest
from starlette.routing import Route

from changetrack_server.headers import HOP_HEADER
from changetrack_server.http import access
from changetrack_server.http.access import OPEN_PATHS, hash_key, is_known
from changetrack_server.settings import Settings
from tests.server.http.inside import Headers, Inside, running
from tests.server.http.live import LiveServer, serving
from tests.server.http.sockets import DIFF, RawAnswer, Wire, ask, post_diff

PLAIN, HASHED, UNICODE = "plain-key", "key-of-a-hash", "schlüssel-à"
HASH = hashlib.sha256(HASHED.encode()).hexdigest()
JSON_HEADER = (b"content-type", b"application/json")


@pytest.fixture(scope="module")
def inside() -> Iterator[Inside]:
    """Run the app with three keys."""
    keys = (PLAIN, f"sha256:{HASH.upper()}", UNICODE)
    with running(Settings(api_keys=keys, work_processes=1)) as app:
        yield app


@pytest.fixture(scope="module")
def locked() -> Iterator[LiveServer]:
    """Serve with the same keys."""
    with serving(api_keys=f"{PLAIN}, sha256:{HASH}, {UNICODE}", work_processes=1) as server:
        yield server


def _bearer(key: str | bytes, scheme: bytes = b"Bearer ") -> tuple[bytes, bytes]:
    return (b"authorization", scheme + (key if isinstance(key, bytes) else key.encode()))


BAD: dict[str, tuple[Headers, str]] = {
    "nothing": ([], "missing_key"),
    "empty": ([(b"authorization", b"")], "missing_key"),
    "no scheme": ([(b"authorization", PLAIN.encode())], "missing_key"),
    "another scheme": ([_bearer(PLAIN, b"Basic ")], "missing_key"),
    "glued": ([_bearer(PLAIN, b"Bearer")], "missing_key"),
    "another header": ([(b"x-api-key", PLAIN.encode())], "missing_key"),
    "no key": ([_bearer("")], "wrong_key"),
    "wrong": ([_bearer("wrong")], "wrong_key"),
    "longer": ([_bearer(PLAIN + "x")], "wrong_key"),
    "shorter": ([_bearer(PLAIN[:-1])], "wrong_key"),
    "other case": ([_bearer(PLAIN.upper())], "wrong_key"),
    "the hash itself": ([_bearer(HASH)], "wrong_key"),
    "the hash as it is set": ([_bearer(f"sha256:{HASH}")], "wrong_key"),
    "two keys in one": ([_bearer(f"{PLAIN},{PLAIN}")], "wrong_key"),
    "twice": ([_bearer(PLAIN), _bearer(PLAIN)], "wrong_key"),
    "right and wrong": ([_bearer(PLAIN), _bearer("wrong")], "wrong_key"),
    "unicode": ([_bearer("ключ")], "wrong_key"),
    "latin-1": ([_bearer(UNICODE.encode("latin-1"))], "wrong_key"),
    "no text at all": ([_bearer(bytes(range(128, 256)))], "wrong_key"),
    "long": ([_bearer("x" * 20_000)], "wrong_key"),
}
GOOD: dict[str, Headers] = {
    "plain": [_bearer(PLAIN)],
    "hashed": [_bearer(HASHED)],
    "unicode": [_bearer(UNICODE)],
    "lower case": [_bearer(PLAIN, b"bearer ")],
    "upper case": [_bearer(PLAIN, b"BEARER ")],
    "blanks": [(b"authorization", b"  Bearer   plain-key \t")],
}


def _list_routes(inside: Inside) -> list[tuple[str, str]]:
    """Return every method and path that the app answers, and some that it does not."""
    pairs = [
        (method, route.path)
        for route in inside.app.routes
        if isinstance(route, Route)
        for method in sorted(route.methods or ())
    ]
    assert ("POST", DIFF) in pairs
    assert {path for _, path in pairs} == {getattr(each, "path", "") for each in inside.app.routes}
    return [*pairs, ("OPTIONS", DIFF), ("GET", "/nowhere"), ("TRACE", "/"), ("NEW", "/metrics")]


def _ask(inside: Inside, method: str, path: str, headers: Headers) -> RawAnswer:
    return inside.ask(method, path, b"{}", [JSON_HEADER, *headers])


def test_A47_A48_every_route_against_every_wrong_key(inside: Inside) -> None:
    """Only what tells nothing about anybody is open; every other path, of any method, is not."""
    wrong = {}
    for method, path in _list_routes(inside):
        for name, (headers, reason) in BAD.items():
            answer = _ask(inside, method, path, headers)
            refused = (answer.status, answer.header("www-authenticate")) == (401, "Bearer")
            if refused != (path not in OPEN_PATHS):
                wrong[method, path, name] = answer.status
            elif refused and (answer.reason, answer.json["errorCode"]) != (reason, "unauthorized"):
                wrong[method, path, name] = answer.json
    assert wrong == {}


def test_A47_A48_every_route_with_a_right_key(inside: Inside) -> None:
    """However it is spelled, it lets through; what follows is the route's own answer."""
    wrong = {}
    for method, path in _list_routes(inside):
        for name, headers in GOOD.items():
            answer = _ask(inside, method, path, headers)
            if answer.status in {401, 500} or answer.header("www-authenticate"):
                wrong[method, path, name] = answer.status
    assert wrong == {}


def test_A48_without_keys_nobody_needs_one() -> None:
    """On loopback that is the default; a key that is brought does not hurt."""
    with running(Settings(work_processes=1)) as inside:
        answers = [_ask(inside, "POST", DIFF, headers) for headers, _ in BAD.values()]
    assert {answer.reason for answer in answers} == {"missing_content"}


@pytest.mark.parametrize("headers", [[], [_bearer(PLAIN)]], ids=["no key", "key"])
def test_A47_a_request_of_our_own_fetcher_is_refused(inside: Inside, headers: Headers) -> None:
    """A page that is our own endpoint would ask itself for ever."""
    hop = (HOP_HEADER.encode(), b"1")
    for method, path in _list_routes(inside):
        answer = _ask(inside, method, path, [hop, *headers])
        assert (answer.status, answer.reason) == (400, "request_loop")


def test_A48_all_keys_are_compared() -> None:
    """The first that fits ends nothing, and nothing but compare_digest compares."""
    digests = [hashlib.sha256(bytes([number])).hexdigest().encode() for number in range(5)]
    seen = []

    class Watched(tuple[bytes, ...]):
        __slots__ = ()

        def __iter__(self) -> Iterator[bytes]:
            for digest in super().__iter__():
                seen.append(digest)
                yield digest

    assert is_known(hash_key(["Bearer \x00"]), Watched(digests))
    assert not is_known(hash_key(["Bearer \x09x"]), Watched(digests))
    assert seen == digests * 2
    tree = ast.parse(inspect.getsource(access.hash_key))
    comparisons = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Compare)]
    assert comparisons == ["len(given) != 1", "scheme.lower() != 'bearer'"]
    tree = ast.parse(inspect.getsource(access.is_known))
    assert [node for node in ast.walk(tree) if isinstance(node, ast.Compare)] == []
    assert ast.unparse(tree).count("hmac.compare_digest(") == 1


PATHS = (
    *("//metrics", "/%6detrics", "/health/../metrics", "/HEALTH", "/health%00", "/health;a"),
    *("/health/", "/health%2f..%2fmetrics", "/docs/../metrics", "/%2e%2e/metrics", "/health%20"),
    *("http://t/metrics", "/metrics?x=/health", "/./health", "/openapi.json/metrics"),
)


@pytest.mark.parametrize("path", PATHS)
def test_A47_no_spelling_of_a_path_is_a_way_around(locked: LiveServer, path: str) -> None:
    """A path that is not letter by letter an open one needs a key."""
    answer = ask(locked.port, "GET", path)
    assert (answer.status, answer.header("www-authenticate")) == (401, "Bearer")
    assert answer.reason == "missing_key"


def test_A48_keys_over_the_wire(locked: LiveServer) -> None:
    """As a client sends them; a refusal does not end the connection of one that asks on."""
    body = {"current": {"markdown": "a"}}
    for key in (PLAIN, HASHED, UNICODE):
        header = f"Authorization: Bearer {key.encode().decode('latin-1')}"
        assert post_diff(locked.port, body, header).status == 200
    assert post_diff(locked.port, body).status == 401
    with Wire(locked.port) as wire:
        refused = wire.ask(b"GET /metrics HTTP/1.1\r\nHost: t\r\n\r\n")
        head = f"GET /metrics HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer {PLAIN}\r\n\r\n"
        assert [refused.status, wire.ask(head.encode()).status] == [401, 200]


def test_A48_probes_need_no_key(locked: LiveServer) -> None:
    """Whoever watches the server is no client."""
    assert [ask(locked.port, "GET", path).status for path in ("/health", "/ready")] == [200, 200]


def test_A49_other_sites_are_told_nothing(inside: Inside) -> None:
    """No origin is allowed, so no browser lets another site read an answer."""
    preflight = [(b"access-control-request-method", b"POST"), _bearer(PLAIN)]
    for origin in (b"https://evil.example", b"null"):
        for method, path in _list_routes(inside):
            headers = [(b"origin", origin), *preflight]
            answers = [_ask(inside, asked, path, headers) for asked in (method, "OPTIONS")]
            names = {name for answer in answers for name, _ in answer.headers}
            assert [name for name in names if name.startswith("access-control-")] == []
            assert answers[1].status in {404, 405}
