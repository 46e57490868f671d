"""From the words and the house style of a round to letters: what stands on the paper, and whether it fits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.letters import LetterKind
from ceo.storage.rounds import Round
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.frames.listed import ContactDetails
from ceo.workflows.house.contrast import contrast
from ceo.workflows.house.style import Style, style_of
from ceo.workflows.inviting.fixed_words import FixedWords, RoundFacts, day_words, fixed_words, read_facts
from ceo.workflows.inviting.texts import OwnWords, filled_in, read_texts

if TYPE_CHECKING:
    from exports.letters.letter import Letter, LetterLook, LetterProblem, LettersIdentity, LetterWords

_INK: Final = "#1a1a1a"
_COLOUR: Final = "--basis-color-action-1-color-default"
# Of text on white paper (WCAG 2.2, 1.4.3).
_LEAST_CONTRAST: Final = 4.5


@dataclass(frozen=True, slots=True)
class Paper:
    """What the letters of a round and a kind say, and in which look."""

    facts: RoundFacts
    kind: LetterKind
    own: OwnWords
    fixed: FixedWords
    style: Style
    today: date

    @property
    def words(self) -> LetterWords:
        """Return the words in their places on the page."""
        return letter_words(self.own, self.fixed, self.today)

    @property
    def look(self) -> LetterLook:
        """Return the house that writes."""
        return letter_look(self.facts, self.style)

    @property
    def identity(self) -> LettersIdentity:
        """Return what a file of these letters says about itself."""
        from exports.letters.letter import LettersIdentity

        kind = "Herinneringen" if self.kind is LetterKind.REMINDER else "Uitnodigingen"
        return LettersIdentity(f"{kind}: {self.facts.title}", "Brieven om te drukken", self.today)


async def read_paper(
    database: Database,
    settings: Settings,
    its_round: Round,
    kind: LetterKind,
    *,
    today: date,
    own: OwnWords | None = None,
) -> Paper:
    """Return the paper of a round with its house style, and with the words that are kept, or others to try."""
    assert its_round.id is not None
    style = await style_of(database, its_round.municipality)
    async with tenant_reading(database, its_round.municipality) as session:
        words = own or await read_texts(session, its_round.id, kind)
        facts = await read_facts(session, settings, its_round)
    filled = filled_in(words, municipality=facts.name, closes_on=day_words(facts.closes_on))
    return Paper(facts, kind, filled, fixed_words(facts, kind, words.register), style, today)


def letter_words(own: OwnWords, fixed: FixedWords, today: date) -> LetterWords:
    """Return the words of a letter in their places on the page."""
    from exports.letters.letter import ForeignLine, LetterWords

    easy = (ForeignLine("", fixed.easy),) if fixed.easy else ()
    return LetterWords(
        day=day_words(today),
        subject=own.subject,
        before=tuple(text for text in (fixed.salutation, own.opening, fixed.already, own.why, own.use) if text),
        how=fixed.how,
        scan=fixed.scan,
        by_code=fixed.by_code,
        by_phone=fixed.by_phone,
        until=fixed.until,
        after=(f"{fixed.voluntary} {fixed.promise}", fixed.opting_out, fixed.erasing, own.closing),
        signature=tuple(text for text in (fixed.greeting, own.sender, own.function) if text),
        foreign=(*easy, *(ForeignLine(line.language, line.text) for line in fixed.languages)),
        privacy=fixed.privacy,
    )


def letter_look(facts: RoundFacts, style: Style) -> LetterLook:
    """Return the house that writes: name, contact lines, logo and colour. A colour that is too light for white paper becomes black."""
    from exports.letters.letter import LetterLook

    contact, sender = style.contact, f"Gemeente {facts.name}"
    website = re.sub(r"^https://|/$", "", contact.website or "")
    lines = (contact.address or "", f"Telefoon {facts.phone}", website)
    colour = style.theme.values.get(_COLOUR, _INK).lower()
    readable = re.fullmatch("#[0-9a-f]{6}", colour) and contrast(colour, "#ffffff") >= _LEAST_CONTRAST
    return LetterLook(
        sender=sender,
        sender_lines=tuple(line for line in lines if line),
        return_address=f"{sender}, {contact.address}" if contact.address else sender,
        logo=style.logo,
        colour=colour if readable else _INK,
    )


def address_lines(contact: ContactDetails) -> tuple[str, ...]:
    """Return the lines of an address as the post wants them: who, street and number, postcode and place.

    >>> address_lines(ContactDetails(name="S. Bakker", care_of="J. Bakker", street="Dam 1", postcode="1012 JS", place="Amsterdam"))
    ('J. Bakker', 'voor S. Bakker', 'Dam 1', '1012 JS Amsterdam')
    """
    who = (contact.care_of, f"voor {contact.name}") if contact.care_of else (contact.name,)
    return tuple(line for line in (*who, contact.street, f"{contact.postcode} {contact.place}".strip()) if line)


def letter_problems(paper: Paper) -> tuple[LetterProblem, ...]:
    """Return why letters with these words and this house style cannot be written: with a short address, that is not to blame."""
    from exports.letters.writing import find_problems

    return find_problems([_specimen(paper)], paper.look)


def write_specimen(paper: Paper) -> bytes:
    """Return a letter to somebody who does not exist, with a code that no letter has, as PDF. It has no problems."""
    from exports.letters.writing import write_letters

    return write_letters([_specimen(paper)], paper.look, paper.identity)


def _specimen(paper: Paper) -> Letter:
    from exports.letters.letter import Letter

    # Codes have no vowels: this can be none. The QR code leads to the page where codes are typed.
    address = ("Mevrouw V. van Voorbeeld", "Proefstraat 12", "1234 AB Voorbeeldstad")
    return Letter(address, "VOOR-BEEL-DJES", paper.facts.address, paper.words)
