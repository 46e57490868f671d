"""A questionnaire as it is printed for a round: what its form says, how one looks, and where its boxes stand.

What loads the library that draws is not for the thread that answers pages.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.house_styles import newest_styles
from ceo.storage.municipalities import Municipality
from ceo.storage.rounds import Promise, Round
from ceo.storage.tenancy import tenant_of, tenant_reading
from ceo.workflows.house.contact import stored_contact
from ceo.workflows.inviting.codes import letter_link
from questionnaires.publishing import PublishedVersion

if TYPE_CHECKING:
    from exports.paper.form import PaperForm, PaperProblem

# With a sign that no code has, and that looks like none: nobody can come in with it.
SPECIMEN: Final = "VOOR-BEEL-DJES"


@dataclass(frozen=True, slots=True)
class Edition:
    """A questionnaire in one language and register, with all that its form says about the round."""

    version: PublishedVersion
    language: str
    register: str
    municipality: str
    name: str
    title: str
    address: str  # where people can bring it
    website: str
    promise: Promise
    closes_on: date
    phone: str
    today: date


@dataclass(frozen=True, slots=True)
class PaperLook:
    """What can be said about a form before it is made: its number of pages, and what cannot stand on it."""

    pages: int
    version: str
    problems: tuple[PaperProblem, ...]


async def find_edition(
    database: Database,
    settings: Settings,
    its_round: Round,
    version: PublishedVersion,
    *,
    language: str,
    register: str,
    today: date,
) -> Edition:
    """Return what a form of a round follows from."""
    async with tenant_reading(database, its_round.municipality) as session:
        return await read_edition(
            session, settings, its_round, version, language=language, register=register, today=today
        )


async def read_edition(
    session: AsyncSession,
    settings: Settings,
    its_round: Round,
    version: PublishedVersion,
    *,
    language: str,
    register: str,
    today: date,
) -> Edition:
    """Return what a form of a round follows from, within a session of its municipality."""
    code = tenant_of(session)
    name = (await session.exec(select(Municipality.name).where(col(Municipality.code) == code))).one()
    styles = await newest_styles(session, 1)
    return Edition(
        version=version,
        language=language,
        register=register,
        municipality=code,
        name=name,
        title=its_round.title,
        address=(stored_contact(styles[0].contact).address if styles else None) or "",
        website=f"{settings.base_url}/{code}",
        promise=Promise(its_round.promise),
        closes_on=its_round.closes_on,
        phone=its_round.phone,
        today=today,
    )


def languages_on_paper(its_round: Round, version: PublishedVersion) -> tuple[str, ...]:
    """Return the languages of a round in which its questionnaire can be printed, Dutch first."""
    from exports.paper.words import printed_languages

    chosen = version.questionnaire.languages if its_round.languages is None else its_round.languages.split()
    return tuple(
        language
        for language in printed_languages()
        if language in chosen and language in version.questionnaire.languages
    )


def look_at_form(edition: Edition) -> PaperLook:
    """Return what there is to say about a form."""
    form = form_of(edition)
    return PaperLook(len(form.pages), form.version, form.problems)


def write_specimen(edition: Edition) -> bytes | None:
    """Return one copy as PDF, with a code that is none; None when there is no such form."""
    from exports.paper.form import Copy
    from exports.paper.words import words_in
    from exports.paper.writing import write_paper_form

    form, words = form_of(edition), words_in(edition.language)
    if not form.pages or words is None:
        return None
    return write_paper_form(form, [Copy(SPECIMEN, edition.website, words.specimen)])


def write_coordinates(edition: Edition) -> bytes | None:
    """Return where the boxes of a form stand, as JSON, for a program that reads scans; None when there is no such form."""
    from exports.paper.laying_out import coordinates

    form = form_of(edition)
    return json.dumps(coordinates(form), ensure_ascii=False, indent=1).encode() if form.pages else None


def form_of(edition: Edition) -> PaperForm:
    """Return the form of an edition."""
    from exports.paper.form import PaperContext
    from exports.paper.laying_out import lay_out

    parts = urlsplit(edition.website)
    context = PaperContext(
        municipality=edition.name,
        anonymous=edition.promise == Promise.ANONYMOUS,
        closes_on=edition.closes_on,
        phone=edition.phone,
        website=parts.netloc + parts.path,
        made_on=edition.today,
        address=edition.address,
    )
    return lay_out(
        edition.version.questionnaire,
        language=edition.language,
        register=edition.register,
        context=context,
        content_hash=edition.version.content_hash,
    )


def write_copies(form: PaperForm, settings: Settings, municipality: str, codes: Sequence[str]) -> bytes:
    """Return copies with these codes as PDF."""
    from exports.paper.form import Copy
    from exports.paper.writing import write_paper_form

    return write_paper_form(form, [Copy(code, letter_link(settings, municipality, code)) for code in codes])
