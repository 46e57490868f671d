"""Case-mix adjustment: what the figures of units would be if all had the same clients.

y_i = a_m + (x_i − x̄)'b + e_i, with slopes b pooled within units; a_m is the adjusted mean of unit m. Only for what a
municipality cannot influence: adjusting for what it does itself would hide it. Source: O'Malley, Zaslavsky, Elliott,
Zaborski & Cleary (2005), Health Services Research 40, 2162-2181; Elliott, Swartz, Adams, Spritzer & Hays (2001),
Health Services Research 36, 555-573.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from analysis.results import NotEstimable
from analysis.units.mix_cells import MixCells, cells_of_rows
from questionnaires.problems import Problem
from questionnaires.strict_yaml import YamlDocument, suggest
from questionnaires.yaml_nodes import Place

_SIGNIFICANT = 0.05
# An adjuster that keeps less than this part of its spread does not vary within units, or follows from the others.
_NO_SPREAD = 1e-8
_FEWEST_UNITS = 2


class CaseMixPlan(BaseModel):
    """What figures are adjusted for.

    `allowed` names every permitted adjuster with the reason why no municipality can influence it, such as age, self-rated
    health, living alone, an answer by somebody else, or the mode of answering.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    adjusters: tuple[str, ...] = Field(min_length=1, max_length=20)
    allowed: dict[str, Annotated[str, Field(min_length=10)]]


