"""What an operator reads: one JSON object a line, on standard error.

Names, numbers and reasons; never a body, a header or a query, so that no secret can be in them.
Control characters are escaped by JSON itself.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from changetrack_server.settings import LogLevel

__all__ = ["JsonLines", "describe_logs", "note"]

_LOGGER = logging.getLogger("changetrack_server")

# In ASCII, and with every control character spelled out: a terminal may show it.
_ENCODE = json.JSONEncoder(separators=(",", ":")).encode

# A page may decide what a reason quotes.
_MAX_TEXT = 500
_TRACEBACK = "Traceback (most recent call last):"


def note(
    event: str,
    *,
    level: int = logging.INFO,
    error: BaseException | None = None,
    **facts: str | float | None,
) -> None:
    """Write down that something happened; a fact that is None is left out."""
    if _LOGGER.isEnabledFor(level):
        # As `Logger.log` does, but without a walk through the stack for the name of our caller.
        exc_info = (type(error), error, error.__traceback__) if error else None
        record = _LOGGER.makeRecord(_LOGGER.name, level, "", 0, event, (), exc_info)
        record.facts = facts
        _LOGGER.handle(record)


def describe_logs(level: LogLevel) -> dict[str, object]:
    """Return the configuration that sends all logs, uvicorn's included, to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonLines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "loggers": {
            "changetrack_server": _to_stderr(level),
            # What it says at "info" is said by us: where it listens, and each request.
            "uvicorn": _to_stderr("info" if level == "debug" else "warning"),
            # Of the queue of several machines and its connections: what went wrong.
            "procrastinate": _to_stderr("warning"),
            "psycopg": _to_stderr("error"),
            "asyncio": _to_stderr("error"),
        },
    }


def _to_stderr(level: str) -> dict[str, object]:
    return {"handlers": ["stderr"], "level": level.upper(), "propagate": False}


class JsonLines(logging.Formatter):
    """Spells a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        facts: Mapping[str, object] = getattr(record, "facts", {})
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": _cut(record.getMessage()),
        }
        line |= {name: _cut(value) for name, value in facts.items() if value is not None}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return _ENCODE(line)


def _cut(value: object) -> object:
    if not isinstance(value, str) or len(value) <= _MAX_TEXT:
        return value
    # uvicorn hands its tracebacks over as text, and what went wrong stands at their end.
    return value[-_MAX_TEXT:] if value.startswith(_TRACEBACK) else value[:_MAX_TEXT]
