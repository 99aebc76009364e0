"""What a value of each kind may be, and how that is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

__all__ = [
    "PREFIX",
    "WANTED",
    "JudgeFailure",
    "LogLevel",
    "Network",
    "Robots",
    "SettingsError",
    "SmtpTls",
    "check_range",
    "spell_range",
]

PREFIX = "CHANGETRACK_"

Network: TypeAlias = "IPv4Network | IPv6Network"
Robots: TypeAlias = Literal["respect", "ignore"]
JudgeFailure: TypeAlias = Literal["open", "closed"]
SmtpTls: TypeAlias = Literal["starttls", "tls", "none"]
LogLevel: TypeAlias = Literal["debug", "info", "warning", "error"]

_MIB = 2**20


class SettingsError(ValueError):
    """A setting is wrong; the text names it and says what it may be."""


# By the name of a type: what a value of it is.
WANTED = {
    "str": "text",
    "tuple[str, ...]": "a list, separated by commas",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "tuple[int, ...]": "a list of numbers such as 80,443",
    "tuple[Network, ...]": "a list of networks such as 10.1.0.0/16,fd00::/8",
    "Robots": "respect or ignore",
    "JudgeFailure": "open or closed",
    "SmtpTls": "starttls, tls or none",
    "LogLevel": "debug, info, warning or error",
}

# So large that it is no bound.
_UNBOUNDED = 2**62
# What a number may be where more than "above zero" is to be said: least and most.
_RANGES: dict[str, tuple[float, float]] = {
    "port": (0, 65_535),
    "max_body_bytes": (1024, 64 * _MIB),
    "max_answer_bytes": (1024, _UNBOUNDED),
    "work_processes": (0, 256),
    "work_queue": (0, 100_000),
    "batch_items": (1, 5_000),
    # The library's envelope adds four levels, and orjson writes 254.
    "json_depth": (1, 240),
    "redirects": (0, 20),
    "fetch_ports": (1, 65_535),
    "max_fetch_seconds": (0.001, 600),
    "work_memory_bytes": (256 * _MIB, _UNBOUNDED),
    "robots_cache_seconds": (0, 24 * 3600),
    # The least that the compatible APIs take.
    "min_interval_minutes": (5, 7 * 24 * 60),
    "key_requests_per_minute": (0, 1_000_000),
    "webhook_seconds": (0.1, 30),
    "smtp_port": (1, 65_535),
}
_POSITIVE = {"int": (1, _UNBOUNDED), "float": (0.001, _UNBOUNDED)}


def check_range(name: str, kind: str, value: object) -> None:
    """Check that a value, or each of several, is in its range.

    Raises:
        SettingsError: it is not.
    """
    limits = spell_range(name, kind)
    if not limits:
        return
    least, most = _find_range(name, kind)
    for number in value if isinstance(value, tuple) else (value,):
        if not least <= number <= most:
            raise SettingsError(f"{PREFIX}{name.upper()}: {number} is out of range ({limits})")


def spell_range(name: str, kind: str) -> str:
    """Return the range of a number in words; nothing for what is none."""
    if name not in _RANGES and kind not in _POSITIVE:
        return ""
    least, most = _find_range(name, kind)
    return f"from {least:.12g} to {most:.12g}" if most < _UNBOUNDED else f"at least {least:.12g}"


def _find_range(name: str, kind: str) -> tuple[float, float]:
    return _RANGES.get(name) or _POSITIVE[kind]
