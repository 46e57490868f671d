"""What became of the people of a series from wave to wave: asked, answered, answered again, or dropped out.

Who was asked again is known from the list while it is there, of which the names are sealed: they are opened in memory and compared there.
When a round is sealed that is counted and kept with its plan, because the list is erased. Numbers of linked people below the floor are not
told, and neither is a total from which one would follow.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.clients import Client
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.rounds import Round, RoundDesign, RoundStage
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.ending.counting import kept_counts
from ceo.workflows.frames.person_keys import open_person_key
from ceo.workflows.rounds.design import LEAST_FLOOR, Design
from ceo.workflows.rounds.series import waves_of

# Numbers of people by round, and by group (activity) of that round.
_Counts = Mapping[int, Mapping[str, int]]
# The same for those of an earlier round who are in a later one too: by the earlier and the later.
_Pairs = Mapping[tuple[int, int], Mapping[str, int]]
# Nobody is asked any more, and who was asked again stands with the plan.
_COUNTED: Final = frozenset({RoundStage.SEALED.value, RoundStage.ERASED.value})


@dataclass(frozen=True, slots=True)
class Wave:
    """One round of a series, with how many were asked and answered, by activity."""

    number: int
    round_id: int
    title: str
    opens_on: date
    closes_on: date
    stage: str
    asked: Mapping[str, int]
    answered: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """Who of an earlier wave is in a later one. `asked_again` of those who answered before, of whom `linked` answered again."""

    asked_again: int
    linked: int

    @property
    def dropped(self) -> int:
        """Return how many answered before, were asked again, and did not answer."""
        return self.asked_again - self.linked

    @property
    def share_dropped(self) -> float:
        """Return the drop-out among those who were asked again, 0 to 1.

        >>> Kept(asked_again=40, linked=30).share_dropped
        0.25
        """
        return self.dropped / self.asked_again if self.asked_again else 0.0


@dataclass(frozen=True, slots=True)
class Between:
    """From one wave to a later one, by the activity of the first. None: fewer than the floor are linked. `total` counts all together."""

    earlier: int
    later: int
    by_activity: Mapping[str, Kept | None]
    total: Kept | None


@dataclass(frozen=True, slots=True)
class SeriesOverview:
    """A series as its page shows it. `partners`: who carries an activity out, several when that changed. `floor`: of linked people."""

    name: str
    waves: tuple[Wave, ...]
    activities: tuple[str, ...]
    partners: Mapping[str, str]
    between: tuple[Between, ...]
    floor: int


async def read_series(
    database: Database, keys: Sequence[bytes], municipality: str, series: str
) -> SeriesOverview | None:
    """Return what became of the people of a series, in the same number of queries however many there are; None without such a series.

    `keys` of the installation open the names of those who were asked, about 100,000 a second.
    """
    async with tenant_reading(database, municipality) as session:
        rounds = await waves_of(session, series)
        if not rounds:
            return None
        ids = [row.id for row in rounds if row.id is not None]
        designs = await _designs(session, ids)
        asked = {**await kept_counts(session, ids), **await _asked(session, ids)}
        answered = await _answered(session, ids)
        running = [row.id for row in rounds if row.id is not None and row.stage not in _COUNTED]
        linked, again = await _linked(session, ids), await asked_again(session, keys, ids, invited_in=running)
    waves = tuple(_wave(row, asked, answered) for row in rounds)
    floor = max([LEAST_FLOOR, *(design.floor for design in designs.values())])
    known = {**_kept_with_plans(rounds, designs), **again}
    return SeriesOverview(
        name=series,
        waves=waves,
        activities=tuple(sorted({name for wave in waves for name in {**wave.asked, **wave.answered}})),
        partners=_partners(rounds, designs),
        between=tuple(_between(one, other, linked, known, floor=floor) for one, other in combinations(waves, 2)),
        floor=floor,
    )


async def keep_asked_again(session: AsyncSession, keys: Sequence[bytes], row: Round) -> None:
    """Keep with the plan of a round how many of each earlier wave were asked again in it: its list will be erased."""
    kept = await session.get(RoundDesign, row.id)
    if row.series is None or row.id is None or kept is None:
        return
    waves = await waves_of(session, row.series)
    earlier = [one.id for one in waves if one.id is not None and (one.wave or 0) < (row.wave or 0)]
    found = await asked_again(session, keys, earlier, invited_in=[row.id])
    counts = {str(one): dict(numbers) for (one, _), numbers in found.items()}
    design = Design.model_validate(kept.document).model_copy(update={"asked_again": counts})
    kept.document = design.model_dump(mode="json")


async def asked_again(
    session: AsyncSession, keys: Sequence[bytes], answered_in: Sequence[int], *, invited_in: Sequence[int]
) -> _Pairs:
    """Return how many of those who answered a round were invited in another, by both rounds and the activity of the first.

    Of who was invited the names are sealed: no database can compare them. A name that no key opens any more is not counted.
    """
    invited = (
        select(Client.round_id, Client.id, Client.sealed_person_key)
        .join(Invitation, col(Invitation.client_id) == col(Client.id))
        .where(col(Client.round_id).in_(invited_in), col(Client.sealed_person_key).is_not(None))
    )
    answered = select(Submission.round_id, Submission.stratum, Submission.person_key).where(
        col(Submission.round_id).in_(answered_in), col(Submission.person_key).is_not(None)
    )
    people, answers = (await session.exec(invited)).all(), (await session.exec(answered)).all()
    return await asyncio.to_thread(_compared, keys, people, answers)


def _compared(
    keys: Sequence[bytes], people: Sequence[tuple[int, str, str | None]], answers: Sequence[tuple[int, str, str | None]]
) -> _Pairs:
    groups: dict[str, set[tuple[int, str]]] = {}
    for round_id, stratum, name in answers:
        groups.setdefault(name or "", set()).add((round_id, stratum))
    counted = Counter[tuple[int, int, str]]()
    for other, client_id, sealed in people:
        name = open_person_key(keys, client_id, sealed or "")
        counted.update((one, other, stratum) for one, stratum in groups.get(name or "", ()) if one != other)
    return _pairs([(*which, number) for which, number in counted.items()])


async def _linked(session: AsyncSession, rounds: Sequence[int]) -> _Pairs:
    after = aliased(Submission)
    same = col(after.person_key) == col(Submission.person_key)
    statement = (
        select(
            Submission.round_id, after.round_id, Submission.stratum, func.count(func.distinct(Submission.person_key))
        )
        .join(after, same)
        .where(col(Submission.round_id).in_(rounds), col(after.round_id).in_(rounds))
        .where(col(after.round_id) != col(Submission.round_id))
        .group_by(col(Submission.round_id), col(after.round_id), Submission.stratum)
    )
    return _pairs((await session.exec(statement)).all())


async def _asked(session: AsyncSession, rounds: Sequence[int]) -> dict[int, dict[str, dict[str, int]]]:
    statement = select(Invitation.round_id, Invitation.stratum, func.count()).where(
        col(Invitation.round_id).in_(rounds)
    )
    counted: dict[int, dict[str, dict[str, int]]] = {}
    grouped = statement.group_by(col(Invitation.round_id), Invitation.stratum)
    for round_id, stratum, number in await session.exec(grouped):
        counted.setdefault(round_id, {})[stratum] = {"": number}
    return counted


async def _answered(session: AsyncSession, rounds: Sequence[int]) -> _Counts:
    statement = select(Submission.round_id, Submission.stratum, func.count()).where(
        col(Submission.round_id).in_(rounds)
    )
    counted: dict[int, dict[str, int]] = {}
    grouped = statement.group_by(col(Submission.round_id), Submission.stratum)
    for round_id, stratum, number in await session.exec(grouped):
        counted.setdefault(round_id, {})[stratum] = number
    return counted


async def _designs(session: AsyncSession, rounds: Sequence[int]) -> dict[int, Design]:
    statement = select(RoundDesign).where(col(RoundDesign.round_id).in_(rounds))
    return {row.round_id: Design.model_validate(row.document) for row in await session.exec(statement)}


def _pairs(rows: Sequence[tuple[int, int, str, int]]) -> _Pairs:
    found: dict[tuple[int, int], dict[str, int]] = {}
    for one, other, stratum, number in rows:
        found.setdefault((one, other), {})[stratum] = number
    return found


def _kept_with_plans(rounds: Sequence[Round], designs: Mapping[int, Design]) -> _Pairs:
    """Return who was asked again as it was kept when rounds were sealed."""
    counted = {row.id for row in rounds if row.stage in _COUNTED}
    return {
        (int(earlier), round_id): numbers
        for round_id, design in designs.items()
        if round_id in counted
        for earlier, numbers in design.asked_again.items()
    }


def _wave(row: Round, asked: Mapping[int, Mapping[str, Mapping[str, int]]], answered: _Counts) -> Wave:
    assert row.id is not None
    counts = {stratum: sum(states.values()) for stratum, states in asked.get(row.id, {}).items()}
    own = answered.get(row.id, {})
    return Wave(row.wave or 0, row.id, row.title, row.opens_on, row.closes_on, row.stage, counts, own)


def _partners(rounds: Sequence[Round], designs: Mapping[int, Design]) -> dict[str, str]:
    names: dict[str, list[str]] = {}
    for design in (designs[row.id] for row in rounds if row.id is not None and row.id in designs):
        for activity, partner in design.partners.items():
            if partner not in names.setdefault(activity, []):
                names[activity].append(partner)
    return {activity: ", ".join(own) for activity, own in names.items()}


def _between(one: Wave, other: Wave, linked: _Pairs, again: _Pairs, *, floor: int) -> Between:
    pair = one.round_id, other.round_id
    numbers = {
        name: Kept(again.get(pair, {}).get(name, 0), linked.get(pair, {}).get(name, 0)) for name in sorted(one.answered)
    }
    return between_waves(one.number, other.number, numbers, floor=floor)


def between_waves(earlier: int, later: int, numbers: Mapping[str, Kept], *, floor: int) -> Between:
    """Return what may be told from one wave to another: no number of linked people below the floor, nor a total that gives one away.

    The total goes when the activities that are not told have fewer than `floor` linked people together, or when there is one such activity.

    >>> between_waves(0, 1, {"a": Kept(40, 30), "b": Kept(9, 4)}, floor=10).total is None
    True
    >>> between_waves(0, 1, {"a": Kept(40, 30), "b": Kept(9, 4), "c": Kept(9, 7)}, floor=10).total
    Kept(asked_again=58, linked=41)
    """
    hidden = [kept.linked for kept in numbers.values() if kept.linked < floor]
    gives_away = bool(hidden) and (len(hidden) == 1 or sum(hidden) < floor)
    total = Kept(sum(kept.asked_again for kept in numbers.values()), sum(kept.linked for kept in numbers.values()))
    return Between(
        earlier,
        later,
        {name: kept if kept.linked >= floor else None for name, kept in numbers.items()},
        None if gives_away or total.linked < floor else total,
    )
