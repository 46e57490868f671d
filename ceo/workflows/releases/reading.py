"""Looking at releases: which there are, one of them with what municipalities said, and its cube."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from sqlalchemy import func
from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.releases import Release, ReleaseRound, ReleaseState
from ceo.storage.tenancy import reading_across
from ceo.workflows.releases.files import read_cube_file
from ceo.workflows.releases.proposal import can_be_release

if TYPE_CHECKING:
    from exports.release.cube import Cube, SealedCube

# What everybody may read: a release that was corrected or withdrawn stays to be cited, with what became of it.
PUBLIC: Final = (ReleaseState.PUBLISHED.value, ReleaseState.CORRECTED.value, ReleaseState.WITHDRAWN.value)


@dataclass(frozen=True, slots=True)
class ListedRelease:
    """One edition without its figures. `decisions`: how many municipalities decided what, by `Decision`."""

    name: str
    edition: int
    place: str
    title: str
    state: str
    reason: str
    digest: str
    published_on: date | None
    ended_on: date | None
    ended_because: str
    is_asked: bool
    fault: str | None
    progress: int
    size: int
    decisions: Mapping[str, int]


async def list_releases(database: Database, *, public: bool) -> list[ListedRelease]:
    """Return every edition, or those that everybody may read; the newest first."""
    statement = select(Release).order_by(
        col(Release.proposed_at).desc(), col(Release.name), col(Release.edition).desc()
    )
    if public:
        statement = statement.where(col(Release.state).in_(PUBLIC))
    async with reading_across(database) as session:
        rows = (await session.exec(statement)).all()
        counted = await session.exec(
            select(ReleaseRound.release, ReleaseRound.edition, ReleaseRound.decision, func.count()).group_by(
                col(ReleaseRound.release), col(ReleaseRound.edition), col(ReleaseRound.decision)
            )
        )
        decisions: dict[tuple[str, int], Counter[str]] = {}
        for name, edition, decision, number in counted:
            decisions.setdefault((name, edition), Counter())[decision] = number
    return [_listed(row, decisions.get((row.name, row.edition), Counter())) for row in rows]


async def find_release(database: Database, name: str, edition: int | None = None, *, public: bool) -> Release | None:
    """Return an edition, or the newest one that may be seen; None when there is none."""
    if not can_be_release(name, 1 if edition is None else edition):
        return None
    statement = select(Release).where(col(Release.name) == name).order_by(col(Release.edition).desc()).limit(1)
    if edition is not None:
        statement = statement.where(col(Release.edition) == edition)
    if public:
        statement = statement.where(col(Release.state).in_(PUBLIC))
    async with reading_across(database) as session:
        return (await session.exec(statement)).one_or_none()


def release_address(base_url: str, name: str, edition: int) -> str:
    """Return the permanent address of an edition."""
    return f"{base_url}/cijfers/{name}/{edition}"


class Cubes:
    """The cubes of editions that were asked for lately, opened once each; a cube never changes, so its digest names it."""

    def __init__(self, base_url: str, kept: int = 4) -> None:
        self._base_url = base_url
        self._kept = kept
        self._open: OrderedDict[str, Cube] = OrderedDict()
        self._opening = asyncio.Lock()

    async def open(self, database: Database, row: Release) -> SealedCube:
        """Return the cube of an edition that was made. Its state is that of the row; its figures are opened, and checked, once.

        Raises `DamagedEditionError` for a cube that was changed.
        """
        from exports.release.cube import SealedCube
        from exports.release.facts import Seal

        async with self._opening:
            kept = self._open.get(row.digest)
            if kept is None:
                kept = await self._read(database, row)
                self._open[row.digest] = kept
                while len(self._open) > self._kept:
                    self._open.popitem(last=False)
            self._open.move_to_end(row.digest)
        seal = Seal(
            digest=row.digest,
            address=release_address(self._base_url, row.name, row.edition),
            state=row.state,
            published_on=row.published_on,
            reason=row.ended_because,
        )
        return SealedCube(kept, seal)

    async def _read(self, database: Database, row: Release) -> Cube:
        from exports.release.cube import open_cube

        content = await read_cube_file(database, row.name, row.edition)
        return await asyncio.to_thread(open_cube, content)


def _listed(row: Release, decisions: Mapping[str, int]) -> ListedRelease:
    return ListedRelease(
        name=row.name,
        edition=row.edition,
        place=row.place,
        title=row.title,
        state=row.state,
        reason=row.reason,
        digest=row.digest,
        published_on=row.published_on,
        ended_on=row.ended_on,
        ended_because=row.ended_because,
        is_asked=row.asked_at is not None,
        fault=row.fault,
        progress=row.progress,
        size=row.size,
        decisions=decisions,
    )
