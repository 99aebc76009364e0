"""The diff route itself, case by case of the catalogue.

The library's tests say all of it at length; what stands here shows that each decision holds over
HTTP: the status, the reason, the data.
"""

from __future__ import annotations

import json
import socket
import time
from typing import Any

import pytest

from changetrack import apply_text, normalize_markdown
from tests.server.http.live import LiveServer
from tests.server.http.sockets import post_diff

# Of an item or a request; generous, since it is the order of magnitude that is meant.
SECONDS = 6.0


def _refuse(server: LiveServer, body: object) -> tuple[int, str, str]:
    """Return how a body is refused: the status, the reason and the words."""
    answer = post_diff(server.port, body)
    return answer.status, answer.reason, answer.json["error"]


def _take(server: LiveServer, body: object) -> Any:  # noqa: ANN401 - a test asserts its shape
    """Return the data that answers a body."""
    answer = post_diff(server.port, body)
    assert answer.status == 200, answer.json
    return answer.json["data"]


def _pages(previous: str, current: str, **more: object) -> dict[str, object]:
    return {"previous": {"markdown": previous}, "current": {"markdown": current}, **more}


def _values(previous: object, current: object, **more: object) -> dict[str, object]:
    sides = {"previous": {"json": previous}, "current": {"json": current}}
    return {"modes": ["json"], **sides, **more}


def _schema(schema: object, value: object = 1) -> dict[str, object]:
    return {"modes": ["json"], "current": {"json": value}, "schema": schema}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        *((b"", "invalid_json"), (b" \n\t ", "invalid_json")),
        *((b"null", "invalid_request"), (b"[]", "invalid_request")),
        *((b'"x"', "invalid_request"), (b"1", "invalid_request")),
    ],
)
def test_A12_what_is_no_object(plain: LiveServer, body: bytes, reason: str) -> None:
    """Nothing, and every other kind of value."""
    assert _refuse(plain, body)[:2] == (400, reason)


@pytest.mark.parametrize(
    "text",
    [
        *(b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\\ud800", b"\x00", b"\x1f", b"\\x", b"\\u12"),
        *(b'"}} x', b'"}}{}', b'"}/**/}', b'"},}'),
    ],
)
def test_A13_what_is_no_JSON(plain: LiveServer, text: bytes) -> None:
    """Wrong bytes, wrong escapes, and what stands too much; the place is told."""
    status, reason, words = _refuse(plain, b'{"current":{"markdown":"' + text + b'"}}')
    assert (status, reason, " at line 1 column " in words) == (400, "invalid_json", True)


def test_A13_other_encodings(plain: LiveServer) -> None:
    """A byte order mark and UTF-16 are no JSON in UTF-8."""
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert _refuse(plain, '{"current":{}}'.encode(encoding))[:2] == (400, "invalid_json")


def test_A14_NUL_in_a_page(plain: LiveServer) -> None:
    """It is a character like others: compared, shown, and applied."""
    data = _take(plain, _pages("a\0b\n", "a\0c\n"))
    assert data["snapshot"]["markdown"] == "a\0c"
    assert apply_text(data["diff"]["text"], "a\0b\n") == "a\0c"


@pytest.mark.parametrize("depth", [127, 255, 1_024, 100_000, 10_000_000])
@pytest.mark.parametrize("bracket", ["[]", '{"":}'])
def test_A15_nested_too_deep(plain: LiveServer, depth: int, bracket: str) -> None:
    """At any depth it is a refusal, never a crash; unclosed brackets too."""
    opening, closing = (bracket[:-1], bracket[-1])
    value = opening * depth
    if depth <= 100_000:
        value += ("1" if bracket != "[]" else "") + closing * depth
    body = b'{"modes":["json"],"current":{"json":%b}}' % value.encode()
    status, reason, _ = _refuse(plain, body[: 16 * 2**20])
    assert (status, reason) in {(400, "json_too_deep"), (400, "json_too_complex")}


def test_A16_as_deep_as_may_be(plain: LiveServer) -> None:
    """What is read is written again: the envelope around it costs nothing."""
    value = json.loads("[" * 126 + "]" * 126)
    assert _take(plain, _values({}, value))["snapshot"]["json"] == value


def test_A17_a_bomb_of_structure_is_counted_before_it_is_parsed(plain: LiveServer) -> None:
    """Ten megabytes of empty lists cost no memory."""
    before = plain.read_memory()
    body = b'{"current":{"json":[' + b"[]," * 3_000_000 + b"1]}}"
    assert _refuse(plain, body)[:2] == (400, "json_too_complex")
    assert plain.read_memory() - before <= 3 * len(body)


def test_A18_of_two_equal_keys_the_last_counts(plain: LiveServer) -> None:
    """As nearly every reader of JSON has it."""
    data = _take(plain, b'{"current":{"markdown":"a","markdown":"b"}}')
    assert data["snapshot"]["markdown"] == "b"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "01", "1.", "+1"])
