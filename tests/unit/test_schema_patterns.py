"""patterns: regular expressions that cannot take long (A38)."""

from __future__ import annotations

import pytest

from changetrack._schema.patterns import Matcher, compile_pattern
from changetrack.errors import InvalidSchema


def _search(pattern: str, text: str) -> bool:
    return Matcher(compile_pattern(pattern), lambda _: None).search(text)


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("", ["", "a"], []),
        ("b", ["b", "abc"], ["", "a"]),
        ("^b", ["b", "bc"], ["ab"]),
        ("b$", ["b", "ab"], ["bc", "b\n"]),
        ("^$", [""], ["a"]),
        ("$^", [""], ["a"]),
        ("(^|,)a", ["a", "b,a"], ["ba"]),
        ("a|bc|", ["", "x"], []),
        ("^(a|bc)$", ["a", "bc"], ["", "abc", "b"]),
        (r"^\d{4}-\d{2}-\d{2}$", ["2026-01-02"], ["26-01-02", "2026-01-023", "٢٠٢٦-01-02"]),
        (r"^[\w.+-]+@[\w-]+\.[a-z]{2,}$", ["a.b@example.com"], ["a b@example.com", "a@b"]),
        (r"^\$[1-9]\d*(\.\d\d)?$", ["$19", "$19.99"], ["19", "$19.9", "$019"]),
        ("^.{2}$", ["ab", "名前", "\U0001f600a"], ["a", "a\n", "\u2028a", "abc"]),
        ("^[^a-c]$", ["d", "\n"], ["b"]),
        ("^[]$", [], ["", "a"]),
        (r"^[^\0-a]$", ["b"], ["a", "\0"]),
        (r"^[^b-\u{10ffff}]$", ["a"], ["b", "\U0010ffff"]),
        ("^[^]$", ["a", "\n"], [""]),
        ("^[a-]$", ["a", "-"], ["b"]),
        (r"^[\d\]]$", ["1", "]"], ["a"]),
        (r"^\S\D\W$", ["aa-"], [" a-", "a1-", "aaa"]),
        (r"^\s$", [" ", "\u00a0", "\ufeff", "\u3000", "\v"], ["\x1c", "\u0085", "\u200b"]),
        (r"^\t\n\v\f\r\0$", ["\t\n\v\f\r\0"], []),
        (r"^\x41\u00e9\u{1f600}$", ["Aé\U0001f600"], []),
        (r"^\^\$\.\-\/\\$", [r"^$.-/\ "[:-1]], []),
        ("^a{2}$", ["aa"], ["a", "aaa"]),
        ("^a{2,}$", ["aa", "aaaa"], ["a"]),
        ("^a{1,2}$", ["a", "aa"], ["", "aaa"]),
        ("^a{0}b$", ["b"], ["ab"]),
        ("^a{,2}{$", ["a{,2}{"], ["a"]),
        ("^(a*)*$", ["", "aa"], ["b"]),
        ("^(?:a+?)+?$", ["a", "aa"], ["", "b"]),
        ("^(?<year>[0-9]+)$", ["2026"], ["a"]),
        ("^]}$", ["]}"], []),
    ],
)
def test_a_pattern_means_what_ecma_262_says(
    pattern: str, matching: list[str], others: list[str]
) -> None:
    """It is searched anywhere in the text; digits and words are ASCII; $ is the very end."""
    found = {text: _search(pattern, text) for text in (*matching, *others)}
    assert found == dict.fromkeys(matching, True) | dict.fromkeys(others, False)


@pytest.mark.parametrize(
    ("pattern", "at"),
    [
        ("(", 1),
        (")", 0),
        ("a)", 1),
        ("[a", 2),
        ("[a-", 3),
        ("\\", 1),
        ("*", 1),
        ("a**", 3),
        ("a|*", 3),
        ("(?:+)", 4),
        ("a{2}{3}", 5),
        ("^*", 2),
        ("a{3,2}", 6),
        ("a{1001}", 1),
        ("a{99999999999999999999}", 1),
        ("[z-a]", 4),
        (r"[\d-z]", 5),
        ("(?=a)", 1),
        ("(?!a)", 1),
        ("(?<=a)", 1),
        ("(?i)a", 1),
        (r"(a)\1", 5),
        (r"\bword", 2),
        (r"\p{L}", 2),
        (r"\ud83d", 6),
        (r"\u{110000}", 10),
        ("(" * 40 + ")" * 40, 33),
    ],
)
def test_what_is_no_pattern_or_not_linear_is_refused(pattern: str, at: int) -> None:
    """The error names the character."""
    with pytest.raises(InvalidSchema) as caught:
        compile_pattern(pattern)
    assert f"at character {at}: " in caught.value.problem


@pytest.mark.parametrize("pattern", ["(b{1000}){2}", "((){900}){900}", "x" * 3_000])
def test_a_pattern_that_is_large_when_written_out_is_refused(pattern: str) -> None:
    """Repetitions within repetitions multiply, even those of nothing."""
    with pytest.raises(InvalidSchema, match="too large when written out"):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "end"),
    [
        ("^(a+)+$", "!"),
        ("^(a|a)*$", "!"),
        ("^(a|a?)+$", "!"),
        ("(a*)*b", ""),
        ("(.*a){20}b", ""),
        ("(a+a+)+b", ""),
        ("a*a*a*a*a*b", ""),
        ("[^b]*c", ""),
    ],
)
def test_a38_a_long_text_takes_no_more_work_than_a_short_one(pattern: str, end: str) -> None:
    """What backtracking engines try again and again is worked out once."""
    program = compile_pattern(pattern)
    costs = []
    for size in (100, 200_000):
        spent: list[int] = []
        assert not Matcher(program, spent.append).search("a" * size + end)
        costs.append(sum(spent))
    assert costs[0] == costs[1] < 2_000


def test_every_state_that_is_new_is_paid_for() -> None:
    """The meter hears of the work before the text is through."""
    spent: list[int] = []
    assert not Matcher(compile_pattern("a{1,500}b"), spent.append).search("a" * 1_000)
    assert sum(spent) > 100_000


def test_every_character_that_is_new_is_paid_for() -> None:
    """What is remembered of single characters is bounded as the work is."""
    spent: list[int] = []
    matcher = Matcher(compile_pattern("^[^x]*$"), spent.append)
    text = "".join(map(chr, range(0x10000, 0x20000)))
    assert matcher.search(text)
    assert sum(spent) > len(text)
    assert matcher.search(text * 2)
    assert sum(spent) < 3 * len(text)
