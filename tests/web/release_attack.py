"""An attacker on a release: every number of respondents that the API told, and linear programming to work out those that it did not.

He knows that numbers are whole and rounded, that units add up to areas and levels to units, and that nobody answered who did not take part.
Written apart from the code under test, on purpose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import linprog

NATION = "NL"
# A number that is told is the nearest multiple of five.
_ROUNDED = 2
# Unit, breakdown, level; "" is everyone.
Place = tuple[str, str, str]


@dataclass
class Attacker:
    """What was learned of one indicator: between which numbers sums of places lie."""

    units: tuple[str, ...]
    members: Mapping[str, tuple[str, ...]]
    levels: Mapping[str, tuple[str, ...]]
    known: list[tuple[dict[int, float], float, float]] = field(default_factory=list)
    _numbers: dict[Place, int] = field(default_factory=dict)

    def learn(self, row: Mapping[str, Any]) -> None:
        """Learn the number of a figure that is shown."""
        if row["n"] is not None:
            self._learn_sum(self._parts(row["area"], row["breakdown"], row["level"]), row["n"], of=1)

    def learn_group(self, areas: Iterable[str], n: int) -> None:
        """Learn the number of a group that was granted: each of its members was rounded."""
        members = sorted(set(areas))
        self._learn_sum([part for unit in members for part in self._parts(unit, "", "")], n, of=len(members))

    def learn_most(self, unit: str, most: int) -> None:
        """Learn how many took part in a unit: no more can have answered."""
        self.known.append((dict.fromkeys(self._parts(unit, "", ""), 1.0), 0.0, most + _ROUNDED))

    def learn_structure(self) -> None:
        """Learn that every breakdown divides the same people."""
        first, *others = self.levels
        for unit in self.units:
            for other in others:
                row = dict.fromkeys(self._within(unit, first), 1.0) | dict.fromkeys(self._within(unit, other), -1.0)
                self.known.append((row, 0.0, 0.0))

    def width(self, place: Place) -> float:
        """Return how far the smallest and the largest number of a place lie from each other."""
        cost = np.zeros(len(self._numbers) + 1)
        cost[self._parts(*place)] = 1.0
        size = len(self._numbers)
        rows = np.zeros((2 * len(self.known), size))
        limits = np.zeros(2 * len(self.known))
        for at, (row, low, high) in enumerate(self.known):
            rows[2 * at, list(row)] = list(row.values())
            rows[2 * at + 1] = -rows[2 * at]
            limits[2 * at], limits[2 * at + 1] = high, -low
        ends = [linprog(sign * cost[:size], A_ub=rows, b_ub=limits, method="highs") for sign in (1, -1)]
        if any(end.status == 3 for end in ends):
            return np.inf
        assert all(end.success for end in ends), [end.message for end in ends]
        return float(-ends[1].fun - ends[0].fun)

    def _learn_sum(self, parts: list[int], n: int, *, of: int) -> None:
        spread = _ROUNDED * of
        self.known.append((dict.fromkeys(parts, 1.0), max(n - spread, 0.0), n + spread))

    def _parts(self, area: str, breakdown: str, level: str) -> list[int]:
        units = self.units if area == NATION else self.members.get(area, (area,))
        if breakdown:
            return [self._number((unit, breakdown, level)) for unit in units]
        return [part for unit in units for part in self._within(unit, next(iter(self.levels)))]

    def _within(self, unit: str, breakdown: str) -> list[int]:
        """Return the numbers of all levels of a breakdown, and of those without one."""
        return [self._number((unit, breakdown, level)) for level in (*self.levels[breakdown], "")]

    def _number(self, place: Place) -> int:
        return self._numbers.setdefault(place, len(self._numbers))
