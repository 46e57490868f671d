"""The rows of a frame: whether people were drawn from it, and letting it go."""

from __future__ import annotations

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.clients import Client, ClientStatus, Contact, Sample, SamplingFrame

DRAWN: tuple[str, ...] = (ClientStatus.DRAWN.value, ClientStatus.RESERVE.value)


async def forget_frame(session: AsyncSession, round_id: int) -> None:
    """Remove the frame of a round with its people and how to reach them, within a transaction of its municipality."""
    its_clients = select(Client.id).where(col(Client.round_id) == round_id)
    await session.exec(delete(SamplingFrame).where(col(SamplingFrame.round_id) == round_id))
    await session.exec(delete(Contact).where(col(Contact.id).in_(its_clients)))
    await session.exec(delete(Client).where(col(Client.round_id) == round_id))


async def is_drawn(session: AsyncSession, round_id: int) -> bool:
    """Return whether people were drawn from the frame of a round, or are being drawn."""
    drawn = select(Client.id).where(
        col(Client.round_id) == round_id,
        col(Client.status).in_(DRAWN),
    )
    sample = select(Sample.round_id).where(col(Sample.round_id) == round_id)
    return (await session.exec(drawn.limit(1))).first() is not None or (await session.exec(sample)).first() is not None
