"""What a mail to a client says: the own words of the municipality, the words that nobody can change, a code and its link.

The same paragraphs make the plain text and the HTML. Nothing in them is fetched from elsewhere, and nothing tells whether a mail was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Final, Literal

from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.settings import Settings
from ceo.storage.house_styles import newest_styles
from ceo.storage.letters import LetterKind
from ceo.storage.rounds import Round
from ceo.workflows.answering.access_codes import read_code, show_code
from ceo.workflows.house.contact import stored_contact
from ceo.workflows.inviting.codes import letter_link
from ceo.workflows.inviting.fixed_words import FixedWords, RoundFacts, day_words, fixed_words, read_facts
from ceo.workflows.inviting.mail_page import Paragraph, as_page, as_text
from ceo.workflows.inviting.texts import OwnWords, filled_in, read_texts
from ceo.workflows.inviting.unsubscribing import unsubscribe_link

# In front of the id of a mail in its Message-ID.
_MARK: Final = "ceo-"
# The sender of a mail to look at, while there is no mail server.
_NO_SENDER: Final = "gemeente@voorbeeld.nl"
_LINK: Final = "Doe mee via deze link:"
_BUTTON: Final = "Vul de vragenlijst in"
_NO_MORE: Final = "Wilt u geen mail meer krijgen over dit soort onderzoek? Meld u dan af via deze link:"
_NO_MORE_BUTTON: Final = "Meld u af voor deze mails"


@dataclass(frozen=True, slots=True)
class MailWords:
    """The words of the mails of a round, and from whom they come."""

    facts: RoundFacts
    own: OwnWords
    fixed: FixedWords
    sender: str
    reply_to: str


@dataclass(frozen=True, slots=True)
class Addressed:
    """What is different in each mail. `language` is that of the recipient, "" when it is not known."""

    mail_id: str
    address: str = field(repr=False)
    code: str = field(repr=False)
    language: str = ""


async def read_mail_words(session: AsyncSession, settings: Settings, its_round: Round, kind: LetterKind) -> MailWords:
    """Return the words of the mails of a round, within a session of its municipality."""
    assert its_round.id is not None
    facts = await read_facts(session, settings, its_round)
    own = await read_texts(session, its_round.id, kind)
    styles = await newest_styles(session, 1)
    return MailWords(
        facts,
        filled_in(own, municipality=facts.name, closes_on=day_words(facts.closes_on)),
        fixed_words(facts, kind, own.register),
        parseaddr(settings.mail.sender)[1] if settings.mail is not None else _NO_SENDER,
        (stored_contact(styles[0].contact).email or "") if styles else "",
    )


def write_mail(settings: Settings, words: MailWords, to: Addressed, *, now: datetime) -> bytes:
    """Return a mail as it goes over the line. A repeat has the same Message-ID, by which servers and people recognise it.

    Recipients can do without further mails with one click (RFC 8058), where the installation has an https address.
    """
    unsubscribe = unsubscribe_link(settings, words.facts.municipality, to.mail_id)
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = Address(f"Gemeente {words.facts.name}", addr_spec=words.sender)
    message["To"] = Address(addr_spec=to.address)
    if words.reply_to:
        message["Reply-To"] = Address(addr_spec=words.reply_to)
    message["Subject"] = words.own.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(to.mail_id, words.sender)
    message["Auto-Submitted"] = "auto-generated"  # so that nobody's absence is answered to us (RFC 3834)
    if settings.secure:
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    paragraphs = mail_paragraphs(settings, words, to)
    message.set_content(as_text(paragraphs), cte="quoted-printable")
    message.add_alternative(as_page(words.own.subject, paragraphs), subtype="html", cte="quoted-printable")
    message["Content-Language"] = "nl"
    # By hand: the library would write so long a word in a code that no reader of this header knows.
    return f"List-Unsubscribe: <{unsubscribe}>\r\n".encode() + message.as_bytes()


def mail_paragraphs(settings: Settings, words: MailWords, to: Addressed) -> Sequence[Paragraph]:
    """Return what a mail says below its subject."""
    return tuple(_paragraphs(settings, words, to))


def message_id(mail_id: str, sender: str) -> str:
    """Return the Message-ID of a mail: it follows from its own id and the domain of the sender."""
    return f"<{_MARK}{mail_id}@{sender.rpartition('@')[2]}>"


def mail_id_in(message_id: str) -> str | None:
    """Return the id of the mail of ours that has a Message-ID; None when it is no mail of ours.

    >>> mail_id_in("<ceo-00ff00ff00ff00ff00ff00ff00ff00ff@gemeente.nl>"), mail_id_in("<1@elsewhere>")
    ('00ff00ff00ff00ff00ff00ff00ff00ff', None)
    """
    name = message_id.strip().strip("<>").partition("@")[0]
    mail_id = name.removeprefix(_MARK)
    known = name.startswith(_MARK) and len(mail_id) == 32 and set(mail_id) <= set("0123456789abcdef")  # noqa: PLR2004 - a UUID
    return mail_id if known else None


def _paragraphs(settings: Settings, words: MailWords, to: Addressed) -> Iterator[Paragraph]:
    own, fixed = words.own, words.fixed
    link = letter_link(settings, words.facts.municipality, to.code)
    # Who reads another language sees that first.
    yield from (
        Paragraph(line.text, language=line.language, link=link)
        for line in fixed.languages
        if line.language == to.language
    )
    yield Paragraph(fixed.salutation)
    for text in (own.opening, own.why, own.use):
        yield from _lines(text)
    yield Paragraph(fixed.how, "heading")
    yield Paragraph(_LINK, link=link, button=_BUTTON)
    yield Paragraph(fixed.by_code)
    yield Paragraph(show_code(read_code(to.code) or ""), "code")
    for text in (fixed.by_phone, fixed.until, fixed.already, own.closing):
        yield from _lines(text)
    yield Paragraph("\n".join(line for line in (fixed.greeting, own.sender, own.function) if line))
    for text in (fixed.voluntary, fixed.promise, fixed.erasing, fixed.privacy, fixed.easy, fixed.opting_out):
        yield from _lines(text, "small")
    unsubscribe = unsubscribe_link(settings, words.facts.municipality, to.mail_id)
    yield Paragraph(_NO_MORE, "small", link=unsubscribe, button=_NO_MORE_BUTTON)
    yield from (
        Paragraph(line.text, "small", language=line.language)
        for line in fixed.languages
        if line.language != to.language
    )


def _lines(text: str, kind: Literal["plain", "small"] = "plain") -> Iterator[Paragraph]:
    return (Paragraph(line, kind) for line in text.splitlines() if line)
