"""The figures of providers of one round: reading them, and opening those of one group to who it is about."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.clock import DUTCH_TIME
from ceo.storage.database import Database
from ceo.storage.endings import Snapshot
from ceo.storage.people import Membership, User
from ceo.storage.rounds import Round, RoundDesign, Stratum
from ceo.storage.sharing import SharedActivity
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import reading_across, tenant_reading, tenant_transaction
from ceo.workflows.activities.changes import RefusedByPolicy
from ceo.workflows.activities.hiding import without_few_late
from ceo.workflows.activities.providers import GroupRow, ProviderFigures, RoundRows, measure_providers
from ceo.workflows.activities.reading import SEALED, by_provider, read_versions
from ceo.workflows.audit.recording import record
from ceo.workflows.ending.sealing import WHOLE
from ceo.workflows.following.pages import Page, find_pages, read_ledgers, shown_on_page
from ceo.workflows.library.current import present_library
from ceo.workflows.rights import Role
from ceo.workflows.rounds.design import Design, law_of


@dataclass(frozen=True, slots=True)
class SealedRound:
    """A sealed round of which the groups are, or stand for, who gives the support.

    `digest`: of its snapshot. `shared`: its groups of which partners may see the figures. `page`: what its results count.
    """

    row: Round
    design: Design
    digest: str
    shared: frozenset[str]
    page: Page

    @property
    def key(self) -> tuple[object, ...]:
        """What its figures follow from: as long as it is the same, they are."""
        return self.row.municipality, self.row.id, self.digest, self.design.floor, self.design.act, self.page


class ShareFault(StrEnum):
    """Why a group was not shared."""

    UNKNOWN = "unknown"  # the round has no such group, or nothing of it is shown
    NOBODY = "nobody"  # no partner has this activity


async def find_sealed_round(database: Database, municipality: str, round_id: int) -> SealedRound | None:
    """Return a sealed round with groups of providers; None when there is no such round."""
    async with tenant_reading(database, municipality) as session:
        wanted = (
            select(Round, RoundDesign.document, Snapshot.digest)
            .join(RoundDesign, col(RoundDesign.round_id) == col(Round.id))
            .join(Snapshot, col(Snapshot.round_id) == col(Round.id))
            .where(col(Round.id) == round_id, col(Snapshot.period) == WHOLE, col(Round.stage).in_(SEALED))
        )
        found = (await session.exec(wanted)).one_or_none()
        shared = select(SharedActivity.activity).where(col(SharedActivity.round_id) == round_id)
        activities = frozenset(await session.exec(shared))
    if found is None:
        return None
    design = Design.model_validate(found[1])
    if not by_provider(design):
        return None
    pages = await find_pages(database, municipality, {round_id: found[0].measurement})
    return SealedRound(found[0], design, found[2], activities, pages[round_id])


async def compute_providers(database: Database, found: SealedRound) -> ProviderFigures | RefusedByPolicy:
    """Return the figures of a round by group, computed in a thread; the refusal of the policy where it forbids them.

    A few answers that came too late for any edition do not count: groups add up to what the results page shows of everybody. What that page
    shows of other people, because it counts less for the moment or hides it, is told of no group.
    """
    async with tenant_reading(database, found.row.municipality) as session:
        answered = (
            select(Submission.stratum, Submission.questionnaire_hash, Submission.answers, Submission.edition)
            .where(col(Submission.round_id) == found.row.id)
            .order_by(col(Submission.id))
        )
        given = [(row[3], GroupRow(row[0], row[1], dict(row[2]))) for row in await session.exec(answered)]
        strata = (await session.exec(select(Stratum).where(col(Stratum.round_id) == found.row.id))).all()
    library = await present_library(database)
    rows = without_few_late(given, floor=found.design.floor)
    asked = RoundRows(
        rows,
        {one.name: one.population for one in strata},
        await read_versions(database, {found.row.questionnaire_hash, *(row.version for row in rows)}),
        library.definitions.all_crosswalks() if library.number else None,
        found.design.floor,
        law_of(None, found.design),
    )
    ledgers = await read_ledgers(database, {found.row.measurement: found.page})
    content = ledgers.get(found.row.measurement, "")
    return await asyncio.to_thread(_measure, asked, content, found.row.municipality)


def _measure(asked: RoundRows, ledger: str, municipality: str) -> ProviderFigures | RefusedByPolicy:
    return measure_providers(replace(asked, on_page=shown_on_page(ledger, municipality) if ledger else None))


async def partners_of(database: Database, municipality: str, activities: Collection[str]) -> dict[str, list[str]]:
    """Return by activity the names of the partners who have it: who sees what is shared."""
    members = (
        select(User.name, Membership.activities)
        .join(Membership, col(Membership.user_id) == col(User.id))
        .where(
            col(Membership.place) == municipality,
            col(Membership.role) == Role.PARTNER.value,
            col(User.disabled).is_(False),
        )
        .order_by(col(User.name))
    )
    async with reading_across(database) as session:
        rows = (await session.exec(members)).all()
    return {activity: [name for name, own in rows if activity in own] for activity in activities}


async def share_group(
    database: Database, found: SealedRound, figures: ProviderFigures, group: str, *, actor: str, now: datetime
) -> ShareFault | None:
    """Open the figures of one group to the partners who have that activity. Done twice is done once.

    Only figures that the policy let pass can be shared: without them there is nothing to call this with.
    """
    its = figures.find(group)
    if its is None or not its.is_shown:
        return ShareFault.UNKNOWN
    if not (await partners_of(database, found.row.municipality, [group]))[group]:
        return ShareFault.NOBODY
    assert found.row.id is not None, "it was read"
    async with tenant_transaction(database, found.row.municipality) as session:
        # Locked: two people who share it at the same moment share it once.
        await session.get_one(Round, found.row.id, with_for_update=True)
        if await session.get(SharedActivity, (found.row.id, group)) is None:
            session.add(
                SharedActivity(
                    municipality=found.row.municipality,
                    round_id=found.row.id,
                    activity=group,
                    shared_on=now.astimezone(DUTCH_TIME).date(),
                    shared_by=actor,
                )
            )
            await _record(session, found, "activity.shared", group, actor=actor, now=now)
    return None


async def stop_sharing(database: Database, found: SealedRound, group: str, *, actor: str, now: datetime) -> None:
    """Close the figures of one group to partners again."""
    async with tenant_transaction(database, found.row.municipality) as session:
        shared = (col(SharedActivity.round_id) == found.row.id, col(SharedActivity.activity) == group)
        gone = await session.exec(delete(SharedActivity).where(*shared).returning(col(SharedActivity.activity)))
        if gone.all():
            await _record(session, found, "activity.unshared", group, actor=actor, now=now)


async def _record(
    session: AsyncSession, found: SealedRound, action: str, group: str, *, actor: str, now: datetime
) -> None:
    await record(
        session,
        found.row.municipality,
        actor=actor,
        action=action,
        object_kind="round",
        object_id=str(found.row.id),
        after={"activity": group},
        now=now,
    )
