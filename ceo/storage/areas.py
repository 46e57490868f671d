"""Areas: municipalities as they were through the years, and what groups them: province, region, size class, urbanity, lists of their own.

All days are half open: a row holds from `valid_from` up to, and not on, `valid_to`; None is until further notice. No column here is called
`municipality` but that of `OwnList`: areas belong to nobody, and everybody may read them.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import Any, Final, TypeAlias

from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import JsonDocument
from ceo.storage.tenancy import TenantRow

# See data/SOURCES.md.
_OUTLINES: Final = "gemeenten_2026_outlines.json.gz"

# The rings of an area: corners (x to the right, y down) on a grid of its own.
Rings: TypeAlias = Sequence[Sequence[tuple[float, float]]]


class AreaKind(StrEnum):
    """What an area is."""

    MUNICIPALITY = "municipality"
    PROVINCE = "province"
    REGION = "region"  # a safety region, or a part of the country
    SIZE_CLASS = "size_class"
    URBANITY = "urbanity"


class Area(SQLModel, table=True):
    """An area. The first two letters of its code say to which division of the country it belongs.

    GM municipalities, PV provinces, LD parts of the country and VR safety regions as CBS names them; GK size classes and ST urbanity by the
    number that CBS gives them, such as GK5.
    """

    __tablename__ = "area"

    code: str = Field(primary_key=True, max_length=6)
    kind: str = Field(max_length=12)
    name: str
    valid_from: date
    valid_to: date | None = None


class AreaMember(SQLModel, table=True):
    """A municipality (`member`) that lies in an area. Within a division it lies in one area at a time."""

    __tablename__ = "area_member"

    area: str = Field(primary_key=True, foreign_key="area.code", max_length=6)
    member: str = Field(primary_key=True, foreign_key="area.code", index=True, max_length=6)
    valid_from: date = Field(primary_key=True)
    valid_to: date | None = None


class AreaChange(SQLModel, table=True):
    """A municipality (`code`) was taken up in another one (`into`) on a day; several rows when it was divided. `source`: who says so."""

    __tablename__ = "area_change"

    code: str = Field(primary_key=True, foreign_key="area.code", max_length=6)
    into: str = Field(primary_key=True, foreign_key="area.code", max_length=6)
    changed_on: date = Field(primary_key=True)
    source: str


class AreaDivision(SQLModel, table=True):
    """A day on which a whole division (`GM`, `PV` ...) is known, and from which table. In between the last known one is carried on."""

    __tablename__ = "area_division"

    division: str = Field(primary_key=True, max_length=2)
    known_on: date = Field(primary_key=True)
    source: str


class RegisterFigure(SQLModel, table=True):
    """A figure of a register about an area in a year, such as `population` on 1 January."""

    __tablename__ = "register_figure"

    area: str = Field(primary_key=True, foreign_key="area.code", max_length=6)
    figure: str = Field(primary_key=True, max_length=40)
    year: int = Field(primary_key=True)
    value: float
    source: str


class OwnList(TenantRow, table=True):
    """Municipalities that a municipality likes to compare itself with: their codes, without its own."""

    __tablename__ = "own_list"

    municipality: str = Field(primary_key=True, foreign_key="municipality.code")
    name: str = Field(primary_key=True, max_length=80)
    members: list[Any] = Field(sa_type=JsonDocument)


@dataclass(frozen=True, slots=True)
class AreaRows:
    """Everything that is known of areas, as plain values: a few thousand rows, of which a page may need many.

    `areas`: code, name, from, to. `members`: member, area, from, to. `changes`: code, into, day. `divisions`: division, day.
    """

    areas: Sequence[tuple[str, str, date, date | None]]
    members: Sequence[tuple[str, str, date, date | None]]
    changes: Sequence[tuple[str, str, date]]
    divisions: Sequence[tuple[str, date]]


async def read_area_rows(session: AsyncSession) -> AreaRows:
    """Return every area with its members and history."""
    areas = select(col(Area.code), col(Area.name), col(Area.valid_from), col(Area.valid_to))
    members = select(col(AreaMember.member), col(AreaMember.area), col(AreaMember.valid_from), col(AreaMember.valid_to))
    changes = select(col(AreaChange.code), col(AreaChange.into), col(AreaChange.changed_on))
    divisions = select(col(AreaDivision.division), col(AreaDivision.known_on))
    return AreaRows(
        (await session.exec(areas)).all(),
        (await session.exec(members)).all(),
        (await session.exec(changes)).all(),
        (await session.exec(divisions)).all(),
    )


async def read_figures(session: AsyncSession) -> Sequence[tuple[str, int, str, float]]:
    """Return every figure of a register: figure, year, area, value; in order of figure and year."""
    columns = select(
        col(RegisterFigure.figure), col(RegisterFigure.year), col(RegisterFigure.area), col(RegisterFigure.value)
    )
    return (await session.exec(columns.order_by(col(RegisterFigure.figure), col(RegisterFigure.year)))).all()


async def own_lists(session: AsyncSession) -> Sequence[OwnList]:
    """Return the lists of the session's municipality, by name."""
    return (await session.exec(select(OwnList).order_by(col(OwnList.name)))).all()


def shipped_outlines() -> dict[str, Rings]:
    """Return the outlines of the 342 municipalities of 2026 by code, for a map: x runs to the right, y down."""
    packed = files("ceo.storage").joinpath("data", _OUTLINES).read_bytes()
    outlines: dict[str, Rings] = json.loads(gzip.decompress(packed))
    return outlines
