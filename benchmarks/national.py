"""How fast is a country? 342 municipalities, 1,026 strata, 30 items; weighting, tables and estimates beside their floor.

Run: python benchmarks/national.py [--rows 250000] [--parts 1] [--engine inline|processes:2|dask://HOST:PORT] [--fitted].

Job A: mean and top-2 share of 30 items over 8 breakdowns (municipality, provision, region, size class, age, sex,
education, duration: 379 levels), 22,740 estimates with their standard error. Job B: the same for every municipality by age,
sex, education, duration and provision: 410,400 estimates. The floor is what numpy needs for the sums alone, on the same
data in the same run: a count and two weighted `bincount`s for 30 items by each of the four breakdowns that cut through
strata, 360 in all. Seconds are of the processor, the least of five times; with more parts than one the parts are simulated one by one.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from math import inf

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import scipy.sparse  # noqa: F401 - loaded here, so that loading is not counted as estimating
from numpy.typing import NDArray

from analysis.dataset import FIRST_CODE, SKIPPED, CodedColumn, Columns, Dataset, Grouping, assemble
from analysis.design import Stratum
from analysis.partitions import Engine, Tabulated, read_engine, tabulate_parts
from analysis.plan import AnalysisPlan
from analysis.quantities import quantities
from analysis.results import Inference, Measure
from analysis.tabulation.estimates import Estimates
from analysis.tabulation.estimating import cut_by, in_chunks
from analysis.tabulation.fitted_tables import FittedTables
from analysis.tabulation.tables import Tables, tabulate_all
from analysis.weighting.raking import Margin, rake_cells
from analysis.weighting.residuals import fitted_to_cells
from questionnaires.problems import Problem

UNITS, PROVISIONS, ITEMS, CODES = 342, 3, 30, 5
REPEATS = 5
CUTTING = {"age": 6, "sex": 2, "education": 4, "duration": 5}
OF_UNITS = {"region": 12, "size": 5}
CODE_PLANS = {f"{code}": {"score": 25.0 * (code - 1), "positive": code > 3} for code in range(1, CODES + 1)}
PLAN = AnalysisPlan.model_validate(
    {
        "items": {f"Q{item:02d}": {"kind": "scale", "codes": CODE_PLANS} for item in range(ITEMS)},
        "subgroups": [*CUTTING, "provision", *OF_UNITS],
    }
)


@dataclass(frozen=True)
class Simulated:
    """Respondents of the municipalities from `first` to `end`: 12 % missing, and a weight that differs between them."""

    first: int
    end: int
    rows: int

    def __call__(self) -> Dataset:
        """Return the data set."""
        rng = np.random.default_rng(self.first)
        size = self.end - self.first
        strata = [
            Stratum(f"{unit:03d}.{part}", f"GM{unit:03d}", 4.0 * self.rows / size)
            for unit in range(self.first, self.end)
            for part in range(PROVISIONS)
        ]
        stratum = rng.integers(0, len(strata), self.rows).astype(np.int32)
        codes = rng.integers(FIRST_CODE, FIRST_CODE + CODES, size=(ITEMS, self.rows), dtype=np.int8)
        codes[rng.random((ITEMS, self.rows), dtype=np.float32) < 0.12] = SKIPPED
        levels = {name: rng.integers(0, count, self.rows) for name, count in CUTTING.items()}
        unit = self.first + stratum // PROVISIONS
        levels |= {
            "provision": stratum % PROVISIONS,
            "region": unit % OF_UNITS["region"],
            "size": unit % OF_UNITS["size"],
        }
        groupings = tuple(
            Grouping(name, tuple(f"{level}" for level in range(count)), levels[name].astype(np.int16))
            for name, count in (CUTTING | {"provision": PROVISIONS} | OF_UNITS).items()
        )
        columns = Columns(
            coded=tuple(CodedColumn(item, tuple(CODE_PLANS)) for item in PLAN.items),
            codes=codes,
            numbers=(),
            values=np.empty((0, self.rows)),
            status=np.empty((0, self.rows), dtype=np.int8),
            groupings=groupings,
        )
        return assemble(columns, strata, stratum, rng.uniform(1, 4, self.rows))


@dataclass
class Clock:
    """Seconds of the processor by step: the least of all times that it was done."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count what happens inside."""
        started = time.process_time()
        yield
        self.seconds[name] = min(self.seconds.get(name, inf), time.process_time() - started)