def adjuster_problems(plan: CaseMixPlan, document: YamlDocument, place: Place = ()) -> Iterator[Problem]:
    """Yield what is wrong with the adjusters of a plan that stands at `place` in a document.

    An adjuster needs a reason why no municipality can influence it: quality of the support and contact with the
    municipality have none. Source: O'Malley et al. (2005), Health Services Research 40, 2162-2181.

    >>> from questionnaires.strict_yaml import read_yaml
    >>> document = read_yaml("adjusters: [age]", "plan.yaml")
    >>> [it.code for it in adjuster_problems(CaseMixPlan(adjusters=("age",), allowed={}), document)]
    ['A85']
    """
    for position, name in enumerate(plan.adjusters):
        at = (*place, "adjusters", position)
        if name not in plan.allowed:
            cause = f"Bij allowed staat niet waarom de gemeente geen invloed heeft op {name}."
            cure = f"Corrigeer alleen voor kenmerken waar de gemeente niets aan kan veranderen. {suggest(name, plan.allowed)}"
            yield document.problem(at, "A85", cause, cure)
        if name in plan.adjusters[:position]:
            yield document.problem(at, "A86", f"{name} staat er twee keer.", "Haal er een weg.")


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Rows of respondents: the outcome `y`, the adjusters `x` (row, adjuster) and their `unit`, numbers from 0.

    NaN in y or x is no value. Without `weights` every row counts once; a row of weight 0 does not count.
    """

    y: NDArray[np.float64]
    x: NDArray[np.float64]
    unit: NDArray[np.int64]
    weights: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class AgainstAverage:
    """Adjusted means minus their mean (each unit once); arrays by unit. p-values are not adjusted for the number of units."""

    difference: NDArray[np.float64]
    variance: NDArray[np.float64]
    t: NDArray[np.float64]
    df: NDArray[np.int64]
    p_value: NDArray[np.float64]

    @property
    def side(self) -> NDArray[np.int64]:
        """1 or -1 where a unit lies above or below the average at p < 0.05, otherwise 0."""
        side: NDArray[np.int64] = np.where(self.p_value < _SIGNIFICANT, np.sign(self.difference), 0).astype(np.int64)
        return side


@dataclass(frozen=True, slots=True)
class UnitsTest:
    """F of the question whether adjusted means differ at all, over units that have a variance."""

    f: float
    df: tuple[int, int]
    p_value: float


@dataclass(frozen=True, slots=True, eq=False)
class CaseMix:
    """Raw and adjusted means; arrays by unit, in the unit of y. `units` are the numbers of units with two answers or more.

    `agreement` is Kendall's tau-b between the orders of units before and after adjustment: 1 when nothing moved.
    """

    units: NDArray[np.int64]
    n: NDArray[np.int64]
    raw: NDArray[np.float64]
    adjusted: NDArray[np.float64]
    variance: NDArray[np.float64]
    slopes: NDArray[np.float64]
    against_average: AgainstAverage
    test: UnitsTest
    agreement: float

    @property
    def average(self) -> float:
        """The mean of the adjusted means, each unit once."""
        return float(self.adjusted.mean())

    @property
    def shift(self) -> NDArray[np.float64]:
        """What adjustment adds to each raw mean."""
        return self.adjusted - self.raw


def adjust_means(answers: Answers, population: NDArray[np.float64] | None = None) -> CaseMix | NotEstimable:
    """Return the means of units, raw and adjusted for the differences between their clients.

    Missing adjusters get the mean of their unit, and of everyone where the unit has none. Slopes come from deviations
    from unit means (the same as with a dummy for each unit, at a cost of rows times adjusters squared).
    V_m = n/(n − 1)·Σw²(r − a_m)²/W_m²·(1 − n/N) with r = y − (x − x̄)'b; `population` gives N by number of unit.
    D_m = a_m − ā has V_m(1 − 2/P) + ΣV/P²; F = Σ(a_m − ã)²/V_m/(P − 1), ã the mean weighted by 1/V.
    V_m takes the slopes as known, as the source does: where they rest on few answers, the real standard error of a unit whose
    clients differ most from others was up to a fifth larger (12 units of 30 answers, mean ages 33 years apart). Units with one
    answer take no part. Source: O'Malley et al. (2005), Health Services Research 40, 2162-2181; Elliott et al. (2001), Health
    Services Research 36, 555-573.

    >>> age = np.array([40.0, 60.0, 60.0, 80.0])
    >>> y = np.array([50.0, 62.0, 61.0, 69.0])  # the second unit is 20 years older
    >>> found = adjust_means(Answers(y, age[:, None], np.array([0, 0, 1, 1])))
    >>> found.slopes, found.raw, found.adjusted
    (array([0.5]), array([56., 65.]), array([61., 60.]))
    """
    weights = np.ones(answers.unit.size) if answers.weights is None else answers.weights
    return adjust_cells(cells_of_rows(answers.y, answers.x, answers.unit, weights), population)


def adjust_cells(answers: MixCells, population: NDArray[np.float64] | None = None) -> CaseMix | NotEstimable:
    """Return what `adjust_means` returns of the rows that were added up in these cells. Source: O'Malley et al. (2005).

    With the sums of a cell around its own means: Σw²(r − a)² = Σw²(y − ȳ₂)² + Σw²·(ȳ₂ − (x − x̄)'b − a)², ȳ₂ = Σw²y/Σw².

    >>> age, y = np.array([[40.0], [60.0], [60.0], [80.0]]), np.array([50.0, 62.0, 61.0, 69.0])
    >>> adjust_cells(cells_of_rows(y, age, np.array([0, 0, 1, 1]), np.ones(4))).adjusted
    array([61., 60.])
    """
    cells = _complete(answers)
    if cells.of_unit.size < _FEWEST_UNITS:
        return NotEstimable("too_few_units", cells.people)
    slopes = _slopes(cells)
    if isinstance(slopes, NotEstimable):
        return slopes
    explained = cells.x @ slopes
    raw, adjusted = cells.mean(cells.value), cells.mean(cells.value - explained)
    around = cells.square_mean - explained - adjusted[cells.unit]
    squares = np.bincount(cells.unit, cells.spread + cells.squares * around**2)
    variance = cells.of_unit / (cells.of_unit - 1) * squares / cells.weight_of_unit**2
    if population is not None:
        variance *= np.maximum(1 - cells.of_unit / population[cells.units], 0.0)
    if not (variance > 0).any():
        return NotEstimable("no_variation", cells.people)
    beside, test = _against_average(adjusted, variance, cells), _test_of_units(adjusted, variance, cells)
    agreement = kendall_tau(raw, adjusted)
    return CaseMix(cells.units, cells.of_unit, raw, adjusted, variance, slopes, beside, test, agreement)


def kendall_tau(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return Kendall's tau-b between two orders, from -1 to 1; 1 when both put all at the same place, 0 when one does.

    (concordant − discordant pairs)/√(pairs not tied in the first · pairs not tied in the second).
    Source: Kendall (1945), Biometrika 33, 239-251.

    >>> kendall_tau(np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0])).__round__(4)
    0.3333
    """
    one, other = (np.sign(values[:, None] - values[None, :]) for values in (first, second))
    untied = float(np.abs(one).sum()) * float(np.abs(other).sum())
    if untied == 0:
        return float(not one.any() and not other.any())
    return float((one * other).sum()) / float(np.sqrt(untied))


@dataclass(frozen=True, slots=True, eq=False)
class _Complete:
    """Cells with answers of units with two answers or more, units numbered on; `x` is complete, and around its weighted mean.

    `value` is the mean of each cell. `n`, and the weight, are of cells; `of_unit` and `weight_of_unit` are of units.
    """

    value: NDArray[np.float64]
    x: NDArray[np.float64]
    unit: NDArray[np.int64]
    weight: NDArray[np.float64]
    squares: NDArray[np.float64]
    square_mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    units: NDArray[np.int64]
    of_unit: NDArray[np.int64]
    weight_of_unit: NDArray[np.float64]

    @property
    def people(self) -> int:
        """How many people gave an answer that counts."""
        return int(self.of_unit.sum())

    def mean(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the weighted mean of each unit."""
        mean: NDArray[np.float64] = np.bincount(self.unit, self.weight * values) / self.weight_of_unit
        return mean


def _complete(answers: MixCells) -> _Complete:
    kept = (answers.n > 0) & (np.bincount(answers.unit, answers.n)[answers.unit] > 1)
    units, unit = np.unique(answers.unit[kept], return_inverse=True)
    n, weight, x = answers.n[kept], answers.weight[kept], answers.x[kept]
    filled = np.array([_filled(column, unit, n) for column in x.T]).reshape(x.shape[::-1]).T
    centred = filled - weight @ filled / (weight.sum() or 1.0)
    return _Complete(
        value=answers.mean[kept],
        x=centred,
        unit=unit,
        weight=weight,
        squares=answers.squares[kept],
        square_mean=answers.square_mean[kept],
        spread=answers.spread[kept],
        units=units,
        of_unit=np.bincount(unit, n).astype(np.int64),
        weight_of_unit=np.bincount(unit, weight).astype(np.float64),
    )


def _filled(column: NDArray[np.float64], unit: NDArray[np.int64], n: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return an adjuster with unit means, and then the mean of everyone, in the place of missing values."""
    known = ~np.isnan(column)
    count, total = np.bincount(unit, n * known), np.bincount(unit, n * np.where(known, column, 0.0))
    means = np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
    filled = np.where(known, column, means[unit])
    left = np.isnan(filled)
    return np.where(left, n[~left] @ filled[~left] / max(int(n[~left].sum()), 1), filled)


def _slopes(cells: _Complete) -> NDArray[np.float64] | NotEstimable:
    """Return the slopes within units; none when an adjuster does not vary there, or follows from the others."""
    if cells.people <= cells.of_unit.size + cells.x.shape[1]:
        return NotEstimable("no_degrees_of_freedom", cells.people)
    root = np.sqrt(cells.weight)
    within = np.array([column - cells.mean(column)[cells.unit] for column in cells.x.T]).reshape(cells.x.shape[::-1]).T
    length = np.sqrt((cells.weight[:, None] * cells.x**2).sum(axis=0))
    scale = np.where(length > 0, length, 1.0)
    outcome = cells.value - cells.mean(cells.value)[cells.unit]
    # Cells have the normal equations of their rows: the spread within a cell is no part of them.
    slopes, _, _, sizes = np.linalg.lstsq(within / scale * root[:, None], outcome * root, rcond=None)
    if sizes.min(initial=1.0) < _NO_SPREAD:
        return NotEstimable("adjuster_without_spread", cells.people)
    return slopes / scale


def _against_average(adjusted: NDArray[np.float64], variance: NDArray[np.float64], cells: _Complete) -> AgainstAverage:
    from scipy.special import stdtr

    difference, df = adjusted - adjusted.mean(), cells.of_unit - 1
    of_difference = variance * (1 - 2 / df.size) + variance.sum() / df.size**2
    t = difference / np.sqrt(of_difference)
    return AgainstAverage(difference, of_difference, t, df, 2 * stdtr(df, -np.abs(t)))


def _test_of_units(adjusted: NDArray[np.float64], variance: NDArray[np.float64], cells: _Complete) -> UnitsTest:
    from scipy.special import fdtrc

    known = variance > 0
    weight = 1 / variance[known]
    middle = float((weight * adjusted[known]).sum() / weight.sum())
    df = int(known.sum()) - 1, cells.people - cells.of_unit.size - cells.x.shape[1]
    f = float((weight * (adjusted[known] - middle) ** 2).sum()) / max(df[0], 1)
    return UnitsTest(f, df, float(fdtrc(max(df[0], 1), df[1], f)))
