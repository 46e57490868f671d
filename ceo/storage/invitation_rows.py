"""Reading an invitation together with its round: where somebody stands who brings a code."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, literal_column, select
from sqlmodel import SQLModel

from ceo.storage.contacts import Invitation, InvitationState, SecondCode
from ceo.storage.database import Database
from ceo.storage.round_rows import ROUND, round_of
from ceo.storage.rounds import Round, RoundStage
from ceo.storage.tenancy import prepare_reading, read_prepared

_INVITATION: Final = SQLModel.metadata.tables[str(Invitation.__tablename__)]
_INVITED: Final = prepare_reading(
    select(_INVITATION.c.state, *ROUND.c).where(
        _INVITATION.c.access_hash == bindparam("access_hash"), ROUND.c.id == _INVITATION.c.round_id
    )
)
_SECOND: Final = SQLModel.metadata.tables[str(SecondCode.__tablename__)]
_INVITED_AGAIN: Final = prepare_reading(
    select(_INVITATION.c.state, *ROUND.c).where(
        _SECOND.c.access_hash == bindparam("access_hash"),
        _INVITATION.c.access_hash == _SECOND.c.invitation_hash,
        ROUND.c.id == _INVITATION.c.round_id,
    )
)
_ROUNDS: Final = prepare_reading(
    select(*ROUND.c)
    .where(ROUND.c.stage != literal_column(f"'{RoundStage.DRAFT.value}'"))
    .order_by(ROUND.c.closes_on.desc())
)


async def find_invited(database: Database, municipality: str, access_hash: str) -> tuple[InvitationState, Round] | None:
    """Return how far an invitation has come, with its round, within a municipality."""
    rows = await read_prepared(database, municipality, _INVITED, access_hash=access_hash)
    rows = rows or await read_prepared(database, municipality, _INVITED_AGAIN, access_hash=access_hash)
    return (InvitationState(rows[0][0]), round_of(rows[0][1:])) if rows else None


async def find_newest_round(database: Database, municipality: str) -> Round | None:
    """Return the round of a municipality that closes last."""
    rows = await read_prepared(database, municipality, _ROUNDS)
    return round_of(rows[0]) if rows else None
