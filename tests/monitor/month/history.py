"""What must have happened, by plain rules: the history of a story, written without any of our code.

    slots of a calendar ─▶ who was there to see them ─▶ what the table shows ─▶ rows

Each watch is followed by itself, for nothing that one does matters to another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from tests.monitor.month.story import (
    Act,
    Doom,
    Downtime,
    Shown,
    Site,
    Story,
    Watch,
    find_shown,
)

__all__ = ["Counts", "Row", "expect_rows"]

_MOST_VANISHED = 0.8


class Counts(NamedTuple):
    """How many pages there were of each kind."""

    total: int = 0
    same: int = 0
    changed: int = 0
    new: int = 0
    removed: int = 0
    error: int = 0


class Row(NamedTuple):
    """A check, and its pages in the order of their paths. No slot: somebody asked for it."""

    watch: str
    slot: datetime | None
    status: str
    missed: int = 0
    counts: Counts = Counts()
    is_site_down: bool = False
    pages: tuple[tuple[str, str], ...] = ()


class _Due(NamedTuple):
    """When somebody sees to something: a slot with those before it, or an act."""

    moment: datetime
    slot: datetime | None
    missed: int = 0
    act: Act | None = None


@dataclass(slots=True)
class _Known:
    """What is remembered of a page: what it said, and how often it was missing since."""

    said: object
    missing: int = 0


@dataclass(slots=True)
class _Mind:
    """What is remembered of a watch."""

    known: dict[str, _Known] = field(default_factory=dict)
    is_paused: bool = False
    spent: dict[tuple[int, int], int] = field(default_factory=dict)
    # The month that it waits for.
    rests_in: tuple[int, int] | None = None


def expect_rows(story: Story, watch: Watch) -> list[Row]:
    """Return the rows of a watch, ordered by the moments at which they came to be."""
    mind = _Mind()
    dooms = [mark for mark in story.marks if isinstance(mark, Doom) and mark.watch == watch.name]
    rows: list[Row] = []
    late: list[tuple[_Due, Doom]] = []
    for due in _list_due(story, watch):
        if due.act is not None and due.act.deed != "run":
            _do(due.act, mind)
            continue
        if mind.is_paused or _is_resting(due, mind):
            continue
        doom = next((each for each in dooms if each.at == due.slot), None)
        if doom is not None:
            late.append((due, doom))
            continue
        if late and due.moment == late[0][1].up:
            first, dead = late.pop()
            rows.append(_look(story.site, watch, mind, first, dead))
            # That one was open still.
            rows.append(Row(watch.name, due.slot, "skipped_overlap", due.missed))
            continue
        rows.append(_spend(story.site, watch, mind, due))
    return rows


def _list_due(story: Story, watch: Watch) -> list[_Due]:
    """Return what is to be seen to: slots that nobody was there for fall to one moment."""
    away = [mark for mark in story.marks if isinstance(mark, Downtime | Doom)]
    found: dict[datetime, _Due] = {}
    for slot in watch.slots.list_slots(story.start, story.end):
        moment = next((each.up for each in away if each.at < slot <= each.up), slot)
        missed = found[moment].missed + 1 if moment in found else 0
        found[moment] = _Due(moment, slot, missed)
    acts = [
        _Due(mark.at, None, act=mark)
        for mark in story.marks
        if isinstance(mark, Act) and mark.watch == watch.name
    ]
    return sorted([*found.values(), *acts], key=lambda due: due.moment)


def _do(act: Act, mind: _Mind) -> None:
    if act.deed == "edit":
        # Under another contract, nothing is known of any page.
        mind.known.clear()
    else:
        mind.is_paused = act.deed == "pause"


def _is_resting(due: _Due, mind: _Mind) -> bool:
    return mind.rests_in == (due.moment.year, due.moment.month)


def _spend(site: Site, watch: Watch, mind: _Mind, due: _Due) -> Row:
    """Look, if there is money left for it."""
    month = due.moment.year, due.moment.month
    spent = mind.spent.get(month, 0)
    if watch.budget is not None and spent + len(watch.paths) > watch.budget:
        mind.rests_in = month
        return Row(watch.name, due.slot, "skipped_no_credits", due.missed)
    row = _look(site, watch, mind, due)
    mind.spent[month] = spent + row.counts.total
    return row


def _look(site: Site, watch: Watch, mind: _Mind, due: _Due, doom: Doom | None = None) -> Row:
    """Return the row of a check; the one who died saw what comes before the page of their doom."""
    looks = {"scrape": _scrape, "crawl": _crawl, "feed": _read_feed}
    view = _View(site, due.moment, watch, doom)
    pages, is_down = looks[watch.kind](view, mind.known)
    statuses = list(pages.values())
    counts = Counts(len(pages), *(statuses.count(name) for name in Counts._fields[1:]))
    return Row(
        watch.name,
        due.slot,
        "partial" if counts.error or is_down else "completed",
        due.missed,
        counts,
        is_down,
        tuple(sorted(pages.items())),
    )


@dataclass(frozen=True, slots=True)
class _View:
    """The site as one check sees it."""

    site: Site
    moment: datetime
    watch: Watch
    doom: Doom | None

    def see(self, path: str) -> Shown:
        """Return what a path leads to."""
        moment = self.moment
        paths = self.watch.paths
        if self.doom and paths.index(path) >= paths.index(self.doom.path):
            moment = self.doom.up
        shown = find_shown(self.site, path, moment) or Shown("gone")
        return self.see(shown.text) if shown.kind == "redirect" else shown


def _meet(known: dict[str, _Known], path: str, said: object) -> str:
    """Return what becomes of a page that can be read, and remember what it says."""
    before = known.get(path)
    known[path] = _Known(said)
    if before is None:
        return "new"
    return "same" if before.said == said else "changed"


def _see(view: _View, known: dict[str, _Known], path: str) -> tuple[str, Shown]:
    shown = view.see(path)
    if shown.kind not in {"page", "hiccup"}:
        return "error", shown
    return _meet(known, path, (shown.text, shown.links)), shown


_Seen = tuple[dict[str, str], bool]


def _scrape(view: _View, known: dict[str, _Known]) -> _Seen:
    return {path: _see(view, known, path)[0] for path in view.watch.paths}, False


def _read_feed(view: _View, known: dict[str, _Known]) -> _Seen:
    (path,) = view.watch.paths
    shown = view.see(path)
    if shown.kind != "page":
        return {path: "error"}, False
    return {f"/{each.name}": _meet(known, f"/{each.name}", each) for each in shown.entries}, False


def _crawl(view: _View, known: dict[str, _Known]) -> _Seen:
    """Follow links. What was not found is gone the n-th time, but not if much is missing."""
    (root,) = view.watch.paths
    had = set(known)
    pages: dict[str, str] = {}
    good: set[str] = set()
    is_whole = True
    paths = [root]
    while paths:
        path = paths.pop(0)
        pages[path], shown = _see(view, known, path)
        if pages[path] != "error":
            good.add(path)
            paths += [each for each in shown.links if each not in (*pages, *paths)]
        elif shown.kind != "gone":
            is_whole = False
    if root not in good:
        return pages, True
    if len(had - good) > _MOST_VANISHED * len(had | good) and len(good) < len(had | good):
        return pages, True
    if is_whole:
        pages |= dict.fromkeys(_forget(known, had - set(pages), view.watch), "removed")
    return pages, False


def _forget(known: dict[str, _Known], missing: set[str], watch: Watch) -> Iterator[str]:
    for path in missing:
        known[path].missing += 1
        if known[path].missing >= watch.removal_checks:
            del known[path]
            yield path
