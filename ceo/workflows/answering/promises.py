"""What the rounds of a municipality promise to residents, for who wants to read it before or after taking part."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.rounds import Round, RoundStage
from ceo.storage.tenancy import tenant_reading


async def rounds_of(database: Database, municipality: str) -> Sequence[Round]:
    """Return the rounds of a municipality, the one that closes last in front."""
    async with tenant_reading(database, municipality) as session:
        begun = select(Round).where(col(Round.stage) != RoundStage.DRAFT.value)
        return (await session.exec(begun.order_by(col(Round.closes_on).desc(), col(Round.id).desc()))).all()
