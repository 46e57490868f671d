"""The municipalities of the Netherlands, as they were divided on 1 January 2026."""

from __future__ import annotations

import csv
from importlib.resources import files

from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

# See data/SOURCES.md.
_FILE = "gemeenten_2026.csv"


class Municipality(SQLModel, table=True):
    """A municipality by its CBS code, with what groups it: province and size class (1-8, CBS)."""

    __tablename__ = "municipality"

    code: str = Field(primary_key=True, max_length=6)
    name: str
    province_code: str
    province: str
    population: int
    size_class: int


def shipped_municipalities() -> list[Municipality]:
    """Return the 342 municipalities of 2026, in order of code."""
    text = files("ceo.storage").joinpath("data", _FILE).read_text(encoding="utf-8")
    return [
        Municipality(
            code=row["gm_code"],
            name=row["gm_naam"],
            province_code=row["pv_code"],
            province=row["pv_naam"],
            population=int(row["inwoners_20260101"]),
            size_class=int(row["grootteklasse_cbs"]),
        )
        for row in csv.DictReader(text.splitlines())
    ]


async def load_municipalities(session: AsyncSession) -> int:
    """Add the municipalities that are not there yet; return how many were added."""
    present = set(await session.exec(select(Municipality.code)))
    missing = [municipality for municipality in shipped_municipalities() if municipality.code not in present]
    session.add_all(missing)
    return len(missing)