@dataclass(frozen=True)
class Register:
    """Populations by municipality and age, sex and provision, on the cells of stratum by age by sex."""

    margins: list[Margin]
    unit: NDArray[np.int64]


def cells_of(dataset: Dataset) -> NDArray[np.int64]:
    """Return the cell of every row: stratum by age by sex."""
    age, sex = (dataset.groupings[place].member for place in range(2))
    return (dataset.stratum.astype(np.int64) * CUTTING["age"] + age) * CUTTING["sex"] + sex


def register_of(dataset: Dataset) -> Register:
    """Return populations that differ from the weighted respondents by up to 20 %."""
    rng = np.random.default_rng(2)
    stratum, age, sex = np.indices((len(dataset.strata), CUTTING["age"], CUTTING["sex"])).reshape(3, -1)
    unit = stratum // PROVISIONS
    found = np.bincount(cells_of(dataset), weights=dataset.weights, minlength=unit.size)
    margins = []
    for part, levels in ((age, CUTTING["age"]), (sex, CUTTING["sex"]), (stratum % PROVISIONS, PROVISIONS)):
        of_part = np.bincount(unit * levels + part, weights=found).reshape(UNITS, levels)
        wanted = of_part * rng.uniform(0.8, 1.2, of_part.shape)
        wanted *= of_part.sum(axis=1, keepdims=True) / wanted.sum(axis=1, keepdims=True)
        margins.append(Margin(unit * levels + part, wanted.ravel()))
    return Register(margins, unit)


def weighted(dataset: Dataset, register: Register) -> Dataset:
    """Return the data with weights raked to the margins, within each municipality; cells are raked, not rows.

    The fit is not kept with the data: both jobs take the weights as they are. `run_fitted` takes it along.
    """
    cell = cells_of(dataset)
    sums = np.bincount(cell, weights=dataset.weights, minlength=register.unit.size)
    factors = rake_cells(sums, register.margins, register.unit).weights
    return replace(dataset, weights=dataset.weights * factors[cell])


def estimate(tables: Tables, names: tuple[str, ...], *, by_unit: bool) -> Iterator[Estimates]:
    """Return means and top-2 shares of all items by the levels of breakdowns ("" is everyone)."""
    design = tables.design() if by_unit else tables.design().together()
    asked = tuple(it for it in quantities(tables, PLAN) if it.measure in (Measure.SCORE, Measure.SHARE))
    for breakdown in (tables.everyone, *tables.breakdowns):
        if breakdown.breakdown in names:
            cut = cut_by(tables, breakdown, design)
            for chunk in in_chunks(asked, cut):
                yield cut.estimates(chunk)


def run_fitted(rows: int, clock: Clock) -> None:
    """Run job A with the variance of the residuals of the raked weights, as published results have it."""
    plain = Simulated(0, UNITS, rows)()
    register = register_of(plain)
    dataset = weighted(plain, register)
    tables, design = tabulate_all(dataset), dataset.design()
    asked = [it for it in quantities(tables, PLAN) if it.measure in (Measure.SCORE, Measure.SHARE)]
    with clock.step("estimates A of fitted weights"):
        parts = [margin.part for margin in register.margins]
        fit = fitted_to_cells(plain.weights, dataset.weights, cells_of(dataset), register.unit, parts)
        by_cells = FittedTables(replace(dataset, calibrations=(fit,)))
        for grouping, breakdown in zip((None, *dataset.groupings), (tables.everyone, *tables.breakdowns), strict=True):
            cut = cut_by(tables, breakdown, design.together() if grouping else design)
            counted(it for _, it in by_cells.estimates(cut, asked, grouping, design, Inference.FINITE))


def counted(found: Iterator[Estimates]) -> int:
    """Return how many estimates have a standard error."""
    return sum(int((np.sqrt(it.variance) > 0).sum()) for it in found)


