"""Asking for a group of municipalities that somebody puts together: refused, or shown and from then on part of what readers have.

The figure follows from the released figures of its members. What is looked at is whether the group, next to everything that was published
and asked before, would tell of a few people: the ledger of the edition with all groups that were granted since. Two askers cannot each get
one half of a difference: a group is added while nobody else can add one, and only if nothing was added since it was looked at.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.releases import GrantedGroup, Release, ReleaseState
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.releases.combined import CombinedFigure, combined_figures, members_without_figure
from ceo.workflows.releases.files import LEDGER_AFTER, read_release_file
from ceo.workflows.releases.proposal import Proposal

if TYPE_CHECKING:
    from analysis.disclosure.ledger import Granted, Ledger
    from analysis.policy import DisclosurePolicy
    from exports.release.cube import SealedCube

# More would be a country, for which there is a figure.
MOST_AREAS: Final = 100
# Of one indicator in a series. Each new one is compared with all before it, so they have to end somewhere.
MOST_GROUPS: Final = 1000
_TRIES: Final = 10
_KEPT: Final = 2
_PREPARED: Final = (ReleaseState.DRAFT.value, ReleaseState.SIGNED.value)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: figures about an indicator, of municipalities together; of one measure or category where these are named."""

    indicator: str
    areas: tuple[str, ...]
    measures: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedGroup:
    """Why a group is not shown. Numbers of people, and what others asked, are not told.

    `areas`: members that have no figure of their own, each with the published reason.
    """

    # not_current | member_without_figure | nothing_to_combine | edition_in_preparation | enough_asked | busy
    # and those of `analysis.disclosure.asking`: fewer_than_floor | near_published | overlapping_levels
    reason: str
    areas: tuple[tuple[str, str], ...] = ()


