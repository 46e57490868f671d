"""From the traits of clients to strata: which group somebody is drawn in.

Somebody who has more of what is stratified by (two products, say) falls in the rarest of them, so that small groups can be reported.
Whoever asked for support and did not get it is a group apart, under acts and products. The stratum goes along with the answers, so no
stratum may be so small that it tells who answered: groups below `SMALLEST` clients are taken together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, func, literal
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.clients import Client, ClientStatus

# No results are shown of fewer people, so a smaller stratum would serve nobody.
SMALLEST: Final = 10
# More are no plan that people can read.
MOST_STRATA: Final = 100
# Among the traits of who came in later: on which day.
CAME_IN: Final = "came_in"
# As long as a group may be called in the plan of a round.
_LONGEST: Final = 80


class StratifyBy(StrEnum):
    """By what clients are divided."""

    NONE = "none"
    ACT = "act"
    PRODUCT = "product"
    PROVIDER = "provider"
    NEIGHBOURHOOD = "neighbourhood"
    AGE_GROUP = "age-group"
    GRANTED = "granted"


_TRAIT: Final[Mapping[StratifyBy, str]] = {
    StratifyBy.ACT: "acts",
    StratifyBy.PRODUCT: "products",
    StratifyBy.PROVIDER: "providers",
    StratifyBy.NEIGHBOURHOOD: "neighbourhood",
    StratifyBy.AGE_GROUP: "age_group",
}
# Names of groups are data, as those that a municipality types: they stand in reports.
_ACTS: Final = {"wmo": "Wmo", "jeugd": "Jeugdwet", "participatie": "Participatiewet"}
_EVERYBODY: Final = "Alle cliënten"
_NOT_GRANTED: Final = "Gevraagd, niet gekregen"
_GRANTED: Final = "Met hulp"
_UNKNOWN: Final = "Onbekend"
_AND_SMALL: Final = " en kleine groepen"
TOGETHER: Final = "Kleine groepen samen"

# What somebody has of a trait, in the words of strata.
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stratification:
    """The strata of a frame: how many clients each has, and in which one somebody falls. `merged`: small groups were taken together."""

    by: StratifyBy
    populations: Mapping[str, int]
    merged: tuple[str, ...]
    _strata: Mapping[Names, str]

    def stratum_of(self, traits: Mapping[str, Any]) -> str | None:
        """Return the stratum of somebody with these traits; None for traits that nobody had when the strata were made."""
        return self._strata.get(names_of(self.by, traits))

    def nearest(self, traits: Mapping[str, Any]) -> str | None:
        """Return the stratum of somebody who came in later: the rarest that they have; None when all that they have is new."""
        known = self.stratum_of(traits)
        if known is not None:
            return known
        names = names_of(self.by, traits)
        together = next((name for name in self.populations if name == TOGETHER or name.endswith(_AND_SMALL)), None)
        if (
            together is not None
            and self.merged
            and (set(names) & set(self.merged) or not set(names) & set(self.populations))
        ):
            return together
        present = [name for name in names if name in self.populations]
        return min(present, key=lambda name: (self.populations[name], name), default=None)


def stratify(by: StratifyBy, counts: Mapping[Names, int]) -> Stratification:
    """Return the strata of clients who were counted by all that they have of a trait.

    >>> counts = {("Vervoer",): 40, ("Begeleiding", "Vervoer"): 12, ("Begeleiding",): 15, ("Wonen",): 3}
    >>> dict(stratify(StratifyBy.PRODUCT, counts).populations)
    {'Begeleiding en kleine groepen': 30, 'Vervoer': 40}
    """
    having: Counter[str] = Counter()
    for names, number in counts.items():
        having.update(dict.fromkeys(names, number))
    rarest = {names: min(names, key=lambda name: (having[name], name)) for names in counts}
    sizes: Counter[str] = Counter()
    for names, number in counts.items():
        sizes[rarest[names]] += number
    together, name = _too_small(sizes)
    strata = {names: name if stratum in together else stratum for names, stratum in rarest.items()}
    populations: Counter[str] = Counter()
    for names, number in counts.items():
        populations[strata[names]] += number
    return Stratification(by, dict(sorted(populations.items())), together, strata)


async def count_names(session: AsyncSession, by: StratifyBy, among: ColumnElement[bool]) -> dict[Names, int]:
    """Return how many clients there are, by all that they have of a trait: one query, however many clients."""
    traits = col(Client.traits)
    trait = traits[_TRAIT[by]] if by in _TRAIT else literal("")
    # Below, because PostgreSQL would take the same expression with other parameters for another one.
    each = select(trait.label("trait"), traits["granted"].label("granted"))
    rows = each.where(among).subquery()
    counted = select(rows.c.trait, rows.c.granted, func.count()).group_by(rows.c.trait, rows.c.granted)
    counts: Counter[Names] = Counter()
    for found, granted, number in await session.exec(counted):
        # SQLite tells 0 and 1 for false and true.
        counts[_names(by, found, granted=granted is None or bool(granted))] += number
    return dict(counts)


async def is_about_youth(session: AsyncSession, round_id: int) -> bool:
    """Return whether somebody who can be drawn has youth care."""
    counts = await count_names(session, StratifyBy.ACT, can_be_drawn(round_id))
    return any(_ACTS["jeugd"] in names for names in counts)


def can_be_drawn(round_id: int) -> ColumnElement[bool]:
    """Return whether somebody can be drawn for a round."""
    return (col(Client.round_id) == round_id) & (col(Client.status) != ClientStatus.EXCLUDED.value)


def was_in_draw(round_id: int) -> ColumnElement[bool]:
    """Return whether somebody could be drawn when the sample of a round was: also who was excluded since then."""
    return (col(Client.round_id) == round_id) & (col(Client.stratum) != "") & came_in_since().is_(None)


def came_in_since() -> ColumnElement[str | None]:
    """Return the day on which somebody came in when the round went on already, as text; NULL for who was there before."""
    day: ColumnElement[str | None] = col(Client.traits)[CAME_IN].as_string()
    return day


def names_of(by: StratifyBy, traits: Mapping[str, Any]) -> Names:
    """Return what somebody has of a trait, in the words of strata.

    >>> names_of(StratifyBy.ACT, {"acts": ["wmo"]}), names_of(StratifyBy.ACT, {"acts": ["wmo"], "granted": False})
    (('Wmo',), ('Gevraagd, niet gekregen',))
    """
    return _names(by, traits.get(_TRAIT.get(by, "")), granted=bool(traits.get("granted", True)))


def _names(by: StratifyBy, trait: Any, *, granted: bool) -> Names:
    if by is StratifyBy.NONE:
        return (_EVERYBODY,)
    if by is StratifyBy.GRANTED:
        return (_GRANTED if granted else _NOT_GRANTED,)
    if by in {StratifyBy.ACT, StratifyBy.PRODUCT, StratifyBy.PROVIDER} and not granted:
        return (_NOT_GRANTED,)
    found = sorted(trait) if isinstance(trait, list) else [trait] if trait else []
    return tuple(dict.fromkeys(_name(by, one) for one in found)) or (_UNKNOWN,)


def _name(by: StratifyBy, value: str) -> str:
    if by is StratifyBy.ACT:
        return _ACTS.get(value, value)
    if by is StratifyBy.AGE_GROUP:
        return f"{value} jaar"
    return value[:_LONGEST].strip() or _UNKNOWN


def _too_small(sizes: Mapping[str, int]) -> tuple[tuple[str, ...], str]:
    """Return which strata go together, and how that stratum is called: the small ones, and as few others as are needed."""
    # Who got no support stays apart as long as others can be joined.
    ordered = sorted(sizes, key=lambda name: (name == _NOT_GRANTED, sizes[name], name))
    small = [name for name in ordered if sizes[name] < SMALLEST]
    if not small or len(ordered) == 1:
        return (), ""
    others = [name for name in ordered if name not in small]
    if sum(sizes[name] for name in small) < SMALLEST and others:
        return (*small, others[0]), f"{others[0]}{_AND_SMALL}"
    return tuple(small), TOGETHER
