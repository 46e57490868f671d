"""What a plan asks of a data set: each quantity that is estimated, as a recode of a column or a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.dataset import FIRST_CODE, VALID, Dataset
from analysis.encoding import category_scores, category_values
from analysis.moments import CellTable, Moments, Recode, join, numbers, recode
from analysis.plan import AnalysisPlan, NumberItem, ScaleItem
from analysis.results import Measure


@dataclass(frozen=True, slots=True)
class Quantity:
    """One variable that is estimated: a recode of a coded column, or (no recode) a number."""

    measure: Measure
    item: str
    category: str = ""
    recode: Recode | None = None
    number: int = -1


def quantities(dataset: Dataset, plan: AnalysisPlan) -> tuple[Quantity, ...]:
    """Return what is estimated, recodes before numbers.

    Each scored item and composite has a score, items with positive answers a share, closed items their distribution,
    numbers and grades a mean, numbers a total where the plan asks for it.
    """
    return tuple(_of_columns(dataset, plan))


def moments_of(table: CellTable, asked: tuple[Quantity, ...]) -> Moments:
    """Return the moments of all quantities, in their order."""
    recodes = tuple(it.recode for it in asked if it.recode)
    return join(recode(table, recodes), numbers(table, tuple(it.number for it in asked if not it.recode)))


def values_of(dataset: Dataset, quantity: Quantity) -> NDArray[np.float64]:
    """Return the value of every row, NaN where it has none."""
    if quantity.recode is None:
        pilot = dataset.pilots[quantity.number][dataset.stratum]
        return np.where(dataset.status[quantity.number] == VALID, dataset.deviations[quantity.number] + pilot, np.nan)
    by_code = np.array([*[np.nan] * FIRST_CODE, *quantity.recode.scores])
    values: NDArray[np.float64] = by_code[dataset.codes[quantity.recode.column]]
    return values


def _of_columns(dataset: Dataset, plan: AnalysisPlan) -> Iterator[Quantity]:
    for column, coded in enumerate(dataset.coded):
        item = plan.items[coded.item]
        if coded.option:
            yield Quantity(Measure.CATEGORY, coded.item, coded.option, Recode(column, (0.0, 1.0)))
        else:
            assert isinstance(item, ScaleItem)
            yield from _of_scale(column, coded.item, item)
    for number, name in enumerate(dataset.numbers):
        item_or_composite = plan.items.get(name)
        measure = Measure.MEAN if item_or_composite else Measure.SCORE
        yield Quantity(measure, name, number=number)
        if isinstance(item_or_composite, NumberItem) and item_or_composite.total:
            yield Quantity(Measure.TOTAL, name, number=number)


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
