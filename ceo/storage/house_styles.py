"""How the pages of a municipality look, and whom residents can turn to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import Field, col, func, select, tuple_
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import JsonDocument
from ceo.storage.tenancy import TenantRow


class HouseStyle(TenantRow, table=True):
    """One version of a house style; the highest number is in use, so that a change can be undone.

    `tokens`: values by name of the NL Design System (`--basis-...`). `logo` is the address of its picture as a `data:` URI, ""
    without one. `contact`: lines by kind, such as `phone` and `website`.
    """

    __tablename__ = "house_style"

    municipality: str = Field(primary_key=True, foreign_key="municipality.code")
    number: int = Field(primary_key=True)
    tokens: dict[str, Any] = Field(sa_type=JsonDocument)
    logo: str = ""
    contact: dict[str, Any] = Field(sa_type=JsonDocument)


async def newest_styles(session: AsyncSession, number: int) -> Sequence[HouseStyle]:
    """Return the newest versions of the session's municipality, the newest first, at most so many."""
    return (await session.exec(select(HouseStyle).order_by(col(HouseStyle.number).desc()).limit(number))).all()


async def newest_numbers(session: AsyncSession) -> dict[str, int]:
    """Return for each municipality with a house style the number of the version in use."""
    newest = select(HouseStyle.municipality, func.max(HouseStyle.number)).group_by(HouseStyle.municipality)
    return dict((await session.exec(newest)).all())


async def read_styles(session: AsyncSession, wanted: Iterable[tuple[str, int]]) -> Sequence[HouseStyle]:
    """Return versions by municipality and number."""
    named = tuple_(col(HouseStyle.municipality), col(HouseStyle.number)).in_(list(wanted))
    return (await session.exec(select(HouseStyle).where(named))).all()
