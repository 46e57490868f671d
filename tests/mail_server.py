"""A real mail server of the tests, on this machine, and what it took."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Final

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

from ceo.mail_server import Encryption, MailServer

SENDER: Final = "ceo@voorbeeld.nl"


@dataclass
class Mailbox:
    """What a mail server took, and how it is reached."""

    server: MailServer = field(default_factory=lambda: MailServer("127.0.0.1", 0, Encryption.NONE, SENDER))
    mails: list[EmailMessage] = field(default_factory=list)
    refuses: bool = False
    greetings: list[str] = field(default_factory=list)

    async def handle_EHLO(  # noqa: N802 - the server's name
        self, _server: SMTP, session: Any, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Hear how the other side calls itself."""
        self.greetings.append(hostname)
        session.host_name = hostname
        return responses

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - the server's name
        """Take a mail."""
        if self.refuses:
            return "554 not today"
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        self.mails.append(message_from_bytes(content, policy=policy.default))
        return "250 taken"


@asynccontextmanager
async def open_mailbox(
    *,
    encryption: Encryption = Encryption.NONE,
    certificate: ssl.SSLContext | None = None,
    user: str = "",
    password: str = "",
) -> AsyncIterator[Mailbox]:
    """Run a mail server on a free port; with a user it takes mail only from who knows the password."""
    mailbox = Mailbox()
    options: dict[str, Any] = {"hostname": "proef"}
    if encryption is Encryption.STARTTLS:
        options |= {"tls_context": certificate, "require_starttls": True}
    if user:
        options |= {"authenticator": _knowing(user, password), "auth_required": True, "auth_require_tls": False}

    def answer() -> SMTP:
        with warnings.catch_warnings():
            # It does not see that a line was encrypted from its beginning.
            warnings.filterwarnings("ignore", "Requiring AUTH while not requiring TLS")
            return SMTP(mailbox, **options)

    at_once = certificate if encryption is Encryption.TLS else None
    listening = await asyncio.get_running_loop().create_server(answer, "127.0.0.1", 0, ssl=at_once)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        mailbox.server = MailServer("127.0.0.1", port, encryption, SENDER, user, password)
        yield mailbox


def _knowing(user: str, password: str) -> Callable[..., AuthResult]:
    def check(server: SMTP, session: Any, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=right, handled=False)  # the server itself tells

    return check
