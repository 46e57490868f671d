"""Mails that came back: reading the report of the mail server that sent one back (RFC 3464), and keeping that nobody reads that address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from enum import StrEnum
from typing import Any, Final

from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.letters import MailState, OutgoingMail
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.audit.recording import record
from ceo.workflows.inviting.mail_deciding import Deciding
from ceo.workflows.inviting.mail_writing import mail_id_in
from ceo.workflows.inviting.mails import bounce_mail

_FAILED: Final = "failed"
# Mails that can have reached a server.
_WAS_SENT: Final = frozenset({MailState.SENT.value, MailState.UNCERTAIN.value})


class Returned(StrEnum):
    """What came of a report."""

    MARKED = "marked"
    ALREADY = "already"  # this mail was known to have come back
    NOT_FINAL = "not-final"  # the server tries on, or delivered the mail
    UNKNOWN = "unknown"  # about no mail of this round
    UNREADABLE = "unreadable"  # no report about a mail


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says: about which mails it can be, and whether delivery failed for good."""

    mail_ids: tuple[str, ...]
    failed: bool


async def take_in_reports(database: Database, deciding: Deciding, reports: Iterable[bytes]) -> Mapping[Returned, int]:
    """Mark the mails of a round that came back, and their recipients as out of reach; return what came of each report."""
    found: Counter[Returned] = Counter()
    async with tenant_transaction(database, deciding.municipality) as session:
        for content in reports:
            report = read_report(content)
            if report is None or not report.failed:
                found[Returned.UNREADABLE if report is None else Returned.NOT_FINAL] += 1
                continue
            rows = [await session.get(OutgoingMail, mail_id, with_for_update=True) for mail_id in report.mail_ids]
            mail = next((row for row in rows if row is not None and row.round_id == deciding.round_id), None)
            found[await _take_in(session, mail)] += 1
        if found[Returned.MARKED]:
            await record(
                session,
                deciding.municipality,
                actor=deciding.actor,
                action="mail.returned",
                object_kind="round",
                object_id=str(deciding.round_id),
                after={"number": found[Returned.MARKED]},
                now=deciding.now,
            )
    return found


async def _take_in(session: AsyncSession, mail: OutgoingMail | None) -> Returned:
    if mail is None:
        return Returned.UNKNOWN
    if mail.state not in _WAS_SENT:
        return Returned.ALREADY
    await bounce_mail(session, mail, "returned")
    return Returned.MARKED


def read_report(content: bytes) -> Report | None:
    """Return what a saved mail says about the delivery of another one; None when it is no report about that."""
    try:
        message = message_from_bytes(content)
        parts = list(message.walk())
        states = [part for part in parts if part.get_content_type() == "message/delivery-status"]
        if not states:
            return None
        actions = {_plain(group["Action"]).lower() for state in states for group in _groups(state)}
        names = (mail_id_in(name) for part in parts for name in _message_ids(part))
        return Report(tuple(dict.fromkeys(name for name in names if name)), _FAILED in actions)
    except (RecursionError, LookupError, UnicodeError):
        return None


def _groups(state: Message[str, str]) -> Sequence[Message[str, str]]:
    """Return the groups of fields of a report: one about the report, and one for each recipient."""
    groups: Any = state.get_payload()
    return groups if isinstance(groups, list) else []


def _message_ids(part: Message[str, str]) -> Iterator[str]:
    """Yield the ids of the mail that a part is about: its own, those that it answers, and those of headers that it quotes."""
    for header in ("Message-ID", "In-Reply-To", "References"):
        yield from _plain(part[header]).split()
    if part.get_content_type() == "text/rfc822-headers":
        quoted: Any = part.get_payload(decode=True)
        yield from _plain(message_from_string(quoted.decode("utf-8", "replace"))["Message-ID"]).split()


def _plain(value: object) -> str:
    return str(value or "").strip()
