"""The formulas written out over rows, slowly and plainly: what the engine must agree with."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.dataset import FIRST_CODE, SKIPPED, VALID, CodedColumn, Columns, Dataset, Grouping, assemble
from analysis.design import Stratum

SCORES = (0.0, 25.0, 50.0, 100.0)
LEVELS = ("young", "old")


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    """Up to three units of one or two strata, some of one respondent or without any; gaps in every column."""
    seed = draw(st.integers(0, 2**32 - 1))
    sizes = draw(st.lists(st.sampled_from([0, 1, 2, 5, 12]), min_size=2, max_size=5).filter(lambda it: sum(it) > 1))
    extra = draw(st.lists(st.sampled_from([0, 1, 30]), min_size=len(sizes), max_size=len(sizes)))
    weighted, offset = draw(st.booleans()), draw(st.sampled_from([0.0, 1e6]))
    return simulated(seed, sizes, extra, offset=offset, weighted=weighted)


def simulated(seed: int, sizes: list[int], extra: list[int], *, offset: float = 0.0, weighted: bool = False) -> Dataset:
    rng = np.random.default_rng(seed)
    rows = sum(sizes)
    strata = [
        Stratum(f"{place}", f"GM{place // 2}", float(size + more))
        for place, (size, more) in enumerate(zip(sizes, extra, strict=True))
    ]
    codes = rng.integers(FIRST_CODE, FIRST_CODE + len(SCORES), (2, rows)).astype(np.int8)
    codes[rng.random(codes.shape) < 0.2] = SKIPPED
    values = offset + rng.normal(0, 10, (1, rows)).round(1)
    status = np.where(rng.random((1, rows)) < 0.8, VALID, SKIPPED).astype(np.int8)
    columns = Columns(
        coded=tuple(CodedColumn(item, ("a", "b", "c", "d")) for item in ("q1", "q2")),
        codes=codes,
        numbers=("cost",),
        values=values,
        status=status,
        groupings=(Grouping("age", LEVELS, rng.integers(-1, len(LEVELS), rows).astype(np.int16)),),
    )
    stratum = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    weights = rng.uniform(0.5, 3.0, rows) if weighted else None
    return assemble(columns, strata, stratum, weights)


def number(dataset: Dataset) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the number of every row, and whether it has one."""
    return dataset.deviations[0] + dataset.pilots[0, dataset.stratum], dataset.status[0] == VALID


def score(dataset: Dataset) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the score of every row for the first item, and whether it has one."""
    valid = dataset.codes[0] >= FIRST_CODE
    return np.array(SCORES)[np.where(valid, dataset.codes[0] - FIRST_CODE, 0)], valid


def of_unit(dataset: Dataset, unit: str) -> NDArray[np.bool_]:
    """Return which rows belong to a unit."""
    units = np.array([stratum.unit for stratum in dataset.strata])
    return units[dataset.stratum] == unit


def mean_and_influence(
    dataset: Dataset, y: NDArray[np.float64], domain: NDArray[np.bool_]
) -> tuple[float, NDArray[np.float64]]:
    """Return ȳ of a domain and z_i = I w (y − ȳ)/Σ I w."""
    weight = np.where(domain, dataset.weights, 0.0)
    mean = float((weight * np.where(domain, y, 0.0)).sum() / weight.sum())
    return mean, np.where(domain, weight * (y - mean), 0.0) / weight.sum()


def variance(dataset: Dataset, z: NDArray[np.float64], domain: NDArray[np.bool_], *, finite: bool) -> float:
    """Return Σ_h (1 − f) n/(n − 1) Σ (z − z̄)²; a stratum of one respondent counts its square around zero."""
    total = 0.0
    for place, stratum in enumerate(dataset.strata):
        rows = dataset.stratum == place
        n = int(rows.sum())
        if not (rows & domain).any():
            continue
        left = 1 - n / stratum.population if finite else 1.0
        if n == 1:
            total += left * float((z[rows] ** 2).sum())
        else:
            total += left * n / (n - 1) * float(((z[rows] - z[rows].mean()) ** 2).sum())
    return total
