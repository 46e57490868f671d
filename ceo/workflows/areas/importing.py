"""Taking in a table of areas or of redivisions: first what it would change, then the change itself with its record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlmodel import SQLModel, col, delete, select, tuple_, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.areas import (
    Area,
    AreaChange,
    AreaDivision,
    AreaMember,
    RegisterFigure,
    read_area_rows,
)
from ceo.storage.database import Database
from ceo.storage.people import NATIONAL
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.areas.divisions import DIVISIONS, Areas, Stay, areas_of_rows, division_of, in_order
from ceo.workflows.areas.laying import Change, Laid, lay
from ceo.workflows.areas.reading import AreaTable, read_table
from ceo.workflows.areas.redivisions import ToldRedivision, lay_redivisions, read_redivisions, tells_redivisions
from ceo.workflows.audit.recording import record, wait_for_turn
from questionnaires.problems import Problem

_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class AreaFile:
    """A file to take in. `year` is needed where its name does not tell of which year the table is."""

    name: str
    content: bytes
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file changes. `figures`: how many figures of registers it has. `day`: of which day it tells, None for redivisions."""

    day: date | None
    areas: Areas
    changes: Sequence[Change]
    warnings: Sequence[Problem]
    figures: int


async def preview_areas(database: Database, file: AreaFile) -> Imported | tuple[Problem, ...]:
    """Return what a file would change, or everything that is wrong with it. Nothing is kept."""
    read = _read(file)
    if not isinstance(read, _Read):
        return read
    async with reading_across(database) as session:
        before = areas_of_rows(await read_area_rows(session))
    laid = read.lay(before)
    return _imported(read, laid) if isinstance(laid, Laid) else laid


async def import_areas(
    database: Database, file: AreaFile, *, actor: str, now: datetime
) -> Imported | tuple[Problem, ...]:
    """Keep what a file tells, and record it; return what changed, or everything that is wrong with the file.

    It is a table of areas of Statistics Netherlands of any year, or one of redivisions. The same file again changes nothing.
    """
    read = _read(file)
    if not isinstance(read, _Read):
        return read
    async with shared_transaction(database) as session:
        await wait_for_turn(session, NATIONAL)
        before = areas_of_rows(await read_area_rows(session))
        laid = read.lay(before)
        if not isinstance(laid, Laid):
            return laid
        await _keep(session, before, laid.areas, read.source)
        if read.table is not None:
            await _keep_figures(session, read.table, read.source)
        counts = Counter(change.what.value for change in laid.changes)
        after = {"source": read.source, "figures": read.figures, **counts}
        action, kind = "areas.imported", "areas"
        await record(
            session, NATIONAL, actor=actor, action=action, object_kind=kind, object_id=file.name, after=after, now=now
        )
    return _imported(read, laid)


@dataclass(frozen=True, slots=True)
class _Read:
    """A file that could be read: a table of areas, or redivisions."""

    file: str
    table: AreaTable | None
    told: tuple[ToldRedivision, ...] = ()

    @property
    def source(self) -> str:
        if self.table is None:
            return f"herindelingen ({self.file})"
        return f"CBS, Gebieden in Nederland {self.table.day.year} ({self.file})"

    @property
    def figures(self) -> int:
        return 0 if self.table is None else sum(len(row.figures) for row in self.table.rows)

    def lay(self, areas: Areas) -> Laid | tuple[Problem, ...]:
        return lay_redivisions(areas, self.told, self.file) if self.table is None else lay(areas, self.table)


def _read(file: AreaFile) -> _Read | tuple[Problem, ...]:
    if tells_redivisions(file.content):
        found = read_redivisions(file.content, file.name)
        told = tuple(one for one in found if isinstance(one, ToldRedivision))
        return _Read(file.name, None, told) if len(told) == len(found) else tuple(_problems(found))
    table = read_table(file.content, file.name, file.year)
    return _Read(file.name, table) if isinstance(table, AreaTable) else table


def _problems(found: Iterable[object]) -> Iterator[Problem]:
    return (one for one in found if isinstance(one, Problem))


def _imported(read: _Read, laid: Laid) -> Imported:
    day = None if read.table is None else read.table.day
    return Imported(day, laid.areas, laid.changes, laid.warnings, read.figures)


async def _keep(session: AsyncSession, before: Areas, after: Areas, source: str) -> None:
    """Write the rows that differ."""
    for code, place in after.places.items():
        if (known := before.places.get(code)) is None:
            kind = DIVISIONS[division_of(code)].value
            session.add(Area(code=code, kind=kind, name=place.name, valid_from=place.since, valid_to=place.until))
        elif known != place:
            values = {"name": place.name, "valid_from": place.since, "valid_to": place.until}
            await session.exec(update(Area).where(col(Area.code) == code).values(**values))
    await session.flush()
    await _keep_stays(session, before.stays, after.stays)
    added = [one for one in after.redivisions if one not in before.redivisions]
    _add(session, (AreaChange(code=one.code, into=one.into, changed_on=one.day, source=source) for one in added))
    for division, days in after.known.items():
        new = [day for day in days if day not in before.known.get(division, ())]
        _add(session, (AreaDivision(division=division, known_on=day, source=source) for day in new))
    await session.flush()


async def _keep_stays(session: AsyncSession, before: Sequence[Stay], after: Sequence[Stay]) -> None:
    key = tuple_(col(AreaMember.area), col(AreaMember.member), col(AreaMember.valid_from))
    gone, added = set(before) - set(after), set(after) - set(before)
    keys = [(stay.area, stay.member, stay.since) for stay in in_order(gone)]
    for start in range(0, len(keys), _AT_ONCE):
        await session.exec(delete(AreaMember).where(key.in_(keys[start : start + _AT_ONCE])))
    rows = (
        AreaMember(area=stay.area, member=stay.member, valid_from=stay.since, valid_to=stay.until)
        for stay in in_order(added)
    )
    _add(session, rows)


async def _keep_figures(session: AsyncSession, table: AreaTable, source: str) -> None:
    """Write the figures of a year; the newest table counts."""
    year = table.day.year
    own = select(RegisterFigure).where(col(RegisterFigure.year) == year)
    present = {(row.area, row.figure): row for row in await session.exec(own)}
    for row in table.rows:
        for figure, value in row.figures.items():
            known = present.get((row.code, figure))
            if known is None:
                session.add(RegisterFigure(area=row.code, figure=figure, year=year, value=value, source=source))
            elif known.value != value:
                known.value, known.source = value, source
                session.add(known)
    await session.flush()


def _add(session: AsyncSession, rows: Iterable[SQLModel]) -> None:
    session.add_all(list(rows))
