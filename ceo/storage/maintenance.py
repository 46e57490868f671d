"""Whether the installation is being worked on. One row at most."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import UtcDateTime


class Maintenance(SQLModel, table=True):
    """While this row is there, pages say that they will be back; `until` is when that is expected, if anybody knows."""

    __tablename__ = "maintenance"

    id: int = Field(primary_key=True, default=1)
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)


async def read_maintenance(session: AsyncSession) -> Maintenance | None:
    """Return the row, None when nobody is working on the installation."""
    return (await session.exec(select(Maintenance))).first()


async def remove_maintenance(session: AsyncSession) -> None:
    """Remove the row."""
    await session.exec(delete(Maintenance))
