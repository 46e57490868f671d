"""Respondents and register side by side: in which part of the population everyone is, and how many people it has.

Parts that nobody speaks for are taken together with their neighbours. Source: Kalton & Flores-Cervantes (2003), J. Off.
Statist. 19, 81-97 (collapsing of cells).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import Dataset
from analysis.weighting.raking import Margin
from analysis.weighting.register import Register
from analysis.weighting.sums import over, total_by


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """Level numbers of the `respondents` and of the rows of the `register`; -1: unknown."""

    levels: tuple[str, ...]
    respondents: NDArray[np.int64]
    register: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Respondents and the rows of the register of their units, with the people whom a row counts.

    Strata without respondents come last; the others stand in the order of their units.
    """

    unit: Variable
    stratum: Variable
    counts: NDArray[np.float64]
    variables: Mapping[str, Variable]

    @property
    def population(self) -> NDArray[np.float64]:
        """The people of every unit."""
        return total_by(self.counts, self.unit.register, len(self.unit.levels))

    @property
    def unit_of_stratum(self) -> NDArray[np.int64]:
        """The unit of every stratum that has respondents or people."""
        found: NDArray[np.int64] = np.zeros(len(self.stratum.levels), dtype=np.int64)
        found[self.stratum.respondents] = self.unit.respondents
        found[self.stratum.register] = self.unit.register
        return found

    def crossed(self, names: Sequence[str]) -> Variable:
        """Return the combinations of variables as one, the last running fastest; unknown where one of them is."""
        levels: tuple[str, ...] = ("",)
        sides = [np.zeros(side.size, dtype=np.int64) for side in (self.unit.respondents, self.unit.register)]
        for name in names:
            own = self.variables[name]
            levels = tuple(f"{one} · {other}" if one else other for one in levels for other in own.levels)
            pairs = zip(sides, (own.respondents, own.register), strict=True)
            sides = [np.where((code < 0) | (other < 0), -1, code * len(own.levels) + other) for code, other in pairs]
        return Variable(levels, *sides)


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """The parts of blocks (units or strata) by the levels of a variable, in the order of blocks and levels.

    By row: `part`. By part: its `block`, its `level` (after the last one: unknown), its `people`, and the sum of the weights
    of its respondents.
    """

    levels: tuple[str, ...]
    part: NDArray[np.int64]
    block: NDArray[np.int64]
    level: NDArray[np.int64]
    people: NDArray[np.float64]
    sums: NDArray[np.float64]

    @property
    def known(self) -> NDArray[np.bool_]:
        """Parts of a known level."""
        known: NDArray[np.bool_] = self.level < len(self.levels)
        return known

    def label(self, part: int) -> str:
        """Return the level of a part; empty for unknown."""
        level = int(self.level[part])
        return self.levels[level] if level < len(self.levels) else ""

    def margin(self, into: NDArray[np.int64]) -> Margin:
        """Return the parts that are left when each is taken `into` another (or itself), with the people of both."""
        own = into == np.arange(into.size)
        place = np.cumsum(own) - 1
        return Margin(place[into][self.part], total_by(self.people, into, own.size)[own])


def sides_of(dataset: Dataset, register: Register) -> Sides:
    """Return both sides in the same codes. Units without respondents are left out: nobody speaks for them.

    >>> import pandas as pd
    >>> from analysis.dataset import Columns, Grouping, assemble
    >>> from analysis.design import Stratum
    >>> from analysis.weighting.register import read_register
    >>> none, sex = np.empty((0, 4), dtype=np.int8), Grouping("sex", ("m", "v"), np.array([0, 0, 0, 1], dtype=np.int16))
    >>> data = assemble(Columns((), none, (), none, none, (sex,)), [Stratum("")], np.zeros(4, dtype=np.int32))
    >>> register = read_register(pd.DataFrame({"sex": ["m", "v"], "population": [40, 60]}), "register.csv")
    >>> sides_of(data, register).population
    array([100.])
    """
    of_data = [(stratum.unit, stratum.name) for stratum in dataset.strata]
    present = [unit for (unit, _), rows in zip(of_data, dataset.respondents.tolist(), strict=True) if rows]
    units = {unit: place for place, unit in enumerate(dict.fromkeys(present))}
    listed = [(stratum.unit, stratum.name) for stratum in register.strata]
    strata = {key: place for place, key in enumerate(dict.fromkeys([*of_data, *listed]))}
    unit_of = np.array([units.get(unit, -1) for unit, _ in strata], dtype=np.int64)
    everywhere = np.array([strata[key] for key in listed], dtype=np.int64)[register.stratum]
    used = (unit_of[everywhere] >= 0) & (register.counts > 0)
    names, rows, people = tuple(name for _, name in strata), dataset.stratum.astype(np.int64), everywhere[used]
    stratum = Variable(names, rows, people)
    return Sides(
        unit=Variable(tuple(units), unit_of[rows], unit_of[people]),
        stratum=stratum,
        counts=register.counts[used],
        variables=_variables(dataset, register, used) | {register.strata_column: stratum},
    )


