"""Real SMTP servers on loopback, well-behaved and not."""

from __future__ import annotations

import asyncio
import email
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "changes", "a password"


@dataclass
class Postbox:
    """What a server took, and what it says instead, by the command."""

    answers: dict[str, str] = field(default_factory=dict)
    raw: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    # Whether each mail came over TLS.
    secured: list[bool] = field(default_factory=list)

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails as a program reads them."""
        return [email.message_from_bytes(each, policy=default) for each in self.raw]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer MAIL."""
        del server, session
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer RCPT."""
        del server, session, options
        answer = self.answers.get("RCPT", "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a mail, unless something else is to be said."""
        del session
        answer, transport = self.answers.get("DATA", "250 OK"), server.transport
        assert isinstance(transport, asyncio.Transport)
        if answer == "hang up":
            transport.abort()
        if answer.startswith("2"):
            assert isinstance(envelope.content, bytes)
            self.raw.append(envelope.content)
            self.envelopes.append((str(envelope.mail_from), envelope.rcpt_tos))
            self.secured.append(transport.get_extra_info("ssl_object") is not None)
        return answer


def _check_login(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: object
) -> AuthResult:
    del server, session, envelope, mechanism
    known = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=login == known, handled=False)


@dataclass(frozen=True)
class Certificates:
    """A server's certificate, and who believes it."""

    server: ssl.SSLContext
    client: ssl.SSLContext


def make_certificates(host: str = "127.0.0.1") -> Certificates:
    """Return a certificate for a host by an authority that only the client knows."""
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    return Certificates(server, client)


@asynccontextmanager
async def serve_mail(
    postbox: Postbox,
    *,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    login: bool = False,
) -> AsyncIterator[int]:
    """Yield the port of a mail server: with TLS from the first byte, after STARTTLS, or without.

    With `login` it takes nothing from whoever did not log in.
    """
    options: dict[str, Any] = {"tls_context": starttls, "require_starttls": starttls is not None}
    if login:
        options |= {
            "authenticator": _check_login,
            "auth_required": True,
            "auth_require_tls": starttls is not None,
        }
    loop = asyncio.get_running_loop()

    def answer() -> SMTP:
        with warnings.catch_warnings():
            # That a password may come in clear, which is what one of the tests is about.
            warnings.simplefilter("ignore", UserWarning)
            return SMTP(postbox, hostname="mail.test", loop=loop, **options)

    server = await loop.create_server(answer, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield int(server.sockets[0].getsockname()[1])
