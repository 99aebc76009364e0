"""What an operator may set."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields
from urllib.parse import urlsplit

from changetrack import __version__
from changetrack_server.settings.ranges import (
    PREFIX,
    WANTED,
    JudgeFailure,
    LogLevel,
    Network,
    Robots,
    SettingsError,
    SmtpTls,
    check_range,
    spell_range,
)
from changetrack_server.settings.reaching import check_mail, check_public_url

__all__ = ["Settings", "describe_value", "hash_key"]

_MIB = 2**20


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
    # An answer; whoever asks for more than this asks for less at once. The largest body is answered
    # three times over (its page, the text of its diff, the tree of it), which takes 48 MiB.
    max_answer_bytes: int = 64 * _MIB
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
    # Checks at once, in each process; each holds what it compares in memory.
    max_checks: int = 8
    # Pages of one check at once. Most are on one site, which is to feel no crowd.
    check_pages: int = 4
    # For a whole check; what it has by then is kept.
    check_seconds: float = 900.0
    # Who says nothing for so long is taken for dead, and their check is taken over.
    lease_seconds: float = 120.0
    # Changes of one check that are judged; the others count as meaningful, without a judgment.
    judged_pages: int = 200
    # What is told where a judge fails: open: the change; closed: nothing.
    judge_failure: JudgeFailure = "open"
    # Messages on their way at once, in each process; they mostly wait for an answer.
    max_deliveries: int = 16
    # And to one receiver, so that one that is slow leaves room for the others.
    receiver_deliveries: int = 4
    # For one try of a webhook.
    webhook_seconds: float = 15.0
    # Monitors of one owner.
    max_monitors: int = 10_000
    # Requests of each key that was handed out; 0: any number.
    key_requests_per_minute: int = 600

    # A server for outgoing mail; without one, there is no mail.
    smtp_host: str = ""
    # Where mail is handed in, with STARTTLS; 465 goes with tls.
    smtp_port: int = 587
    # For servers that take mail from those they know; none: nobody logs in.
    smtp_user: str = ""
    # The password of that user.
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
            check_range(each.name, str(each.type), getattr(self, each.name))
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
        check_public_url(self.public_url)
        check_mail(self.smtp_host, self.smtp_user, self.smtp_tls, self.mail_from)
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


def describe_value(name: str) -> str:
    """Return in words what a setting may be, its range included.

    >>> describe_value("port")
    'a whole number, from 0 to 65535'
    """
    kind = next(str(each.type) for each in fields(Settings) if each.name == name)
    words = spell_range(name, kind)
    each = "each " if kind.startswith("tuple") else ""
    return f"{WANTED[kind]}, {each}{words}" if words else WANTED[kind]


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
