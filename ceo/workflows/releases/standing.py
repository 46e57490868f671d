"""Where the editions of a place stand, for who works there: what waits for whom, who signed, and which measurements can be released.

A municipality sees the editions that it proposed and those in which its round is, with its own decision. For the whole country the
editions that were proposed for it are seen, with the decision of every municipality.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.endings import Snapshot
from ceo.storage.library_drafts import names_of
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Decision, Release, ReleaseRound, ReleaseState
from ceo.storage.rounds import Round, RoundStage
from ceo.storage.tenancy import reading_across, tenant_reading
from ceo.workflows.ending.sealing import WHOLE
from ceo.workflows.releases.proposal import can_be_release
from ceo.workflows.releases.reading import PUBLIC

_OPEN: Final = (ReleaseState.DRAFT.value, ReleaseState.SIGNED.value)
_SEALED: Final = (RoundStage.SEALED.value, RoundStage.ERASED.value)
_MOST_MEASUREMENTS: Final = 100
# It names every snapshot: long, and not shown.
_WITHOUT_MANIFEST: Final = defer(Release.manifest, raiseload=True)  # type: ignore[arg-type]  # a column, to SQLAlchemy
# A worker looks every few seconds. After so long there may be none.
_LONG_WAIT: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """An edition (without its manifest) as a place sees it.

    `own`: what this municipality said of its round; `decisions`: how many municipalities decided what, by `Decision`.
    """

    row: Release
    place: str
    own: ReleaseRound | None = None
    decisions: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_ours(self) -> bool:
        """Whether this place proposed it, and decides when it is published."""
        return self.row.place == self.place

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return self.row.state in PUBLIC

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed: it is neither public nor dropped."""
        return self.row.state in _OPEN

    @property
    def is_dropped(self) -> bool:
        """Whether it was given up before it was published."""
        return self.row.state == ReleaseState.DROPPED

    @property
    def can_be_dropped(self) -> bool:
        """Whether this place can give it up: a draft, when nobody is making it."""
        return self.is_ours and self.is_draft and not self.is_busy

    @property
    def can_be_rejoined(self) -> bool:
        """Whether this municipality refused, and can still come back."""
        return self.has_refused and self.is_draft

    @property
    def is_made(self) -> bool:
        """Whether there are figures to look at."""
        return bool(self.row.digest)

    @property
    def is_busy(self) -> bool:
        """Whether it is being made, or waits for that."""
        return self.row.asked_at is not None and self.row.fault is None and not self.is_public

    @property
    def may_be_decided(self) -> bool:
        """Whether what stands there now can be signed for, or published."""
        return self.is_made and not self.is_busy and not self.is_public and self.row.fault is None

    @property
    def has_signed(self) -> bool:
        """Whether this municipality signed for what stands there now."""
        own = self.own
        return own is not None and own.decision == Decision.SIGNED and own.signed_digest == self.row.digest

    @property
    def has_refused(self) -> bool:
        """Whether this municipality does not take part."""
        return self.own is not None and self.own.decision == Decision.REFUSED

    @property
    def waits_for_signature(self) -> bool:
        """Whether this municipality is asked to look and sign."""
        return self.may_be_decided and self.own is not None and not self.has_signed and not self.has_refused

    @property
    def can_be_published(self) -> bool:
        """Whether everybody signed, and this place publishes it."""
        return self.is_ours and self.may_be_decided and (self.row.state == ReleaseState.SIGNED or self._all_signed)

    @property
    def _all_signed(self) -> bool:
        """Whether nobody is waited for, by what they decided: who signs last may be cut off before the state says so."""
        if self.own is not None:
            return self.has_signed
        return bool(self.decisions.get(Decision.SIGNED)) and not self.decisions.get(Decision.WAITING)

    @property
    def waits_for_us(self) -> bool:
        """Whether nothing happens before this place does something."""
        return self.waits_for_signature or self.can_be_published or (self.is_ours and self.row.fault is not None)

    def waits_long(self, now: datetime) -> bool:
        """Whether it waits so long to be made that there may be no worker, and nothing shows that there is one."""
        asked = self.row.asked_at
        return self.is_busy and asked is not None and not self.row.size and asked < now - _LONG_WAIT


