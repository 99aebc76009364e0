"""One check from its queue to its end, and what it does to the baselines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from changetrack.monitor.checks import (
    Ending,
    Lost,
    Walked,
    finish_check,
)
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Crawl, Summary, Webhook
from changetrack.monitor.outcomes import Observation
from changetrack.monitor.tables import BASELINES, DELIVERIES, PAGES, SNAPSHOTS
from tests.monitor.makers import (
    NOON,
    PAGE,
    ROOT,
    change_tracking,
    claim,
    fail,
    find_monitor,
    finish,
    make_config,
    make_monitor,
    make_target,
    observe,
    put_monitor,
    queue,
    record,
    run,
    tell_nobody,
)

A, B, C = (f"{ROOT}{name}" for name in "abc")
CRAWL = make_target(type="crawl", urls=(ROOT,), crawl=Crawl())


def test_a_page_is_new_then_the_same_then_changed(store: MemoryStore) -> None:
    """The three ordinary fates of a page, in the order in which they come."""
    put_monitor(store, make_monitor())
    fates = [run(store, {PAGE: text})[1][PAGE] for text in ("a", "a", "b", "b")]
    assert fates == ["new", "same", "changed", "same"]


def test_C44_each_page_goes_on_from_where_the_last_one_was(store: MemoryStore) -> None:
    """The hash that a page had before is the one that the page before it has."""
    put_monitor(store, make_monitor())
    for text in "aabca":
        run(store, {PAGE: text})
    pages = store.transact(lambda transaction: transaction.select(PAGES, {}))
    ordered = sorted(pages, key=lambda page: int(page.check_id.removeprefix("check ")))
    befores = [page.previous_hash for page in ordered]
    assert befores == [None, *(page.content_hash for page in ordered[:-1])]


def test_a_page_that_stays_the_same_goes_on_pointing_at_its_snapshot(store: MemoryStore) -> None:
    """A hundred checks of a page that never changes keep one snapshot of it."""
    put_monitor(store, make_monitor())
    for text in "aaabb":
        run(store, {PAGE: text})
    assert store.transact(lambda transaction: transaction.count(SNAPSHOTS, {})) == 2


@pytest.mark.parametrize("again", ["a", "b"])
def test_an_error_never_replaces_a_baseline(store: MemoryStore, again: str) -> None:
    """After a page that could not be had, the next one is compared with the last good one."""
    put_monitor(store, make_monitor())
    run(store, {PAGE: "a"})
    ended, fates = run(store, {PAGE: None})
    assert (ended.status, fates) == ("partial", {PAGE: "error"})
    assert run(store, {PAGE: again})[1] == {PAGE: "same" if again == "a" else "changed"}


def test_a_doubtful_page_is_an_error_whatever_it_says(store: MemoryStore) -> None:
    """A wall that answered 200 has a result, and still becomes no baseline."""
    put_monitor(store, make_monitor())
    run(store, {PAGE: "a"})
    queue(store, "walled")
    check = claim(store)
    seen = observe(store, check, make_target(), markdown="are you a robot?")
    page = record(store, check, make_target(), replace(seen, error="a wall"))
    finish(store, check)
    assert (page.status, page.diff, page.current_id) == ("error", None, None)
    assert run(store, {PAGE: "a"})[1] == {PAGE: "same"}


def test_a_page_that_is_missing_from_a_complete_crawl_is_removed_and_may_come_back(
    store: MemoryStore,
) -> None:
    """It is told once, and when it is there again it is new."""
    put_monitor(store, make_monitor(make_config(targets=(CRAWL,))))
    everything: dict[str, str | None] = {ROOT: "r", A: "a", B: "b", C: "c"}
    without = {url: text for url, text in everything.items() if url != C}
    assert set(run(store, everything)[1].values()) == {"new"}
    assert run(store, without)[1][C] == "removed"
    assert C not in run(store, without)[1]
    ended, fates = run(store, everything)
    assert fates == {ROOT: "same", A: "same", B: "same", C: "new"}
    assert ended.summary == Summary(total_pages=4, same=3, new=1)


def test_C43_a_crawl_that_was_cut_short_removes_nothing(store: MemoryStore) -> None:
    """What was not looked for is not missing."""
    put_monitor(store, make_monitor(make_config(targets=(CRAWL,))))
    run(store, {ROOT: "r", A: "a", B: "b"})
    assert run(store, {ROOT: "r", A: "a"}, complete=False)[1] == {ROOT: "same", A: "same"}
    assert run(store, {ROOT: "r", A: "a", B: "b"})[1][B] == "same"


def test_C43_a_page_of_a_crawl_that_fails_is_an_error_and_not_removed(store: MemoryStore) -> None:
    """It was found, so it is there."""
    put_monitor(store, make_monitor(make_config(targets=(CRAWL,))))
    run(store, {ROOT: "r", A: "a", B: "b"})
    ended, fates = run(store, {ROOT: "r", A: "a", B: None})
    assert (ended.status, fates[B]) == ("partial", "error")


@pytest.mark.parametrize("needed", [1, 2, 3])
def test_a_removal_is_confirmed_by_as_many_checks_as_somebody_wants(
    store: MemoryStore, needed: int
) -> None:
    """One that comes back in between begins to be missing anew."""
    config = make_config(targets=(CRAWL,), removal_checks=needed)
    put_monitor(store, make_monitor(config))
    there: dict[str, str | None] = {ROOT: "r", A: "a", B: "b"}
    gone: dict[str, str | None] = {ROOT: "r", A: "a"}
    run(store, there)
    for _ in range(needed - 1):
        assert B not in run(store, gone)[1]
    assert run(store, there)[1][B] == "same"
    fates = [run(store, gone)[1].get(B) for _ in range(needed)]
    assert fates == [None] * (needed - 1) + ["removed"]


@pytest.mark.parametrize(
    ("pages", "reason"),
    [
        ({ROOT: None}, "its root could not be had"),
        ({ROOT: "r"}, "all the others vanished at once"),
        ({ROOT: "r", **{f"{ROOT}{n}": None for n in range(9)}}, "all the others failed at once"),
    ],
)
def test_a_site_that_is_down_loses_no_page(
    store: MemoryStore, pages: dict[str, str | None], reason: str
) -> None:
    """When more than four in five pages are away, the check says so, and nothing is removed."""
    put_monitor(store, make_monitor(make_config(targets=(CRAWL,))))
    everything: dict[str, str | None] = {ROOT: "r", **{f"{ROOT}{n}": str(n) for n in range(9)}}
    run(store, everything)
    ended, fates = run(store, pages)
    assert (ended.status, ended.is_site_down) == ("partial", True), reason
    assert "removed" not in fates.values()
    assert set(run(store, everything)[1].values()) == {"same"}


def test_a_crawl_that_is_replaced_by_as_many_new_pages_is_not_down(store: MemoryStore) -> None:
    """A relaunch of a site removes the old pages, since the new ones are there."""
    put_monitor(store, make_monitor(make_config(targets=(CRAWL,))))
    run(store, {ROOT: "r", A: "a", B: "b"})
    fates = run(store, {ROOT: "r", C: "c", f"{ROOT}d": "d"})[1]
    assert (fates[A], fates[B], fates[C]) == ("removed", "removed", "new")


def test_each_target_has_its_own_pages(store: MemoryStore) -> None:
    """A crawl does not remove what another target watches, nor share its baselines."""
    other = make_target(id="other", type="crawl", urls=(A,), crawl=Crawl())
    put_monitor(store, make_monitor(make_config(targets=(CRAWL, other))))
    ended = None
    for number in range(2):
        queue(store, f"check {number}")
        check = claim(store)
        record(store, check, CRAWL, observe(store, check, CRAWL, ROOT, "r"))
        record(store, check, other, observe(store, check, other, A, "a"))
        walked = [
            Walked(target=CRAWL, seen=frozenset({ROOT}), is_complete=True),
            Walked(target=other, seen=frozenset({A}), is_complete=True),
        ]
        ended = finish(store, check, *walked)
    assert ended is not None
    assert ended.summary == Summary(total_pages=2, same=2)
    assert store.transact(lambda transaction: transaction.count(BASELINES, {})) == 2


@pytest.mark.parametrize(
    "given",
    [
        {"modes": ("gitDiff", "json")},
        {"schema": {"properties": {"price": {}}}},
        {"prompt": "the price"},
        {"options": {"trackOnlySchema": False}},
        {"scrape": {"onlyMainContent": False}},
    ],
)
def test_a_changed_contract_starts_anew(store: MemoryStore, given: dict[str, object]) -> None:
    """What was taken under other rules is not compared with; nothing is called changed for it."""
    put_monitor(store, make_monitor())
    run(store, {PAGE: "a"})
    monitor = find_monitor(store)
    target = change_tracking(make_target(), **given)
    put_monitor(store, replace(monitor, config=make_config(targets=(target,))))
    assert run(store, {PAGE: "b"})[1] == {PAGE: "new"}
    assert run(store, {PAGE: "c"})[1] == {PAGE: "changed"}


def test_another_time_limit_is_no_other_contract(store: MemoryStore) -> None:
    """How a page is fetched does not change what it says."""
    put_monitor(store, make_monitor())
    run(store, {PAGE: "a"})
    target = change_tracking(make_target(), scrape={"timeout": 5_000, "maxAge": 0})
    put_monitor(store, replace(find_monitor(store), config=make_config(targets=(target,))))
    assert run(store, {PAGE: "a"})[1] == {PAGE: "same"}


def test_the_outbox_is_written_with_what_it_tells_of(store: MemoryStore) -> None:
    """A page and the end of a check leave one event each, and a repeated step adds none."""
    webhook = Webhook(url="https://example.com/hook")
    put_monitor(store, make_monitor(make_config(webhook=webhook)))
    queue(store)
    check = claim(store)
    seen = observe(store, check, make_target())
    for _ in range(2):
        record(store, check, make_target(), seen)
    finish(store, check)
    events = store.transact(lambda transaction: transaction.select(DELIVERIES, {}))
    assert sorted(each.event for each in events) == ["monitor.check.completed", "monitor.page"]


def test_a_page_is_not_recorded_against_a_baseline_that_it_was_not_compared_with(
    store: MemoryStore,
) -> None:
    """The chain of hashes cannot break, even if somebody mixes up two observations."""
    put_monitor(store, make_monitor())
    run(store, {PAGE: "a"})
    queue(store, "mixed up")
    check = claim(store)
    seen = observe(store, check, make_target(), markdown="b")
    with pytest.raises(Lost):
        record(store, check, make_target(), replace(seen, previous_id="another"))


def test_a_check_that_is_cut_short_keeps_what_it_has(store: MemoryStore) -> None:
    """It is partial with the reason, or failed where there is nothing."""
    put_monitor(store, make_monitor())
    queue(store)
    check = claim(store)
    record(store, check, make_target(), observe(store, check, make_target()))
    ending = Ending(error="too long", error_code="check_timeout")
    ended = store.transact(lambda t: finish_check(t, check, ending, now=NOON, tell=tell_nobody))
    assert (ended.status, ended.error_code, ended.summary.new) == ("partial", "check_timeout", 1)


def test_credits_are_a_page_each_and_a_judgment_each(store: MemoryStore) -> None:
    """What a check cost is counted with its pages and added to the month of its monitor."""
    put_monitor(store, make_monitor(spent_month="2026-10", spent_credits=99))
    ended, _ = run(store, {PAGE: "a"})
    monitor = find_monitor(store)
    assert (ended.estimated_credits, ended.actual_credits) == (1, 1)
    assert (monitor.spent_month, monitor.spent_credits) == ("2026-11", 1)


def test_an_observation_without_a_result_is_an_error(store: MemoryStore) -> None:
    """Nothing is made of nothing."""
    put_monitor(store, make_monitor())
    queue(store)
    check = claim(store)
    assert record(store, check, make_target(), Observation(url=PAGE)).status == "error"
    assert record(store, check, make_target(), fail(A)).error == "it is away"
