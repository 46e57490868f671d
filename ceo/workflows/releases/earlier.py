"""The earlier measurements that the reports of an edition look back on: published before it was made, of the same questionnaire.

What is published later changes nothing: whoever reads the report of an edition again reads the same. Only what is withdrawn goes out of it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, func, tuple_
from sqlalchemy.orm import aliased, defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.clock import DUTCH_TIME
from ceo.storage.database import Database
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Release, ReleaseFile, ReleaseRound, ReleaseState
from ceo.storage.rounds import PublishedQuestionnaire, Round
from ceo.storage.tenancy import reading_across
from ceo.workflows.releases.files import CUBE
from ceo.workflows.releases.reading import PUBLIC
from questionnaires.names import id_of

# More points than these do not fit beside each other on a phone.
_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Chosen:
    """An edition of an earlier measurement; the digest names what is in it."""

    name: str
    edition: int
    digest: str


@dataclass(frozen=True, slots=True)
class EarlierEdition:
    """The cube of an edition of an earlier measurement. `asked`: the digest of the questionnaire of each municipality."""

    cube: bytes
    asked: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    """The earlier measurements of a release, the oldest first. `versions`: content and digest of the questionnaires that were asked."""

    editions: tuple[EarlierEdition, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()


async def choose_earlier(database: Database, row: Release) -> tuple[Chosen, ...]:
    """Return the editions on which the reports of an edition that was made look back, the oldest first, at most five.

    They were published on a day before it was made, by the same place or for the whole country, and hold a municipality of this edition
    whose round had ended before this one began, with a questionnaire on the same core. Of each release it is the edition that was the
    newest by then, and none where that was withdrawn since. Simulated and real answers never stand beside each other.
    """
    async with reading_across(database) as session:
        candidates = {(one.name, one.edition): one for one in await _candidates(session, row)}
        rounds = await _rounds_before(session, row, list(candidates)) if candidates else []
        cores = await _cores(session, {digest for _, _, _, now, then in rounds for digest in (now, then)})
    ended = {(name, edition): day for name, edition, day, now, then in rounds if cores[now] == cores[then]}
    # Of several releases of one measurement the own one, and else the last in this order: always the same.
    in_order = sorted(ended, key=lambda key: (candidates[key].place == row.place, ended[key], key))
    found = {candidates[key].measurement: candidates[key] for key in in_order}
    newest = sorted(found.values(), key=lambda one: (ended[one.name, one.edition], one.name))[-_MOST:]
    return tuple(Chosen(one.name, one.edition, one.digest) for one in newest)


async def read_earlier(database: Database, chosen: Sequence[Chosen], municipalities: Sequence[str]) -> Earlier:
    """Return what the trends of these municipalities are made of."""
    if not chosen:
        return Earlier()
    keys = [(one.name, one.edition) for one in chosen]
    parts = (
        select(ReleaseFile.release, ReleaseFile.edition, ReleaseFile.content)
        .where(tuple_(col(ReleaseFile.release), col(ReleaseFile.edition)).in_(keys), col(ReleaseFile.name) == CUBE)
        .order_by(col(ReleaseFile.release), col(ReleaseFile.edition), col(ReleaseFile.part))
    )
    rounds = (
        select(ReleaseRound.release, ReleaseRound.edition, Round.municipality, Round.questionnaire_hash)
        .join(Round, col(Round.id) == col(ReleaseRound.round_id))
        .where(
            tuple_(col(ReleaseRound.release), col(ReleaseRound.edition)).in_(keys),
            col(Round.municipality).in_(municipalities),
        )
        .order_by(col(Round.municipality))
    )
    async with reading_across(database) as session:
        cubes: dict[tuple[str, int], list[bytes]] = {key: [] for key in keys}
        for name, edition, content in await session.exec(parts):
            cubes[name, edition].append(content)
        asked: dict[tuple[str, int], list[tuple[str, str]]] = {key: [] for key in keys}
        for name, edition, municipality, digest in await session.exec(rounds):
            asked[name, edition].append((municipality, digest))
        digests = {digest for its in asked.values() for _, digest in its}
        sealed = select(PublishedQuestionnaire.content, PublishedQuestionnaire.content_hash).where(
            col(PublishedQuestionnaire.content_hash).in_(digests)
        )
        versions = (await session.exec(sealed.order_by(PublishedQuestionnaire.content_hash))).all()
    return Earlier(
        tuple(EarlierEdition(b"".join(cubes[key]), tuple(asked[key])) for key in keys),
        tuple((content, digest) for content, digest in versions),
    )


async def _candidates(session: AsyncSession, row: Release) -> list[Release]:
    """Return of each release of another measurement the newest edition by the day before this one was made."""
    assert row.made_at is not None
    statement = (
        select(Release)
        .where(
            col(Release.place).in_({row.place, NATIONAL}),
            col(Release.measurement) != row.measurement,
            col(Release.state).in_(PUBLIC),
            col(Release.published_on) < row.made_at.astimezone(DUTCH_TIME).date(),
        )
        .order_by(col(Release.name), col(Release.edition))
        # They name every snapshot: long, and not looked at.
        .options(defer(Release.manifest, raiseload=True))  # type: ignore[arg-type]  # a column, to SQLAlchemy
    )
    newest = {one.name: one for one in await session.exec(statement)}
    return [one for one in newest.values() if one.state != ReleaseState.WITHDRAWN]


async def _rounds_before(
    session: AsyncSession, row: Release, keys: list[tuple[str, int]]
) -> list[tuple[str, int, date, str, str]]:
    """Return the editions in which rounds of the same municipalities had ended, on which day, and a questionnaire of now and then."""
    then, before = aliased(ReleaseRound), aliased(Round)
    its_own = and_(col(ReleaseRound.release) == row.name, col(ReleaseRound.edition) == row.edition)
    statement: Any = (
        select(  # type: ignore[call-overload]  # more columns than it has an overload for
            then.release,
            then.edition,
            func.max(before.closes_on),
            func.max(Round.questionnaire_hash),
            func.max(before.questionnaire_hash),
        )
        .select_from(ReleaseRound)
        .join(Round, col(Round.id) == col(ReleaseRound.round_id))
        .join(then, col(then.municipality) == col(ReleaseRound.municipality))
        .join(before, col(before.id) == col(then.round_id))
        .where(
            its_own,
            tuple_(col(then.release), col(then.edition)).in_(keys),
            col(before.closes_on) < col(Round.opens_on),
            col(before.simulated) == col(Round.simulated),
        )
        .group_by(then.release, then.edition)
    )
    return [tuple(found) for found in await session.exec(statement)]


async def _cores(session: AsyncSession, digests: set[str]) -> dict[str, str]:
    """Return the core on which each questionnaire stands: the same in every questionnaire of a release."""
    sealed = select(PublishedQuestionnaire.content_hash, PublishedQuestionnaire.content).where(
        col(PublishedQuestionnaire.content_hash).in_(digests)
    )
    return {digest: id_of(json.loads(content)["parts"][0]) for digest, content in await session.exec(sealed)}