def test_A19_what_is_no_number(plain: LiveServer, number: str) -> None:
    """JSON has no such numbers."""
    body = b'{"modes":["json"],"current":{"json":%b}}' % number.encode()
    assert _refuse(plain, body)[:2] == (400, "invalid_json")


@pytest.mark.parametrize("number", [2**63, 2**64, 2**64 + 1, -(2**63) - 1, 10**400])
def test_A20_integers_of_any_size_are_exact(plain: LiveServer, number: int) -> None:
    """A change of one is a change, and comes back to the digit."""
    data = _take(plain, _values({"n": number}, {"n": number + 1}))
    assert data["diff"]["json"] == {"n": {"previous": number, "current": number + 1}}


def test_A21_an_integer_of_5000_digits(plain: LiveServer) -> None:
    """There is an end to it on the wire."""
    body = b'{"modes":["json"],"current":{"json":%b}}' % (b"9" * 5_000)
    assert _refuse(plain, body)[:2] == (400, "number_too_long")


def test_A22_numbers_are_compared_with_their_types(plain: LiveServer) -> None:
    """One and one point nothing are two values, and so are zero and minus zero."""
    body = b'{"modes":["json"],"previous":{"json":[0,1,100]},"current":{"json":[-0.0,1.0,1e2]}}'
    assert list(_take(plain, body)["diff"]["json"]) == ["[0]", "[1]", "[2]"]


def test_A23_every_key_has_a_path_of_its_own(plain: LiveServer) -> None:
    """Whatever it is made of."""
    keys = ("a.b", "a[0]", "", "a\nb", "__x", "constructor", '"', "é")
    before, after = ({**dict.fromkeys(keys, value), "a": {"b": value}} for value in (1, 2))
    assert list(_take(plain, _values(before, after))["diff"]["json"]) == [
        *('["a.b"]', '["a[0]"]', '[""]', "a\nb", "__x", "constructor", '["\\""]', "é", "a.b")
    ]


def test_A24_null_and_absent_are_two_values(plain: LiveServer) -> None:
    """It is a change, though the map shows null on both sides."""
    data = _take(plain, _values({"a": None}, {}))
    assert (data["status"], data["diff"]["json"]) == (
        *("changed", {"a": {"previous": None, "current": None}}),
    )


def test_A25_a_long_list_that_moved(plain: LiveServer) -> None:
    """The map ends somewhere, and says so."""
    data = _take(plain, _values([-1], [*range(100_000), -1]))
    assert (len(data["diff"]["json"]), data["truncated"]) == (5_000, True)


_CYCLE = [str(number % 101) for number in range(8_000)]
HARD = {
    "inserts": ("\n".join(_CYCLE), "\n".join(f"{line}\nZ{n}" for n, line in enumerate(_CYCLE))),
    "one line": ("x\n" * 500_000, "x\n" * 499_999 + "y"),
    "8 MB in a line": ("a" * 4_000_000, "a" * 3_999_999 + "b"),
    "shuffled": ("\n".join(map(str, range(50_000))), "\n".join(map(str, range(50_000, 0, -1)))),
    "out of step": ("a\nb\n" * 250_000, "b\na\n" * 250_000),
}


@pytest.mark.parametrize("name", HARD)
def test_A26_hard_pages(plain: LiveServer, name: str) -> None:
    """Each has its answer in time, and the answer applies."""
    previous, current = HARD[name]
    start = time.monotonic()
    data = _take(plain, _pages(previous, current))
    assert time.monotonic() - start < SECONDS
    # Not compared in the assertion: pytest would look for what differs in a megabyte.
    is_current = apply_text(data["diff"]["text"], previous) == normalize_markdown(current)
    assert is_current


