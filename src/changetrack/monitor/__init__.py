"""The pure half of the reference orchestration: decisions about monitors, and no effect.

    schedule ─▶ planning ─▶ checks ─▶ deliveries ─▶ webhooks | mail
                what is due   what became of it   what leaves the house

    rows            models, tables, ids, owners, turns
    stores          ports, selection, records, memory
    when            schedule, planning, retention
    what            reach, frontier, outcomes, checks, pricing
    who is told     deliveries, webhooks, mail, atom, tokens
    who asks        wire, changes, commands, lists, idempotency, keys
    on the move     exports, transfers, imports

The other half, which fetches, stores and sends, is `changetrack_server.monitor`.
"""

from __future__ import annotations

# Modules are imported by their names: whoever wants one need not load the others.
__all__: list[str] = []
