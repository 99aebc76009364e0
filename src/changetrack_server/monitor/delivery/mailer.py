"""Mails on their way: written as MIME, and handed to the mail server of the settings.

Each try writes the same bytes: the date is that of the delivery, its id is that of the mail, and so
a mail that arrives twice is seen to be one.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from functools import partial
from typing import TYPE_CHECKING

import aiosmtplib
import anyio

from changetrack import ChangeTrackError
from changetrack.monitor.mail import Message, find_mail_obstacle, read_message
from changetrack.monitor.webhooks.retries import Outcome
from changetrack_server.settings import PREFIX, read_sender

if TYPE_CHECKING:
    from changetrack.monitor.models import Delivery
    from changetrack_server.monitor.transacting import Transactor
    from changetrack_server.settings import Settings

__all__ = ["Mailer", "write_email"]

# For one step of the conversation. Servers that are full of checks take ten seconds to a minute.
_STEP_SECONDS = 20.0
# For all of it; less than the lease of a delivery.
_SECONDS = 60.0
# Of what a server answers, as much as somebody reads.
_SAID_CHARS = 200
_PERMANENT = 500
# That a message may bring. A policy watches over values; a name could hold a line as well.
_HEADERS = frozenset({"List-Unsubscribe", "List-Unsubscribe-Post"})
_DELIVERED = 250
# The longest line that may be (RFC 5322). A link has no place to be folded at, so it is left whole:
# as encoded words, which is what becomes of a longer line, no mail program finds it (RFC 2369).
_WHOLE = SMTP.clone(max_line_length=998)

_NO_SERVER = f"no_mail_server: set {PREFIX}SMTP_HOST and {PREFIX}MAIL_FROM"
_OBSTACLE = "the mail is for nobody who wants it"


# Where there is no answer with a status.
_FAILURES: dict[type[aiosmtplib.SMTPException], str] = {
    aiosmtplib.SMTPTimeoutError: "timeout: the mail server was silent for too long",
    aiosmtplib.SMTPServerDisconnected: "mail_server_unreachable: it hung up",
    aiosmtplib.SMTPConnectError: "mail_server_unreachable: there is no connection to it",
}
_UNABLE = "mail_server_refused: it does not offer what the settings ask for"


class _MailPolicy(EmailPolicy):
    """As SMTP wants it, with links in one piece."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return the lines of a header."""
        return (_WHOLE if name in _HEADERS else SMTP).fold_binary(name, value)


_POLICY = _MailPolicy(linesep=SMTP.linesep, message_factory=EmailMessage)


class Mailer:
    """The channel of mails.

    `tls` says which certificates are believed instead of those of the system, `seconds` bounds a
    whole try, and `clock` measures it.
    """

    def __init__(
        self,
        transact: Transactor,
        settings: Settings,
        *,
        tls: ssl.SSLContext | None = None,
        seconds: float = _SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transact = transact
        self._settings = settings
        self._tls = tls
        self._seconds = seconds
        self._clock = clock

    async def send(self, delivery: Delivery) -> Outcome:
        """Return what came of one try; nothing that a mail server does is an exception."""
        if not (self._settings.smtp_host and self._settings.mail_from):
            return Outcome(error=_NO_SERVER)
        obstacle = await self._transact(partial(find_mail_obstacle, delivery=delivery))
        if obstacle is not None:
            return Outcome(error=f"{obstacle}: {_OBSTACLE}", is_final=True)
        try:
            message = read_message(delivery.body)
            email = write_email(message, delivery, mail_from=self._settings.mail_from)
        except (ChangeTrackError, MessageError, ValueError):
            return Outcome(error="invalid_mail: it cannot be written", is_final=True)
        begun = self._clock()
        outcome = await self._try(email.as_bytes(), delivery.destination)
        return replace(outcome, seconds=self._clock() - begun)

    async def _try(self, email: bytes, receiver: str) -> Outcome:
        try:
            with anyio.fail_after(self._seconds):
                return await self._converse(email, receiver)
        except aiosmtplib.SMTPException as error:
            return _read_failure(error)
        except TimeoutError:
            return Outcome(error="timeout: the mail server took too long")
        # A name without an address, a closed port, a certificate that nobody vouches for.
        except OSError as error:
            return Outcome(error=f"mail_server_unreachable: {_name_failure(error)}")

    async def _converse(self, email: bytes, receiver: str) -> Outcome:
        settings = self._settings
        sender = read_sender(settings.mail_from)
        server = aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            # Not by asking the system for its own name, which may ask the network.
            local_hostname=sender.domain,
            timeout=min(_STEP_SECONDS, self._seconds),
            use_tls=settings.smtp_tls == "tls",
            # Either way it is no offer that somebody on the way can take away.
            start_tls=settings.smtp_tls == "starttls",
            tls_context=self._tls,
        )
        async with server:
            if settings.smtp_user:
                await server.login(settings.smtp_user, settings.smtp_password)
            await server.sendmail(sender.addr_spec, [receiver], email)
        return Outcome(status_code=_DELIVERED)


def write_email(message: Message, delivery: Delivery, *, mail_from: str) -> EmailMessage:
    """Return a mail as it goes out.

    The words of a message end up in headers by way of a policy that takes no line break in them.

    Raises:
        ValueError: a header would have one, or is none that a message may bring.
    """
    sender = read_sender(mail_from)
    email = EmailMessage(policy=_POLICY)
    email["From"] = sender
    email["To"] = Address(addr_spec=delivery.destination)
    email["Subject"] = message.subject
    email["Date"] = delivery.created_at
    email["Message-ID"] = f"<{delivery.id}@{sender.domain}>"
    # RFC 3834: so that nobody's absence answers it.
    email["Auto-Submitted"] = "auto-generated"
    for name, value in message.headers:
        if name not in _HEADERS or not value.isascii():
            raise ValueError(name)
        email[name] = value
    # Quoted: then no line of a page can be one that ends a part, as = never stands for itself.
    email.set_content(message.text, cte="quoted-printable")
    email.add_alternative(message.html, subtype="html", cte="quoted-printable")
    email.set_boundary(f"=_{delivery.id}")
    return email


def _read_failure(error: aiosmtplib.SMTPException) -> Outcome:
    """Return what a failure means for the next try.

    What a server says for good of this receiver, or of this mail, is final. What it says of us, our
    password or our sender, an operator can put right, and the mail waits for that.
    """
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return _refuse("receiver_refused", error.recipients[0], may_be_final=True)
    if isinstance(error, aiosmtplib.SMTPDataError):
        return _refuse("mail_refused", error, may_be_final=True)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return Outcome(status_code=error.code, error="login_refused: see the server's settings")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _refuse("mail_server_refused", error, may_be_final=False)
    said = next((said for kind, said in _FAILURES.items() if isinstance(error, kind)), _UNABLE)
    return Outcome(error=said)


def _refuse(reason: str, error: aiosmtplib.SMTPResponseException, *, may_be_final: bool) -> Outcome:
    said = "".join(each if each.isprintable() else " " for each in error.message[:_SAID_CHARS])
    return Outcome(
        status_code=error.code,
        error=f"{reason}: the mail server answered {error.code} {said}",
        is_final=may_be_final and error.code >= _PERMANENT,
    )


def _name_failure(error: OSError) -> str:
    return "its certificate is not to be trusted" if isinstance(error, ssl.SSLError) else "no way"