def test_A27_a_rewrite(plain: LiveServer) -> None:
    """The tree ends somewhere; totals and text are whole."""
    pages = ("\n".join(f"{side}{n}" for n in range(6_000)) for side in "ab")
    data = _take(plain, _pages(*pages))
    file = data["diff"]["json"]["files"][0]
    assert (data["truncated"], file["additions"], file["deletions"]) == (True, 6_000, 6_000)
    assert data["diff"]["text"].count("\n") == 12_003


def test_A28_only_a_line_feed_ends_a_line(plain: LiveServer) -> None:
    """What else some call a line end stands inside of lines."""
    page = "a\x0bb\x0cc\x1cd\x1ee\x85f\u2028g\u2029h"
    assert _take(plain, _pages("a", page))["diff"]["text"].endswith(f"-a\n+{page}\n")


def test_A29_blanks_at_the_end_of_a_line(plain: LiveServer) -> None:
    """White space of Unicode is none of the page; separators of information are."""
    statuses = [
        _take(plain, _pages("a", f"a{end}"))["status"] for end in ("\t \u00a0\u3000", "\x1c")
    ]
    assert statuses == ["same", "changed"]


def test_A30_a_page_that_looks_like_a_diff(plain: LiveServer) -> None:
    """Its lines are lines."""
    looks = "--- a\n+++ b\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\ndiff --git a/b b/b\nx\n"
    other = looks.replace("-a", "+a").replace("x", "GIT binary patch")
    text = _take(plain, _pages(looks, other))["diff"]["text"]
    assert apply_text(text, looks) == normalize_markdown(other)


def test_A31_nothing_on_a_side(plain: LiveServer) -> None:
    """An empty side counts no lines, and two of them are the same."""
    texts = [_take(plain, _pages(*pages))["diff"]["text"] for pages in (("", "a"), ("a", ""))]
    assert [text.split("\n")[2] for text in texts] == ["@@ -0,0 +1 @@", "@@ -1 +0,0 @@"]
    assert _take(plain, _pages("", ""))["status"] == "same"


def test_A32_a_baseline_that_is_a_hash(plain: LiveServer) -> None:
    """It tells same from changed, and what it cannot tell is said."""
    first = _take(plain, {"current": {"markdown": "a"}})
    known, other = (
        _take(plain, {"previous": {"contentHash": digest}, "current": {"markdown": "a"}})
        for digest in (first["contentHash"], "0" * 64)
    )
    assert [known["status"], other["status"], other["diff"]] == ["same", "changed", None]
    assert len(other["warnings"]) == 1


def test_A33_a_hash_that_lies(plain: LiveServer) -> None:
    """Where there is content it is not believed, and there is an end to its length."""
    for digest in ("0" * 64, "zz", "CA978112"):
        body = {
            "previous": {"markdown": "a", "contentHash": digest},
            "current": {"markdown": "a"},
        }
        assert _take(plain, body)["status"] == "same"
    body = {"previous": {"contentHash": "0" * 10_000_000}, "current": {"markdown": "a"}}
    assert _refuse(plain, body)[:2] == (400, "field_too_long")


def test_A34_labels_of_a_megabyte(plain: LiveServer) -> None:
    """A label that comes back has an end."""
    long = "x" * 1_000_000
    bodies = (_pages("a", "b", tag=long), _pages("a", "b", url=long))
    stamped = {"current": {"markdown": "a", "capturedAt": long}}
    assert [_refuse(plain, body)[:2] for body in (*bodies, stamped)] == [
        (400, "field_too_long")
    ] * 3


def test_A35_no_reference_is_fetched(plain: LiveServer) -> None:
    """Whatever a schema names, nobody knocks at its door."""
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0.05)
        url = f"http://127.0.0.1:{canary.getsockname()[1]}/schema.json"
        schemas: list[dict[str, object]] = [
            {"$ref": url},
            {"$id": url, "$ref": "other.json"},
            {"$dynamicRef": f"{url}#a"},
            {"$schema": url},
            {"$ref": "file:///etc/passwd"},
            {"$ref": url.replace("http", "ftp")},
            {"properties": {"a": {"$ref": url}}},
        ]
        refusals = [_refuse(plain, _schema(schema)) for schema in schemas]
        with pytest.raises(TimeoutError):
            canary.accept()
    assert [refusal[:2] for refusal in refusals] == [(400, "invalid_schema")] * len(schemas)
    assert "root:" not in str(refusals)


