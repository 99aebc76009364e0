"""What an operator may set, and the one place that reads the environment.

Every field is set by the variable of its name: `max_body_bytes` by CHANGETRACK_MAX_BODY_BYTES. An
empty variable counts as not set. Keys are kept as hashes from here on, whatever they came as.
"""

from __future__ import annotations

from changetrack_server.settings.environment import read_settings, write_settings
from changetrack_server.settings.model import Settings, describe_value, hash_key
from changetrack_server.settings.ranges import PREFIX, LogLevel, SettingsError
from changetrack_server.settings.reaching import read_sender

__all__ = [
    "PREFIX",
    "LogLevel",
    "Settings",
    "SettingsError",
    "describe_value",
    "hash_key",
    "read_sender",
    "read_settings",
    "write_settings",
]
