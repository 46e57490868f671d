"""An attacker: everything that was published, and linear programming to work out what was hidden.

He knows every shown figure of all editions, sums over regions, which groups are empty, what the reasons for hiding say,
and that nobody who was counted in the first edition has left. Written apart from the code under test, on purpose.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from analysis.dataset import FIRST_CODE, SKIPPED, CodedColumn, Columns, Grouping, assemble
from analysis.design import Stratum
from analysis.disclosure import Publication, publish
from analysis.disclosure.ledger import Ledger
from analysis.engine import analyse
from analysis.plan import AnalysisPlan
from analysis.policy import DisclosurePolicy
from analysis.results import (
    Cell,
    Comparison,
    Estimate,
    Inference,
    Interval,
    Measure,
    Pair,
    ProtectedResults,
    Results,
    Suppressed,
)

ITEM = "Q"
NOBODY = -1
# Breakdowns with their number of levels. Of support one may have several kinds: to the attacker each is a yes or a no.
LEVELS = {"age": 4, "sex": 2, "support0": 1, "support1": 1}
Counts = NDArray[np.int64]
Group = tuple[str, str, str]
SCORES = (0.0, 50.0, 100.0)


@dataclass(frozen=True)
class World:
    """People: their unit, their level in each breakdown (-1: unknown), their answer (-1: none), and if they are late."""

    unit: Counts
    levels: Mapping[str, Counts]
    answer: Counts
    late: NDArray[np.bool_]
    units: tuple[str, ...]
    region: frozenset[str]

    def part(self, chosen: NDArray[np.bool_]) -> World:
        return World(
            self.unit[chosen],
            {name: it[chosen] for name, it in self.levels.items()},
            self.answer[chosen],
            self.late[chosen],
            self.units,
            self.region,
        )

    def counts(self, group: Group) -> Counts:
        """Return how the people of a group answered: the truth."""
        return np.bincount(self.answer[self.members(group) & (self.answer >= 0)], minlength=len(SCORES))

    def members(self, group: Group) -> NDArray[np.bool_]:
        unit, breakdown, level = group
        inside = np.ones(self.unit.size, dtype=bool) if not unit else self.unit == int(unit[1:])
        return inside & (self.levels[breakdown] == int(level)) if breakdown else inside


def people(rng: np.random.Generator, *, units: int = 5, size: float = 22.0) -> World:
    """Return a made-up municipality survey in which small groups are the rule."""
    of_unit = np.maximum(rng.gamma(1.2, size / 1.2, units).astype(int), 1)
    unit = np.repeat(np.arange(units), of_unit)
    shape = unit.size
    age = rng.choice(4, shape, p=[0.1, 0.2, 0.3, 0.4])
    age[rng.random(shape) < 0.03] = NOBODY
    support = {f"support{k}": np.where(rng.random(shape) < part, 0, NOBODY) for k, part in enumerate((0.85, 0.4))}
    levels = {"age": age, "sex": rng.integers(0, 2, shape), **support}
    answer = rng.choice(3, shape, p=[0.2, 0.2, 0.6])
    answer[rng.random(shape) < 0.1] = NOBODY
    names = tuple(f"u{k}" for k in range(units))
    return World(unit, levels, answer, rng.random(shape) < 0.3, names, frozenset(names[: (units + 1) // 2]))


def results_of(world: World) -> Results:
    """Return what the engine makes of these people, with comparisons of every unit with its region."""
    plan = AnalysisPlan.model_validate(
        {"items": {ITEM: {"kind": "scale", "codes": {str(k): {"score": s} for k, s in enumerate(SCORES)}}}}
    )
    columns = Columns(
        coded=(CodedColumn(ITEM, tuple(str(k) for k in range(len(SCORES)))),),
        codes=np.where(world.answer < 0, SKIPPED, world.answer + FIRST_CODE).astype(np.int8)[None],
        numbers=(),
        values=np.empty((0, world.unit.size)),
        status=np.empty((0, world.unit.size), dtype=np.int8),
        groupings=tuple(Grouping(*_published(name), it.astype(np.int16)) for name, it in world.levels.items()),
    )
    strata = [Stratum(unit, unit) for unit in world.units]
    found = analyse(assemble(columns, strata, world.unit.astype(np.int32)), plan)
    return replace(found, comparisons={**found.comparisons, **_with_region(world)})


def publish_all(worlds: list[World], policy: DisclosurePolicy) -> list[ProtectedResults]:
    """Return the editions as they are published, each with the ledger of those before it; one edition has no series."""
    ledger = Ledger()
    published: list[ProtectedResults] = []
    for edition, world in enumerate(worlds):
        series = "wmo" if len(worlds) > 1 else ""
        publication = Publication(f"{edition}", series, ("2026",), {"region": (world.region,)})
        edition_of = publish(results_of(world), policy, ledger, publication=publication)
        published.append(edition_of.results)
        ledger = edition_of.ledger
    return published


def publish_in_turn(world: World, turns: Sequence[str], policy: DisclosurePolicy) -> list[ProtectedResults]:
    """Return releases of the same answers by turn, each with the ledger of those before it: "" is of all units, a name of that unit."""
    ledger = Ledger()
    published: list[ProtectedResults] = []
    for number, unit in enumerate(turns):
        release = publish(_of_turn(world, unit), policy, ledger, publication=Publication(f"{number}", "wmo", ("2026",)))
        published.append(_as_unit(release.results, unit) if unit else release.results)
        ledger = release.ledger
    return published


def _of_turn(world: World, unit: str) -> Results:
    if unit:
        part = world.part(world.members((unit, "", "")))
        world = replace(part, unit=np.zeros_like(part.unit), units=(unit,), region=frozenset())
    return replace(results_of(world), comparisons={})


def _as_unit(results: ProtectedResults, unit: str) -> ProtectedResults:
    """Return the release of one unit with its total told as the figure of that unit, which it is."""
    figures = {replace(cell, unit=unit): it for cell, it in results.figures.items()}
    totals = {replace(cell, unit=unit): it for cell, it in results.figures.items() if not cell.unit}
    shown = {cell: it for cell, it in totals.items() if isinstance(it, Estimate)}
    return replace(results, figures=figures | shown, respondents={unit: results.respondents[unit]})


def _published(breakdown: str) -> tuple[str, tuple[str, ...]]:
    """Return the name and the levels that a breakdown has in results."""
    if breakdown.startswith("support"):
        return "support", (breakdown.removeprefix("support"),)
    return breakdown, tuple(str(k) for k in range(LEVELS[breakdown]))


def _cell(group: Group) -> Cell:
    """Return where the figures of a group stand."""
    unit, breakdown, level = group
    if not breakdown or int(level) < 0:
        return Cell(Measure.CATEGORY, ITEM, "0", unit, breakdown, level)
    name, levels = _published(breakdown)
    return Cell(Measure.CATEGORY, ITEM, "0", unit, name, levels[int(level)])


def _with_region(world: World) -> dict[Pair, Comparison]:
    region = sum(int(world.counts((unit, "", "")).sum()) for unit in world.region)
    return {
        Pair(Cell(Measure.SCORE, ITEM, unit=unit), "region"): Comparison(
            difference=1.0,
            se=1.0,
            interval=Interval(-1.0, 3.0),
            df=20.0,
            p_value=0.3,
            p_adjusted=0.3,
            family="region",
            relevant=False,
            respondents=int(world.counts((unit, "", "")).sum()),
            reference_respondents=region,
            inference=Inference.PROCESS,
        )
        for unit in world.units
    }


@dataclass
class Attacker:
    """Collects what is published, and asks for the smallest and largest number that a group can have."""

    units: list[str]
    levels: Mapping[str, int]
    editions: int
    rows: list[dict[int, float]] = field(default_factory=list)
    known: list[float] = field(default_factory=list)
    below: list[tuple[dict[int, float], float]] = field(default_factory=list)

    def variable(self, edition: int, unit: int, breakdown: str, level: int, answer: int) -> int:
        """Return the number of a variable: people of an edition by unit, level (the last: no level) and answer."""
        names = list(self.levels)
        at = sum(self.levels[name] + 1 for name in names[: names.index(breakdown)]) + level
        wide = sum(count + 1 for count in self.levels.values())
        return ((edition * len(self.units) + unit) * wide + at) * len(SCORES) + answer

    def size(self) -> int:
        return self.editions * len(self.units) * sum(count + 1 for count in self.levels.values()) * len(SCORES)

    def parts(self, edition: int, group: Group, answer: int) -> list[int]:
        """Return the variables that add up to a group."""
        unit, breakdown, level = group
        units = range(len(self.units)) if not unit else [self.units.index(unit)]
        name = breakdown or next(iter(self.levels))
        levels = [int(level)] if breakdown else list(range(self.levels[name] + 1))
        return [self.variable(edition, u, name, k, answer) for u in units for k in levels]

    def learn_sum(self, edition: int, group: Group, counts: Counts) -> None:
        for answer, count in enumerate(counts):
            self.rows.append(dict.fromkeys(self.parts(edition, group, answer), 1.0))
            self.known.append(float(count))

    def learn_limits(self, edition: int, group: Group, *, most: float = np.inf, least: float = 0.0) -> None:
        everyone = [it for answer in range(len(SCORES)) for it in self.parts(edition, group, answer)]
        if np.isfinite(most):
            self.below.append((dict.fromkeys(everyone, 1.0), most))
        if least:
            self.below.append((dict.fromkeys(everyone, -1.0), -least))

    def learn_structure(self) -> None:
        """All breakdowns divide the same people, and who was in an edition is in the next one too."""
        _, *others = self.levels
        for edition in range(self.editions):
            for unit in self.units:
                for name in others:
                    for answer in range(len(SCORES)):
                        row = dict.fromkeys(self.parts(edition, (unit, "", ""), answer), 1.0)
                        at = self.units.index(unit)
                        cells = [self.variable(edition, at, name, k, answer) for k in range(self.levels[name] + 1)]
                        self.rows.append(row | dict.fromkeys(cells, -1.0))
                        self.known.append(0.0)
        half = self.size() // self.editions
        self.below += [({k: 1.0, k + half: -1.0}, 0.0) for k in range(half * (self.editions - 1))]

    @cached_property
    def constraints(self) -> dict[str, object]:
        """Return everything that was learned, once and for all."""
        found: dict[str, object] = {"A_eq": self._matrix(self.rows), "b_eq": self.known}
        if self.below:
            limits = {"A_ub": self._matrix([row for row, _ in self.below]), "b_ub": [most for _, most in self.below]}
            return found | limits
        return found

    def width(self, aim: Mapping[int, float]) -> float:
        """Return the width of the interval of a number."""
        cost = np.zeros(self.size())
        cost[list(aim)] = list(aim.values())
        found = [linprog(sign * cost, **self.constraints, method="highs") for sign in (1, -1)]
        if any(it.status == 3 for it in found):
            return np.inf
        assert all(it.success for it in found), [it.message for it in found]
        return float(-found[1].fun - found[0].fun)

    def _matrix(self, rows: list[dict[int, float]]) -> csr_array:
        entries = [value for row in rows for value in row.values()]
        starts = np.cumsum([0, *(len(row) for row in rows)])
        return csr_array((entries, [k for row in rows for k in row], starts), shape=(len(rows), self.size()))


def groups_of(world: World, units: list[str], levels: Mapping[str, int]) -> Iterator[Group]:
    """Yield every group that has a figure, and the people without a level."""
    for unit in ["", *units]:
        yield unit, "", ""
        for name, count in levels.items():
            for level in [*range(count), NOBODY]:
                yield unit, name, str(level)


def attack(worlds: list[World], published: list[ProtectedResults]) -> dict[tuple[str, Group], float]:
    """Return the width of the interval of every small group: in each edition, and of those who came in between."""
    names, levels = list(worlds[0].units), LEVELS
    attacker = Attacker(names, levels, len(worlds))
    attacker.learn_structure()
    for edition, (world, results) in enumerate(zip(worlds, published, strict=True)):
        _learn_edition(attacker, edition, world, results)
    found: dict[tuple[str, Group], float] = {}
    for group in groups_of(worlds[0], names, levels):
        aims = [_aim(attacker, edition, group) for edition in range(len(worlds))]
        counts = [int(world.counts(group).sum()) for world in worlds]
        for edition, (aim, n) in enumerate(zip(aims, counts, strict=True)):
            if 0 < n < 10:
                found[f"edition {edition}", group] = attacker.width(aim)
        if len(worlds) > 1 and 0 < counts[1] - counts[0] < 10:
            found["late", group] = attacker.width(aims[1] | dict.fromkeys(aims[0], -1.0))
    return found


def attack_together(world: World, published: list[ProtectedResults]) -> dict[Group, float]:
    """Return the width of the interval of every small group, for who has all releases of the same answers."""
    attacker = Attacker(list(world.units), LEVELS, 1)
    attacker.learn_structure()
    for results in published:
        _learn_edition(attacker, 0, world, results)
    groups = groups_of(world, attacker.units, LEVELS)
    return {it: attacker.width(_aim(attacker, 0, it)) for it in groups if 0 < world.counts(it).sum() < 10}


def _aim(attacker: Attacker, edition: int, group: Group) -> dict[int, float]:
    unit, breakdown, level = group
    place = (
        (unit, breakdown, str(attacker.levels[breakdown]) if level == str(NOBODY) else level) if breakdown else group
    )
    return {it: 1.0 for answer in range(len(SCORES)) for it in attacker.parts(edition, place, answer)}


def _learn_edition(attacker: Attacker, edition: int, world: World, results: ProtectedResults) -> None:
    told = {cell.breakdown for cell, it in results.figures.items() if it == Suppressed("fewer_than_floor")}
    for group in groups_of(world, attacker.units, attacker.levels):
        counts = world.counts(group)
        unit, breakdown, level = group
        cell = _cell(group)
        figure = results.figures.get(cell)
        inside = (unit, breakdown, str(attacker.levels[breakdown])) if level == str(NOBODY) else group
        if isinstance(figure, Estimate):
            assert abs(figure.value * figure.respondents - counts[0]) < 1e-6, "shares give counts"
            attacker.learn_sum(edition, inside, counts)
        elif not counts.sum():
            attacker.learn_limits(edition, inside, most=0.0)
        elif isinstance(figure, Suppressed) and cell.breakdown in told and _is_told(results, group):
            few = figure == Suppressed("fewer_than_floor")
            attacker.learn_limits(edition, inside, most=9.0 if few else np.inf, least=0.0 if few else 10.0)
    for unit in attacker.units:
        asked = results.respondents.get(unit)
        if isinstance(asked, int):
            attacker.learn_limits(edition, (unit, "", ""), most=asked)
    if any(pair.reference == "region" and isinstance(it, Comparison) for pair, it in results.comparisons.items()):
        _learn_region(attacker, edition, world)


def _is_told(results: ProtectedResults, group: Group) -> bool:
    """Of the cells of a hidden unit nothing is told apart."""
    whole = results.figures.get(Cell(Measure.CATEGORY, ITEM, "0", group[0]))
    return not group[1] or isinstance(whole, Estimate)


def _learn_region(attacker: Attacker, edition: int, world: World) -> None:
    for answer in range(len(SCORES)):
        places = [it for unit in world.region for it in attacker.parts(edition, (unit, "", ""), answer)]
        attacker.rows.append(dict.fromkeys(places, 1.0))
        attacker.known.append(float(sum(world.counts((unit, "", ""))[answer] for unit in world.region)))
