"""Sets of things: what the rows of the specification, which are of pages, cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pytest

from changetrack._hashing import canonical_json, same_json
from changetrack._models import JsonObject
from changetrack._sets import PageState, Pair, SetDiff, diff_pages, diff_set
from changetrack.errors import ChangeTrackError, InvalidOption, InvalidRequest

_KEEP = "expected a share from 0 to 1, got 80"


class Asset(NamedTuple):
    """An image of a page, as a monitor of images would keep it."""

    url: str
    slot: str
    content_hash: str
    width: int = 100


def test_assets_have_passes_by_url_hash_and_place() -> None:
    """The strongest evidence first; each asset is matched once."""
    old = [
        Asset("/logo.png?v=1", "header>img", "h1"),
        Asset("/hero.png", "main>img", "h2"),
        Asset("/a.png", "main>img[2]", "h3"),
        Asset("/b.png", "main>img[3]", "h4"),
    ]
    new = [
        Asset("/logo.png?v=2", "header>img", "h1"),
        Asset("/summer.png", "main>img", "h9"),
        Asset("/cdn/a.png", "footer>img", "h3"),
        Asset("/b.png", "main>img[3]", "h4", 80),
        Asset("/c.png", "main>img[4]", "h5"),
    ]
    found = diff_set(
        old,
        new,
        identity=(
            lambda asset: asset.url,
            lambda asset: asset.url.partition("?")[0],
            lambda asset: asset.slot if asset.slot == "main>img" else None,
        ),
        compare=lambda one, other: one[2:] == other[2:],
        fingerprint=lambda asset: asset.content_hash,
    )
    assert found == SetDiff(
        new=(new[4],),
        changed=(Pair(old[1], new[1]), Pair(old[3], new[3])),
        same=(Pair(old[0], new[0]),),
        moved=(Pair(old[2], new[2]),),
    )


def test_citations_have_one_pass() -> None:
    """And may all go at once: an answer is no site."""
    found = diff_set(["a", "b", "c", "d", "e"], [], identity=[str], compare=str.__eq__, gate=None)
    assert found == SetDiff(removed=("a", "b", "c", "d", "e"))


def test_items_of_a_json_list_are_matched_by_a_field() -> None:
    """With their types, where the key is their canonical JSON."""
    old: list[JsonObject] = [{"id": 1, "n": 1}, {"id": True, "n": 1}, {"n": 3}]
    new: list[JsonObject] = [{"id": True, "n": 1.0}, {"id": 1, "n": 1}, {"n": 3}]
    found = diff_set(
        old,
        new,
        identity=[
            lambda item: canonical_json(item["id"]) if "id" in item else None,
            canonical_json,
        ],
        compare=same_json,
    )
    assert found == SetDiff(
        changed=(Pair(old[1], new[0]),), same=(Pair(old[0], new[1]), Pair(old[2], new[2]))
    )


def test_what_moved_and_changed_is_changed() -> None:
    """A fingerprint may be of a part; `compare` has the last word."""
    found = diff_set(
        [("/a", "title", 1)],
        [("/b", "title", 2)],
        identity=[lambda item: item[0]],
        compare=lambda one, other: one[2] == other[2],
        fingerprint=lambda item: item[1],
    )
    assert found == SetDiff(changed=(Pair(("/a", "title", 1), ("/b", "title", 2)),))


def test_an_error_has_no_fingerprint() -> None:
    """What could not be observed went nowhere."""
    found = diff_set(
        ["a=1"],
        ["b=1"],
        identity=[lambda item: item[0]],
        compare=str.__eq__,
        fingerprint=lambda item: item[2:],
        is_error=lambda item: item.startswith("b"),
    )
    assert found == SetDiff(removed=("a=1",), error=("b=1",))


def test_what_is_known_goes_on() -> None:
    """What was seen now, in place of what was; and what nobody could see, as it was."""
    old = [PageState(f"/{name}", name) for name in "abcdef"]
    new = [
        PageState("/a", "a"),
        PageState("/b", "x"),
        PageState("/moved", "c"),
        PageState("/d", error="timeout"),
        PageState("/new", "n"),
    ]
    found = diff_pages(old, new)
    assert [page.url for page in found.removed] == ["/e", "/f"]
    assert found.known == (new[0], new[1], new[2], new[4], old[3])


def test_the_gate_may_begin_lower() -> None:
    """For whoever takes one lost page for a site that is down."""
    pages = [PageState("/a", "1")]
    assert diff_pages(pages, [], gate_from=1) == SetDiff(unseen=tuple(pages), site_down=True)


@pytest.mark.parametrize("error", [None, ""])
def test_pages_are_read_in_both_spellings(error: str | None) -> None:
    """An error that says nothing is none; what else a page has does not matter."""
    stored = {"url": "/a", "content_hash": "1", "error": error, "title": "A"}
    assert diff_pages([stored], [{"url": "/a", "contentHash": "1"}]).changed == ()


@pytest.mark.parametrize(
    ("current", "error"),
    [
        ([{}], InvalidRequest("the page has no address", "give its url", "current[0].url")),
        (
            [{"url": "/", "contentHash": "1"}, {"url": "/a", "hash": "2"}],
            InvalidRequest(
                "the page has neither contentHash nor error",
                "give the hash of its content, or why there is none",
                "current[1].contentHash",
            ),
        ),
        (
            [PageState("/"), "/a"],
            InvalidRequest("expected an object, got a string", "send a JSON object", "current[1]"),
        ),
        (
            {"url": "/"},
            InvalidRequest("this is no list of pages", "put them into a list", "current"),
        ),
    ],
)
def test_pages_that_are_none_are_named(
    current: list[Mapping[str, object]], error: ChangeTrackError
) -> None:
    """By their place."""
    with pytest.raises(InvalidRequest) as caught:
        diff_pages([], current)
    assert caught.value == error


def test_content_that_is_not_known_is_never_the_same() -> None:
    """Not on either side, and not on both; what it was before is kept for the next time."""
    known, unknown = PageState("/a", "1"), PageState("/a")
    assert diff_pages([known], [unknown]) == SetDiff(error=(unknown,), unseen=(known,))
    assert diff_pages([known], [unknown]).known == (known,)
    assert diff_pages([unknown], [known]) == SetDiff(changed=(Pair(unknown, known),))
    assert diff_pages([unknown], [unknown]) == SetDiff(error=(unknown,), unseen=(unknown,))
    assert diff_pages([], [unknown]) == SetDiff(error=(unknown,))


def test_what_makes_no_sense_is_refused() -> None:
    """Before anything is compared."""
    with pytest.raises(InvalidOption) as caught:
        diff_pages([], [], gate=80)
    assert caught.value.problem == _KEEP
    with pytest.raises(InvalidOption, match="there is no pass"):
        diff_set([1], [1], identity=[], compare=int.__eq__)


def test_the_work_is_linear() -> None:
    """Each item is asked for its key once a pass, each pair compared once."""
    asked = {"key": 0, "compare": 0}

    def find_key(item: int) -> int:
        asked["key"] += 1
        return item // 100

    def compare(one: int, other: int) -> bool:
        asked["compare"] += 1
        return one == other

    found = diff_set(range(3_000), range(50, 3_050), identity=[find_key], compare=compare)
    assert asked == {"key": 6_000, "compare": 2_950}
    assert (len(found.new), len(found.removed)) == (50, 50)
