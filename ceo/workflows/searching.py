"""Finding something of a municipality by words of its title."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import col, select

from ceo.storage.configurations import Configuration
from ceo.storage.database import Database
from ceo.storage.rounds import Round
from ceo.storage.tenancy import tenant_reading

_MOST_WORDS: Final = 6
_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: titles with what leads to them."""

    rounds: tuple[tuple[int, str], ...]
    questionnaires: tuple[tuple[str, str], ...]


async def search(database: Database, municipality: str, text: str) -> Found:
    """Return the rounds and the questionnaires in the making whose title or name holds every word of a text; at most 20 of each."""
    words = text.replace("\x00", " ").lower().split()[:_MOST_WORDS]
    if not words:
        return Found((), ())
    rounds = select(Round.id, Round.title).where(_hold(words, Round.title, Round.measurement))
    making = select(Configuration.id, Configuration.title).where(
        _hold(words, Configuration.title), col(Configuration.removed).is_(False)
    )
    async with tenant_reading(database, municipality) as session:
        found = (await session.exec(rounds.order_by(col(Round.opens_on).desc()).limit(_MOST))).all()
        making_found = (await session.exec(making.order_by(Configuration.title).limit(_MOST))).all()
    return Found(tuple((row[0] or 0, row[1]) for row in found), tuple((row[0], row[1]) for row in making_found))


def _hold(words: list[str], *columns: Any) -> ColumnElement[bool]:
    """Return whether each word stands in one of some columns."""
    return and_(*(or_(*(func.lower(column).contains(word, autoescape=True) for column in columns)) for word in words))
