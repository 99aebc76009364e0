"""The pages about the endpoint: its document, its settings, and its errors."""

from __future__ import annotations

from changetrack_server.errors import FAULTS, STATUSES
from changetrack_server.openapi import write_openapi
from changetrack_server.settings import PREFIX, Settings, describe_value
from docs.prose import fields_with_reasons, table_cell

_KIB = 1024

_SETTINGS = f"""\
# Settings of the endpoint

Each is a variable of the environment that begins with `{PREFIX}`; one that is empty counts as not
set, and one that is not in this table stops the server from starting. Lists are separated by
commas.

| variable | what to write | default | why |
| --- | --- | --- | --- |"""

_FAULTS = """\
## Over HTTP

The endpoint answers an error with its status and `{{"success": false, "error": …, "errorCode": …,
"reason": …}}`. Those above have their status by their code: {statuses}.
What else can go wrong while a request is served stands here; what is to be retried may succeed
later, as it is.

| reason | errorCode | status | retry | meaning | remedy |
| --- | --- | --- | --- | --- | --- |"""


def describe_endpoint() -> str:
    """Return the OpenAPI document of an endpoint whose settings nobody changed."""
    return write_openapi(Settings()).decode()


def describe_monitors() -> str:
    """Return the OpenAPI document of an endpoint that has monitors."""
    return write_openapi(Settings(monitors=True)).decode()


def describe_settings() -> str:
    """Return the page of settings: what each may be, its default and its reason."""
    lines = [_SETTINGS]
    for name, _, _, reason in fields_with_reasons(Settings):
        kind, why = _cell(describe_value(name)), _cell(reason)
        lines.append(f"| `{PREFIX}{name.upper()}` | {kind} | {_spell_default(name)} | {why} |")
    return "\n".join([*lines, ""])


def _spell_default(name: str) -> str:
    """Return a default as it would stand in the environment."""
    value = getattr(Settings(), name)
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        value = ",".join(map(str, value))
    shown = f"`{value}`" if value != "" else "none"
    return f"{shown} ({_spell_bytes(value)})" if "bytes" in name else shown


def _cell(text: str) -> str:
    """Return text that stands for itself in a cell: <key> is no tag."""
    return table_cell(text).replace("<", r"\<")


def _spell_bytes(count: int) -> str:
    return f"{count // _KIB**2} MiB" if count >= _KIB**2 else f"{count // _KIB} KiB"


def describe_faults() -> str:
    """Return the part of the page of errors that is about the endpoint's own."""
    statuses = ", ".join(f"`{code}` {status}" for code, status in STATUSES.items())
    lines = [_FAULTS.format(statuses=statuses)]
    for name, fault in FAULTS.items():
        again = "yes" if fault.retryable else ""
        words = f"{_cell(fault.problem)} | {_cell(fault.remedy)}"
        lines.append(f"| `{name}` | `{fault.code}` | {fault.status} | {again} | {words} |")
    return "\n".join([*lines, ""])
