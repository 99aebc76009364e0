"""The one place that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import get_args

from changetrack_server.settings.model import Settings
from changetrack_server.settings.ranges import (
    PREFIX,
    WANTED,
    JudgeFailure,
    LogLevel,
    Robots,
    SettingsError,
    SmtpTls,
)

__all__ = ["read_settings", "write_settings"]

# What the command line reads as a client: which server it asks, and with which key.
_CLIENT_SERVER = f"{PREFIX}SERVER"
_CLIENT_KEY = f"{PREFIX}API_KEY"


def read_settings(environment: Mapping[str, str] | None = None, **given: object) -> Settings:
    """Return the settings of the environment; what is `given` and not None stands above it.

    Raises:
        SettingsError: a variable is wrong, or has a name that no setting has.
    """
    if environment is None:
        environment = os.environ  # noqa: TID251 - this is the one place
    values: dict[str, object] = {}
    known = {f"{PREFIX}{each.name.upper()}": each for each in fields(Settings)}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or not text.strip() or _is_injected(variable, text):
            continue
        if variable in {_CLIENT_SERVER, _CLIENT_KEY}:
            continue
        if variable not in known:
            names = [each.removeprefix(PREFIX) for each in known]
            near = get_close_matches(variable.removeprefix(PREFIX), names, 1)
            hint = f"did you mean {PREFIX}{near[0]}?" if near else "see docs/reference/settings.md"
            raise SettingsError(f"{variable} is no setting; {hint}")
        name = known[variable].name
        values[name] = _read(variable, str(known[variable].type), text.strip())
    values |= {name: value for name, value in given.items() if value is not None}
    settings = Settings(**values)  # type: ignore[arg-type]
    _check_client_key(environment, settings)
    return _with_key_file(settings) if settings.api_keys_file else settings


def _check_client_key(environment: Mapping[str, str], settings: Settings) -> None:
    """Refuse the key of a client where there are no keys: somebody means to have set ours."""
    if not environment.get(_CLIENT_KEY, "").strip():
        return
    if not (settings.api_keys or settings.api_keys_file or settings.monitors):
        raise SettingsError(
            f"{_CLIENT_KEY} is no setting; did you mean {PREFIX}API_KEYS?"
            f" It is what a client sends, and this server would ask nobody for a key"
        )


def _is_injected(variable: str, text: str) -> bool:
    """Tell what Kubernetes sets for a service of our name, such as CHANGETRACK_PORT=tcp://…:80."""
    return "_SERVICE_" in variable or "_PORT_" in variable or text.startswith("tcp://")


def write_settings(settings: Settings) -> dict[str, str]:
    """Return the variables that make these settings, for a process that is started with them.

    All of them: one that is left out would be what the environment had before.
    """
    return {
        f"{PREFIX}{each.name.upper()}": _spell(getattr(settings, each.name))
        for each in fields(Settings)
    }


def _with_key_file(settings: Settings) -> Settings:
    path = settings.api_keys_file
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise SettingsError(f"{PREFIX}API_KEYS_FILE: {path} cannot be read: {error}") from None
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    keys = tuple(line for line in lines if line)
    if not keys:
        raise SettingsError(f"{PREFIX}API_KEYS_FILE: {path} holds no key; write one a line")
    return replace(settings, api_keys=(*settings.api_keys, *keys), api_keys_file="")


def _read(variable: str, kind: str, text: str) -> object:
    try:
        return _READERS[kind](text)
    except SettingsError:
        raise
    except ValueError as error:
        if "host bits" in str(error):
            problem = f"{error}; write the network, such as 10.1.0.0/16"
            raise SettingsError(f"{variable}: {problem}") from None
        wanted = WANTED[kind]
        shown = "the value" if variable.endswith(("KEY", "KEYS")) else repr(text[:60])
        raise SettingsError(f"{variable}: {shown} is not {wanted}") from None


def _read_flag(text: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if text.lower() not in words:
        raise ValueError(text)
    return words[text.lower()]


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]


def _one_of(choices: object) -> Callable[[str], object]:
    def read(text: str) -> str:
        if text not in get_args(choices):
            raise ValueError(text)
        return text

    return read


_READERS: dict[str, Callable[[str], object]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": _read_flag,
    "tuple[str, ...]": lambda text: tuple(_split(text)),
    "tuple[int, ...]": lambda text: tuple(int(part) for part in _split(text)),
    "tuple[Network, ...]": lambda text: tuple(ip_network(part) for part in _split(text)),
    "Robots": _one_of(Robots),
    "JudgeFailure": _one_of(JudgeFailure),
    "SmtpTls": _one_of(SmtpTls),
    "LogLevel": _one_of(LogLevel),
}


def _spell(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
