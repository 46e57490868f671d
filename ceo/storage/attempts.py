"""How many wrong codes came from one side, so that guessing is slowed, by all processes together and after a restart.

A source is a keyed hash of a network, made anew each day: it tells nothing about who typed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Field, SQLModel, col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import UtcDateTime


class WrongCodes(SQLModel, table=True):
    """The wrong codes of one source.

    They fill a bucket that runs empty with time. `empty_at` tells how full it is as the moment, in seconds since 1970, at which it
    will be empty: that stays true without anybody writing it. `counted_at` is when it was last written.
    """

    __tablename__ = "wrong_codes"

    source: str = Field(primary_key=True, max_length=64)
    empty_at: float
    counted_at: datetime = Field(sa_type=UtcDateTime, index=True)


async def remove_attempts(session: AsyncSession, *, now: datetime, older_than: timedelta) -> int:
    """Remove the sources that brought nothing for a while, and those of a clock that ran ahead; return their number."""
    written = col(WrongCodes.counted_at)
    old = delete(WrongCodes).where((written < now - older_than) | (written > now + older_than))
    return len((await session.exec(old.returning(col(WrongCodes.source)))).all())