def floor(dataset: Dataset) -> None:
    """Compute the bare sums."""
    squares = dataset.weights**2
    codes = FIRST_CODE + CODES
    for grouping in dataset.groupings[: len(CUTTING)]:
        levels = len(grouping.levels)
        base = (dataset.stratum.astype(np.int64) * levels + grouping.member) * codes
        width = len(dataset.strata) * levels * codes
        for column in dataset.codes:
            index = base + column
            np.bincount(index, minlength=width)
            np.bincount(index, weights=dataset.weights, minlength=width)
            np.bincount(index, weights=squares, minlength=width)


def run_whole(rows: int, clock: Clock) -> tuple[int, int]:
    """Run both jobs on the country as one part; return the numbers of estimates."""
    with clock.step("simulate and sort"):
        plain = Simulated(0, UNITS, rows)()
        register = register_of(plain)
    jobs = (0, 0)
    for _ in range(REPEATS):
        with clock.step("weighting"):
            dataset = weighted(plain, register)
        with clock.step("tables"):
            tables = tabulate_all(dataset)
        jobs = run_jobs(tables, clock)
        with clock.step("floor"):
            floor(dataset)
    return jobs


def run_jobs(tables: Tables, clock: Clock) -> tuple[int, int]:
    """Run the estimates of both jobs; return their numbers."""
    with clock.step("estimates A"):
        of_units = counted(estimate(tables, ("",), by_unit=True))
        job_a = of_units + counted(estimate(tables, (*CUTTING, "provision", *OF_UNITS), by_unit=False))
    with clock.step("estimates B"):
        job_b = counted(estimate(tables, (*CUTTING, "provision"), by_unit=True))
    return job_a, job_b


def run_parts(rows: int, parts: int, engine: Engine, clock: Clock) -> tuple[int, int]:
    """Run both jobs on the country in parts, without weighting."""
    bounds = np.linspace(0, UNITS, parts + 1).astype(int).tolist()
    sizes = np.diff(np.linspace(0, rows, parts + 1).astype(int)).tolist()
    loaders = [Simulated(*each) for each in zip(bounds[:-1], bounds[1:], sizes, strict=True)]
    with clock.step("simulate, sort and tables of parts"):
        found = tabulate_parts(loaders, PLAN, engine)
    assert isinstance(found, Tabulated), found
    return run_jobs(found.tables, clock)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=250_000, help="respondents")
    parser.add_argument("--parts", type=int, default=1, help="parts of whole municipalities")
    parser.add_argument("--engine", default="inline", help="inline, processes:NUMBER or dask://HOST:PORT")
    parser.add_argument("--fitted", action="store_true", help="also job A with the variance of fitted weights")
    arguments = parser.parse_args()
    engine = read_engine(arguments.engine)
    if isinstance(engine, Problem):
        parser.error(f"{engine.cause} {engine.cure}")
    if arguments.fitted and arguments.parts > 1:
        parser.error("--fitted goes with one part")
    clock, started = Clock(), time.perf_counter()
    whole = arguments.parts == 1
    jobs = run_whole(arguments.rows, clock) if whole else run_parts(arguments.rows, arguments.parts, engine, clock)
    if arguments.fitted:
        run_fitted(arguments.rows, clock)
    for name, seconds in clock.seconds.items():
        print(f"{name:<40}{seconds:>10.3f} s")
    print(f"{'estimates of job A and of job B':<40}{jobs[0]:>10,}{jobs[1]:>10,}")
    if whole:
        job_a = sum(clock.seconds[name] for name in ("weighting", "tables", "estimates A"))
        print(f"{'job A (weighting, tables, estimates)':<40}{job_a:>10.3f} s")
        print(f"{'job A in units of the floor':<40}{job_a / clock.seconds['floor']:>10.2f}")
        print(f"{'job B in units of job A':<40}{clock.seconds['estimates B'] / job_a:>10.2f}")
    print(f"{'elapsed':<40}{time.perf_counter() - started:>10.2f} s")
    print(f"{'peak memory of this process':<40}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:>10.0f} MB")


if __name__ == "__main__":
    main()
