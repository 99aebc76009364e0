"""What holds for any two sets, whatever identifies their items."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from changetrack._sets import PageState, Pair, SetDiff, diff_pages, diff_set

# Few addresses, some of them spellings of others, and few hashes: ties of every kind.
_urls = st.sampled_from(
    ("/a", "/a/", "/a#x", "/b", "https://x.example", "https://X.example:443/", "http://x.example/")
)
_hashes = st.sampled_from(("", "1", "2", "3"))
_errors = st.sampled_from((None, None, "gone"))
_states = st.tuples(_urls, _hashes, _errors).map(lambda parts: PageState(*parts))
_good_states = st.tuples(_urls, _hashes.filter(bool)).map(lambda parts: PageState(*parts))
_sets = st.lists(_states, max_size=9)
_good_sets = st.lists(_good_states, max_size=9)
_own_addresses = st.lists(_good_states, max_size=7, unique_by=lambda page: page.url)


def _is_ordered(items: tuple[PageState, ...], whole: list[PageState]) -> bool:
    rest = iter(whole)
    return all(item in rest for item in items)


def _check_parts(
    found: SetDiff[PageState], previous: list[PageState], current: list[PageState]
) -> None:
    pairs = (*found.changed, *found.same, *found.moved)
    news = [*found.new, *found.error, *(pair.current for pair in pairs)]
    olds = [*found.removed, *found.unseen, *(pair.previous for pair in pairs)]
    assert Counter(news) == Counter(current)
    assert Counter(olds) == Counter(previous)
    for part in (found.new, found.error, tuple(pair.current for pair in found.same)):
        assert _is_ordered(part, current)
    for part in (found.removed, found.unseen):
        assert _is_ordered(part, previous)


@given(
    previous=_sets,
    current=_sets,
    complete=st.booleans(),
    gate=st.sampled_from((None, 0.0, 0.5, 0.8)),
)
def test_everything_is_in_one_list(
    previous: list[PageState], current: list[PageState], *, complete: bool, gate: float | None
) -> None:
    """What is now is new, changed, the same, moved or an error; what was, is gone or unseen."""
    found = diff_pages(previous, current, complete=complete, gate=gate)
    _check_parts(found, previous, current)
    assert {page in found.error for page in current if page.error or not page.content_hash} <= {
        True
    }
    assert all(pair.current.content_hash for pair in (*found.same, *found.changed))
    assert all(pair.previous.content_hash == pair.current.content_hash for pair in found.same)
    assert all(pair.previous.content_hash == pair.current.content_hash for pair in found.moved)
    if not complete or found.site_down:
        assert found.removed == ()


@given(_good_sets)
def test_a_set_is_the_same_as_itself(pages: list[PageState]) -> None:
    """Also where addresses are there twice."""
    assert diff_pages(pages, pages) == SetDiff(same=tuple(Pair(page, page) for page in pages))


@given(_own_addresses, _own_addresses)
def test_what_is_known_is_what_to_compare_with(
    previous: list[PageState], current: list[PageState]
) -> None:
    """After a look, the same look finds nothing, but what nobody saw."""
    found = diff_pages(previous, current, complete=False)
    again = diff_pages(found.known, current, complete=False)
    assert (again.new, again.changed, again.removed, again.moved) == ((), (), (), ())
    assert again.unseen == found.unseen


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), max_size=8),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), max_size=8),
)
def test_items_of_any_kind(old: list[tuple[int, int]], new: list[tuple[int, int]]) -> None:
    """One pass: as many pairs of a key as both sides have; without a mark, nothing moves."""
    found = diff_set(
        old,
        new,
        identity=[lambda item: item[0] or None],
        compare=lambda one, other: one == other,
        gate=None,
    )
    pairs = [*found.same, *found.changed]
    keys = Counter(item[0] for item in old if item[0]) & Counter(item[0] for item in new)
    assert Counter(pair.current[0] for pair in pairs) == keys
    assert all(pair.previous == pair.current for pair in found.same)
    assert all(pair.previous != pair.current for pair in found.changed)
    assert found.moved == ()
