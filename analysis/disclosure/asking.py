"""Asking: groups that somebody puts together while looking, next to everything that was published.

A group is refused when it is small, or when it differs from something known by fewer people than the floor: the
difference would tell what these few answered. Source: Hundepool et al. (2012), Statistical Disclosure Control, Wiley, section
5.3.4 (differencing); Denning, Denning & Schwartz (1979), ACM Transactions on Database Systems 4, 76-96 (trackers).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from analysis.disclosure.ledger import Counted, Granted, Ledger
from analysis.disclosure.places import Place
from analysis.policy import DisclosurePolicy

# A unit and a level of the breakdown: what groups are put together from. The empty level: those without one.
_Atom: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """The respondents of units (none named: of all) in levels of a breakdown (none named: in all)."""

    units: frozenset[str] = frozenset()
    breakdown: str = ""
    levels: frozenset[str] = frozenset()

    def __str__(self) -> str:
        units = ", ".join(sorted(self.units)) or "alle eenheden samen"
        return f"{units}, {self.breakdown}: {', '.join(sorted(self.levels))}" if self.levels else units


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a group is not shown: a stable `reason` for programs, with cause and cure for people.

    `near` is the published group that it lies next to, and `people` the number in between.
    """

    reason: str  # fewer_than_floor | near_published | overlapping_levels
    people: int
    near: Group | None
    cause: str
    cure: str


def refuse_group(
    group: Group,
    item: str,
    ledger: Ledger,
    policy: DisclosurePolicy,
    *,
    series: str = "",
    waves: frozenset[str] = frozenset(),
) -> Refusal | None:
    """Return why a group of an item may not be shown next to all that was published; None: it may.

    Counted are the respondents of the last release of these waves. A group that was granted goes into the ledger by
    `Ledger.with_group`, so that the next one is compared with it.

    >>> counts = {("", "", ""): (54.0,), ("GM1", "", ""): (8.0,), ("GM2", "", ""): (46.0,)}
    >>> hidden = frozenset({("GM1", "", ""), ("GM2", "", "")})
    >>> ledger = Ledger().with_release("2026-1", "", (), {"q1": ((counts,), hidden)})
    >>> found = refuse_group(Group(frozenset({"GM2"})), "q1", ledger, DisclosurePolicy())
    >>> found.reason, found.people  # all together were shown: minus GM2 these are the 8 of GM1
    ('near_published', 8)
    """
    places = ledger.last_places(item, series, waves)
    board = _Board(places, group.breakdown, ledger.granted(item, series, waves))
    if board.is_overlapping():
        return Refusal(
            "overlapping_levels",
            0,
            None,
            f"Bij {group.breakdown} kan iemand in meer dan een groep zitten.",
            "Kies één groep tegelijk.",
        )
    return _Asking(board, policy.floor).refusal(group)


class _Board:
    """What was published of an item, in terms of one breakdown."""

    def __init__(self, places: Mapping[Place, Counted], breakdown: str, granted: tuple[Granted, ...]) -> None:
        self._breakdown = breakdown
        self._counts = {place: it.respondents for place, it in places.items()}
        self._units = [unit for unit, name, _ in places if unit and not name] or [""]
        self._levels = list(dict.fromkeys(level for _, name, level in places if name == breakdown and name))
        shown = [
            Group(frozenset({unit} - {""}), name, frozenset({level} - {""}))
            for (unit, name, level), it in places.items()
            if it.shown and name in {"", breakdown}
        ]
        given = [Group(frozenset(it.units), it.breakdown, frozenset(it.levels)) for it in granted]
        self.published = [*shown, *(it for it in given if it.breakdown in {"", breakdown})]

    def is_overlapping(self) -> bool:
        """Return whether somebody can be in several levels."""
        return any(self._without_level(unit) < 0 for unit in self._units)

    def atoms(self, group: Group) -> frozenset[_Atom]:
        """Return the smallest groups that a group is put together from."""
        units = group.units or frozenset(self._units)
        return frozenset((unit, level) for unit in units for level in group.levels or [*self._levels, ""])

    def people(self, atoms: frozenset[_Atom]) -> int:
        """Return how many respondents there are in atoms."""
        return sum(
            self._counts.get((unit, self._breakdown, level), 0) if level else self._without_level(unit)
            for unit, level in atoms
        )

    def _without_level(self, unit: str) -> int:
        inside = sum(self._counts.get((unit, self._breakdown, level), 0) for level in self._levels)
        return self._counts.get((unit, "", ""), inside) - inside


@dataclass(frozen=True, slots=True)
class _Asking:
    board: _Board
    floor: int

    def refusal(self, group: Group) -> Refusal | None:
        own = self.board.atoms(group)
        people = self.board.people(own)
        if people < self.floor:
            cause = f"Deze groep heeft minder dan {self.floor} mensen."
            return Refusal("fewer_than_floor", people, None, cause, "Neem groepen samen.")
        if own in [self.board.atoms(it) for it in self.board.published]:
            return None  # known already
        for other in self.board.published:
            few = next((n for n in self._between(own, self.board.atoms(other)) if 0 < n < self.floor), 0)
            if few:
                cause = f"Deze groep verschilt minder dan {self.floor} mensen van een groep die al bekend is: {other}."
                cure = "Kies die groep, of een groep die meer verschilt."
                return Refusal("near_published", few, other, cause, cure)
        return None

    def _between(self, own: frozenset[_Atom], other: frozenset[_Atom]) -> tuple[int, ...]:
        """Return the people in one group and not in the other, and what known groups leave of the larger one."""
        between = self.board.people(own ^ other)
        if other < own:
            return between, self._left(own, own)
        return (between, self._left(other - own, own)) if own < other else (between,)

    def _left(self, whole: frozenset[_Atom], own: frozenset[_Atom]) -> int:
        """Return how many remain of a group without all known groups in it: a region without its other members."""
        parts = [atoms for it in self.board.published if (atoms := self.board.atoms(it)) <= whole and atoms != own]
        return self.board.people(whole - frozenset[_Atom]().union(*parts))
