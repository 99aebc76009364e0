"""What can be wrong with a database: when it is opened, and later."""

from __future__ import annotations

from changetrack_server.errors import EndpointError
from changetrack_server.settings import SettingsError

__all__ = ["StoreBusy", "StoreError", "StoreFull", "StoreUnavailable"]


class StoreError(SettingsError):
    """A database cannot be used; the text says in one line which one, why, and what to do."""


class StoreBusy(EndpointError):
    """Others use the database for longer than anybody waits; nothing was written."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("database_busy", detail=detail)


class StoreFull(EndpointError):
    """There is no room for what was to be written; nothing was, and reads go on."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("storage_full", detail=detail)


class StoreUnavailable(EndpointError):
    """The database cannot be reached or read, or it was lost before it said what became of it.

    Only in that last case may the transaction be kept whole.
    """

    def __init__(
        self, detail: str = "", *, problem: str | None = None, remedy: str | None = None
    ) -> None:
        super().__init__("database_unavailable", problem=problem, remedy=remedy, detail=detail)
