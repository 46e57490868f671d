"""Handing one mail to a mail server. Mail to staff is plain text, and holds no more than a greeting and a link."""

from __future__ import annotations

import asyncio
import logging
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from ipaddress import IPv6Address, ip_address
from typing import Final

from ceo.mail_server import Encryption, MailServer

_LOG: Final = logging.getLogger(__name__)
# Seconds for each step of the conversation with the server.
_PATIENCE: Final = 15
# The name that a line has until it is there. Without one the library asks the network for the name of this machine: where no name server
# answers that takes ten seconds and more, each time.
_NAMELESS: Final = "[127.0.0.1]"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one person."""

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)


async def send_mail(server: MailServer, mail: Mail) -> bool:
    """Return whether the server took a mail. What went wrong is logged, without the address and the text."""
    try:
        await asyncio.to_thread(_hand_over, server, _message(server, mail))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        _LOG.warning("a mail was not taken by %s:%s (%s)", server.host, server.port, type(error).__name__)
        return False
    return True


def open_line(server: MailServer) -> smtplib.SMTP:
    """Return a line over which the server takes our mails. Raises `OSError` or `SMTPException` when there is none to be had."""
    line = _line(server)
    try:
        if server.encryption is Encryption.STARTTLS:
            line.starttls(context=_trusting())
        if server.user:
            line.login(server.user, server.password)
    except BaseException:
        line.close()
        raise
    return line


def own_name(address: str) -> str:
    """Return what we call ourselves to a mail server: the address of our end of the line (RFC 5321, 4.1.3), for which no name is looked up.

    >>> own_name("192.0.2.7"), own_name("2001:db8::7"), own_name("fe80::7%eth0"), own_name("::ffff:192.0.2.7")
    ('[192.0.2.7]', '[IPv6:2001:db8::7]', '[IPv6:fe80::7]', '[192.0.2.7]')
    """
    own = ip_address(address.partition("%")[0])
    if isinstance(own, IPv6Address):
        return f"[{own.ipv4_mapped}]" if own.ipv4_mapped else f"[IPv6:{own}]"
    return f"[{own}]"


def _message(server: MailServer, mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["From"] = server.sender
    message["To"] = mail.to  # a line end in it is refused with ValueError
    message["Subject"] = mail.subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=parseaddr(server.sender)[1].rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # so that nobody's absence is answered to us (RFC 3834)
    message.set_content(mail.text)
    return message


def _hand_over(server: MailServer, message: EmailMessage) -> None:
    line = open_line(server)
    try:
        line.send_message(message)
        line.quit()
    finally:
        line.close()  # without a last word when something went wrong: the other side may not answer any more


def _line(server: MailServer) -> smtplib.SMTP:
    line = _connected(server)
    assert line.sock is not None
    line.local_hostname = own_name(line.sock.getsockname()[0])
    return line


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.encryption is Encryption.TLS:
        return smtplib.SMTP_SSL(server.host, server.port, _NAMELESS, timeout=_PATIENCE, context=_trusting())
    return smtplib.SMTP(server.host, server.port, _NAMELESS, timeout=_PATIENCE)


def _trusting() -> ssl.SSLContext:
    """Return what the machine trusts: the server shows a certificate for its name."""
    return ssl.create_default_context()
