"""What every letter and mail of a round says, and nobody can change: how to take part, what is promised, and how to be left in peace.

Words follow from the facts of the round, so that a letter never promises anything else than the pages do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.settings import Settings
from ceo.storage.letters import LetterKind
from ceo.storage.municipalities import Municipality
from ceo.storage.rounds import Promise, PublishedQuestionnaire, Round
from ceo.storage.tenancy import tenant_of
from ceo.workflows.inviting.default_texts import EASY, STANDARD
from ceo.workflows.inviting.language_lines import LanguageLine, language_lines


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """What the words of a round follow from. `address`: where people can type their code. `languages`: those of the questions.

    `has_easy`: the questions can be read in easy Dutch too. `asks_again`: the same people may be asked again, in a series.
    """

    municipality: str
    name: str
    title: str
    closes_on: date
    phone: str
    promise: Promise
    erase_on: date | None
    languages: tuple[str, ...]
    has_easy: bool
    address: str
    asks_again: bool = False

    @property
    def shown_address(self) -> str:
        """Return the address as people read and type it: without https:// in front."""
        parts = urlsplit(self.address)
        return parts.netloc + parts.path


@dataclass(frozen=True, slots=True)
class FixedWords:
    """The words that cannot be changed, each a sentence or more without layout. "" where there is nothing to say.

    `scan` is for paper only, `by_code` and `by_phone` are for all; behind `by_code` comes the code. `already`: for who answered or began
    already, in a reminder. `easy`: that the questions are there in easy Dutch.
    """

    salutation: str
    how: str
    scan: str
    by_code: str
    by_phone: str
    until: str
    already: str
    voluntary: str
    promise: str
    opting_out: str
    erasing: str
    easy: str
    languages: tuple[LanguageLine, ...]
    privacy: str
    greeting: str


async def read_facts(session: AsyncSession, settings: Settings, its_round: Round) -> RoundFacts:
    """Return the facts of a round, within a session of its municipality."""
    from questionnaires.publishing import open_published

    code = tenant_of(session)
    statement = select(PublishedQuestionnaire).where(
        col(PublishedQuestionnaire.content_hash) == its_round.questionnaire_hash
    )
    row = (await session.exec(statement)).one()
    questionnaire = open_published(row.content, row.content_hash).questionnaire
    name = (await session.exec(select(Municipality.name).where(col(Municipality.code) == code))).one()
    chosen = its_round.languages.split() if its_round.languages is not None else questionnaire.languages
    return RoundFacts(
        municipality=code,
        name=name,
        title=its_round.title,
        closes_on=its_round.closes_on,
        phone=its_round.phone,
        promise=Promise(its_round.promise),
        erase_on=its_round.erase_on,
        languages=tuple(language for language in questionnaire.languages if language in chosen),
        has_easy=EASY in questionnaire.registers,
        address=f"{settings.base_url}/{code}",
        asks_again=its_round.series is not None,
    )


def fixed_words(facts: RoundFacts, kind: LetterKind, register: str = STANDARD) -> FixedWords:
    """Return the words of a round that cannot be changed, in plain ("standard") or easy Dutch."""
    words = _EASY_WORDS if register == EASY else _STANDARD_WORDS
    erase = words["erase_on"] if facts.erase_on is not None else words["erase_after"]
    values = {
        "name": facts.name,
        "address": facts.shown_address,
        "phone": facts.phone,
        "day": day_words(facts.closes_on),
        "erase_on": day_words(facts.erase_on or facts.closes_on),
    }
    own = {name: words[name].format(**values) for name in _ALWAYS}
    return FixedWords(
        **own,
        already=words["already"].format(**values) if kind is LetterKind.REMINDER else "",
        promise=_promise(words, facts),
        erasing=erase.format(**values),
        easy=words["easy"].format(**values) if facts.has_easy else "",
        languages=language_lines(facts.languages, facts.shown_address),
    )


def _promise(words: Mapping[str, str], facts: RoundFacts) -> str:
    """Return what is promised; in a series also what links the answers of one person. An anonymous round has nothing that does."""
    own = words[facts.promise.value]
    return f"{own} {words['again']}" if facts.asks_again and facts.promise is Promise.PSEUDONYMOUS else own


