"""Monitors over HTTP: each request is read, done in one transaction, and answered.

    table ─▶ asking ─▶ monitors | checks | deliveries | receivers ─▶ envelopes
         └──────────▶ exports | imports | mail_pages

What a request may say is decided in `changetrack.monitor.wire`, what is done about it in
`changetrack.monitor.commands` and its siblings.
"""

from __future__ import annotations

from changetrack_server.monitor.routes.table import ENDPOINTS, monitor_routes

__all__ = ["ENDPOINTS", "monitor_routes"]
