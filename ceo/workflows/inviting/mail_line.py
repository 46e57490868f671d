"""A line to the mail server over which many mails go, one after the other, and what became of each.

What counts is how far the conversation (RFC 5321) came. Until the server asks for the content, nothing was handed over. Once it has the
content it may send the mail on, whether or not its answer reaches us: then nobody knows, and the answer here is `UNKNOWN`.
"""

from __future__ import annotations

import logging
import re
import smtplib
from contextlib import suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from enum import StrEnum
from typing import Final

from ceo.mail_server import MailServer
from ceo.workflows.mailing import open_line

_LOG: Final = logging.getLogger(__name__)
# Mails over one connection: servers end a longer one by themselves.
_ON_ONE_LINE: Final = 100
# Seconds that a server may think about a mail that it has: it looks for viruses meanwhile.
_THINKING: Final = 120
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
_OK, _TAKES, _GO_ON, _CLOSING, _FOR_GOOD = 250, (250, 251), 354, 421, 500
# Replies that are about the mailbox of the recipient: without a code of RFC 3463, or with one that begins like these.
_ABOUT_MAILBOX: Final = frozenset({550, 551, 552, 553, 556})
_MAILBOX_CODE: Final = re.compile(rb"5\.[12]\.\d")
_ANY_CODE: Final = re.compile(rb"5\.\d{1,3}\.\d{1,3}")


class Handed(StrEnum):
    """What became of one mail."""

    TAKEN = "taken"
    LATER = "later"  # refused for the time being, as by a server that does not know us yet
    REFUSED = "refused"  # there is no such mailbox, or it takes no mail
    UNWELCOME = "unwelcome"  # refused for good, for another reason than the mailbox
    UNKNOWN = "unknown"  # the line broke after the content began to go over


class LineDownError(Exception):
    """The server takes no mail now, from whom and to whom it may be. Nothing of this mail was handed over. `fault` is a code."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class MailLine:
    """A line that is opened when it is needed, and anew when the server closed it."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._sender = parseaddr(server.sender)[1]
        self._line: smtplib.SMTP | None = None
        self._carried = 0

    def hand_over(self, address: str, content: bytes) -> Handed:
        """Give a mail to the server; wait for its answer. Raises `LineDownError`."""
        before = self._propose(address)
        if before is not None:
            self._forget_proposal()
            return before
        self._carried += 1
        return self._give(content)

    def close(self) -> None:
        """Say goodbye, if somebody is there to hear it."""
        if self._line is not None:
            with suppress(OSError):
                self._line.quit()
        self._drop()

    def _propose(self, address: str) -> Handed | None:
        """Tell from whom and to whom a mail is; None when the server wants its content."""
        line = self._open()
        try:
            line = self._say_sender(line)
            code, words = line.rcpt(address)
            if code not in _TAKES:
                return _refusal(code, words, about_mailbox=True)
            code, words = line.docmd("DATA")
            return None if code == _GO_ON else _refusal(code, words)
        except OSError:
            self._drop()
            raise LineDownError("connection") from None
        except LineDownError:
            self._drop()
            raise

    def _say_sender(self, line: smtplib.SMTP) -> smtplib.SMTP:
        """Tell from whom a mail is, over a new line when the server closed this one while we waited; return the line."""
        try:
            code, _ = line.mail(self._sender)
        except OSError:
            if not self._carried:
                raise
            self._drop()
            line = self._open()
            code, _ = line.mail(self._sender)
        if code != _OK:
            raise LineDownError("sender")
        return line

    def _give(self, content: bytes) -> Handed:
        line = self._line
        assert line is not None
        assert line.sock is not None
        patience = line.sock.gettimeout()
        try:
            line.sock.settimeout(_THINKING)
            line.send(dotted(content) + b".\r\n")
            code, words = line.getreply()
        except OSError:
            self._drop()
            return Handed.UNKNOWN
        line.sock.settimeout(patience)
        if code == _OK:
            return Handed.TAKEN
        if code in {-1, _CLOSING}:
            self._drop()
        return Handed.UNKNOWN if code == -1 else _answer(code, words)

    def _open(self) -> smtplib.SMTP:
        if self._line is not None and self._carried >= _ON_ONE_LINE:
            self.close()
        if self._line is None:
            try:
                self._line = open_line(self._server)
                self._line.ehlo_or_helo_if_needed()
            except OSError as error:
                self._drop()
                _LOG.warning("no line to %s:%s (%s)", self._server.host, self._server.port, type(error).__name__)
                # The error of the library is an OSError too.
                raise LineDownError("server" if isinstance(error, smtplib.SMTPException) else "connection") from None
        return self._line

    def _forget_proposal(self) -> None:
        if self._line is not None:
            try:
                self._line.rset()
            except OSError:
                self._drop()

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line, self._carried = None, 0


def is_deliverable(address: str) -> bool:
    """Tell whether an address can go over the line at all.

    >>> [is_deliverable(text) for text in ("noor@voorbeeld.nl", "noor..x@voorbeeld.nl", "zoë@voorbeeld.nl", "noor@x.nl, a@x.nl")]
    [True, False, False, False]
    """
    if not _ADDRESS.fullmatch(address):
        return False
    try:
        return Address(addr_spec=address).addr_spec == address
    except (ValueError, MessageError):
        return False


def dotted(content: bytes) -> bytes:
    r"""Return a mail as it goes over the line: a line that begins with a dot has another one in front, and the last line ends.

    >>> dotted(b"a\r\n.b\r\n"), dotted(b".c")
    (b'a\r\n..b\r\n', b'..c\r\n')
    """
    doubled = re.sub(rb"(?m)^\.", b"..", content)
    return doubled if doubled.endswith(b"\r\n") else doubled + b"\r\n"


def _refusal(code: int, words: bytes, *, about_mailbox: bool = False) -> Handed:
    if code in {-1, _CLOSING}:
        raise LineDownError("server")
    return _answer(code, words, about_mailbox=about_mailbox)


def _answer(code: int, words: bytes, *, about_mailbox: bool = False) -> Handed:
    """Return what a reply means. Without a code of RFC 3463 the reply to a recipient is about the mailbox, if its number is."""
    if code < _FOR_GOOD:
        return Handed.LATER
    if _ANY_CODE.match(words):
        return Handed.REFUSED if _MAILBOX_CODE.match(words) else Handed.UNWELCOME
    return Handed.REFUSED if about_mailbox and code in _ABOUT_MAILBOX else Handed.UNWELCOME
