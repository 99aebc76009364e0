"""What a server with its settings lets monitors look at, and tell."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from changetrack.monitor.wire import Rules
from changetrack_server.diffing import rules_of
from changetrack_server.egress.addresses import read_policy
from changetrack_server.egress.posting import read_receiver
from changetrack_server.egress.urls import read_target
from changetrack_server.extracting import check_selectors

if TYPE_CHECKING:
    from changetrack_server.egress.addresses import Policy
    from changetrack_server.settings import Settings

__all__ = ["make_rules"]


def make_rules(settings: Settings) -> Rules:
    """Return the rules for reading monitors."""
    policy = read_policy(settings)
    return Rules(
        minimum=timedelta(minutes=settings.min_interval_minutes),
        limits=rules_of(settings).limits,
        check_page=partial(read_target, policy=policy),
        check_receiver=partial(read_receiver, policy=policy),
        is_inside=partial(_is_inside, policy=policy),
        check_fields=check_selectors,
        has_model=settings.has_llm,
        has_mail=bool(settings.smtp_host),
    )


def _is_inside(url: str, policy: Policy) -> bool:
    """Tell whether a receiver may lie in a network that the operator has listed.

    Where a name leads is seen when it is resolved; then it is checked once more.
    """
    try:
        return policy.is_listed(urlsplit(url).hostname or "")
    except ValueError:
        return bool(policy.networks)
