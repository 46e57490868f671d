"""What a plan asks of a data set: each quantity that is estimated, as a recode of a column or a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import FIRST_CODE, MISSING_CODES, REASON, VALID, CodedColumn, Dataset
from analysis.plan import AnalysisPlan, NumberItem, ScaleItem
from analysis.reading.encoding import category_scores, category_values
from analysis.results import Measure
from analysis.tabulation.moments import Moments, Recode, join, numbers, recode
from analysis.tabulation.tables import Tables
from analysis.tabulation.tabulating import CellTable
from questionnaires.answers import Missing

# Reasons of people who were asked and did say something: their shares are of these and of all answers together.
_TOLD = (Missing.DONT_KNOW, Missing.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One variable that is estimated: a recode of a coded column, or (no recode) a number.

    `over` is the number in the denominator of a ratio; `part` is the part of the population below a quantile.
    """

    measure: Measure
    item: str
    category: str = ""
    recode: Recode | None = None
    number: int = -1
    over: int = -1
    part: float = 0.0

    @property
    def of_tables(self) -> bool:
        """Whether tables carry it; ratios and quantiles need rows."""
        return self.measure not in (Measure.RATIO, Measure.QUANTILE)


def quantities(columns: Dataset | Tables, plan: AnalysisPlan) -> tuple[Quantity, ...]:
    """Return what is estimated: recodes, then numbers, ratios and quantiles.

    Each scored item and composite has a score, items with positive answers a share, closed items their distribution and
    the shares of the reasons that the plan names, numbers and grades a mean, numbers a total and quantiles where the
    plan asks for them.
    """
    return (*_of_columns(columns, plan), *_of_numbers(columns, plan), *_of_rows(columns, plan))


def moments_of(table: CellTable, asked: tuple[Quantity, ...]) -> Moments:
    """Return the moments of all quantities, in their order: recodes before numbers."""
    recodes = tuple(it.recode for it in asked if it.recode)
    rest = tuple(it.number for it in asked if not it.recode)
    if not rest:
        return recode(table, recodes)
    return join(recode(table, recodes), numbers(table, rest)) if recodes else numbers(table, rest)


def values_of(dataset: Dataset, quantity: Quantity) -> NDArray[np.float64]:
    """Return the value of every row, NaN where it has none; of a ratio its numerator."""
    if quantity.recode is None:
        return number_of(dataset, quantity.number)
    scores = np.array([*[np.nan] * REASON, *quantity.recode.reasons, *quantity.recode.scores])
    values: NDArray[np.float64] = scores[dataset.codes[quantity.recode.column]]
    return values


def number_of(dataset: Dataset, number: int) -> NDArray[np.float64]:
    """Return a number of every row, NaN where it has none."""
    pilot = dataset.pilots[number][dataset.stratum]
    return np.where(dataset.status[number] == VALID, dataset.deviations[number] + pilot, np.nan)


def _of_columns(columns: Dataset | Tables, plan: AnalysisPlan) -> Iterator[Quantity]:
    told: set[str] = set()
    for column, coded in enumerate(columns.coded):
        item = plan.items[coded.item]
        if coded.option:
            yield Quantity(Measure.CATEGORY, coded.item, coded.option, Recode(column, (0.0, 1.0)))
        else:
            assert isinstance(item, ScaleItem)
            yield from _of_scale(column, coded.item, item)
        if coded.item not in told:  # the options of a multiple choice have their reasons in common
            yield from _of_reasons(column, coded, {*item.missing.values()})
        told.add(coded.item)


def _of_scale(column: int, name: str, item: ScaleItem) -> Iterator[Quantity]:
    if item.scored:
        yield Quantity(Measure.SCORE, name, recode=Recode(column, category_scores(item)))
    if item.numbered:
        yield Quantity(Measure.MEAN, name, recode=Recode(column, category_values(item)))
    if item.has_positive:
        positive = tuple(float(code.positive) for code in item.codes.values())
        yield Quantity(Measure.SHARE, name, recode=Recode(column, positive))
    for place, code in enumerate(item.codes):
        chosen = tuple(float(place == other) for other in range(len(item.codes)))
        yield Quantity(Measure.CATEGORY, name, code, Recode(column, chosen))


def _of_reasons(column: int, coded: CodedColumn, named: set[Missing]) -> Iterator[Quantity]:
    for reason in _TOLD:
        if reason in named:
            of_told = {MISSING_CODES[it]: float(it is reason) for it in _TOLD}
            reasons = tuple(of_told.get(code, np.nan) for code in range(REASON, FIRST_CODE))
            answers = (0.0,) * len(coded.categories)
            yield Quantity(Measure.MISSING, coded.item, reason.value, Recode(column, answers, reasons))


def _of_numbers(columns: Dataset | Tables, plan: AnalysisPlan) -> Iterator[Quantity]:
    for number, name in enumerate(columns.numbers):
        item_or_composite = plan.items.get(name)
        measure = Measure.MEAN if item_or_composite else Measure.SCORE
        yield Quantity(measure, name, number=number)
        if isinstance(item_or_composite, NumberItem) and item_or_composite.total:
            yield Quantity(Measure.TOTAL, name, number=number)


def _of_rows(columns: Dataset | Tables, plan: AnalysisPlan) -> Iterator[Quantity]:
    places = {name: number for number, name in enumerate(columns.numbers)}
    for name, ratio in plan.ratios.items():
        yield Quantity(Measure.RATIO, name, number=places[ratio.numerator], over=places[ratio.denominator])
    for name, item in plan.items.items():
        for part in item.quantiles if isinstance(item, NumberItem) else ():
            yield Quantity(Measure.QUANTILE, name, f"{part:g}", number=places[name], part=part)
