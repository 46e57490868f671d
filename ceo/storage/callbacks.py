"""Who asked to be called back about a story. Stands with the contacts: it names a person, and no submission.

The number, the name and the story that it is about are encrypted with a key that is not in the database.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.forgetting import wait_for_rewriting
from ceo.storage.sealed import SealedText
from ceo.storage.tenancy import TenantRow


class Callback(TenantRow, table=True):
    """One request. `sealed` is the encrypted request; no moment is kept, and SQLite keeps no row number."""

    __tablename__ = "callback"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "municipality"], ["round.id", "round.municipality"]),
        {"sqlite_with_rowid": False},
    )

    id: str = Field(primary_key=True, max_length=64)
    round_id: int = Field(index=True)
    sealed: str = Field(sa_type=SealedText)


async def known_callbacks(session: AsyncSession, ids: Collection[str]) -> frozenset[str]:
    """Return which of these requests there are."""
    return frozenset(await session.exec(select(Callback.id).where(col(Callback.id).in_(ids))))


async def remove_callbacks(session: AsyncSession, ids: Collection[str]) -> None:
    """Remove requests that were taken back."""
    await wait_for_rewriting(session)
    await session.exec(delete(Callback).where(col(Callback.id).in_(ids)))
