"""What series are made of: the snapshots of a municipality by core and grain, with the questionnaires that were filled in.

A round that goes on is followed by its months, and rounds after each other by the month too: from one to the next the series goes on. A
round that is sealed as a whole is a point of the series of rounds, unless its months were sealed: those answers are followed already.
Simulated and real answers never stand in one series: where a municipality has real ones, the simulated are left out.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.endings import Snapshot as SnapshotRow
from ceo.storage.rounds import PublishedQuestionnaire, Round, RoundDesign
from ceo.storage.tenancy import reading_across, tenant_reading
from ceo.workflows.ending.sealing import WHOLE
from ceo.workflows.following.computing import whole_quarters
from ceo.workflows.following.pages import Page, find_pages, only_counted
from ceo.workflows.following.series import Grain
from ceo.workflows.kept_files.keeping import read_file
from ceo.workflows.library.current import present_library
from ceo.workflows.rounds.design import Design
from questionnaires.names import id_of

if TYPE_CHECKING:
    from analysis.snapshots import Snapshot
    from ceo.settings import Settings
    from ceo.storage.database import Database
    from questionnaires.comparability.crosswalks import Crosswalk

# What is read at once from the files of snapshots, before it goes to a thread.
_AT_ONCE: Final = 24


@dataclass(frozen=True, slots=True)
class Sealed:
    """A snapshot that goes into a series: its file and digest, and the name of its period (a month, or a measurement).

    `page`: of a measurement, what its results page counts (`ceo.workflows.following.pages`).
    """

    period: str
    file_id: str
    digest: str
    round_id: int = 0
    page: Page | None = None

    @property
    def named(self) -> list[str | int]:
        """What names everything that the answers of its period follow from."""
        return [self.period, self.digest, *([] if self.page is None else [self.page.number, self.page.counted])]


@dataclass(frozen=True, slots=True)
class Source:
    """What one series follows from. `floor`: the strictest that a round was planned with; `sealed` stand in the order of time.

    `title` is that of the newest questionnaire on the core.
    """

    core: str
    grain: Grain
    title: str
    simulated: bool
    floor: int
    sealed: tuple[Sealed, ...]

    def grains(self) -> tuple[Source, ...]:
        """Return the series that are made of this: of months also that of the quarters that are over."""
        whole = (
            {month for months in whole_quarters([one.period for one in self.sealed]).values() for month in months}
            if self.grain is Grain.MONTH
            else set()
        )
        if not whole:
            return (self,)
        return (
            self,
            replace(self, grain=Grain.QUARTER, sealed=tuple(one for one in self.sealed if one.period in whole)),
        )

    def digest(self, library: str) -> str:
        """Return what names everything that the series follows from: snapshots, floor, crosswalks and software."""
        parts = [one.named for one in self.sealed]
        written = json.dumps([self.core, self.grain, self.simulated, self.floor, parts, library, version("ceo-survey")])
        return f"sha256:{hashlib.sha256(written.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Released:
    """The crosswalks that count: those of the national library, or of the software while nothing was released. `name` tells which."""

    name: str
    crosswalks: tuple[Crosswalk, ...] | None


async def find_sources(database: Database, municipality: str) -> tuple[Source, ...]:
    """Return of each core what its series are made of: months, or whole rounds. In order of core and grain."""
    async with tenant_reading(database, municipality) as session:
        statement = (
            select(SnapshotRow, Round)
            .join(Round, col(Round.id) == col(SnapshotRow.round_id))
            .order_by(col(Round.closes_on), col(Round.opens_on), col(Round.measurement), col(SnapshotRow.period))
        )
        rows = [(snapshot, its_round) for snapshot, its_round in await session.exec(statement)]
        floors = await _floors(session)
    cores = await _cores(database, {its_round.questionnaire_hash for _, its_round in rows})
    monthly = {snapshot.round_id for snapshot, _ in rows if snapshot.period != WHOLE}
    whole = {one.round_id: its.measurement for one, its in rows if one.round_id not in monthly}
    pages = await find_pages(database, municipality, whole)
    found: dict[tuple[str, Grain], list[tuple[SnapshotRow, Round]]] = {}
    for snapshot, its_round in rows:
        grain = Grain.MONTH if snapshot.period != WHOLE else Grain.ROUND
        if grain is Grain.MONTH or snapshot.round_id not in monthly:
            core, _ = cores[its_round.questionnaire_hash]
            found.setdefault((core, grain), []).append((snapshot, its_round))
    sources = (_source(core, grain, its, cores, floors) for (core, grain), its in sorted(found.items()))
    return tuple(replace(one, sealed=tuple(_with_page(it, pages) for it in one.sealed)) for one in sources)


async def read_snapshots(
    database: Database, settings: Settings, municipality: str, sealed: Sequence[Sealed]
) -> tuple[tuple[str, Snapshot], ...]:
    """Return the snapshots with the names of their periods; of measurements the answers that their pages count.

    Raises `DamagedSnapshotError` where one is not what was sealed.
    """
    found: list[tuple[str, Snapshot]] = []
    for start in range(0, len(sealed), _AT_ONCE):
        files: list[tuple[Sealed, bytes]] = []
        for one in sealed[start : start + _AT_ONCE]:
            parts = read_file(database, settings.encryption_keys, municipality, one.file_id)
            files.append((one, b"".join([part async for part in parts])))
        found += await asyncio.to_thread(_opened, files)
    return tuple(
        [
            (name, await only_counted(database, municipality, snapshot, one.round_id, one.page))
            if one.page is not None
            else (name, snapshot)
            for one, (name, snapshot) in zip(sealed, found, strict=True)
        ]
    )


async def read_versions(database: Database, hashes: set[str]) -> tuple[tuple[str, str], ...]:
    """Return content and digest of the questionnaires that were filled in."""
    sealed = select(PublishedQuestionnaire.content, PublishedQuestionnaire.content_hash)
    chosen = sealed.where(col(PublishedQuestionnaire.content_hash).in_(hashes))
    async with reading_across(database) as session:
        found = await session.exec(chosen.order_by(PublishedQuestionnaire.content_hash))
        return tuple((content, digest) for content, digest in found)


async def released_crosswalks(database: Database) -> Released:
    """Return the crosswalks that count now."""
    library = await present_library(database)
    if not library.number:
        return Released("shipped", None)
    return Released(f"{library.number}", tuple(library.definitions.all_crosswalks()))


def _opened(files: Sequence[tuple[Sealed, bytes]]) -> list[tuple[str, Snapshot]]:
    from analysis.snapshots import DamagedSnapshotError, digest_of, read_snapshot

    found = []
    for sealed, content in files:
        snapshot = read_snapshot(content)
        if digest_of(snapshot) != sealed.digest:
            raise DamagedSnapshotError("the file is another one than was sealed")
        found.append((sealed.period, snapshot))
    return found


def _source(
    core: str,
    grain: Grain,
    rows: Sequence[tuple[SnapshotRow, Round]],
    cores: Mapping[str, tuple[str, str]],
    floors: Mapping[int, int],
) -> Source:
    simulated = all(its_round.simulated for _, its_round in rows)
    own = [(snapshot, its_round) for snapshot, its_round in rows if its_round.simulated == simulated]
    sealed = [
        Sealed(snapshot.period or its_round.measurement, snapshot.file_id, snapshot.digest, snapshot.round_id)
        for snapshot, its_round in own
    ]
    if grain is Grain.MONTH:
        # Two rounds may have answers in one month.
        sealed.sort(key=lambda one: one.period)
    return Source(
        core=core,
        grain=grain,
        title=cores[own[-1][1].questionnaire_hash][1],
        simulated=simulated,
        floor=max((floors.get(snapshot.round_id, 0) for snapshot, _ in own), default=0),
        sealed=tuple(sealed),
    )


def _with_page(sealed: Sealed, pages: Mapping[int, Page]) -> Sealed:
    return replace(sealed, page=pages.get(sealed.round_id))


async def _floors(session: AsyncSession) -> dict[int, int]:
    planned: Any = await session.exec(select(RoundDesign.round_id, RoundDesign.document))
    return {round_id: Design.model_validate(document).floor for round_id, document in planned}


async def _cores(database: Database, digests: set[str]) -> dict[str, tuple[str, str]]:
    """Return of each questionnaire the core that it stands on, and its title."""
    sealed = select(PublishedQuestionnaire.content_hash, PublishedQuestionnaire.content, PublishedQuestionnaire.title)
    async with reading_across(database) as session:
        rows = await session.exec(sealed.where(col(PublishedQuestionnaire.content_hash).in_(digests)))
        return {digest: (id_of(json.loads(content)["parts"][0]), title) for digest, content, title in rows}