def day_words(day: date) -> str:
    """Return a day in Dutch words.

    >>> day_words(date(2026, 11, 21))
    '21 november 2026'
    """
    from babel.dates import format_date

    return format_date(day, "d MMMM y", locale="nl")


_ALWAYS: Final = (
    "salutation",
    "how",
    "scan",
    "by_code",
    "by_phone",
    "until",
    "voluntary",
    "opting_out",
    "privacy",
    "greeting",
)
_STANDARD_WORDS: Final = {
    "salutation": "Beste meneer, mevrouw,",
    "how": "Zo doet u mee",
    "scan": "Scan de QR-code met de camera van uw telefoon of tablet.",
    "by_code": "Of ga naar {address} en vul deze code in:",
    "by_phone": "Lukt het niet, of wilt u liever dat iemand met u invult? Bel {phone}.",
    "until": "U kunt meedoen tot en met {day}. Iemand anders mag u helpen.",
    "already": "Heeft u al geantwoord? Dan hoeft u niets te doen. Was u al begonnen? Ga dan verder met de code die u toen gebruikte.",
    "voluntary": "U doet mee als u dat wilt. Uw antwoorden hebben geen gevolgen voor de hulp die u krijgt.",
    Promise.ANONYMOUS.value: "Wij bewaren uw antwoorden zonder uw naam en zonder uw code. Als u ze heeft verstuurd, kan niemand meer "
    "zien welke antwoorden van u zijn.",
    Promise.PSEUDONYMOUS.value: "Wij bewaren uw antwoorden zonder uw naam en zonder uw code. Wie uw code heeft, kan uw antwoorden "
    "terugvinden tot de gemeente dit onderzoek afsluit. Bewaar de code dus goed.",
    # Short, because a letter is one page: the website tells who can find answers by that name.
    "again": "Wij kunnen u later weer vragen. Een schuilnaam verbindt dan uw antwoorden.",
    "opting_out": "Wilt u niet meedoen? Dan hoeft u niets te doen. Wilt u ook geen herinnering? Vul op de website uw code in en kies "
    "‘Ik doe niet mee’, of bel ons.",
    "erase_on": "Uw naam en adres gebruiken wij alleen voor dit onderzoek. Op {erase_on} wissen wij ze.",
    "erase_after": "Uw naam en adres gebruiken wij alleen voor dit onderzoek. Als het klaar is, wissen wij ze.",
    "easy": "Vragen in makkelijke woorden: {address}",
    "privacy": "Meer over uw privacy leest u op {address}/privacy.",
    "greeting": "Met vriendelijke groet,",
}
_EASY_WORDS: Final = {
    "salutation": "Beste meneer, mevrouw,",
    "how": "Zo doet u mee",
    "scan": "Scan de QR-code met uw telefoon.",
    "by_code": "Of ga naar {address}. Vul daar deze code in:",
    "by_phone": "Lukt het niet? Of wilt u hulp? Bel {phone}.",
    "until": "U kunt meedoen tot en met {day}. Iemand mag u helpen.",
    "already": "Heeft u al geantwoord? Dan hoeft u niets te doen. Was u al begonnen? Ga dan verder met de code die u toen gebruikte.",
    "voluntary": "Meedoen mag, het hoeft niet. Uw hulp verandert er niet door.",
    Promise.ANONYMOUS.value: "Uw naam staat niet bij uw antwoorden. Niemand weet welke antwoorden van u zijn.",
    Promise.PSEUDONYMOUS.value: "Uw naam staat niet bij uw antwoorden. Met uw code zijn uw antwoorden terug te vinden, tot het "
    "onderzoek klaar is. Bewaar uw code dus goed.",
    "again": "Wij vragen u later misschien weer. Uw antwoorden horen dan bij elkaar, onder een schuilnaam.",
    "opting_out": "Wilt u niet meedoen? Dan hoeft u niets te doen. Wilt u geen brief meer? Vul op de website uw code in en kies ‘Ik doe "
    "niet mee’. Of bel ons.",
    "erase_on": "Uw naam en adres gebruiken wij alleen voor dit onderzoek. Op {erase_on} wissen wij ze.",
    "erase_after": "Uw naam en adres gebruiken wij alleen voor dit onderzoek. Daarna wissen wij ze.",
    "easy": "Vragen in makkelijke woorden: {address}",
    "privacy": "Meer over uw privacy: {address}/privacy.",
    "greeting": "Met vriendelijke groet,",
}
