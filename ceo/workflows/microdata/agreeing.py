"""Agreements about microdata of a published edition: made, listed and ended, each recorded in its transaction.

The whole country makes them, or who proposed the release. An agreement tells who may use which answers for what, and until when; nothing
leaves before it is handed out (`handing_out`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.microdata.rule import MicrodataFault, MicrodataRule
from ceo.storage.agreements import Agreement
from ceo.storage.database import Database
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Release, ReleaseState
from ceo.storage.tenancy import reading_across
from ceo.workflows.audit.recording import place_transaction, record, wait_for_turn
from ceo.workflows.microdata.asked import Asked, read_asked
from ceo.workflows.releases.computing import release_name
from ceo.workflows.releases.deciding import By

# As the files of an agreement have room for.
LONGEST_USER: Final = 200
LONGEST_PURPOSE: Final = 1000
LONGEST_REASON: Final = 500
LONGEST_NUMBER: Final = 32


@dataclass(frozen=True, slots=True)
class WantedAgreement:
    """What is to be agreed: about which edition, with whom, for what, the last day, and what leaves by which rule.

    `ends_on` is None when no day could be read; `rule` is everything that is wrong where none could be read.
    """

    release: str
    edition: int
    user: str
    purpose: str
    ends_on: date | None
    rule: MicrodataRule | tuple[MicrodataFault, ...]


async def make_agreement(database: Database, wanted: WantedAgreement, by: By) -> Agreement | tuple[MicrodataFault, ...]:
    """Make an agreement, or return everything that is wrong with it. Its number is the year and how many there were: `2026-1`."""
    async with reading_across(database) as session:
        edition = await session.get(Release, (wanted.release, wanted.edition))
    faults = [*_edition_faults(edition, by), *_wanted_faults(wanted, by.today)]
    rule, ends_on = wanted.rule, wanted.ends_on
    if not isinstance(rule, MicrodataRule):
        faults += rule
    elif edition is not None and edition.manifest is not None:
        faults += await asyncio.to_thread(_rule_faults, rule, await read_asked(database, edition))
    else:
        faults += rule.faults()
    if faults or not isinstance(rule, MicrodataRule) or ends_on is None:
        return tuple(faults)
    async with place_transaction(database, by.place) as session:
        # Numbers are counted over all places.
        await wait_for_turn(session, NATIONAL)
        row = Agreement(
            id=await _next_number(database, by.today),
            release=wanted.release,
            edition=wanted.edition,
            purpose=wanted.purpose.strip(),
            user=wanted.user.strip(),
            ends_on=ends_on,
            rule=rule.model_dump(mode="json"),
            made_by=by.actor,
            made_at=by.now,
        )
        session.add(row)
        await session.flush()
        facts = {
            "release": release_name(row.release, row.edition),
            "ends_on": row.ends_on,
            "questions": len(rule.variables),
            "k": rule.k,
        }
        await record_agreement(session, row, by, "agreed", facts)
    return row


async def list_agreements(database: Database, place: str) -> Sequence[Agreement]:
    """Return the agreements, the newest first: all for the whole country, and for a municipality those about releases that it proposed."""
    statement = select(Agreement).order_by(col(Agreement.made_at).desc(), col(Agreement.id).desc())
    if place != NATIONAL:
        own = (col(Release.name) == col(Agreement.release)) & (col(Release.edition) == col(Agreement.edition))
        statement = statement.join(Release, own).where(col(Release.place) == place)
    async with reading_across(database) as session:
        return (await session.exec(statement)).all()


async def find_agreement(database: Database, number: str, place: str) -> Agreement | None:
    """Return an agreement of the whole country, or about a release that a municipality proposed; None when there is none for this place."""
    async with reading_across(database) as session:
        row = await session.get(Agreement, number[:LONGEST_NUMBER])
        edition = None if row is None else await session.get(Release, (row.release, row.edition))
    return row if edition is not None and place in (NATIONAL, edition.place) else None


async def end_agreement(database: Database, number: str, by: By, *, reason: str = "") -> tuple[MicrodataFault, ...]:
    """End an agreement before its last day: nothing is handed out under it from now on. Return why not; nothing when it was done.

    The `reason` is kept with the agreement, and told to who asks for a file.
    """
    if len(reason) > LONGEST_REASON or not reason.isprintable():
        cause = "De reden is te lang, of bevat tekens die niet te drukken zijn."
        return (MicrodataFault("reason", cause, f"Schrijf één regel van hoogstens {LONGEST_REASON} tekens."),)
    async with place_transaction(database, by.place) as session:
        row = await session.get(Agreement, number, with_for_update=True)
        edition = None if row is None else await session.get(Release, (row.release, row.edition))
        faults = standing_faults(row, edition, by)
        if row is None or faults:
            return faults
        row.ended_on, row.ended_because = by.today, reason.strip() or None
        await session.flush()
        await record_agreement(session, row, by, "ended", {"release": release_name(row.release, row.edition)})
    return ()


def works(row: Agreement, today: date) -> bool:
    """Return whether something may be handed out under an agreement on a day: it was not ended, and its last day has not passed."""
    return row.ended_on is None and today <= row.ends_on


def standing_faults(row: Agreement | None, edition: Release | None, by: By) -> tuple[MicrodataFault, ...]:
    """Return why nothing can be done with an agreement: it is not there for this place, or it works no more."""
    if row is None or edition is None or by.place not in (NATIONAL, edition.place):
        cause = "Deze overeenkomst kennen wij niet, of zij is niet van deze plek."
        return (MicrodataFault("number", cause, "Kijk met: ceo microdata list"),)
    if not works(row, by.today):
        ended = f"is beëindigd op {row.ended_on}" if row.ended_on else f"liep tot en met {row.ends_on}"
        why = f" De reden: {row.ended_because}" if row.ended_because else ""
        return (MicrodataFault("number", f"Overeenkomst {row.id} {ended}.{why}", "Maak een nieuwe overeenkomst."),)
    return ()


async def record_agreement(session: AsyncSession, row: Agreement, by: By, what: str, facts: dict[str, object]) -> None:
    """Record what was done with an agreement, in numbers: never with whom it is, which may be somebody's name."""
    await record(
        session,
        by.place,
        actor=by.actor,
        action=f"microdata.{what}",
        object_kind="agreement",
        object_id=row.id,
        after=facts,
        now=by.now,
    )


