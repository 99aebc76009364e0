"""How often strangers are asked whether they want mail: nobody's mailbox is filled from here.

Each monitor asks an address rarely, but there may be ten thousand monitors, and new ones every
minute. So questions are counted by address and by owner, whatever monitors they are asked for. The
counts are kept in a fixed number of rows, and forgotten after a day.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from changetrack.monitor.ids import hash_text
from changetrack.monitor.models import Fact
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import FACTS

__all__ = ["MOST_OF_OWNER", "MOST_TO_ADDRESS", "count_question"]

_DAY = timedelta(days=1)
# Somebody may be put on the lists of a dozen monitors in an afternoon; more than that is a flood.
MOST_TO_ADDRESS = 20
# Strangers that one owner may have asked in a day: a company has so many, a spammer has more.
MOST_OF_OWNER = 500

# Characters of a hash: of the row that a count stands in, so that there are 4,096 rows at most, and
# of the name that it has there, so that no address is kept beyond its recipient's own row.
_ROW_CHARS = 3
_NAME_CHARS = 32


def count_question(transaction: Transaction, owner: str, email: str, *, now: datetime) -> bool:
    """Count a question to an address, and tell whether it may be asked; if not, it is not counted.

    What happens again because a transaction runs again counts once.
    """
    counted = (
        _Count(transaction, f"address:{email}", now),
        _Count(transaction, f"owner:{owner}", now),
    )
    most = (MOST_TO_ADDRESS, MOST_OF_OWNER)
    if any(each.number >= bound for each, bound in zip(counted, most, strict=True)):
        return False
    for each in counted:
        each.add()
    return True


class _Count:
    """How many questions there were since a day began that is not over yet."""

    def __init__(self, transaction: Transaction, of: str, now: datetime) -> None:
        digest = hash_text(of)
        self._transaction = transaction
        self._now = now.timestamp()
        self._row = f"mail.asked.{digest[:_ROW_CHARS]}"
        self._name = digest[:_NAME_CHARS]
        begin, number = self._read().get(self._name, (self._now, 0))
        self._begin, self.number = begin, number

    def add(self) -> None:
        """Count one more."""
        counts = {**self._read(), self._name: (self._begin, self.number + 1)}
        self._transaction.put(FACTS, Fact(name=self._row, value=json.dumps(counts)))

    def _read(self) -> dict[str, tuple[float, int]]:
        """Return the counts of a row that are not a day old."""
        kept = self._transaction.find(FACTS, self._row)
        counts: dict[str, tuple[float, int]] = json.loads(kept.value) if kept else {}
        oldest = self._now - _DAY.total_seconds()
        return {name: (begin, number) for name, (begin, number) in counts.items() if begin > oldest}
