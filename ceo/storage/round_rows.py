"""Rounds as nearly every page needs them: read together with another row, and made once for all drafts that share one."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from sqlmodel import SQLModel

from ceo.storage.rounds import Round

ROUND: Final = SQLModel.metadata.tables[str(Round.__tablename__)]


@lru_cache(maxsize=1024)
def round_of(values: tuple[Any, ...]) -> Round:
    """Return the round with these values in the columns of `ROUND`; nobody changes it."""
    return Round(**dict(zip(ROUND.c.keys(), values, strict=True)))
