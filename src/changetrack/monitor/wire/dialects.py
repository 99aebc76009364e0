"""What the two dialects disagree about, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from changetrack.monitor.models import CheckStatus

__all__ = ["DIALECTS", "MOST_ITEMS", "Dialect", "Version"]

Version: TypeAlias = Literal["v1", "v2"]

# Both agree on the most that one page of a list may have.
MOST_ITEMS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One of the two, as far as it is not like the other."""

    version: Version
    # Keys of a body that nobody knows are refused, and not passed over with a warning.
    is_strict: bool
    # How many items a list has when nobody says.
    items: int
    # Lists go on behind a cursor, and not behind a number of items.
    has_cursors: bool
    # What a monitor is called whose budget is spent.
    spent: str
    # How a check is called that has a status which the dialect does not know.
    renamed: Mapping[CheckStatus, CheckStatus] = field(default_factory=dict, hash=False)
    # A target is put as `changeMode` and its kin, and not as the options of its scrape.
    has_change_modes: bool = False
    # Who gets mail stands in a list of `emails`, and not in an object `email`.
    has_flat_mail: bool = False
    # Errors have `code` and `details` beside what ours have.
    has_details: bool = False

    @property
    def root(self) -> str:
        """The path under which its routes are."""
        return f"/{self.version}/monitor"

    def name_status(self, status: CheckStatus) -> CheckStatus:
        """Return what a status of a check is called."""
        return self.renamed.get(status, status)

    def find_statuses(self, name: str) -> tuple[CheckStatus, ...]:
        """Return the statuses of checks that are called so; none: it is no status here."""
        own = (each for each in _STATUSES if self.name_status(each) == name)
        return tuple(own)

    @property
    def statuses(self) -> tuple[CheckStatus, ...]:
        """All that a check may be called."""
        return tuple(dict.fromkeys(map(self.name_status, _STATUSES)))


_STATUSES: tuple[CheckStatus, ...] = get_args(CheckStatus)

DIALECTS: Mapping[Version, Dialect] = {
    "v1": Dialect(
        version="v1",
        is_strict=False,
        items=50,
        has_cursors=True,
        spent="paused_no_credits",
        renamed={"skipped_no_credits": "failed"},
        has_change_modes=True,
        has_flat_mail=True,
    ),
    "v2": Dialect(
        version="v2",
        is_strict=True,
        items=25,
        has_cursors=False,
        # Its clients know three words for a monitor, and no fourth; why stands beside it.
        spent="paused",
        has_details=True,
    ),
}
