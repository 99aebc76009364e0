"""What leaves the house, sent: webhooks, and whatever other channels there are."""

from __future__ import annotations

from changetrack_server.monitor.delivery.channels import list_channels
from changetrack_server.monitor.delivery.deliverer import Deliverer, Send
from changetrack_server.monitor.delivery.sender import Sender

__all__ = ["Deliverer", "Send", "Sender", "list_channels"]
