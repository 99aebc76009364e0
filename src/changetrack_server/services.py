"""What the routes of one app share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from changetrack_server.metrics import Metrics
    from changetrack_server.settings import Settings
    from changetrack_server.work import Work

__all__ = ["Services"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the routes of one app share; made once, by `create_app`."""

    settings: Settings
    metrics: Metrics
    work: Work
