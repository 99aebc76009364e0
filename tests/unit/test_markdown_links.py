"""Targets: read as browsers read them, written as Markdown readers do."""

from __future__ import annotations

import pytest

from changetrack._markdown.links import LinkResolver, read_target, write_target

PAGE = "https://example.com/docs/page?q#f"


def _resolve(raw: str | None, base: str | None = PAGE, declared: str | None = None) -> str | None:
    return LinkResolver(base, declared, 1_000).resolve(raw)


@pytest.mark.parametrize(
    ("raw", "target"),
    [
        ("x", "https://example.com/docs/x"),
        ("/x", "https://example.com/x"),
        ("../../../x", "https://example.com/x"),
        ("?a", "https://example.com/docs/page?a"),
        ("#a", "https://example.com/docs/page?q#a"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("http://other.example", "http://other.example"),
        ("mailto:a@example.com", "mailto:a@example.com"),
        (" \t/x\n", "https://example.com/x"),
        ("", None),
        ("\x01 \x1f", None),
        (None, None),
    ],
)
def test_a_target_is_absolute_where_a_base_is_known(raw: str | None, target: str | None) -> None:
    """As RFC 3986 and urllib say."""
    assert _resolve(raw) == target


@pytest.mark.parametrize(
    ("base", "declared", "target"),
    [
        (None, None, "x"),
        (None, "https://b.example/d/", "https://b.example/d/x"),
        (PAGE, "/d/", "https://example.com/d/x"),
        (PAGE, "https://b.example/", "https://b.example/x"),
        (PAGE, "", "https://example.com/docs/x"),
        (PAGE, "javascript:alert(1)//", "https://example.com/docs/x"),
        (PAGE, "data:text/html,/", "https://example.com/docs/x"),
        (PAGE, "http://[", "https://example.com/docs/x"),
        ("http://[", None, "x"),
        ("javascript:alert(1)//", None, "x"),
        (" java\nscript:alert(1)//", None, "x"),
        (" https://b.example/d/\n", None, "https://b.example/d/x"),
        (f"https://example.com/{'a' * 3_000}/", None, "x"),
        ("", None, "x"),
    ],
)
def test_a_base_that_cannot_be_one_is_not(
    base: str | None, declared: str | None, target: str
) -> None:
    """Then the next best is taken: the address of the page, or none."""
    assert _resolve("x", base, declared) == target


@pytest.mark.parametrize("scheme", ["javascript", "vbscript", "data", "blob", "JavaScript"])
@pytest.mark.parametrize(
    "spelling",
    [
        "{}:x",
        " {}:x",
        "\x00\x01{}:x",
        "{}\n:x",
        "{}\t\r:x",
        "view-source:{}:x",
        "feed:view-source:{}:x",
        "{}&colon;x",
        "{}&#58;x",
        "&#1;{}:x",
        "&Tab;{}:x",
    ],
)
def test_B32_no_target_is_a_script(spelling: str, scheme: str) -> None:
    """However it is spelled, and whoever decodes it once more."""
    assert _resolve(spelling.format(scheme)) is None
    assert _resolve(spelling.format("\n".join(scheme)), None) is None


@pytest.mark.parametrize("raw", ["javascript", "/javascript:x", "?data:x", "x/data:y", "datax:y"])
def test_what_only_looks_like_a_script_is_a_target(raw: str) -> None:
    """A word is not a scheme."""
    assert _resolve(raw, None) == raw


@pytest.mark.parametrize("raw", ["http://[", "http://[::1", "//[x]/", "http://a]b/"])
def test_a_target_that_does_not_parse_stays(raw: str) -> None:
    """It leads nowhere, but it is what the page says."""
    assert _resolve(raw) == raw


def test_what_a_base_adds_is_bounded() -> None:
    """When it is spent, targets stay as they are written."""
    links = LinkResolver(f"https://example.com/{'a' * 2_000}/", None, 10)
    targets = [links.resolve("x") for _ in range(100)]
    assert targets[0] != "x"
    assert targets[-1] == "x"
    assert sum(len(target or "") for target in targets) < 80_000


@pytest.mark.parametrize(
    ("target", "written"),
    [
        ("a b", "a%20b"),
        ("a(b)", "a%28b%29"),
        ("<a>", "%3Ca%3E"),
        ('a"b`c|d\\e', "a%22b%60c%7Cd%5Ce"),
        ("a\x7f\x9f\xa0\u3000b", "a%7F%C2%9F%C2%A0%E3%80%80b"),
        ("a%20b", "a%20b"),
        ("?a=1&b=2", "?a=1&b=2"),
        ("?a&lt;b&#58;", "?a&amp;lt;b&amp;#58;"),
        ("ä/東", "ä/東"),
        ("[a]", "[a]"),
    ],
)
def test_a_written_target_has_nothing_that_ends_it(target: str, written: str) -> None:
    """Neither white space nor brackets nor entities, and it stays what it was."""
    assert write_target(target) == written


def test_a_target_is_read_without_what_browsers_skip() -> None:
    """Tabs and newlines anywhere, controls and spaces at its ends."""
    assert read_target("\x1f  a\tb\r\nc d \x00") == "abc d"
