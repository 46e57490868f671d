"""Does disclosure control hold, and what does it cost? An attack on random surveys, and the cells that stay visible.

Run: python benchmarks/disclosure.py [--tables 300] [--editions 60] [--respondents 100000]. The attacker of the tests
has every published figure (all breakdowns, answers, sums over a region, two editions) and works out each small group by
linear programming. A group is pinned when he places its number within less than the width of the policy.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "analysis"))

from disclosure_attack import attack, attack_together, people, publish_all, publish_in_turn, results_of

from analysis.dataset import FIRST_CODE, SKIPPED, CodedColumn, Columns, Dataset, Grouping, assemble
from analysis.design import Stratum
from analysis.disclosure import protect
from analysis.engine import analyse
from analysis.plan import AnalysisPlan
from analysis.policy import DisclosurePolicy
from analysis.results import Measure, ProtectedResults, Results, Suppressed

POLICY = DisclosurePolicy()
UNITS, ITEMS = 342, 3
BREAKDOWNS = {"age": 8, "sex": 2, "education": 6, "duration": 5, "support": 3, "living": 4, "proxy": 2, "language": 10}


@dataclass
class Tally:
    """What an attack found, and how many cells are visible: with the threshold alone, and with all rules."""

    groups: int = 0
    pinned: int = 0
    cells: int = 0
    above_floor: int = 0
    shown: int = 0

    def count(self, results: Results, protected: ProtectedResults) -> None:
        """Count the scores of a survey."""
        for cell, figure in results.figures.items():
            if cell.measure is Measure.SCORE:
                self.cells += 1
                self.above_floor += figure.respondents >= POLICY.floor
                self.shown += not isinstance(protected.figures[cell], Suppressed)

    def __str__(self) -> str:
        kept = f"{self.shown / self.cells:.1%} of cells visible, threshold alone {self.above_floor / self.cells:.1%}"
        return f"{self.pinned} of {self.groups} small groups pinned; {kept}"


def attack_many(tables: int, size: float, editions: int) -> Tally:
    """Return what the attacker finds in so many random surveys."""
    tally = Tally()
    for seed in range(tables):
        world = people(np.random.default_rng(seed), size=size)
        worlds = [world.part(~world.late), world][-editions:]
        published = publish_all(worlds, POLICY)
        tally.count(results_of(worlds[-1]), published[-1])
        widths = attack(worlds, published).values()
        tally.groups += len(widths)
        tally.pinned += sum(width < POLICY.width - 1e-6 for width in widths)
    return tally


def attack_in_turn(tables: int, size: float) -> Tally:
    """Return what the attacker finds where releases of all units and of single ones follow each other."""
    tally = Tally()
    for seed in range(tables):
        world = people(np.random.default_rng(seed), size=size)
        for turns in (("", "u0", "u2", ""), ("u1", "", "u3", ""), ("u0", "u1", "", "u2")):
            published = publish_in_turn(world, turns, POLICY)
            tally.count(results_of(world), published[turns.index("")])
            widths = attack_together(world, published).values()
            tally.groups += len(widths)
            tally.pinned += sum(width < POLICY.width - 1e-6 for width in widths)
    return tally


def simulate(rows: int) -> Dataset:
    """Return a country of unequal municipalities in which most breakdowns have a rare level."""
    rng = np.random.default_rng(1)
    size = rng.gamma(1.0, 1.0, UNITS)
    unit = rng.choice(UNITS, rows, p=size / size.sum()).astype(np.int32)
    codes = (rng.choice(5, size=(ITEMS, rows), p=[0.05, 0.1, 0.15, 0.3, 0.4]) + FIRST_CODE).astype(np.int8)
    codes[rng.random((ITEMS, rows)) < 0.12] = SKIPPED
    groupings = tuple(
        Grouping(name, tuple(f"{k}" for k in range(levels)), rng.choice(levels, rows, p=parts).astype(np.int16))
        for name, levels in BREAKDOWNS.items()
        for parts in [rng.dirichlet(np.ones(levels))]
    )
    columns = Columns(
        coded=tuple(CodedColumn(f"Q{item}", tuple("12345")) for item in range(ITEMS)),
        codes=codes,
        numbers=(),
        values=np.empty((0, rows)),
        status=np.empty((0, rows), dtype=np.int8),
        groupings=groupings,
    )
    return assemble(columns, [Stratum(f"GM{k:03d}", f"GM{k:03d}") for k in range(UNITS)], unit)


def country(rows: int) -> str:
    """Return what protecting a country costs."""
    codes = {str(k): {"score": 25.0 * (k - 1)} for k in range(1, 6)}
    items = {f"Q{item}": {"kind": "scale", "codes": codes} for item in range(ITEMS)}
    start = time.process_time()
    results = analyse(simulate(rows), AnalysisPlan.model_validate({"items": items}))
    analysed = time.process_time()
    protected = protect(results, POLICY)
    seconds = time.process_time() - analysed
    tally = Tally()
    tally.count(results, protected)
    return (
        f"{UNITS} units x {sum(BREAKDOWNS.values())} levels x {ITEMS} items ({len(results.figures)} figures): "
        f"{seconds:.1f} s, {seconds / ITEMS:.2f} s an item (analysis {analysed - start:.1f} s); {str(tally).split('; ')[1]}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=300)
    parser.add_argument("--editions", type=int, default=60)
    parser.add_argument("--respondents", type=int, default=100_000)
    chosen = parser.parse_args()
    print(country(chosen.respondents))
    for size in (22.0, 60.0, 150.0):
        print(f"{chosen.tables} surveys of 5 units, {size:.0f} each: {attack_many(chosen.tables, size, 1)}", flush=True)
    for size in (30.0, 60.0):
        found = attack_in_turn(chosen.editions, size)
        print(
            f"{chosen.editions} surveys of 5 units, {size:.0f} each, all units and single ones by turn: {found}",
            flush=True,
        )
    for size in (60.0, 150.0):
        found = attack_many(chosen.editions, size, 2)
        print(f"{chosen.editions} surveys of 5 units, {size:.0f} each, two editions: {found}", flush=True)


if __name__ == "__main__":
    main()
