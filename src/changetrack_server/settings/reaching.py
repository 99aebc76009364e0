"""How mail goes out, and how others reach this server: what must be right before it begins."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from changetrack import ChangeTrackError
from changetrack_server.settings.ranges import PREFIX, SettingsError

if TYPE_CHECKING:
    from changetrack_server.settings.ranges import SmtpTls

__all__ = ["check_mail", "check_public_url", "read_sender"]

# A link in a header of a mail must fit into one line of 998, its token included.
_MOST_URL_CHARS = 500


def check_public_url(url: str) -> None:
    """Check that links can begin with a URL; none: there are no links.

    Raises:
        SettingsError: they cannot.
    """
    if not url:
        return
    is_plain = all("!" <= each <= "~" for each in url) and len(url) <= _MOST_URL_CHARS
    if not is_plain or not _has_place(url):
        raise SettingsError(
            f"{PREFIX}PUBLIC_URL: an http URL such as https://changes.example.com is needed"
        )
    if "@" in urlsplit(url).netloc or "?" in url or "#" in url:
        raise SettingsError(
            f"{PREFIX}PUBLIC_URL: user, query and fragment have no place in it; write it as in"
            " https://changes.example.com"
        )


def _has_place(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def check_mail(host: str, user: str, tls: SmtpTls, mail_from: str) -> None:
    """Check that mail could go out; without a host it does not at all.

    Raises:
        SettingsError: the sender is no address, or a password would go through a network in clear.
    """
    if not host:
        return
    read_sender(mail_from)
    if user and tls == "none" and not _is_here(host):
        raise SettingsError(
            f"{PREFIX}SMTP_TLS: none would send the password in clear to another machine;"
            " use starttls or tls"
        )


def read_sender(mail_from: str) -> Address:
    """Return the sender: an address, or a name and an address behind it in brackets.

    Raises:
        SettingsError: it is neither.
    """
    # Only who sends mail pays for it.
    from changetrack.monitor.mail import read_address

    name, bracket, rest = mail_from.strip().partition("<")
    try:
        address = read_address(rest.removesuffix(">") if bracket else name)
        shown = name.strip().strip('"') if bracket else "changetrack"
        return Address(display_name=shown, addr_spec=address)
    except (ChangeTrackError, MessageError, ValueError):
        raise SettingsError(
            f"{PREFIX}MAIL_FROM: an address such as changes@example.com is needed"
        ) from None


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
