"""What is secret is nowhere that it need not be."""

from __future__ import annotations

from functools import partial

from changetrack.monitor.commands import delete_monitor
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Notification, Webhook
from changetrack.monitor.records import dump_record
from changetrack.monitor.webhooks.states import start_webhook
from tests.monitor.makers import NOON, find_monitor, make_config, make_monitor, put_monitor


def test_a_deleted_monitor_keeps_no_secret() -> None:
    """Its row stays for a while, for its history; its keys to other houses do not."""
    store = MemoryStore()
    config = make_config(
        webhook=Webhook(url="https://hooks.example/mine", headers={"Authorization": "mine"}),
        notification=Notification(channels=("slack://T1/B2/mine",)),
        goal="mine",
    )
    state = start_webhook("whsec_mine", now=NOON)
    monitor = put_monitor(store, make_monitor(config, webhook_state=state))
    assert b"mine" in dump_record(monitor)
    store.transact(partial(delete_monitor, monitor=monitor, now=NOON))
    gone = find_monitor(store)
    assert (gone.status, b"mine" in dump_record(gone)) == ("deleted", False)