class Ledgers:
    """The ledgers of editions that somebody asked about lately, each cut down to what asking needs."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Ledger] = OrderedDict()
        self._reading = asyncio.Lock()

    async def of(self, database: Database, row: Release) -> Ledger:
        """Return what readers had of everyone (no groups of clients) when an edition came out; read once for each edition."""
        async with self._reading:
            if row.digest not in self._kept:
                content = await read_release_file(database, row.name, row.edition, LEDGER_AFTER)
                assert content is not None, "what was made has a ledger"
                self._kept[row.digest] = await asyncio.to_thread(_cut_down, content, f"{row.name}/{row.edition}")
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(row.digest)
            return self._kept[row.digest]


async def ask_group(
    database: Database, ledgers: Ledgers, row: Release, cube: SealedCube, *, asked: Asked, now: datetime
) -> tuple[CombinedFigure, ...] | RefusedGroup:
    """Return the figures of a group of municipalities, or why it is not shown. What is shown was recorded before."""
    if row.state != ReleaseState.PUBLISHED:
        return RefusedGroup("not_current")
    without = members_without_figure(cube.cube, asked.indicator, asked.areas)
    if without:
        return RefusedGroup("member_without_figure", without)
    policy = _policy_of(row)
    figures = combined_figures(
        cube.cube, asked.indicator, asked.areas, named=(asked.measures, asked.categories), rounding=policy.rounding
    )
    if not figures:
        return RefusedGroup("nothing_to_combine")
    refused = await grant_group(database, await ledgers.of(database, row), _group(row, asked), policy, now=now)
    return RefusedGroup(refused) if refused else figures


async def grant_group(
    database: Database, ledger: Ledger, group: Granted, policy: DisclosurePolicy, *, now: datetime
) -> str:
    """Return why a group is refused; "" once it is part of what readers have. `ledger`: what they had when the edition came out."""
    digest = _digest_of(group)
    for _ in range(_TRIES):
        async with reading_across(database) as session:
            known, last = await _granted(session, group)
        if digest in known:
            return ""
        if len(known) >= MOST_GROUPS:
            return "enough_asked"
        others = tuple(known.values())
        # Outside the transaction: with many groups it takes a while, and meanwhile others write.
        refused = await asyncio.to_thread(_refusal, ledger, others, group, policy)
        if refused:
            return refused
        async with shared_transaction(database) as session:
            await _wait_for_turn(session, group.series)
            if await _last_granted(session, group) != last:
                continue
            if await _is_prepared(session, group.series):
                return "edition_in_preparation"
            content = group.model_dump(mode="json")
            session.add(GrantedGroup(series=group.series, digest=digest, content=content, granted_at=now))
        return ""
    return "busy"


def _refusal(ledger: Ledger, others: tuple[dict[str, Any], ...], group: Granted, policy: DisclosurePolicy) -> str:
    from analysis.disclosure import Group, refuse_group
    from analysis.disclosure.ledger import Granted

    for other in others:
        ledger = ledger.with_group(Granted.model_validate(other))
    refusal = refuse_group(
        Group(frozenset(group.units)), group.item, ledger, policy, series=group.series, waves=frozenset(group.waves)
    )
    return refusal.reason if refusal is not None else ""


async def _granted(session: AsyncSession, like: Granted) -> tuple[dict[str, dict[str, Any]], int]:
    """Return the groups of the same indicator in the same series by their digest, and the number of the last one."""
    found, last = dict[str, dict[str, Any]](), 0
    rows = select(GrantedGroup.digest, GrantedGroup.content, GrantedGroup.id).where(*_alike(like))
    for digest, content, number in await session.exec(rows.order_by(col(GrantedGroup.id))):
        found[digest], last = dict(content), number or 0
    return found, last


async def _last_granted(session: AsyncSession, like: Granted) -> int:
    return (await session.exec(select(func.max(GrantedGroup.id)).where(*_alike(like)))).one() or 0


def _alike(group: Granted) -> tuple[ColumnElement[bool], ...]:
    item: ColumnElement[str] = col(GrantedGroup.content)["item"].as_string()
    return col(GrantedGroup.series) == group.series, item == group.item


async def _wait_for_turn(session: AsyncSession, series: str) -> None:
    """Let one transaction at a time add a group to a series, until it ends. SQLite has one writer anyhow."""
    if session.get_bind().dialect.name == "postgresql":
        await session.exec(select(func.pg_advisory_xact_lock(func.hashtext(f"groups of municipalities: {series}"))))


async def _is_prepared(session: AsyncSession, series: str) -> bool:
    """Return whether an edition of a series was made, or is being made, next to what readers have now.

    Another group would be one that it does not know of: it would have to be made anew, and every municipality would have to sign again.
    """
    waiting = select(Release.name).where(
        col(Release.measurement) == series,
        col(Release.state).in_(_PREPARED),
        (col(Release.asked_at).is_not(None)) | (col(Release.digest) != ""),
    )
    return (await session.exec(waiting.limit(1))).first() is not None


def _group(row: Release, asked: Asked) -> Granted:
    from analysis.disclosure.ledger import Granted

    units = tuple(sorted(set(asked.areas)))
    return Granted(
        item=asked.indicator, series=row.measurement, waves=(row.measurement,), units=units, breakdown="", levels=()
    )


def _digest_of(group: Granted) -> str:
    canonical = json.dumps(group.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _policy_of(row: Release) -> DisclosurePolicy:
    from analysis.policy import shipped_policy

    assert row.manifest is not None, "what was published has a manifest"
    return shipped_policy(Proposal.model_validate(row.plan).profile).with_floor(row.manifest["floor"])


def _cut_down(content: bytes, release: str) -> Ledger:
    """Return the ledger of an edition with its own counts of everyone, and the groups that were known by then."""
    from analysis.disclosure.ledger import Ledger

    document = json.loads(content)
    own = [one for one in document["releases"] if one["release"] == release]
    for item in (item for one in own for item in one["items"]):
        item["ways"] = [[place for place in way if not place["place"][1]] for way in item["ways"][:1]]
    return Ledger.model_validate({"releases": own, "groups": document["groups"]})
