"""What people decide about an edition: a municipality signs for its round or leaves; who proposed it publishes, drops or withdraws.

A decision is about what was looked at: it names the digest, and counts for nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import defer
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.clock import DUTCH_TIME
from ceo.storage.database import Database
from ceo.storage.editions import PublishedCounts, newest_counts
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Decision, Release, ReleaseFile, ReleaseRound, ReleaseState
from ceo.storage.tenancy import reading_across, shared_transaction, tenant_transaction
from ceo.workflows.audit.recording import place_transaction, record
from ceo.workflows.releases.computing import release_name
from ceo.workflows.releases.files import BESIDE, CUBE, LEDGER_AFTER, LEDGER_BEFORE, read_release_file
from ceo.workflows.releases.making import present_ledger
from ceo.workflows.releases.manifests import (
    CUBE_FILE,
    LEDGER_AFTER_EDITION,
    digest_of_file,
    digest_of_manifest,
    is_as_told,
)
from ceo.workflows.releases.months import same_months_known
from ceo.workflows.releases.proposal import one_line

_LOG: Final = logging.getLogger(__name__)
# Where a manifest holds the digest of each file that is published, or was checked against.
_SEALED: Final = {CUBE: CUBE_FILE, BESIDE: "beside", LEDGER_BEFORE: "ledger", LEDGER_AFTER: LEDGER_AFTER_EDITION}
_OPEN: Final = frozenset({ReleaseState.DRAFT.value, ReleaseState.SIGNED.value})
# It names every snapshot: long, and none of the business of one municipality.
_WITHOUT_MANIFEST: Final = defer(Release.manifest, raiseload=True)  # type: ignore[arg-type]  # a column, to SQLAlchemy
# What a municipality decided, as the record of what was done tells it. Who waits after it refused has come back.
_ACTIONS: Final[Mapping[Decision, str]] = {
    Decision.SIGNED: "release.signed",
    Decision.REFUSED: "release.refused",
    Decision.WAITING: "release.rejoined",
}


class ReleaseDecided(StrEnum):
    """What became of a decision."""

    DONE = "done"
    UNKNOWN = "unknown"  # no such edition, or not of this place
    TOO_LATE = "too-late"  # it was published, dropped or withdrawn already, or this was decided before
    OTHER_CONTENT = "other-content"  # it was made anew since it was looked at
    NOT_SIGNED = "not-signed"  # a municipality has not signed for what is there now
    NO_REASON = "no-reason"
    # Something else of this measurement was published since it was made, or of its months: it has to be made anew.
    OVERTAKEN = "overtaken"
    DAMAGED = "damaged"  # what is kept is not what was made and signed for: it has to be made anew
    NOBODY = "nobody"  # every municipality refused


@dataclass(frozen=True, slots=True)
class Looked:
    """An edition as somebody looked at it."""

    name: str
    edition: int
    digest: str = ""

    def __str__(self) -> str:
        return release_name(self.name, self.edition)


@dataclass(frozen=True, slots=True)
class By:
    """Who decides, for which place, and when."""

    place: str
    actor: str
    now: datetime

    @property
    def today(self) -> date:
        """The day in the Netherlands then."""
        return self.now.astimezone(DUTCH_TIME).date()


async def sign_round(database: Database, looked: Looked, by: By) -> ReleaseDecided:
    """Sign for the round of a municipality in an edition, as it was looked at. When all have signed, the edition is signed."""
    decided = await _decide(database, looked, by, Decision.SIGNED)
    if decided is ReleaseDecided.DONE:
        await _sign_when_all_did(database, looked)
    return decided


async def refuse_round(database: Database, looked: Looked, by: By, *, reason: str) -> ReleaseDecided:
    """Take the round of a municipality out of an edition, with the reason. The edition is then made anew without it."""
    reason = one_line(reason)
    if not reason:
        return ReleaseDecided.NO_REASON
    return await _decide(database, looked, by, Decision.REFUSED, reason=reason)


async def rejoin_round(database: Database, looked: Looked, by: By) -> ReleaseDecided:
    """Take the round of a municipality that refused into an edition again. The edition is then made anew with it, and all sign again."""
    return await _decide(database, looked, by, Decision.WAITING)


async def publish_release(database: Database, looked: Looked, by: By) -> ReleaseDecided:
    """Publish an edition that everybody signed for. The edition before is marked as corrected from then on.

    From now on its figures are what readers have: the ledger of its measurement grows in the same transaction.
    """
    files = {name: await read_release_file(database, looked.name, looked.edition, name) or b"" for name in _SEALED}
    rounds = await read_rounds(database, looked.name, looked.edition)
    taking_part = [one.round_id for one in rounds if one.decision != Decision.REFUSED]
    same_months = await same_months_known(database, taking_part, files[BESIDE])
    try:
        async with place_transaction(database, by.place) as session:
            row = await session.get(Release, (looked.name, looked.edition), with_for_update=True)
            if row is None or row.place != by.place:
                return ReleaseDecided.UNKNOWN
            refused = _not_ready(row, looked, rounds) or _damaged(row, files)
            if refused is not None:
                return refused
            if not same_months or (await present_ledger(session, row.measurement)).encode() != files[LEDGER_BEFORE]:
                return ReleaseDecided.OVERTAKEN
            number = await newest_counts(session, row.measurement) + 1
            content = files[LEDGER_AFTER].decode()
            session.add(PublishedCounts(measurement=row.measurement, edition=number, content=content))
            row.state, row.published_on = ReleaseState.PUBLISHED.value, by.today
            await _end_earlier(session, row)
            await _record(session, looked, by, "release.published", {"digest": looked.digest})
    except IntegrityError:  # something else of this measurement was published at the same moment, on PostgreSQL
        return ReleaseDecided.OVERTAKEN
    return ReleaseDecided.DONE


async def drop_release(database: Database, looked: Looked, by: By, *, reason: str) -> ReleaseDecided:
    """Give up a draft, with the reason. Its figures are removed, and its name stays used."""
    reason = one_line(reason)
    if not reason:
        return ReleaseDecided.NO_REASON
    async with place_transaction(database, by.place) as session:
        row = await session.get(Release, (looked.name, looked.edition), with_for_update=True)
        if row is None or row.place != by.place:
            return ReleaseDecided.UNKNOWN
        if row.state not in _OPEN:
            return ReleaseDecided.TOO_LATE
        # Whoever makes it would bring it back.
        if row.digest != looked.digest or row.asked_at is not None:
            return ReleaseDecided.OTHER_CONTENT
        its_files = col(ReleaseFile.release) == row.name, col(ReleaseFile.edition) == row.edition
        await session.exec(delete(ReleaseFile).where(*its_files))
        row.state, row.ended_on, row.ended_because = ReleaseState.DROPPED.value, by.today, reason
        row.digest, row.manifest, row.fault = "", None, None
        await _record(session, looked, by, "release.dropped", {"digest": looked.digest, "reason": row.ended_because})
    return ReleaseDecided.DONE


async def withdraw_release(database: Database, looked: Looked, by: By, *, reason: str) -> ReleaseDecided:
    """Say of a published edition that it should not be used any more, with the reason. It stays to be cited.

    The place that published it does, or the national editors: then it stands in the record of both, in a transaction each.
    """
    reason = one_line(reason)
    if not reason:
        return ReleaseDecided.NO_REASON
    async with reading_across(database) as session:
        place = (await session.exec(select(Release.place).where(*_named(looked)))).one_or_none()
    if place is None or by.place not in {place, NATIONAL}:
        return ReleaseDecided.UNKNOWN
    async with place_transaction(database, place) as session:
        row = await session.get_one(Release, (looked.name, looked.edition), with_for_update=True)
        if row.state not in {ReleaseState.PUBLISHED, ReleaseState.CORRECTED}:
            return ReleaseDecided.TOO_LATE
        row.state, row.ended_on, row.ended_because = ReleaseState.WITHDRAWN.value, by.today, reason
        await _record(session, looked, replace(by, place=place), "release.withdrawn", {"reason": reason})
    if place != by.place:
        async with place_transaction(database, by.place) as session:
            await _record(session, looked, by, "release.withdrawn", {"reason": reason, "place": place})
    return ReleaseDecided.DONE


async def read_rounds(database: Database, name: str, edition: int) -> Sequence[ReleaseRound]:
    """Return what the municipalities of an edition said of their rounds, in order of code."""
    asked = select(ReleaseRound).where(col(ReleaseRound.release) == name, col(ReleaseRound.edition) == edition)
    async with reading_across(database) as session:
        return (await session.exec(asked.order_by(col(ReleaseRound.municipality)))).all()


def _not_ready(row: Release, looked: Looked, rounds: Sequence[ReleaseRound]) -> ReleaseDecided | None:
    """Return why an edition cannot be published as it was looked at; None when it can."""
    if row.state not in _OPEN:
        return ReleaseDecided.TOO_LATE
    if not row.digest or row.digest != looked.digest or row.asked_at is not None:
        return ReleaseDecided.OTHER_CONTENT
    taking_part = [one for one in rounds if one.decision != Decision.REFUSED]
    if not taking_part:
        return ReleaseDecided.NOBODY
    if {one.municipality for one in taking_part} != set((row.manifest or {}).get("snapshots", ())):
        return ReleaseDecided.OTHER_CONTENT  # it was made with others than those who take part
    signed = all(one.decision == Decision.SIGNED and one.signed_digest == looked.digest for one in taking_part)
    return None if signed else ReleaseDecided.NOT_SIGNED


def _damaged(row: Release, files: Mapping[str, bytes]) -> ReleaseDecided | None:
    """Return why what is kept cannot be published: it is not what was made, and signed for; None when it is."""
    manifest = row.manifest or {}
    same = all(digest_of_file(content) == manifest.get(_SEALED[name]) for name, content in files.items())
    if same and is_as_told(row) and digest_of_manifest(manifest) == row.digest:
        return None
    _LOG.error(
        "%s is damaged: its files or choices are not those that were sealed", release_name(row.name, row.edition)
    )
    return ReleaseDecided.DAMAGED


async def _decide(
    database: Database, looked: Looked, by: By, decision: Decision, *, reason: str = ""
) -> ReleaseDecided:
    """Keep what a municipality decided. Who comes or goes has the edition made anew, in the same transaction: nobody publishes between."""
    own = col(ReleaseRound.release) == looked.name, col(ReleaseRound.edition) == looked.edition
    its_row = select(Release).where(*_named(looked))
    async with tenant_transaction(database, by.place) as session:
        row = (await session.exec(its_row.options(_WITHOUT_MANIFEST).with_for_update())).one_or_none()
        asked = (await session.exec(select(ReleaseRound).where(*own).with_for_update())).one_or_none()
        if asked is None:
            return ReleaseDecided.UNKNOWN
        if row is None:  # PostgreSQL locks no row of others that this municipality may not change any more
            return ReleaseDecided.TOO_LATE
        # Only who refused can come back, and nothing else can be decided then.
        if row.state not in _OPEN or (asked.decision == Decision.REFUSED) is not (decision is Decision.WAITING):
            return ReleaseDecided.TOO_LATE
        if decision is Decision.SIGNED and (row.digest != looked.digest or row.asked_at is not None):
            return ReleaseDecided.OTHER_CONTENT
        asked.decision, asked.reason = decision.value, reason
        asked.signed_digest = looked.digest if decision is Decision.SIGNED else ""
        came_back = decision is Decision.WAITING
        asked.decided_by, asked.decided_at = (None, None) if came_back else (by.actor, by.now)
        if decision is not Decision.SIGNED:
            row.state, row.asked_at, row.fault = ReleaseState.DRAFT.value, by.now, None
            row.progress, row.size = 0, 0
        await _record(session, looked, by, _ACTIONS[decision], {"digest": looked.digest, "reason": reason})
    return ReleaseDecided.DONE


def _named(looked: Looked) -> tuple[ColumnElement[bool], ...]:
    return col(Release.name) == looked.name, col(Release.edition) == looked.edition


async def _sign_when_all_did(database: Database, looked: Looked) -> None:
    """Call an edition signed when nobody is waited for. Only the last of those who sign has every round read."""
    waited_for = select(ReleaseRound.round_id).where(
        col(ReleaseRound.release) == looked.name,
        col(ReleaseRound.edition) == looked.edition,
        col(ReleaseRound.decision) != Decision.REFUSED.value,
        col(ReleaseRound.signed_digest) != looked.digest,
    )
    async with reading_across(database) as session:
        if (await session.exec(waited_for.limit(1))).first() is not None:
            return
    rounds = await read_rounds(database, looked.name, looked.edition)
    async with shared_transaction(database) as session:
        row = await session.get_one(Release, (looked.name, looked.edition), with_for_update=True)
        if row.state == ReleaseState.DRAFT and _not_ready(row, looked, rounds) is None:
            row.state = ReleaseState.SIGNED.value


async def _end_earlier(session: AsyncSession, row: Release) -> None:
    earlier = select(Release).where(
        col(Release.name) == row.name,
        col(Release.edition) < row.edition,
        col(Release.state) == ReleaseState.PUBLISHED.value,
    )
    for one in await session.exec(earlier):
        one.state, one.ended_on = ReleaseState.CORRECTED.value, row.published_on
        one.ended_because = row.reason


async def _record(session: AsyncSession, looked: Looked, by: By, action: str, after: Mapping[str, object]) -> None:
    await session.flush()
    await record(
        session,
        by.place,
        actor=by.actor,
        action=action,
        object_kind="release",
        object_id=str(looked),
        after=after,
        now=by.now,
    )
