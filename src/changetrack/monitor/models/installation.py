"""What an installation knows of its callers and of itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from changetrack._models import JsonObject

__all__ = [
    "ApiKey",
    "Fact",
    "Remembered",
    "Scope",
]

Scope: TypeAlias = Literal["read", "write", "run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key that was handed out, known only by its hash."""

    id: str
    name: str
    # Whose monitors it sees. Keys of one owner see the same.
    owner: str
    hash: str = field(repr=False)
    # The first letters, by which somebody tells their keys apart.
    prefix: str
    scopes: tuple[Scope, ...] = ("read", "write", "run")
    # None: as many as the settings say.
    requests_per_minute: int | None = None
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """The answer to a request with an Idempotency-Key, for whoever sends it again."""

    # Of the owner, the route and the key.
    id: str
    request_hash: str
    status: int
    answer: JsonObject = field(hash=False)
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that the installation knows of itself, such as the key that it signs with."""

    name: str
    value: str = field(repr=False)
