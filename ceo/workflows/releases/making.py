"""Making editions that somebody asked for: from the sealed rounds to the cube, its ledger and its digest.

One process of an installation makes editions at a time, and whoever dies in between leaves it to the next one: until the last transaction
nothing of an edition has changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.editions import counts_before, newest_counts
from ceo.storage.municipalities import Municipality
from ceo.storage.releases import Decision, Release, ReleaseRound, ReleaseState
from ceo.storage.rounds import PublishedQuestionnaire, Round, RoundDesign
from ceo.storage.tenancy import reading_across, tenant_transaction
from ceo.storage.turns import in_turn
from ceo.workflows.audit.recording import place_transaction, record
from ceo.workflows.ending.sealing import read_sealed
from ceo.workflows.library.current import present_library
from ceo.workflows.releases.adjusting import ADJUSTED
from ceo.workflows.releases.compositions import COMPOSITION, read_invited
from ceo.workflows.releases.computing import (
    Place,
    ReleaseError,
    ReleaseInput,
    ReleaseOutput,
    compute_release,
    release_name,
)
from ceo.workflows.releases.files import BESIDE, CUBE, LEDGER_AFTER, LEDGER_BEFORE, write_release_file
from ceo.workflows.releases.months import bring_series_up_to_date, read_known_months
from ceo.workflows.releases.proposal import Proposal
from ceo.workflows.releases.proposing import SealedRound, sealed_rounds
from ceo.workflows.releases.when_asked import next_asked, rest
from ceo.workflows.rounds.design import Design

if TYPE_CHECKING:
    from analysis.partitions import Engine

# In seconds.
_SHOWS_EVERY: Final = 1.0
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Making:
    """Where editions are made, and who hears how far it is: (parts done, all)."""

    engine: Engine | None = None
    told: Told | None = None


async def make_asked(
    database: Database,
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    making: Making = Making(),
) -> int:
    """Make every edition that was asked for and is not made yet; return how many."""
    made = 0
    async with in_turn(database, "releases"):
        while (row := await next_asked(database)) is not None:
            await make_edition(database, settings, row, clock=clock, making=making)
            made += 1
    return made


async def make_edition(
    database: Database,
    settings: Settings,
    row: Release,
    *,
    clock: Callable[[], datetime],
    making: Making = Making(),
) -> None:
    """Make an edition. What went wrong is kept with it as `fault`, for who asked."""
    from analysis.snapshots import DamagedSnapshotError

    rounds = await _taking_part(database, row)
    if not rounds:
        await _keep_fault(database, row, ReleaseError(("Geen enkele gemeente doet mee.",)))
        return
    try:
        await bring_series_up_to_date(database, settings, rounds, clock=clock)
        given = await gather_input(database, settings, row, rounds)
        async with _showing_progress(database, row, making) as told:
            made = await asyncio.to_thread(compute_release, given, engine=making.engine, progress=told)
    except (ReleaseError, DamagedSnapshotError) as error:
        await _keep_fault(database, row, error)
        return
    await _ask_municipalities(database, row, rounds, made.digest)
    await _keep(database, row, given, made, now=clock())


@asynccontextmanager
async def _showing_progress(database: Database, row: Release, making: Making) -> AsyncIterator[Told]:
    """Keep with an edition how far it is, now and then, while a thread makes it."""
    reached, ended = [(0, 0)], asyncio.Event()

    def hear(done: int, parts: int) -> None:
        reached[0] = (done, parts)
        if making.told is not None:
            making.told(done, parts)

    async def show() -> None:
        shown = (0, 0)
        while not ended.is_set():
            await rest(ended, _SHOWS_EVERY)
            if reached[0] != shown and not ended.is_set():
                shown = reached[0]
                async with place_transaction(database, row.place) as session:
                    kept = await session.get_one(Release, (row.name, row.edition), with_for_update=True)
                    kept.progress, kept.size = shown

    showing = asyncio.create_task(show())
    try:
        yield hear
    finally:
        ended.set()
        await showing


async def gather_input(database: Database, settings: Settings, row: Release, rounds: list[SealedRound]) -> ReleaseInput:
    """Return everything that an edition of these rounds is computed from, as it stands now."""
    codes = [one.municipality for one in rounds]
    snapshots = [await read_sealed(database, settings, one.municipality, one.round_id) for one in rounds]
    library = await present_library(database)
    async with reading_across(database) as session:
        places = await session.exec(
            select(Municipality).where(col(Municipality.code).in_(codes)).order_by(Municipality.code)
        )
        its_rounds = (
            await session.exec(select(Round).where(col(Round.id).in_([one.round_id for one in rounds])))
        ).all()
        designs = await session.exec(
            select(RoundDesign).where(col(RoundDesign.round_id).in_([one.round_id for one in rounds]))
        )
        hashes = versions_in(snapshots) | {one.questionnaire_hash for one in its_rounds}
        sealed = select(PublishedQuestionnaire.content, PublishedQuestionnaire.content_hash)
        chosen = sealed.where(col(PublishedQuestionnaire.content_hash).in_(hashes))
        versions = (await session.exec(chosen.order_by(PublishedQuestionnaire.content_hash))).all()
        return ReleaseInput(
            proposal=Proposal.model_validate(row.plan),
            edition=row.edition,
            reason=row.reason,
            places=tuple(Place(one.code, one.name, one.province_code, one.province, one.size_class) for one in places),
            snapshots=tuple(snapshots),
            versions=tuple((content, content_hash) for content, content_hash in versions),
            crosswalks=tuple(library.definitions.all_crosswalks()),
            ledger=await present_ledger(session, row.measurement),
            floor=max((Design.model_validate(one.document).floor for one in designs), default=0),
            simulated=any(one.simulated for one in its_rounds),
            invited=await read_invited(session, rounds),
            place=row.place,
            months=await read_known_months(session, its_rounds, versions),
        )


def versions_in(snapshots: list[bytes]) -> set[str]:
    """Return the digests of the questionnaires that were filled in, without reading the answers."""
    from analysis.snapshots import read_versions

    return {version for content in snapshots for version in read_versions(content)}


async def present_ledger(session: AsyncSession, measurement: str) -> str:
    """Return what readers have of a measurement by now, as JSON: all that was published; empty when nothing was.

    That is one ledger for results pages and releases, so a release is checked against every edition of the page of its rounds, and the
    next page against the release. Months of a round that went on are no measurement: they come beside it (`ReleaseInput.months`).
    """
    return await counts_before(session, measurement, await newest_counts(session, measurement) + 1)


async def _taking_part(database: Database, row: Release) -> list[SealedRound]:
    """Return the rounds of an edition that were not refused; before it was made for the first time all that are sealed."""
    async with reading_across(database) as session:
        asked = select(ReleaseRound).where(
            col(ReleaseRound.release) == row.name, col(ReleaseRound.edition) == row.edition
        )
        known = {one.round_id: one.decision for one in await session.exec(asked)}
    rounds = await sealed_rounds(database, row.measurement, row.place)
    return [one for one in rounds if known.get(one.round_id, Decision.WAITING) != Decision.REFUSED]


async def _keep_fault(database: Database, row: Release, error: Exception) -> None:
    async with place_transaction(database, row.place) as session:
        kept = await session.get_one(Release, (row.name, row.edition), with_for_update=True)
        told = error.problems if isinstance(error, ReleaseError) else (f"{error}",)
        kept.fault, kept.asked_at = "\n".join(told), None


async def _ask_municipalities(database: Database, row: Release, rounds: list[SealedRound], digest: str) -> None:
    """Ask each municipality about its round, in a transaction of its own. Who signed for something else is asked again."""
    for one in rounds:
        async with tenant_transaction(database, one.municipality) as session:
            key = (row.name, row.edition, one.round_id)
            present = await session.get(ReleaseRound, key)
            if present is None:
                present = ReleaseRound(
                    municipality=one.municipality,
                    release=row.name,
                    edition=row.edition,
                    round_id=one.round_id,
                    snapshot=one.digest,
                )
                session.add(present)
            present.snapshot = one.digest
            if present.decision == Decision.SIGNED and present.signed_digest != digest:
                present.decision, present.signed_digest = Decision.WAITING.value, ""
                present.decided_by, present.decided_at = None, None


async def _keep(database: Database, row: Release, given: ReleaseInput, made: ReleaseOutput, *, now: datetime) -> None:
    """Keep what was made, its files and its place in the record, all or nothing."""
    async with place_transaction(database, row.place) as session:
        kept = await session.get_one(Release, (row.name, row.edition), with_for_update=True)
        for name, content in (
            (CUBE, made.cube),
            (COMPOSITION, made.composition),
            (ADJUSTED, made.adjusted),
            (BESIDE, given.beside()),
            (LEDGER_BEFORE, given.ledger.encode()),
            (LEDGER_AFTER, made.ledger.encode()),
        ):
            await write_release_file(session, row.name, row.edition, name, content)
        kept.manifest, kept.digest, kept.made_at = made.manifest, made.digest, now
        kept.fault, kept.state = None, ReleaseState.DRAFT.value
        if kept.asked_at == row.asked_at:  # else somebody asked again meanwhile, such as after a refusal
            kept.asked_at = None
        await session.flush()
        await record(
            session,
            row.place,
            actor=row.proposed_by,
            action="release.made",
            object_kind="release",
            object_id=release_name(row.name, row.edition),
            after={"digest": made.digest, "rounds": len(given.snapshots)},
            now=now,
        )
