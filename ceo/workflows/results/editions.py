"""Making editions of the results: which submissions count, and the reports that follow from them.

A submission counts from an edition on only together with at least as many others of its round as the disclosure floor. So the
difference between two editions never shows the answers of a few. While a round goes on, only sealed months count (`admission`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from analysis.policy import DisclosurePolicy
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.editions import Edition, PublishedCounts, counts_before, newest_counts
from ceo.storage.municipalities import Municipality
from ceo.storage.rounds import PublishedQuestionnaire, Round, RoundDesign, Stratum
from ceo.storage.submissions import Submission, assign_edition
from ceo.storage.tenancy import reading_across, shared_transaction, tenant_transaction
from ceo.workflows.ending.counting import kept_counts, states_in
from ceo.workflows.library.current import present_library
from ceo.workflows.results.admission import may_count
from ceo.workflows.results.reporting import Made, Measurement, RoundFacts, SealedVersion, StratumRow, SubmissionRow
from ceo.workflows.results.sealed_months import read_months
from ceo.workflows.rounds.design import Design

FLOOR: Final = DisclosurePolicy().floor

# Runs `reporting.make_reports`: here, or in a worker process.
MakeReports = Callable[[Measurement], Awaitable[Made]]


async def make_editions(database: Database, measurement: str, make: MakeReports, *, today: date) -> int | None:
    """Make the next edition of a measurement; return its number, or None when too few submissions wait."""
    number = await _admit_waiting(database, measurement)
    if number is None:
        return None
    gathered = await _gather(database, measurement, number, today)
    made = await make(gathered)
    await _store_ledger(database, measurement, number, made.ledger)
    counted = {facts.municipality: facts.counted for facts in gathered.rounds}
    for municipality, report in made.reports.items():
        await _store(database, municipality, measurement, number, counted[municipality], report, today)
    return number


async def enough_wait(database: Database, measurement: str) -> bool:
    """Tell whether in any round so many submissions wait that an edition can count them.

    Asked after each sending, so it looks at those that wait, and not at the many that are counted already.
    """
    async with reading_across(database) as session:
        rounds = (
            select(Submission.round_id)
            .join(Round, col(Submission.round_id) == col(Round.id))
            .where(col(Round.measurement) == measurement, col(Submission.edition).is_(None), may_count())
            .group_by(col(Submission.round_id))
            .having(func.count() >= FLOOR)
        )
        return (await session.exec(rounds.limit(1))).first() is not None


async def _admit_waiting(database: Database, measurement: str) -> int | None:
    """Let the waiting submissions count where enough of them wait; return the number of the edition to make, if any.

    An edition that was admitted but not stored for all (the process died between) is finished first, and nothing is added to it.
    """
    async with reading_across(database) as session:
        stored = select(func.coalesce(func.max(Edition.number), 0)).where(col(Edition.round_id) == col(Round.id))
        waiting = func.count().filter(col(Submission.edition).is_(None), may_count())
        admitted = func.coalesce(func.max(Submission.edition), 0)
        rows = await session.exec(
            select(Round, waiting, admitted, stored.correlate(Round).scalar_subquery())
            .join(Submission, col(Submission.round_id) == col(Round.id))
            .where(col(Round.measurement) == measurement)
            .group_by(Round.__table__)  # type: ignore[attr-defined]  # SQLModel's table classes have it
        )
        counts: list[tuple[Round, int, int, int]] = [(row[0], row[1], row[2] or 0, row[3] or 0) for row in rows]
        floors = await _floors(session, [its_round.id for its_round, *_ in counts])
        published = await newest_counts(session, measurement)  # also by releases
    unfinished = [newest for _, _, newest, kept in counts if newest > kept]
    enough = [its_round for its_round, waits, _, _ in counts if waits >= floors.get(its_round.id, FLOOR)]
    if unfinished or not enough:
        return min(unfinished, default=None)
    number = 1 + max(published, *(kept for _, _, _, kept in counts))
    for its_round in enough:
        assert its_round.id is not None
        async with tenant_transaction(database, its_round.municipality) as session:
            await assign_edition(session, its_round.id, number, may_count())
    return number


async def _floors(session: AsyncSession, rounds: Sequence[int | None]) -> dict[int | None, int]:
    """Return the smallest number of respondents about whom something is shown, of the rounds that planned one."""
    planned = await session.exec(select(RoundDesign).where(col(RoundDesign.round_id).in_(rounds)))
    return {row.round_id: Design.model_validate(row.document).floor for row in planned}


async def _gather(database: Database, measurement: str, number: int, today: date) -> Measurement:
    """Return the counted submissions of all rounds of a measurement, with the versions that were filled in."""
    library = await present_library(database)
    async with reading_across(database) as session:
        rounds = (await session.exec(select(Round).where(col(Round.measurement) == measurement))).all()
        ids = [its_round.id for its_round in rounds]
        strata = (await session.exec(select(Stratum).where(col(Stratum.round_id).in_(ids)))).all()
        counted = (
            select(Submission.municipality, Submission.stratum, Submission.questionnaire_hash, Submission.answers)
            .where(col(Submission.round_id).in_(ids), col(Submission.edition).is_not(None))
            .order_by(col(Submission.id))
        )
        rows = [SubmissionRow(row[0], row[1], row[2], dict(row[3])) for row in await session.exec(counted)]
        hashes = {row.content_hash for row in rows} | {its_round.questionnaire_hash for its_round in rounds}
        sealed = select(PublishedQuestionnaire.content, PublishedQuestionnaire.content_hash)
        versions = await session.exec(sealed.where(col(PublishedQuestionnaire.content_hash).in_(hashes)))
        sealed_versions = tuple(SealedVersion(content, content_hash) for content, content_hash in versions)
        floors = await _floors(session, ids)
        return Measurement(
            versions=sealed_versions,
            made_on=today,
            rounds=tuple(await _facts(session, rounds, Counter(row.municipality for row in rows))),
            strata=tuple(StratumRow(row.municipality, row.name, row.population) for row in strata),
            submissions=tuple(rows),
            name=measurement,
            edition=number,
            ledger=await counts_before(session, measurement, number),
            crosswalks=library.definitions.all_crosswalks() if library.number else None,
            floor=max(floors.values(), default=0),
            months=await read_months(session, rounds, {one.content_hash: one.content for one in sealed_versions}),
        )


async def _facts(session: AsyncSession, rounds: Sequence[Round], counted: Mapping[str, int]) -> list[RoundFacts]:
    codes = [its_round.municipality for its_round in rounds]
    names = dict(
        (
            await session.exec(select(Municipality.code, Municipality.name).where(col(Municipality.code).in_(codes)))
        ).all()
    )
    invited = dict(
        (
            await session.exec(
                select(Invitation.round_id, func.count())
                .where(col(Invitation.round_id).in_([its_round.id for its_round in rounds]))
                .group_by(col(Invitation.round_id))
            )
        ).all()
    )
    ids = [its_round.id for its_round in rounds]
    for round_id, counted_then in (await kept_counts(session, ids)).items():
        invited.setdefault(round_id, sum(sum(states_in(own).values()) for own in counted_then.values()))
    sent = select(Submission.municipality, func.count()).where(col(Submission.round_id).in_(ids))
    submitted = dict((await session.exec(sent.group_by(col(Submission.municipality)))).all())
    return [
        RoundFacts(
            municipality=its_round.municipality,
            content_hash=its_round.questionnaire_hash,
            name=names[its_round.municipality],
            title=its_round.title,
            opens_on=its_round.opens_on,
            closes_on=its_round.closes_on,
            simulated=its_round.simulated,
            invited=invited.get(its_round.id or 0, 0),
            submitted=submitted.get(its_round.municipality, 0),
            counted=counted.get(its_round.municipality, 0),
        )
        for its_round in rounds
    ]


async def _store_ledger(database: Database, measurement: str, number: int, content: str) -> None:
    """Keep the ledger before anybody can see the edition; made once more after a fault, it is the same."""
    async with shared_transaction(database) as session:
        if await session.get(PublishedCounts, (measurement, number)) is None:
            session.add(PublishedCounts(measurement=measurement, edition=number, content=content))


async def _store(
    database: Database, municipality: str, measurement: str, number: int, counted: int, report: str, today: date
) -> None:
    async with tenant_transaction(database, municipality) as session:
        round_id = (await session.exec(select(Round.id).where(col(Round.measurement) == measurement))).one()
        assert round_id is not None
        if await session.get(Edition, (round_id, number)) is None:  # another process may have been first
            session.add(
                Edition(
                    municipality=municipality,
                    round_id=round_id,
                    number=number,
                    made_on=today,
                    submissions=counted,
                    report=report,
                )
            )
