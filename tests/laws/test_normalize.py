"""What holds for the normal form of any text."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from changetrack import diff_text, hash_markdown, normalize_markdown, track
from tests.strategies.hostile_text import SEPARATORS, hostile_texts
from tests.strategies.pages import cosmetic_variants, pages

# Characters that decide something, so that a few of them make every case.
decisive_texts = st.text(
    st.sampled_from("\n\n\r\t ab#\u00a0\u3000\u200b\x1f" + SEPARATORS), max_size=12
)
any_text = st.one_of(decisive_texts, hostile_texts, st.text(st.characters(codec="utf-8")))


def _normalize_naively(markdown: str) -> str:
    """Follow the six sentences of the contract, one after the other."""
    text = re.sub("\r\n|\r", "\n", markdown)
    lines = [re.sub(f"[{_WHITE_SPACE}]+\\Z", "", line) for line in text.split("\n")]
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    while kept and not kept[-1]:
        kept.pop()
    return "\n".join(kept)


# Unicode White_Space, as the standard lists it.
_WHITE_SPACE = "\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"


@given(any_text)
def test_it_is_what_the_contract_says(text: str) -> None:
    """The fast way and the plain way give the same."""
    assert normalize_markdown(text) == _normalize_naively(text)


@given(st.characters())
def test_every_character_is_stripped_or_kept_as_the_contract_says(character: str) -> None:
    """White space is what Unicode says, for every character that there is."""
    for text in (f"a{character}\nb", f"{character}\na", f"a {character} \n\x1c"):
        assert normalize_markdown(text) == _normalize_naively(text)


@given(any_text)
def test_it_is_idempotent(text: str) -> None:
    """What is normal stays as it is."""
    normal = normalize_markdown(text)
    assert normalize_markdown(normal) == normal


@given(cosmetic_variants(st.one_of(pages(), hostile_texts)))
@example(("", "\r\n \r\u2028\n"))
def test_cosmetics_change_nothing(pair: tuple[str, str]) -> None:
    """Line ends, trailing space and blank runs change neither form, hash, diff nor status."""
    one, other = pair
    assert normalize_markdown(other) == normalize_markdown(one)
    assert hash_markdown(other) == hash_markdown(one)
    assert not diff_text(one, other)
    assert track(other, previous=track(one).snapshot).status == "same"
    assert track(other) == track(one)


@given(any_text, any_text)
def test_hashes_are_equal_if_and_only_if_the_normal_texts_are(one: str, other: str) -> None:
    """The hash stands for the normal text, and for nothing else."""
    same = normalize_markdown(one) == normalize_markdown(other)
    assert (hash_markdown(one) == hash_markdown(other)) is same


@given(any_text)
def test_nothing_but_white_space_is_lost(text: str) -> None:
    """Whatever is not white space is still there, in its order."""
    space = f"[{_WHITE_SPACE}]+"
    assert re.sub(space, "", normalize_markdown(text)) == re.sub(space, "", text)
