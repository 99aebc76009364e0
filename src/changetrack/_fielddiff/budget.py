"""What telling items apart by their likeness may cost."""

from __future__ import annotations

from dataclasses import dataclass

# What a request may cost, in diffs that cost all they may: five seconds. A batch of 500 pages with
# a list of 20 items without a key each is as much.
_DIFFS = 5


@dataclass(slots=True)
class Budget:
    """What the similarity of items may cost in one diff; counted, so that it is the same for all.

    `pairs` are looked at cheaply (measured: 40,000 of 64 fields in 0.3 s). `steps` are what
    DeepDiff may cost, one for a field and some for each call (measured: 20 to 55 µs a step, so all
    of them take a second). What is taken is taken from `shared` as well, where several diffs have a
    budget together.
    """

    pairs: int = 40_000
    steps: int = 20_000
    shared: Budget | None = None

    def take_pairs(self, pairs: int) -> bool:
        """Return whether so many more pairs may be looked at; if so, they are counted."""
        budgets = self._list()
        if any(each.pairs < pairs for each in budgets):
            return False
        for each in budgets:
            each.pairs -= pairs
        return True

    def take_steps(self, steps: int) -> bool:
        """Return whether so many more steps may be taken; if so, they are counted."""
        budgets = self._list()
        if any(each.steps < steps for each in budgets):
            return False
        for each in budgets:
            each.steps -= steps
        return True

    def _list(self) -> tuple[Budget, ...]:
        return (self,) if self.shared is None else (self, self.shared)


def share_budget() -> Budget:
    """Return what all diffs of one request may cost together, whoever comes first."""
    one = Budget()
    return Budget(_DIFFS * one.pairs, _DIFFS * one.steps)
