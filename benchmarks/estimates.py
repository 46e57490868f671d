"""How fast are estimates? Mean and share of 30 items over 8 breakdowns for a country of 342 municipalities.

Run: python benchmarks/estimates.py [--rows 250000]. The floor is what numpy needs, on the same encoded data and in the
same run, for the sums alone: one count and two weighted `bincount`s per item and breakdown.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

import numpy as np

from analysis.dataset import FIRST_CODE, SKIPPED, CodedColumn, Columns, Dataset, Grouping, assemble
from analysis.design import Stratum
from analysis.estimates import Estimates, estimate_means
from analysis.moments import Recode, recode, tabulate
from analysis.results import Inference

UNITS, STRATA_PER_UNIT, ITEMS, CODES = 342, 3, 30, 5
# Levels of the breakdowns besides municipality; together with it and "everyone" they are 8 breakdowns.
BREAKDOWNS = {"age": 8, "sex": 2, "education": 6, "duration": 5, "support": 3, "region": 12}
MEAN, TOP_TWO = tuple(100.0 * code / (CODES - 1) for code in range(CODES)), (0.0, 0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class Timing:
    """Seconds of processor time of one thread."""

    encode: float
    tables: float
    estimates: float
    floor: float
    count: int


def simulate(rows: int, seed: int = 1) -> Dataset:
    """Return simulated answers: 12 % missing, and a weight that differs between respondents."""
    rng = np.random.default_rng(seed)
    strata = [
        Stratum(f"{unit:03d}.{part}", f"GM{unit:03d}", float(rows))
        for unit in range(UNITS)
        for part in range(STRATA_PER_UNIT)
    ]
    codes = rng.integers(FIRST_CODE, FIRST_CODE + CODES, size=(ITEMS, rows)).astype(np.int8)
    codes[rng.random((ITEMS, rows)) < 0.12] = SKIPPED
    groupings = tuple(
        Grouping(name, tuple(f"{level}" for level in range(size)), rng.integers(0, size, rows).astype(np.int16))
        for name, size in BREAKDOWNS.items()
    )
    columns = Columns(
        coded=tuple(CodedColumn(f"Q{item:02d}", tuple("12345")) for item in range(ITEMS)),
        codes=codes,
        numbers=(),
        values=np.empty((0, rows)),
        status=np.empty((0, rows), dtype=np.int8),
        groupings=groupings,
    )
    return assemble(columns, strata, rng.integers(0, len(strata), rows).astype(np.int32), rng.uniform(1, 4, rows))


def estimate_everything(dataset: Dataset) -> tuple[list[Estimates], float, float]:
    """Return means and shares of all items by municipality and by every breakdown, with the seconds of both stages."""
    design = dataset.design()
    recodes = tuple(Recode(item, scores) for item in range(ITEMS) for scores in (MEAN, TOP_TWO))
    started = time.process_time()
    tables = [tabulate(dataset, grouping) for grouping in (None, *dataset.groupings)]
    tabulated = time.process_time()
    found = []
    for table in tables:
        moments = recode(table, recodes)
        found.append(estimate_means(moments, design.together(), Inference.FINITE))
        if table is tables[0]:
            found.append(estimate_means(moments, design, Inference.FINITE))
    return found, tabulated - started, time.process_time() - tabulated


def measure_floor(dataset: Dataset) -> float:
    """Return the seconds that the bare sums take."""
    squares = dataset.weights**2
    started = time.process_time()
    for grouping in (None, *dataset.groupings):
        levels = len(grouping.levels) if grouping else 1
        cell = dataset.stratum.astype(np.int64) * levels + (grouping.member if grouping else 0)
        base, width = cell * (FIRST_CODE + CODES), len(dataset.strata) * levels * (FIRST_CODE + CODES)
        for codes in dataset.codes:
            index = base + codes
            np.bincount(index, minlength=width)
            np.bincount(index, weights=dataset.weights, minlength=width)
            np.bincount(index, weights=squares, minlength=width)
    return time.process_time() - started


def measure(rows: int) -> Timing:
    """Return the seconds of one run."""
    started = time.process_time()
    dataset = simulate(rows)
    encode = time.process_time() - started
    found, tables, estimates = estimate_everything(dataset)
    count = sum(int((it.n > 0).sum()) for it in found)
    return Timing(encode, tables, estimates, measure_floor(dataset), count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=250_000, help="respondents")
    rows = parser.parse_args().rows
    timing = measure(rows)
    engine = timing.tables + timing.estimates
    print(f"respondents                    {rows:>10,}")
    print(f"simulate and sort              {timing.encode:>10.2f} s")
    print(f"tables                         {timing.tables:>10.2f} s")
    print(f"estimates with standard error  {timing.estimates:>10.2f} s")
    print(f"number of estimates            {timing.count:>10,}")
    print(f"estimates per second           {timing.count / engine:>10,.0f}")
    print(f"numpy floor of the same sums   {timing.floor:>10.2f} s")
    print(f"engine in units of the floor   {engine / timing.floor:>10.2f}")


if __name__ == "__main__":
    main()