def partition_of(
    variable: Variable, within: Variable, counts: NDArray[np.float64], weights: NDArray[np.float64]
) -> Partition:
    """Return the parts of the blocks `within` by the levels of a variable.

    Respondents for whom it is unknown are a part of their own: it keeps the share of the `weights` that it has, and the
    people of the other parts are scaled to what is left.

    >>> everyone = Variable(("",), np.zeros(4, dtype=np.int64), np.zeros(3, dtype=np.int64))
    >>> age = Variable(("18-44", "45-64", "65+"), np.array([0, 0, 0, -1]), np.array([0, 1, 2]))
    >>> found = partition_of(age, everyone, np.array([40.0, 10.0, 50.0]), np.full(4, 25.0))
    >>> found.people.round(2)  # the one of unknown age keeps 25; the others are scaled to the 75 that are left
    array([30. ,  7.5, 37.5, 25. ])
    """
    width = len(variable.levels) + 1
    key, register_key = (
        block * width + np.where(level < 0, width - 1, level)
        for block, level in ((within.respondents, variable.respondents), (within.register, variable.register))
    )
    part, register_part, keys = _compacted(key, register_key, len(within.levels) * width)
    sums = total_by(weights, part, keys.size)
    listed = total_by(counts, register_part, keys.size)
    block, level = keys // width, keys % width
    people = _scaled(listed, sums, level < width - 1, block)
    return Partition(variable.levels, part, block, level, people, sums)


def taken_together(partition: Partition) -> NDArray[np.int64]:
    """Return for every part itself, or the part that it is taken together with.

    A part without respondents or without people goes to the nearest level of its block that has both (the lower of two).
    Where no level has, the whole block is one part.

    >>> everyone = Variable(("",), np.zeros(4, dtype=np.int64), np.zeros(3, dtype=np.int64))
    >>> age = Variable(("18-44", "45-64", "65+"), np.array([0, 0, 0, 2]), np.array([0, 1, 2]))
    >>> found = partition_of(age, everyone, np.array([40.0, 10.0, 50.0]), np.full(4, 25.0))
    >>> taken_together(found)  # nobody of 45-64 answered: they go with 18-44
    array([0, 0, 2])
    """
    full = (partition.sums > 0) & (partition.people > 0)
    block, level, last = partition.block, partition.level, partition.block.size - 1
    places, hosts = np.arange(block.size), full & partition.known
    before = np.maximum.accumulate(np.where(hosts, places, -1))
    after = np.minimum.accumulate(np.where(hosts, places, last + 1)[::-1])[::-1]
    has_before = (before >= 0) & (block[before] == block)
    has_after = (after <= last) & (block[np.minimum(after, last)] == block)
    nearer = level - level[before] <= level[np.minimum(after, last)] - level
    host = np.where(has_before & (nearer | ~has_after), before, after)
    alone = ~(has_before | has_after)
    chosen: NDArray[np.int64] = np.where(alone, np.searchsorted(block, block), np.where(full, places, host))
    return chosen


def _variables(dataset: Dataset, register: Register, used: NDArray[np.bool_]) -> dict[str, Variable]:
    own = {it.breakdown: it for it in (*dataset.groupings, *dataset.auxiliaries)}
    found: dict[str, Variable] = {}
    for listed in register.variables:
        if listed.breakdown in own:
            ours = own[listed.breakdown]
            levels = tuple(dict.fromkeys([*ours.levels, *listed.levels]))
            place = np.array([*(levels.index(level) for level in listed.levels), -1], dtype=np.int64)
            found[listed.breakdown] = Variable(levels, ours.member.astype(np.int64), place[listed.member][used])
    return found


def _compacted(
    first: NDArray[np.int64], second: NDArray[np.int64], size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return both codes as numbers from 0 without gaps, and the code of every number; without sorting."""
    seen: NDArray[np.bool_] = np.zeros(size, dtype=np.bool_)
    seen[first] = True
    seen[second] = True
    place = np.cumsum(seen) - 1
    return place[first], place[second], np.flatnonzero(seen)


def _scaled(
    listed: NDArray[np.float64], sums: NDArray[np.float64], known: NDArray[np.bool_], block: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the people of every part; those of a block stay as many as are listed in it.

    The register says nothing about a block in which it knows no level: there the parts keep their shares of the weights.
    """
    blocks = int(block.max(initial=-1)) + 1
    whole, weighed, levelled = (
        total_by(of_part, block, blocks) for of_part in (listed, sums, np.where(known, listed, 0.0))
    )
    as_weighted = sums * over(whole, weighed)[block]
    left = whole - total_by(np.where(known, 0.0, as_weighted), block, blocks)
    of_known = np.where((levelled > 0)[block], listed * over(left, levelled)[block], as_weighted)
    return np.where(known, of_known, as_weighted)
