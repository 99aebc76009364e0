"""A story that is lived through: by processes that are killed, and somebody who starts others."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from changetrack.monitor.changes import ConfigPatch
from changetrack.monitor.commands import (
    NewMonitor,
    create_monitor,
    patch_monitor,
    pause_monitor,
    resume_monitor,
    run_monitor,
)
from changetrack.monitor.models import Config, Crawl, Target, Webhook
from changetrack.monitor.owners import find_monitor
from changetrack.monitor.ports import Transaction
from changetrack.monitor.schedule import parse_schedule
from changetrack_server.monitor.store import open_store
from tests.monitor.lives.nursery import Nursery
from tests.monitor.makers import change_tracking
from tests.monitor.month.clocks import SharedClock
from tests.monitor.month.living import LEASE_SECONDS, Part
from tests.monitor.month.story import Act, Doom, Mark, Story, Watch

__all__ = ["Month"]

_OWNER = "local"
_SECRET = "whsec_" + "QUJD" * 10 + "QUI="
_MINIMUM = timedelta(minutes=15)
# What a check of one page crosses, about.
_OF_A_CHECK = 60
# The third process in a row lives for a while: a check that ended three of them has failed.
_MOST_DEATHS = 2
_CALM = 1_500
# For so long before a doom nobody dies of anything else.
_BEFORE_DOOM = timedelta(minutes=4)


@dataclass(slots=True, kw_only=True)
class Month:
    """A story in a folder of its own, on a clock that its site at `url` has, too."""

    story: Story
    folder: Path
    clock: SharedClock
    url: str
    nursery: Nursery
    # Boundaries from one death to the next, twice of it at most; zero: nobody is killed.
    deadly: int
    dice: random.Random = field(default_factory=random.Random)
    deaths: int = 0

    @property
    def database(self) -> str:
        """Where the monitors are."""
        return str(self.folder / "monitors.db")

    def live(self) -> None:
        """Live from the start of the story to its end."""
        self.dice.seed(self.story.seed)
        self._transact(self._create_all)
        for mark in sorted(self.story.marks, key=lambda mark: mark.at):
            self._live_until(mark.at - _BEFORE_DOOM if isinstance(mark, Doom) else mark.at)
            self._befall(mark)
        self._live_until(self.story.end)

    def _live_until(self, until: datetime) -> None:
        """Start one process after the other until one comes to its end."""
        in_a_row = 0
        while self.nursery.run(self._draw(until, in_a_row)) != 0:
            in_a_row = in_a_row % _MOST_DEATHS + 1
            self._outlive_lease()
        self.clock.set(max(until, self.clock()))

    def _draw(self, until: datetime, in_a_row: int) -> Part:
        """Return a life that ends where the dice say, sometimes soon after the last one."""
        deadly = self.dice.randint(1, 2 * self.deadly) if self.deadly else 0
        if in_a_row == _MOST_DEATHS:
            deadly = deadly and deadly + _CALM
        elif in_a_row and self.dice.random() < 0.5:
            deadly = self.dice.randint(1, _OF_A_CHECK)
        return self._make_part(until, deadly=deadly)

    def _make_part(self, until: datetime, *, deadly: int = 0, doom: str = "") -> Part:
        return Part(
            database=self.database,
            clock=self.folder / "clock",
            port=urlsplit(self.url).port or 0,
            until=until,
            deadly=deadly,
            doom=doom,
        )

    def _outlive_lease(self) -> None:
        self.deaths += 1
        self.clock.advance(seconds=LEASE_SECONDS + self.dice.randint(1, 50))

    def _befall(self, mark: Mark) -> None:
        if isinstance(mark, Act):
            self._transact(lambda transaction: self._do(transaction, mark))
            return
        if isinstance(mark, Doom):
            part = self._make_part(mark.at, doom=self.url + mark.path)
            ending = self.nursery.run(part)
            assert (ending, self.clock()) == (-signal.SIGKILL, mark.at)
        self.clock.set(mark.up)

    def _transact(self, work: Callable[[Transaction], object]) -> None:
        store = open_store(f"sqlite:///{self.database}")
        try:
            store.transact(work)
        finally:
            store.close()

    def _create_all(self, transaction: Transaction) -> None:
        for watch in self.story.watches:
            config = self._configure(watch)
            order = NewMonitor(id=watch.name, owner=_OWNER, config=config, secret=_SECRET)
            create_monitor(transaction, order, now=self.story.start, most=100)

    def _configure(self, watch: Watch) -> Config:
        schedule = parse_schedule(
            watch.words,
            cron=watch.cron,
            timezone=watch.zone,
            minimum=_MINIMUM,
            seed=watch.name,
            anchor=self.story.start,
        )
        target = Target(
            id="target",
            type=watch.kind,
            urls=tuple(self.url + path for path in watch.paths),
            crawl=Crawl() if watch.kind == "crawl" else None,
        )
        return Config(
            name=watch.name,
            schedule=schedule,
            targets=(target,),
            webhook=Webhook(url=f"{self.url}/hook") if watch.is_told else None,
            monthly_credits=watch.budget,
            removal_checks=watch.removal_checks,
        )

    def _do(self, transaction: Transaction, act: Act) -> None:
        monitor = find_monitor(transaction, _OWNER, act.watch)
        now = act.at
        if act.deed == "pause":
            pause_monitor(transaction, monitor, now=now)
        elif act.deed == "resume":
            resume_monitor(transaction, monitor, now=now)
        elif act.deed == "run":
            run_monitor(transaction, monitor, check_id=f"{act.watch}-{now}", now=now)
        else:
            (target,) = monitor.config.targets
            target = change_tracking(target, scrape={"onlyMainContent": False})
            patch = ConfigPatch(given=frozenset({"targets"}), targets=(target,))
            patch_monitor(transaction, monitor, patch, now=now, minimum=_MINIMUM, secret=_SECRET)