def _double(levels: int) -> dict[str, object]:
    """Return a schema that doubles at each of its levels."""
    steps = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(levels)}
    return {"$ref": "#/$defs/d0", "$defs": {**steps, f"d{levels}": {}}}


def _nest(levels: int) -> dict[str, object]:
    """Return a schema of objects in objects."""
    schema: dict[str, object] = {}
    for _ in range(levels):
        schema = {"properties": {"a": schema}}
    return schema


LOOPS = {
    "A36 itself": {"$ref": "#"},
    "A36 two": {
        "$ref": "#/$defs/a",
        "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}},
    },
    "A37 doubling": _double(40),
}


@pytest.mark.parametrize("name", LOOPS)
def test_A36_A37_schemas_without_an_end(plain: LiveServer, name: str) -> None:
    """They are found out before they are followed."""
    start = time.monotonic()
    assert _refuse(plain, _schema(LOOPS[name]))[:2] == (400, "invalid_schema")
    assert time.monotonic() - start < SECONDS


def test_A38_a_pattern_that_explodes_elsewhere(plain: LiveServer) -> None:
    """Patterns run in linear time."""
    start = time.monotonic()
    data = _take(plain, _schema({"pattern": "^(a+)+$"}, "a" * 5_000 + "!"))
    assert time.monotonic() - start < SECONDS
    assert data["warnings"] == ["$: does not match the pattern ^(a+)+$"]


def test_A39_unique_items(plain: LiveServer) -> None:
    """Three thousand objects are compared as three thousand, not as nine million."""
    start = time.monotonic()
    items = [{"a": number} for number in range(3_000)]
    assert _take(plain, _schema({"uniqueItems": True}, items))["status"] == "changed"
    assert time.monotonic() - start < SECONDS


@pytest.mark.parametrize(
    "schema",
    [
        *([], "x", 5, {"$ref": 5}, {"required": 5}, {"pattern": "("}, {"type": "nope"}),
        *({"properties": []}, {"items": 1}, {"multipleOf": 0}, {"pattern": "(?=a)"}, _nest(120)),
    ],
)
def test_A40_what_is_no_schema(plain: LiveServer, schema: object) -> None:
    """Each is refused with the place of the fault."""
    status, reason, words = _refuse(plain, _schema(schema))
    assert (status, reason in {"invalid_schema", "json_too_deep"}) == (400, True)
    assert words.startswith("schema") or reason == "json_too_deep"


def test_A40_numbers_beyond_floats(plain: LiveServer) -> None:
    """A division that would overflow is none."""
    assert _take(plain, _schema({"multipleOf": 1e-308}, 10**400))["status"] == "changed"


def test_A41_modes(plain: LiveServer) -> None:
    """None is the default, one has two names, ten thousand are two, and others are refused."""
    default = _take(plain, _pages("a", "b"))
    assert _take(plain, _pages("a", "b", modes=[])) == default
    assert _take(plain, _pages("a", "b", modes=["git-diff"])) == default
    assert _take(plain, _pages("a", "b", modes=["gitDiff"] * 10_000)) == default
    assert _refuse(plain, _pages("a", "b", modes=["nope"]))[:2] == (400, "unknown_mode")


def test_A42_batches(plain: LiveServer) -> None:
    """None, too many, one that is wrong; and one that is wrong among others that are not."""
    good = {"current": {"markdown": "a"}}
    assert _refuse(plain, {"batch": []})[:2] == (400, "empty_batch")
    assert _refuse(plain, {"batch": [good] * 501})[:2] == (413, "batch_too_large")
    status, _, words = _refuse(plain, {"batch": [good, {"current": 5}, good]})
    assert (status, words.partition(":")[0]) == (400, "batch[1].current")
    assert len(_take(plain, {"batch": [good] * 500})) == 500
    partial = _take(plain, {"batch": [good, {"current": 5}, good], "partial": True})
    assert [item.get("index") for item in partial] == [None, 1, None]
    assert (partial[0], partial[1]["errorCode"]) == (partial[2], "invalid_request")