def _edition_faults(edition: Release | None, by: By) -> Iterator[MicrodataFault]:
    if edition is None or by.place not in (NATIONAL, edition.place):
        cause = "Deze uitgave kennen wij niet, of een andere plek stelde haar voor."
        yield MicrodataFault("release", cause, "Kijk met: ceo release list")
    elif edition.state != ReleaseState.PUBLISHED:
        cause = f"{edition.name}/{edition.edition} is niet gepubliceerd, of verbeterd of ingetrokken."
        yield MicrodataFault("release", cause, "Kies een editie die is gepubliceerd en nog geldt.")


def _wanted_faults(wanted: WantedAgreement, today: date) -> Iterator[MicrodataFault]:
    for place, text, longest in (("user", wanted.user, LONGEST_USER), ("purpose", wanted.purpose, LONGEST_PURPOSE)):
        told = text.strip()
        if not told or len(told) > longest or not told.isprintable():
            cause = "Dit is leeg, te lang, of bevat tekens die niet te drukken zijn."
            yield MicrodataFault(place, cause, f"Schrijf één regel van hoogstens {longest} tekens.")
    if wanted.ends_on is None:
        yield MicrodataFault("ends_on", "Dit is geen dag.", "Vul een dag in, zoals 2027-12-31.")
    elif wanted.ends_on < today:
        cause = f"{wanted.ends_on} is voorbij."
        yield MicrodataFault("ends_on", cause, "Kies vandaag of een latere dag.")


def _rule_faults(rule: MicrodataRule, asked: Asked) -> tuple[MicrodataFault, ...]:
    from analysis.microdata.declared import rule_faults

    return rule_faults(rule, asked.pooled())


async def _next_number(database: Database, today: date) -> str:
    """Return the number of the next agreement of a year. None is ever taken away, so the count is never given twice.

    Who counts has the turn; it reads across, because a municipality's own transaction sees no agreements of others.
    """
    async with reading_across(database) as session:
        ids = await session.exec(select(Agreement.id).where(col(Agreement.id).startswith(f"{today.year}-")))
        return f"{today.year}-{len(ids.all()) + 1}"
