"""Which events a webhook wants to be told."""

from __future__ import annotations

from changetrack.monitor.models import Page, Webhook
from changetrack.monitor.webhooks.events import PAGE, TEST

__all__ = ["is_wanted"]


def is_wanted(webhook: Webhook, event: str, page: Page | None = None) -> bool:
    """Tell whether a webhook wants an event; of a page, with what became of it.

    Who wants only what is meaningful is still told of pages that are new, removed or in error, and
    of a change that nobody judged. Pages that stayed the same are then told only if their status is
    asked for by name.
    """
    if event == TEST:
        return True
    if event not in webhook.events:
        return False
    return event != PAGE or page is None or _is_page_wanted(webhook, page)


def _is_page_wanted(webhook: Webhook, page: Page) -> bool:
    if webhook.statuses and page.status not in webhook.statuses:
        return False
    return not (webhook.only_meaningful and _is_noise(webhook, page))


def _is_noise(webhook: Webhook, page: Page) -> bool:
    if page.status == "same":
        return "same" not in webhook.statuses
    return page.is_noise
