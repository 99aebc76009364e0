"""What an operator may set, and the one place that reads the environment.

Every field is set by the variable of its name: `max_body_bytes` by CHANGETRACK_MAX_BODY_BYTES. An
empty variable counts as not set. Keys are kept as hashes from here on, whatever they came as.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal, TypeAlias, get_args
from urllib.parse import urlsplit

from changetrack import __version__

__all__ = [
    "PREFIX",
    "Settings",
    "SettingsError",
    "describe_value",
    "hash_key",
    "read_settings",
    "write_settings",
]

PREFIX = "CHANGETRACK_"
# What the command line reads as a client: which server it asks, and with which key.
_CLIENT_SERVER = f"{PREFIX}SERVER"
_CLIENT_KEY = f"{PREFIX}API_KEY"

Network: TypeAlias = "IPv4Network | IPv6Network"
Robots: TypeAlias = Literal["respect", "ignore"]
JudgeFailure: TypeAlias = Literal["open", "closed"]
SmtpTls: TypeAlias = Literal["starttls", "tls", "none"]
LogLevel: TypeAlias = Literal["debug", "info", "warning", "error"]

_MIB = 2**20


class SettingsError(ValueError):
    """A setting is wrong; the text names it and says what it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator may set; checked when made."""

    # Nobody but this machine, until somebody decides otherwise.
    host: str = "127.0.0.1"
    # The port of the compatible engine, so that its clients need no new address.
    port: int = 3000
    # Bearer keys, separated by commas or lines: as they are, or as sha256:<hex>. None: no key.
    api_keys: tuple[str, ...] = field(default=(), repr=False)
    # A file of such keys, one a line; # begins a comment. Better than a variable that others see.
    api_keys_file: str = ""
    # Allows an address beyond loopback without a key. Anybody who reaches it can use it.
    insecure_no_auth: bool = False
    # Private networks that pages may lie in, such as 10.1.0.0/16, separated by commas.
    allowed_networks: tuple[Network, ...] = ()

    # A batch of 500 pages of 16 KB on both sides; the compatible engine stops at 1 MiB.
    max_body_bytes: int = 16 * _MIB
    # Bodies that wait or are worked on at once, together; parsed, they are many times as large. And
    # once more as much for pages, from their first byte until they were read.
    bytes_in_flight: int = 64 * _MIB
    # Commas and opening brackets, counted before anything is parsed: a million values is 100 MB.
    json_tokens: int = 1_000_000
    # Requests at once; the operating system queues more connections than that.
    max_requests: int = 512
    # What a proxy passes on is less: nginx allows 32 KiB in all.
    header_bytes: int = 32 * 1024
    # Envoy's default at the edge.
    header_count: int = 100
    # From the first byte to the end of the headers, however they drip. CIS asks nginx for 10.
    header_seconds: float = 5.0
    # For a whole body, and for each line of a stream.
    body_seconds: float = 15.0
    # An idle connection is cheap, but not free.
    keep_alive_seconds: int = 5
    # How long requests that run may go on when the server is told to stop.
    drain_seconds: int = 10
    # A client that does not read its answer for so long is gone.
    write_seconds: float = 60.0
    # Answers that wait to be read, together; beyond it, who reads slowest is cut off.
    unread_bytes: int = 512 * _MIB

    # Processes that compare and read pages, for each worker of the server; 0: one per processor.
    work_processes: int = 0
    # Jobs that wait for one of them; more are refused, since a queue only makes everybody late.
    work_queue: int = 64
    # Processor time of one job. Any page of real life takes less than a second.
    work_cpu_seconds: int = 10
    # And its time on the clock, where others compete for the processor.
    work_seconds: float = 30.0
    # Memory of one process; a page of 20 MB of nothing but tags needs half of it.
    work_memory_bytes: int = 1024 * _MIB
    # A process is replaced after so many jobs, so that nothing can pile up in it.
    work_jobs: int = 1_000
    # Bodies up to this size, of few values and without a schema, are answered on the spot.
    light_bytes: int = 64 * 1024
    # Items of one batch.
    batch_items: int = 500
    # Nesting of JSON; what orjson writes is twice as deep.
    json_depth: int = 128

    # Resolving a name, as Smokescreen has it.
    dns_seconds: float = 5.0
    # Opening a connection, for each address.
    connect_seconds: float = 5.0
    # Silence between two pieces.
    read_seconds: float = 10.0
    # Everything about a page together, when a request says nothing.
    fetch_seconds: float = 30.0
    # The most that a request may ask for.
    max_fetch_seconds: float = 120.0
    # Browsers follow twenty; honest sites need two.
    redirects: int = 5
    # A page on the wire.
    response_bytes: int = 10 * _MIB
    # And unpacked.
    decoded_bytes: int = 20 * _MIB
    # Unpacked bytes for each packed one, above 1 MiB. Text gives 10; only bombs give 200.
    inflate_ratio: int = 200
    # Headers of a page.
    response_header_bytes: int = 64 * 1024
    # Ports of the web. Everything else is somebody's database.
    fetch_ports: tuple[int, ...] = (80, 443, 8080, 8443)
    # Pages fetched at once.
    max_fetches: int = 64
    # How sites see us.
    user_agent: str = f"changetrack/{__version__}"
    # What robots.txt forbids is not fetched; "ignore" is for sites of your own.
    robots: Robots = "respect"
    # RFC 9309 allows a day.
    robots_cache_seconds: int = 24 * 3600
    # Elements of a page; more is no page.
    page_elements: int = 200_000

    # An OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1, for fields and judgments.
    llm_base_url: str = ""
    # The model to ask for.
    llm_model: str = ""
    # Its key, if it wants one.
    llm_api_key: str = field(default="", repr=False)
    # For one answer; the compatible engine waits as long.
    llm_seconds: float = 60.0
    # Of a page that a model reads; more is cut, and said so.
    llm_page_chars: int = 60_000
    # Of a diff that a model judges: whole hunks until it is full.
    judge_chars: int = 32_000

    # Whether monitors run here: routes under /v1/monitor and /v2/monitor, and who does the work.
    monitors: bool = False
    # Where they are kept: sqlite:///path of a file, or postgresql://… for several machines.
    database: str = field(default="sqlite:///changetrack.db", repr=False)
    # Whether a server runs checks and sends messages itself; if not, workers do (PostgreSQL only).
    monitor_work: bool = True
    # How others reach this server, for the links in mails: https://changes.example.com
    public_url: str = ""
    # Runs of one monitor are at least so far apart. The compatible APIs ask for 15, or for 5.
    min_interval_minutes: int = 15
    # Checks at once, in each process, and pages of one check at once.
    max_checks: int = 8
    check_pages: int = 4
    # For a whole check; what it has by then is kept.
    check_seconds: float = 900.0
    # Who says nothing for so long is taken for dead, and their check is taken over.
    lease_seconds: float = 120.0
    # Changes of one check that are judged; the others count as meaningful, without a judgment.
    judged_pages: int = 200
    # What is told where a judge fails: open: the change; closed: nothing.
    judge_failure: JudgeFailure = "open"
    # Messages on their way at once, in each process, and of those to one receiver.
    max_deliveries: int = 16
    receiver_deliveries: int = 4
    # For one try of a webhook.
    webhook_seconds: float = 15.0
    # Monitors of one owner.
    max_monitors: int = 10_000
    # Requests of one key; 0: any number.
    key_requests_per_minute: int = 600

    # A server for outgoing mail; without one, there is no mail.
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    # starttls, tls (from the first byte), or none, for a server on this machine.
    smtp_tls: SmtpTls = "starttls"
    # The sender of mails, such as changes@example.com.
    mail_from: str = ""

    # debug, info, warning or error.
    log_level: LogLevel = "info"

    def __post_init__(self) -> None:
        object.__setattr__(self, "api_keys", tuple(hash_key(key) for key in self.api_keys))
        for each in fields(self):
            _check_range(each.name, str(each.type), getattr(self, each.name))
        if bool(self.llm_base_url) != bool(self.llm_model):
            raise SettingsError(
                f"{PREFIX}LLM_BASE_URL and {PREFIX}LLM_MODEL belong together: set both or none"
            )
        if self.monitors and not self.monitor_work and self.database.startswith("sqlite:"):
            raise SettingsError(
                f"{PREFIX}MONITOR_WORK: with a file there is nobody else to do the work; leave it"
                f" true, or set {PREFIX}DATABASE to postgresql://… and start `changetrack worker`"
            )
        _check_model(self.llm_base_url, self.llm_api_key)
        if not (self.user_agent and self.user_agent.isprintable()):
            raise SettingsError(f"{PREFIX}USER_AGENT: it must be printable, and not empty")

    @property
    def has_llm(self) -> bool:
        """Whether a language model can be asked."""
        return bool(self.llm_base_url)


def hash_key(key: str) -> str:
    """Return a key as it is kept: `sha256:` and the hex of its hash; a hash stays what it is."""
    if key.startswith("sha256:"):
        digest = key.removeprefix("sha256:").lower()
        if len(digest) != hashlib.sha256().digest_size * 2 or set(digest) - set("0123456789abcdef"):
            raise SettingsError(f"{PREFIX}API_KEYS: sha256: must be followed by 64 hex digits")
        return f"sha256:{digest}"
    return f"sha256:{hashlib.sha256(key.encode(errors='surrogateescape')).hexdigest()}"


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
        wanted = _WANTED[kind]
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
_WANTED = {
    "str": "text",
    "tuple[str, ...]": "a list, separated by commas",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "tuple[int, ...]": "a list of numbers such as 80,443",
    "tuple[Network, ...]": "a list of networks such as 10.1.0.0/16,fd00::/8",
    "Robots": "respect or ignore",
    "JudgeFailure": "open or closed",
    "SmtpTls": "starttls, tls or none",
    "LogLevel": "debug, info, warning or error",
}

# So large that it is no bound.
_UNBOUNDED = 2**62
# What a number may be where more than "above zero" is to be said: least and most.
_RANGES: dict[str, tuple[float, float]] = {
    "port": (0, 65_535),
    "max_body_bytes": (1024, 64 * _MIB),
    "work_processes": (0, 256),
    "work_queue": (0, 100_000),
    "batch_items": (1, 5_000),
    # The library's envelope adds four levels, and orjson writes 254.
    "json_depth": (1, 240),
    "redirects": (0, 20),
    "fetch_ports": (1, 65_535),
    "max_fetch_seconds": (0.001, 600),
    "work_memory_bytes": (256 * _MIB, _UNBOUNDED),
    "robots_cache_seconds": (0, 24 * 3600),
    # The least that the compatible APIs take.
    "min_interval_minutes": (5, 7 * 24 * 60),
    "key_requests_per_minute": (0, 1_000_000),
    "webhook_seconds": (0.1, 30),
    "smtp_port": (1, 65_535),
}
_POSITIVE = {"int": (1, _UNBOUNDED), "float": (0.001, _UNBOUNDED)}


def describe_value(name: str) -> str:
    """Return in words what a setting may be, its range included.

    >>> describe_value("port")
    'a whole number, from 0 to 65535'
    """
    kind = next(str(each.type) for each in fields(Settings) if each.name == name)
    words = _spell_range(name, kind)
    each = "each " if kind.startswith("tuple") else ""
    return f"{_WANTED[kind]}, {each}{words}" if words else _WANTED[kind]


def _spell_range(name: str, kind: str) -> str:
    """Return the range of a number in words; nothing for what is none."""
    if name not in _RANGES and kind not in _POSITIVE:
        return ""
    least, most = _find_range(name, kind)
    return f"from {least:.12g} to {most:.12g}" if most < _UNBOUNDED else f"at least {least:.12g}"


def _find_range(name: str, kind: str) -> tuple[float, float]:
    return _RANGES.get(name) or _POSITIVE[kind]


def _check_model(url: str, key: str) -> None:
    """Check what would only fail when a model is asked, with the key in somebody's error text."""
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise SettingsError(
            f"{PREFIX}LLM_BASE_URL: an http URL such as http://127.0.0.1:11434/v1 is needed"
        )
    if parts.username is not None or parts.query or parts.fragment:
        raise SettingsError(
            f"{PREFIX}LLM_BASE_URL: user, query and fragment have no place in it;"
            f" a key belongs into {PREFIX}LLM_API_KEY"
        )
    if not all("!" <= character <= "~" for character in key):
        raise SettingsError(f"{PREFIX}LLM_API_KEY: a key is of visible ASCII characters only")


def _check_range(name: str, kind: str, value: object) -> None:
    limits = _spell_range(name, kind)
    if not limits:
        return
    least, most = _find_range(name, kind)
    for number in value if isinstance(value, tuple) else (value,):
        if not least <= number <= most:
            raise SettingsError(f"{PREFIX}{name.upper()}: {number} is out of range ({limits})")


def _spell(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
