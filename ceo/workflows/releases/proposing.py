"""Proposing a release: which sealed rounds it is made of, a later edition of it, and asking for it to be made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.endings import Snapshot
from ceo.storage.municipalities import Municipality
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Release, ReleaseState
from ceo.storage.rounds import Round, RoundStage
from ceo.storage.tenancy import reading_across
from ceo.workflows.audit.recording import place_transaction, record
from ceo.workflows.ending.sealing import WHOLE
from ceo.workflows.releases.computing import release_name
from ceo.workflows.releases.proposal import Proposal, one_line

# What keeps a release from being proposed: codes that pages and commands have words for.
TAKEN: Final = "name-taken"
NO_ROUNDS: Final = "no-sealed-rounds"
NOT_ENDED: Final = "edition-not-ended"
NO_REASON: Final = "no-reason"
UNKNOWN: Final = "unknown-release"


@dataclass(frozen=True, slots=True)
class SealedRound:
    """A sealed round that can be in a release."""

    municipality: str
    round_id: int
    digest: str
    submissions: int


@dataclass(frozen=True, slots=True)
class Proposed:
    """A new edition in draft, and the rounds that will be in it. Municipalities are asked about it once a worker has made it."""

    release: str
    edition: int
    rounds: tuple[SealedRound, ...]


async def sealed_rounds(database: Database, measurement: str, place: str = NATIONAL) -> list[SealedRound]:
    """Return the sealed rounds of a measurement that somebody answered, in order of municipality; of one municipality unless `NATIONAL`."""
    statement = (
        select(Round.municipality, Round.id, Snapshot.digest, Snapshot.submissions)
        .join(Snapshot, col(Snapshot.round_id) == col(Round.id))
        .where(
            col(Round.measurement) == measurement,
            col(Round.stage).in_((RoundStage.SEALED.value, RoundStage.ERASED.value)),
            col(Snapshot.period) == WHOLE,
            col(Snapshot.submissions) > 0,
        )
        .order_by(col(Round.municipality))
    )
    if place != NATIONAL:
        statement = statement.where(col(Round.municipality) == place)
    async with reading_across(database) as session:
        rows = await session.exec(statement)
        return [SealedRound(code, round_id or 0, digest, count) for code, round_id, digest, count in rows]


async def propose(database: Database, proposal: Proposal, *, place: str, actor: str, now: datetime) -> Proposed | str:
    """Propose the first edition of a release of all rounds of a measurement that are sealed (those of a municipality: its own).

    A municipality publishes under its own name, whatever `publisher` says. Returns a code when that cannot be.
    """
    if place != NATIONAL:
        proposal = await _under_own_name(database, proposal, place)
    rounds = await sealed_rounds(database, proposal.measurement, place)
    if not rounds:
        return NO_ROUNDS
    return await _add(database, _row(proposal, 1, place, actor, now), rounds, overtaken=TAKEN)


async def propose_again(
    database: Database, name: str, *, place: str, reason: str, actor: str, now: datetime
) -> Proposed | str:
    """Propose a later edition, because the one before has to be corrected: the same choices, the rounds as they are sealed now.

    The earlier edition stays as it is until this one is published; then it is marked as corrected, and can still be cited.
    """
    reason = one_line(reason)
    if not reason:
        return NO_REASON
    async with reading_across(database) as session:
        newest = await _newest(session, name)
    if newest is None or newest.place != place:
        return UNKNOWN
    if newest.state in {ReleaseState.DRAFT, ReleaseState.SIGNED}:
        return NOT_ENDED
    proposal = Proposal.model_validate(newest.plan)
    rounds = await sealed_rounds(database, proposal.measurement, place)
    if not rounds:
        return NO_ROUNDS
    row = _row(proposal, newest.edition + 1, place, actor, now)
    row.reason = reason
    return await _add(database, row, rounds, overtaken=NOT_ENDED)


async def ask_to_make(database: Database, name: str, edition: int, *, place: str, actor: str, now: datetime) -> bool:
    """Let a worker make an edition of a place (anew), with the rounds that were not refused; return False when it is past that."""
    async with place_transaction(database, place) as session:
        row = await session.get(Release, (name, edition), with_for_update=True)
        if row is None or row.place != place or row.state not in {ReleaseState.DRAFT, ReleaseState.SIGNED}:
            return False
        row.asked_at, row.fault, row.progress, row.size = now, None, 0, 0
        await session.flush()
        await _record(session, row, "release.asked", {"digest": row.digest}, actor=actor, now=now)
    return True


async def _under_own_name(database: Database, proposal: Proposal, place: str) -> Proposal:
    async with reading_across(database) as session:
        municipality = await session.get_one(Municipality, place)
    return proposal.model_copy(update={"publisher": f"Gemeente {municipality.name}"})


async def _add(database: Database, row: Release, rounds: list[SealedRound], *, overtaken: str) -> Proposed | str:
    """Keep a new edition with its place in the record; return `overtaken` when somebody else proposed it meanwhile."""
    try:
        async with place_transaction(database, row.place) as session:
            newest = await _newest(session, row.name)
            if (0 if newest is None else newest.edition) != row.edition - 1:
                return overtaken
            session.add(row)
            await session.flush()
            told = {"rounds": len(rounds), "reason": row.reason, **row.plan}
            await _record(session, row, "release.proposed", told, actor=row.proposed_by, now=row.proposed_at)
    except IntegrityError:  # at the same moment, on PostgreSQL
        return overtaken
    return Proposed(row.name, row.edition, tuple(rounds))


def _row(proposal: Proposal, edition: int, place: str, actor: str, now: datetime) -> Release:
    return Release(
        name=proposal.name,
        edition=edition,
        place=place,
        measurement=proposal.measurement,
        title=proposal.title,
        plan=proposal.model_dump(mode="json"),
        proposed_by=actor,
        proposed_at=now,
        asked_at=now,
    )


async def _newest(session: AsyncSession, name: str) -> Release | None:
    """Return the last edition of a release, without its manifest: that names every snapshot."""
    edition = select(func.max(Release.edition)).where(col(Release.name) == name).scalar_subquery()
    newest = select(Release).where(col(Release.name) == name, col(Release.edition) == edition)
    without = newest.options(defer(Release.manifest, raiseload=True))  # type: ignore[arg-type]  # a column, to SQLAlchemy
    return (await session.exec(without)).one_or_none()


async def _record(
    session: AsyncSession, row: Release, action: str, told: Mapping[str, object], *, actor: str, now: datetime
) -> None:
    await record(
        session,
        row.place,
        actor=actor,
        action=action,
        object_kind="release",
        object_id=release_name(row.name, row.edition),
        after=told,
        now=now,
    )
