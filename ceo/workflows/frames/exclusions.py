"""Why somebody in a frame is not asked. The first reason that holds counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.clients import LastSurveyed, OptOut
from ceo.workflows.frames.choices import FrameChoices
from ceo.workflows.frames.merging import FramePerson

_MONTHS_OF_A_YEAR: Final = 12
_SHORTEST_MONTH: Final = 28


class Exclusion(StrEnum):
    """The reasons, in the order in which they count."""

    OPTED_OUT = "opted-out"
    DUPLICATE = "duplicate"  # the same person under another number
    SURVEYED_RECENTLY = "surveyed-recently"
    TOO_YOUNG = "too-young"
    TOO_OLD = "too-old"
    NOT_IN_PERIOD = "not-in-period"


async def exclusions_of(
    session: AsyncSession, people: Sequence[FramePerson], choices: FrameChoices, *, today: date
) -> list[Exclusion | None]:
    """Return for each of some people why they are left out, or None. Two queries, however many people."""
    hashes = [person.person_hash for person in people]
    opted_out = set(await session.exec(select(OptOut.person_hash).where(col(OptOut.person_hash).in_(hashes))))
    recently: set[str] = set()
    if choices.rest:
        drawn = select(LastSurveyed.person_hash).where(
            col(LastSurveyed.person_hash).in_(hashes), col(LastSurveyed.drawn_on) > months_before(today, choices.rest)
        )
        recently = set(await session.exec(drawn))
    return [_exclusion(person, choices, opted_out, recently) for person in people]


def months_before(day: date, months: int) -> date:
    """Return the same day some months before; the 28th at the latest, because each month has it.

    >>> months_before(date(2026, 3, 31), 13)
    datetime.date(2025, 2, 28)
    """
    year, month = divmod(day.year * _MONTHS_OF_A_YEAR + day.month - 1 - months, _MONTHS_OF_A_YEAR)
    return date(year, month + 1, min(day.day, _SHORTEST_MONTH))


def _exclusion(person: FramePerson, choices: FrameChoices, opted_out: set[str], recently: set[str]) -> Exclusion | None:
    age = person.age
    holds = {
        Exclusion.OPTED_OUT: person.person_hash in opted_out,
        Exclusion.DUPLICATE: person.is_duplicate,
        Exclusion.SURVEYED_RECENTLY: person.person_hash in recently,
        Exclusion.TOO_YOUNG: age is not None and choices.youngest is not None and age < choices.youngest,
        Exclusion.TOO_OLD: age is not None and choices.oldest is not None and age > choices.oldest,
        Exclusion.NOT_IN_PERIOD: not person.in_period,
    }
    return next((reason for reason in Exclusion if holds[reason]), None)