@dataclass(frozen=True, slots=True)
class Signature:
    """What a municipality decided, and who did that when; `by` is the name of a person, or of a command."""

    municipality: str
    decision: str
    by: str
    at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a release can be made of: how many municipalities have sealed their round with answers, and how many not yet."""

    name: str
    title: str
    sealed: int
    unsealed: int
    submissions: int


async def list_standings(database: Database, place: str) -> list[Standing]:
    """Return the editions that a place has to do with: first what waits for it, then what is being made, then the newest."""
    found = await _standings(database, place)
    return sorted(found, key=lambda one: (not one.waits_for_us, not one.is_busy))


async def list_waiting(database: Database, place: str) -> list[Standing]:
    """Return the drafts in which nothing happens before this place does something, the newest first."""
    found = await _standings(database, place, col(Release.state).in_(_OPEN))
    return [one for one in found if one.waits_for_us]


async def find_standing(database: Database, place: str, name: str, edition: int) -> Standing | None:
    """Return an edition that a place has to do with; None when there is none, or it is none of its concern."""
    if not can_be_release(name, edition):
        return None
    which = and_(col(Release.name) == name, col(Release.edition) == edition)
    return next(iter(await _standings(database, place, which)), None)


async def find_earlier(database: Database, row: Release) -> Release | None:
    """Return the edition before one that readers had; None when there was none."""
    earlier = (
        select(Release)
        .where(col(Release.name) == row.name, col(Release.edition) < row.edition, col(Release.state).in_(PUBLIC))
        .order_by(col(Release.edition).desc())
        .limit(1)
        .options(_WITHOUT_MANIFEST)
    )
    async with reading_across(database) as session:
        return (await session.exec(earlier)).one_or_none()


async def list_signatures(database: Database, row: Release) -> list[Signature]:
    """Return what every municipality of an edition decided, in order of code."""
    asked = select(ReleaseRound).where(col(ReleaseRound.release) == row.name, col(ReleaseRound.edition) == row.edition)
    async with reading_across(database) as session:
        rounds = (await session.exec(asked.order_by(col(ReleaseRound.municipality)))).all()
        names = await names_of(session, {one.decided_by for one in rounds if one.decided_by})
    return [
        Signature(
            one.municipality,
            one.decision,
            names.get(one.decided_by or "", one.decided_by or ""),
            one.decided_at,
            one.reason,
        )
        for one in rounds
    ]


async def name_of(database: Database, actor: str | None) -> str:
    """Return the name of who did something: of a person, or of a command."""
    if not actor:
        return ""
    async with reading_across(database) as session:
        return (await names_of(session, {actor})).get(actor, actor)


async def list_measurements(database: Database, place: str) -> list[Measurement]:
    """Return the measurements of which somebody has sealed a round with answers (of a municipality: its own), the newest first."""
    sealed = and_(col(Round.stage).in_(_SEALED), col(Snapshot.submissions) > 0)
    counted = func.sum(case((sealed, 1), else_=0))
    people = func.sum(case((sealed, col(Snapshot.submissions)), else_=0))
    columns = (col(Round.measurement), func.min(Round.title), counted, func.count(), people)
    statement = (
        select(*columns)  # type: ignore[call-overload]  # more columns than it has an overload for
        .select_from(Round)
        .join(
            Snapshot,
            and_(col(Snapshot.round_id) == col(Round.id), col(Snapshot.period) == WHOLE),
            isouter=True,
        )
        .group_by(col(Round.measurement))
        .having(counted > 0)
        .order_by(func.max(Round.closes_on).desc(), col(Round.measurement))
        .limit(_MOST_MEASUREMENTS)
    )
    if place != NATIONAL:
        statement = statement.where(col(Round.municipality) == place)
    async with reading_across(database) as session:
        rows = (await session.exec(statement)).all()
    return [Measurement(name, title, done, every - done, sent) for name, title, done, every, sent in rows]


async def _standings(database: Database, place: str, which: ColumnElement[bool] | None = None) -> list[Standing]:
    if place == NATIONAL:
        return await _national(database, which)
    own = and_(col(ReleaseRound.release) == col(Release.name), col(ReleaseRound.edition) == col(Release.edition))
    statement = (
        select(Release, ReleaseRound)
        .join(ReleaseRound, own, isouter=True)
        .where(or_(col(Release.place) == place, col(ReleaseRound.round_id).is_not(None)))
        .order_by(col(Release.proposed_at).desc(), col(Release.name), col(Release.edition).desc())
        .options(_WITHOUT_MANIFEST)
    )
    if which is not None:
        statement = statement.where(which)
    async with tenant_reading(database, place) as session:
        return [Standing(row, place, decided) for row, decided in await session.exec(statement)]


async def _national(database: Database, which: ColumnElement[bool] | None) -> list[Standing]:
    statement = (
        select(Release)
        .where(col(Release.place) == NATIONAL)
        .order_by(col(Release.proposed_at).desc(), col(Release.name), col(Release.edition).desc())
        .options(_WITHOUT_MANIFEST)
    )
    if which is not None:
        statement = statement.where(which)
    async with reading_across(database) as session:
        rows = (await session.exec(statement)).all()
        decided = await _decisions(session, which)
    return [Standing(row, NATIONAL, None, decided.get((row.name, row.edition), Counter())) for row in rows]


async def _decisions(session: AsyncSession, which: ColumnElement[bool] | None) -> dict[tuple[str, int], Counter[str]]:
    """Return how many municipalities decided what, of each edition that was proposed for the whole country."""
    own = and_(col(ReleaseRound.release) == col(Release.name), col(ReleaseRound.edition) == col(Release.edition))
    counted = (
        select(ReleaseRound.release, ReleaseRound.edition, ReleaseRound.decision, func.count())
        .join(Release, own)
        .where(col(Release.place) == NATIONAL)
        .group_by(col(ReleaseRound.release), col(ReleaseRound.edition), col(ReleaseRound.decision))
    )
    if which is not None:
        counted = counted.where(which)
    found: dict[tuple[str, int], Counter[str]] = {}
    for name, edition, decision, number in await session.exec(counted):
        found.setdefault((name, edition), Counter())[decision] = number
    return found
