"""A real mail server of the tests that delays, refuses, greylists and drops the line as it is told, and counts what it took."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope
from mail_server import SENDER

from ceo.mail_server import Encryption, MailServer

GREYLISTED = "451 4.7.1 come back later"
NO_SUCH_MAILBOX = "550 5.1.1 no such mailbox"


@dataclass
class MoodyServer:
    """What a server says at each step, and what it took.

    `to_recipient` and `to_content` hold replies by address, for one time after the other; then it takes the mail. `to_sender` and
    `to_everybody` are for all mails, as long as they are set. `drops`: addresses of which the line breaks when the content is there.
    """

    server: MailServer = field(default_factory=lambda: MailServer("127.0.0.1", 0, Encryption.NONE, SENDER))
    to_sender: str = ""
    to_everybody: str = ""
    to_recipient: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    to_content: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    drops: set[str] = field(default_factory=set)
    delay: float = 0.0
    lines: int = 0
    took: list[tuple[str, EmailMessage]] = field(default_factory=list)
    on_content: Callable[[int], None] = lambda _number: None

    @property
    def by_recipient(self) -> Counter[str]:
        """How many mails each address got."""
        return Counter(address for address, _ in self.took)

    async def handle_EHLO(  # noqa: N802 - the server's name
        self, _server: SMTP, session: Any, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Count the lines."""
        self.lines += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802 - the server's name
        self, _server: SMTP, _session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer to from whom a mail is."""
        if not self.to_sender:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self.to_sender or "250 OK"

    async def handle_RCPT(  # noqa: N802 - the server's name
        self, _server: SMTP, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer to whom a mail is."""
        said = self.to_everybody or (self.to_recipient[address].pop(0) if self.to_recipient[address] else "")
        if not said:
            envelope.rcpt_tos.append(address)
        return said or "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - the server's name
        """Take a mail, refuse it, or take it and say nothing."""
        [address] = envelope.rcpt_tos
        await asyncio.sleep(self.delay)
        if self.to_content[address]:
            return self.to_content[address].pop(0)
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.took.append((address, mail))
        self.on_content(len(self.took))
        if address in self.drops:
            assert server.transport is not None
            server.transport.abort()
        return "250 taken"


@asynccontextmanager
async def open_moody_server() -> AsyncIterator[MoodyServer]:
    """Run a server on a free port."""
    moody = MoodyServer()
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(moody, hostname="proef"), "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        moody.server = MailServer("127.0.0.1", port, Encryption.NONE, SENDER)
        yield moody
